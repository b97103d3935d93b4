"""Kaplan-Meier curves, their quantiles and their readings at fixed times (specification 5.1 item 3).

lifelines makes the table and the product-limit estimate. Here stand the conventions that make the numbers equal to
R's survival package: log-log limits, the median on a plateau, and the variance under sampling weights.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from numpy.typing import ArrayLike
from scipy.stats import norm

from analytics.estimates.inputs import FloatArray, SurvivalData, survival_data

CURVE_COLUMNS = ("time", "at_risk", "events", "censored", "survival", "std_error", "ci_low", "ci_high")
# A survival within this of the wanted probability counts as equal to it (R's `tolerance` of survfit quantiles).
PLATEAU_TOLERANCE = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True)
class KaplanMeier:
    """A Kaplan-Meier estimate.

    curve: one row a distinct observed time (events and censorings; no artificial row at time 0), with columns
    CURVE_COLUMNS. at_risk is counted just before the time; std_error is that of log(survival) and of sums of weights
    where there are weights. Limits are NaN where survival is 0 or 1.
    n, n_events, n_missing: rows used, events among them, rows left out for a missing value.
    """

    curve: pd.DataFrame
    n: int
    n_events: int
    n_missing: int
    confidence: float

    def quantile(self, probability: float = 0.5) -> tuple[float, float, float]:
        """Time by which `probability` have had the event, with its limits; NaN where the curve does not get there.

        Where the curve (or a limit's curve) lies exactly on the wanted survival between two times, their midpoint,
        as in R; lifelines gives the first of the two.
        """
        bounds = [self.curve[name].to_numpy() for name in ("survival", "ci_low", "ci_high")]
        time = self.curve["time"].to_numpy()
        estimate, low, high = (_crossing(time, bound, 1.0 - probability) for bound in bounds)
        return estimate, low, high

    @property
    def median(self) -> float:
        """Median time; NaN where survival does not reach one half."""
        return self.quantile(0.5)[0]

    def survival_at(self, times: ArrayLike) -> pd.DataFrame:
        """Survival at given times: time, survival, ci_low, ci_high, at_risk.

        Beyond the last observed time survival is unknown (NaN), unless it has reached 0 by then.
        """
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        start = {"time": 0.0, "survival": 1.0, "ci_low": np.nan, "ci_high": np.nan}
        columns = list(start)
        known = np.vstack([list(start.values()), self.curve[columns].to_numpy()])
        # A fixed time that equals an observed one but for rounding reads the curve at that time.
        slack = PLATEAU_TOLERANCE * max(1.0, float(known[:, 0].max()))
        position = np.clip(np.searchsorted(known[:, 0], wanted + slack, side="right") - 1, 0, None)
        readings = pd.DataFrame(known[position], columns=columns).assign(time=wanted)
        beyond = (wanted > known[-1, 0] + slack) & (readings["survival"].to_numpy() > 0)
        readings.loc[beyond | (self.n == 0), ["survival", "ci_low", "ci_high"]] = np.nan
        return readings.assign(at_risk=self.at_risk_at(wanted))

    def at_risk_at(self, times: ArrayLike) -> FloatArray:
        """Number (or weight) at risk just before each of the given times, as printed under a curve."""
        time, at_risk = self.curve["time"].to_numpy(), self.curve["at_risk"].to_numpy()
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        return np.append(at_risk, 0.0)[np.searchsorted(time, wanted, side="left")]


def kaplan_meier(
    durations: ArrayLike,
    events: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    robust: bool | None = None,
    confidence: float = 0.95,
) -> KaplanMeier:
    """Kaplan-Meier estimate with log-log limits, as R's `survfit(Surv(t, e) ~ 1, conf.type = "log-log")`.

    durations >= 0 in any unit, events 1 or 0, weights >= 0; rows with a missing value are left out and counted.
    robust: variance from the influence of each row instead of Greenwood's; by default, as in R, only where a weight
    is no whole number. No rows at all give an empty curve. Raises ValueError as `survival_data` does.
    """
    data = survival_data(durations, events, weights=weights)
    if data.n == 0:
        empty = pd.DataFrame({name: pd.Series(dtype=float) for name in CURVE_COLUMNS})
        return KaplanMeier(empty, 0, 0, data.n_missing, confidence)
    curve = _product_limit(data)
    use_influence = data.has_sampling_weights if robust is None else robust
    variance = _influence_variance(curve, data) if use_influence else _greenwood(curve)
    curve["std_error"] = np.sqrt(variance)
    curve["ci_low"], curve["ci_high"] = log_log_limits(curve["survival"], curve["std_error"], confidence)
    return KaplanMeier(curve[list(CURVE_COLUMNS)], data.n, data.n_events, data.n_missing, confidence)


def median_follow_up(
    durations: ArrayLike, events: ArrayLike, weights: ArrayLike | None = None, *, confidence: float = 0.95
) -> KaplanMeier:
    """Reverse Kaplan-Meier: the time under observation, with the event as the censoring (Schemper and Smith 1996).

    Its median is the median follow-up.
    """
    reversed_events = 1.0 - pd.Series(events).astype("Float64")
    return kaplan_meier(durations, reversed_events, weights, confidence=confidence)


def _product_limit(data: SurvivalData) -> pd.DataFrame:
    """The life table and estimate of lifelines, one row a distinct observed time."""
    fitter = KaplanMeierFitter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifelines warns of fractional weights; their variance is made here
        fitter.fit(data.durations, data.events.astype(float), weights=data.weights)
    # Without anybody at time 0 lifelines adds a row there for the entrance of all.
    table = fitter.event_table.query("removed > 0")
    survival = fitter.survival_function_.iloc[:, 0].reindex(table.index).to_numpy(dtype=float)
    at_risk, events = (table[name].to_numpy(dtype=float) for name in ("at_risk", "observed"))
    # Fractional weights leave a rounding error where nobody is left.
    ended = np.cumsum(events >= at_risk * (1.0 - 1e-10)) > 0
    return pd.DataFrame(
        {
            "time": table.index.to_numpy(dtype=float),
            "at_risk": at_risk,
            "events": np.where(ended, np.minimum(events, at_risk), events),
            # The table's own column of censorings is cut to whole numbers.
            "censored": table["removed"].to_numpy(dtype=float) - table["observed"].to_numpy(dtype=float),
            "survival": np.where(ended, 0.0, survival),
        }
    )


def _greenwood(curve: pd.DataFrame) -> FloatArray:
    """Greenwood's variance of log(survival): the sum of d / (n (n - d))."""
    return np.asarray(np.cumsum(_hazard_variance(curve)), dtype=float)


def _hazard_variance(curve: pd.DataFrame) -> FloatArray:
    """D / (n (n - d)) at each time; infinite where all at risk have the event."""
    at_risk, events = curve["at_risk"].to_numpy(), curve["events"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(events > 0, events / (at_risk * (at_risk - events)), 0.0)


def _influence_variance(curve: pd.DataFrame, data: SurvivalData) -> FloatArray:
    """Variance of log(survival) as the weighted sum of squares of each row's influence, in linear time.

    At an event time with d of n, a row at risk moves log(1 - d/n) by d / (n (n - d)) when it survives and by -1/n
    when it has the event (the derivative by its weight): the infinitesimal jackknife of R's `survfit(robust = TRUE)`.
    """
    at_risk, hazard = curve["at_risk"].to_numpy(), _hazard_variance(curve)
    cumulative = np.cumsum(hazard)
    position = np.searchsorted(curve["time"].to_numpy(), data.durations)
    with np.errstate(invalid="ignore"):
        final = cumulative[position] - data.events * (hazard[position] + 1.0 / at_risk[position])
    squared = data.weights**2
    length = len(curve)
    gone = np.cumsum(np.bincount(position, squared * final**2, length))
    staying = squared.sum() - np.cumsum(np.bincount(position, squared, length))
    with np.errstate(invalid="ignore"):
        still = np.where(staying > 1e-12 * squared.sum(), staying * cumulative**2, 0.0)
        return np.asarray(gone + still, dtype=float)


def log_log_limits(
    survival: pd.Series | FloatArray, std_error: pd.Series | FloatArray, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Limits exp(-exp(log(-log S) -/+ z se / log S)), with se that of log S; NaN where S is 0 or 1."""
    estimate = np.asarray(survival, dtype=float)
    estimate = np.where((estimate <= 0.0) | (estimate >= 1.0), np.nan, estimate)
    with np.errstate(invalid="ignore"):
        centre = np.log(-np.log(estimate))
        width = norm.ppf(0.5 + confidence / 2) * np.asarray(std_error, dtype=float) / np.log(estimate)
        return np.exp(-np.exp(centre - width)), np.exp(-np.exp(centre + width))


def _crossing(time: FloatArray, survival: FloatArray, level: float) -> float:
    """First time at which a step curve is at or below `level`; the midpoint of a plateau that lies on it."""
    known = ~np.isnan(survival)
    time, survival = time[known], survival[known]
    below = survival <= level + PLATEAU_TOLERANCE
    if not below.any():
        return float("nan")
    first = int(np.argmax(below))
    if survival[first] < level - PLATEAU_TOLERANCE:
        return float(time[first])
    lower = survival < level - PLATEAU_TOLERANCE
    if lower.any():
        return float((time[first] + time[np.argmax(lower)]) / 2)
    return float((time[first] + time[-1]) / 2) if known[-1] else float("nan")
