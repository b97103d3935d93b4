"""What is said about a regression's fit (specification 5.1 items 4, 5): discrimination, calibration, collinearity,
events per variable, and the likelihood-ratio test of each whole factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import chi2, norm, rankdata

from analytics.estimates.firth import penalised_maximum
from analytics.estimates.inputs import FloatArray, as_events, as_floats
from analytics.estimates.newton import maximise
from analytics.estimates.results import FIRTH, INTERCEPT, Regression

FACTOR_TEST_COLUMNS = ("covariate", "statistic", "df", "p_value")


@dataclass(frozen=True)
class AreaUnderCurve:
    """Area under the ROC curve with DeLong's standard error and limits (cut at 0 and 1)."""

    value: float
    std_error: float
    ci_low: float
    ci_high: float


def area_under_curve(outcome: ArrayLike, score: ArrayLike, confidence: float = 0.95) -> AreaUnderCurve:
    """Probability that a random event has a higher score than a random non-event, ties counting half.

    Variance after DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837-845, by midranks (Sun and Xu, IEEE Signal
    Processing Letters 2014;21:1389-1393), as R's pROC. NaN without both outcomes.
    """
    is_event = as_events(outcome, "outcome") == 1.0
    values = _without_rounding(as_floats(score, "score"))
    events, others = values[is_event], values[~is_event]
    if len(events) == 0 or len(others) == 0:
        return AreaUnderCurve(*[float("nan")] * 4)
    overall = rankdata(values)
    above = (overall[is_event] - rankdata(events)) / len(others)
    below = 1.0 - (overall[~is_event] - rankdata(others)) / len(events)
    area = float(above.mean())
    if min(len(events), len(others)) < 2:
        return AreaUnderCurve(area, *[float("nan")] * 3)
    error = float(np.sqrt(above.var(ddof=1) / len(events) + below.var(ddof=1) / len(others)))
    width = float(norm.ppf(0.5 + confidence / 2)) * error
    return AreaUnderCurve(area, error, max(0.0, area - width), min(1.0, area + width))


@dataclass(frozen=True)
class HosmerLemeshow:
    """Hosmer-Lemeshow test; NaN with a note where there are fewer than three groups of risk, or one expects nothing."""

    statistic: float
    df: int
    p_value: float
    note: str | None = None


def hosmer_lemeshow(outcome: ArrayLike, fitted: ArrayLike, groups: int = 10) -> HosmerLemeshow:
    """Chi-square of observed against expected counts in groups of fitted risk (Hosmer and Lemeshow 1980).

    Groups are cut at the quantiles of the fitted risk (R's type 7) as in R's `ResourceSelection::hoslem.test`; where
    tied risks leave fewer groups, the degrees of freedom are those of the groups there are, less two. Of few rows a
    group may be empty, or expect no event: the statistic is not defined then (R gives NaN).
    """
    observed = as_events(outcome, "outcome")
    risk = _without_rounding(as_floats(fitted, "fitted"))
    if len(risk) == 0:
        return HosmerLemeshow(np.nan, 0, np.nan, "no rows")
    cuts = np.unique(np.quantile(risk, np.linspace(0.0, 1.0, groups + 1)))
    if len(cuts) - 1 < 3:
        return HosmerLemeshow(np.nan, 0, np.nan, "fewer than three groups of distinct risk")
    group = np.clip(np.searchsorted(cuts, risk, side="left"), 1, len(cuts) - 1) - 1
    seen, expected = (
        np.array([np.bincount(group, counted, len(cuts) - 1) for counted in (ones, 1.0 - ones)])
        for ones in (observed, risk)
    )
    if not expected.all():
        return HosmerLemeshow(np.nan, 0, np.nan, "a group of risk has nobody, or expects no event or no non-event")
    statistic = float(np.sum((seen - expected) ** 2 / expected))
    df = len(cuts) - 3
    return HosmerLemeshow(statistic, df, float(chi2.sf(statistic, df)))


def _without_rounding(values: FloatArray) -> FloatArray:
    """Risks that differ in the last digits only (one covariate pattern, two ways of adding up) made equal."""
    return np.round(values, 12)


def variance_inflation(fit: Regression) -> pd.DataFrame:
    """Generalised variance inflation: covariate, df, gvif, vif.

    From the correlation of the estimates, as R's `car::vif` (Fox and Monette, JASA 1992;87:178-183). `vif` is
    gvif^(1/df): the usual factor for one coefficient, comparable to it for a factor of several levels.
    """
    slopes = [term for term in fit.covariance.columns if term != INTERCEPT]
    owner = fit.coefficients.set_index("term").loc[slopes, "covariate"].to_numpy()
    covariates = list(dict.fromkeys(owner))
    rows = []
    if slopes:
        covariance = fit.covariance.loc[slopes, slopes].to_numpy()
        error = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(error, error)
        whole = np.linalg.slogdet(correlation)[1]
        for name in covariates:
            own = owner == name
            parts = [np.linalg.slogdet(correlation[np.ix_(some, some)])[1] for some in (own, ~own)]
            inflation = float(np.exp(sum(parts) - whole))
            rows.append((name, int(own.sum()), inflation, inflation ** (1.0 / own.sum())))
    return pd.DataFrame(rows, columns=["covariate", "df", "gvif", "vif"])


def events_per_variable(fit: Regression, *, both_outcomes: bool = False) -> float:
    """Events per estimated coefficient; `both_outcomes`: of events and non-events the fewer (logistic regression)."""
    events = min(fit.n_events, fit.n - fit.n_events) if both_outcomes else fit.n_events
    return events / fit.df if fit.df else float("nan")


def factor_tests(fit: Regression) -> pd.DataFrame:
    """Likelihood-ratio test of each whole covariate, given the others, on the same rows (R's `drop1(test = "Chisq")`).

    Of a Firth fit the penalised likelihoods are compared, the penalty with all covariates in both (R's logistf).
    """
    estimated = fit.coefficients[fit.coefficients["coef"].notna()]
    owner = estimated["covariate"].to_numpy()
    rows = []
    for name in dict.fromkeys(fit.coefficients["covariate"]):
        own = owner == name
        if name == INTERCEPT:
            continue
        if fit.likelihood is None or not own.any():
            rows.append((name, np.nan, np.nan, np.nan))
            continue
        start = np.where(own, 0.0, fit.beta)
        fitted = penalised_maximum if fit.method == FIRTH else maximise
        reduced = fitted(fit.likelihood, start, ~own)
        statistic = max(2.0 * (fit.log_likelihood - reduced.value), 0.0) if reduced.converged else np.nan
        rows.append((name, statistic, float(own.sum()), float(chi2.sf(statistic, own.sum()))))
    return pd.DataFrame(rows, columns=list(FACTOR_TEST_COLUMNS))
