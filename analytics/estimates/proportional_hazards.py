"""Test of proportional hazards: the score test of Grambsch and Therneau as R's `cox.zph` makes it since 2019.

Each covariate is given a second coefficient that multiplies g(time); the test is the score test of those
coefficients at the fit, from the exact information at every event time (Grambsch and Therneau, Biometrika
1994;81:515-526; the exact form: Therneau and Grambsch, "Modeling Survival Data", section 6.2, and R survival 3.0).
lifelines' test is the older approximation, which takes the information as constant over time.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chi2, rankdata

from analytics.estimates.cox import CoxRegression
from analytics.estimates.inputs import FloatArray, SurvivalData
from analytics.estimates.results import FIRTH

TRANSFORMS = ("km", "rank", "identity", "log")
TEST_COLUMNS = ("covariate", "transform", "statistic", "df", "p_value", "note")
GLOBAL = "GLOBAL"


def proportional_hazards_test(fit: CoxRegression, transform: str = "km", *, by_term: bool = False) -> pd.DataFrame:
    """Tests of proportional hazards, one row a covariate and a last one for all together (covariate GLOBAL).

    transform: g(time), as in R: `km` (1 - Kaplan-Meier just before the time, over all strata), `rank`, `identity`,
    `log`. by_term: one row a coefficient instead of a covariate (R's `terms = FALSE`).
    Columns TEST_COLUMNS; a fit without estimates, or a transform that is not finite, gives NaN with a note.
    """
    if transform not in TRANSFORMS:
        raise ValueError(f"transform must be one of {', '.join(TRANSFORMS)}")
    names = _names(fit, by_term)
    if fit.partial is None or fit.data is None:
        return _empty(names, transform, fit.note or "not estimated")
    if fit.method == FIRTH:
        return _empty(names, transform, "not applicable: the test needs a maximum-likelihood fit")
    scale = _time_scale(fit.data, transform)
    at_events = scale[fit.data.events]
    if not np.isfinite(at_events).all():
        return _empty(names, transform, f"not estimated: {transform} of an event time is not finite")
    by_slot = np.zeros(len(fit.partial.slots))
    by_slot[fit.partial.event_slot] = at_events - at_events.mean()
    factor = by_slot[fit.partial.step_slot]
    return _score_tests(fit, names, transform, factor)


def _score_tests(fit: CoxRegression, names: list[str], transform: str, factor: FloatArray) -> pd.DataFrame:
    partial = fit.partial
    if partial is None:
        return _empty(names, transform, "not estimated")
    moments = partial.moments(fit.beta)
    score = partial.score(moments, factor)
    plain, mixed, squared = (partial.information(moments, factor**power) for power in (0, 1, 2))
    # Of the second coefficients' information, what the first ones do not already explain.
    try:
        left = squared - mixed @ np.linalg.solve(plain, mixed)
    except np.linalg.LinAlgError:
        return _empty(names, transform, "not estimated: the information is singular")
    columns = np.array(names, dtype=object)
    rows = []
    for name in [*sorted(set(names), key=names.index), GLOBAL]:
        chosen = np.ones(len(score), dtype=bool) if name == GLOBAL else columns == name
        variance, part = left[np.ix_(chosen, chosen)], score[chosen]
        rows.append(_row(name, transform, variance, part, np.diag(squared)[chosen]))
    return pd.DataFrame(rows, columns=list(TEST_COLUMNS))


def _row(name: str, transform: str, variance: FloatArray, score: FloatArray, size: FloatArray) -> dict[str, object]:
    row: dict[str, object] = {"covariate": name, "transform": transform, "statistic": np.nan, "p_value": np.nan}
    row |= {"df": float(len(score)), "note": None}
    if (np.diag(variance) <= 1e-12 * np.where(size > 0, size, 1.0)).any():
        return row | {"note": "not estimated: too few distinct event times"}
    try:
        statistic = float(score @ np.linalg.solve(variance, score))
    except np.linalg.LinAlgError:
        return row | {"note": "not estimated: the information is singular"}
    return row | {"statistic": statistic, "p_value": float(chi2.sf(statistic, len(score)))}


def _names(fit: CoxRegression, by_term: bool) -> list[str]:
    estimated = fit.coefficients[fit.coefficients["coef"].notna()]
    return estimated["term" if by_term else "covariate"].tolist()


def _empty(names: list[str], transform: str, note: str) -> pd.DataFrame:
    covariates = [*sorted(set(names), key=names.index), GLOBAL]
    return pd.DataFrame(
        {
            "covariate": covariates,
            "transform": transform,
            "statistic": np.nan,
            "df": np.nan,
            "p_value": np.nan,
            "note": note,
        },
        columns=list(TEST_COLUMNS),
    )


def _time_scale(data: SurvivalData, transform: str) -> FloatArray:
    """g(time) of each row's end."""
    if transform == "identity":
        return data.durations
    if transform == "rank":
        return np.asarray(rankdata(data.durations), dtype=float)
    if transform == "log":
        with np.errstate(divide="ignore"):
            return np.log(data.durations)
    return 1.0 - _survival_before(data)


def _survival_before(data: SurvivalData) -> FloatArray:
    """Unweighted Kaplan-Meier over all strata, just before each row's end (rows may enter late)."""
    times = np.unique(data.durations)
    position = np.searchsorted(times, data.durations)
    leaving = np.bincount(position, minlength=len(times))
    events = np.bincount(position[data.events], minlength=len(times))
    at_risk = leaving[::-1].cumsum()[::-1].astype(float)
    if data.entry is not None:
        at_risk -= len(data.entry) - np.searchsorted(np.sort(data.entry), times, side="left")
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(events > 0, 1.0 - events / at_risk, 1.0))
    return np.concatenate([[1.0], survival])[position]
