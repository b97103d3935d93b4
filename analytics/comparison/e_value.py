"""E-value of a hazard ratio: how strong an unmeasured confounder would have to be (specification 5.1 item 6).

VanderWeele and Ding, Annals of Internal Medicine 2017;167:268-274: the smallest risk ratio with both treatment and
outcome, beyond the measured covariates, that could explain the estimate away.
"""

from __future__ import annotations

from math import isnan, sqrt

# From this share of events on, a hazard ratio is turned into a risk ratio first (the outcome is not rare).
COMMON_OUTCOME = 0.15


def e_value(hazard_ratio: float, event_share: float) -> float:
    """E-value of a hazard ratio (1 or more; NaN stays NaN).

    event_share: persons with the event over persons. Raises ValueError for a hazard ratio that is not positive.
    """
    if isnan(hazard_ratio):
        return float("nan")
    if hazard_ratio <= 0:
        raise ValueError("a hazard ratio must be positive")
    ratio = hazard_ratio
    if event_share > COMMON_OUTCOME:
        ratio = (1.0 - 0.5 ** sqrt(hazard_ratio)) / (1.0 - 0.5 ** sqrt(1.0 / hazard_ratio))
    ratio = max(ratio, 1.0 / ratio)
    return ratio + sqrt(ratio * (ratio - 1.0))


def e_value_of_limit(ci_low: float, ci_high: float, event_share: float) -> float:
    """E-value of the confidence limit nearer to 1; 1 where the interval holds 1."""
    if isnan(ci_low) or isnan(ci_high):
        return float("nan")
    if ci_low <= 1.0 <= ci_high:
        return 1.0
    return e_value(ci_low if ci_low > 1.0 else ci_high, event_share)
