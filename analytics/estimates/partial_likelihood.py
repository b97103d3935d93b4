"""Cox's partial likelihood: value, score, information and residuals in time linear in the rows.

Serves what lifelines lacks or does slowly: start-stop data, robust variance, the Grambsch-Therneau test, Firth's
penalty, and the last digits of a fit.

The trick that keeps it linear: a row adds the same products x x' at every event time it is at risk. So the sum over
event times of the risk set's second moments is sum_i x_i x_i' r_i L_i, where r_i is the row's weighted risk and
L_i the hazard accumulated while it was at risk, and no second moment is ever formed per event time.

Ties by Efron (1977): the d events of one time leave the risk set one d-th at a time; weights enter by their mean, as
in Therneau and Grambsch, "Modeling Survival Data" (2000), chapter 3, and R's survival package. Breslow as an option.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.estimates.inputs import BoolArray, FloatArray, IntArray, SurvivalData


@dataclass(frozen=True)
class Moments:
    """Sums over the risk sets at one value of the coefficients.

    One entry a "step": each event is one, since under Efron the tied events of a time leave one after the other.
    predictor: linear predictor of each row; risk: exp(predictor - shift). denominator, means: sum of the weighted
    risk, and mean of the covariates, over the risk set of each step. hazard: increment of the cumulative hazard (on
    the shifted scale) at each step.
    """

    predictor: NDArray[Any]
    risk: NDArray[Any]
    shift: float
    denominator: NDArray[Any]
    means: NDArray[Any]
    hazard: NDArray[Any]


class PartialLikelihood:
    """The partial likelihood of survival data and covariates (rows x columns, complete, in the data's order).

    Covariates are standardised (`mean`, `scale`); coefficients given and returned here are those of the
    standardised columns. A column without spread has scale 1.
    """

    def __init__(self, data: SurvivalData, covariates: FloatArray, ties: str = "efron") -> None:
        if ties not in ("efron", "breslow"):
            raise ValueError("ties must be efron or breslow")
        self.data = data
        self.unit = float(data.weights.mean()) if data.n else 1.0
        self.mean = covariates.mean(axis=0)
        spread = covariates.std(axis=0)
        self.scale = np.where(spread > 1e-10 * (1.0 + np.abs(self.mean)), spread, 1.0)
        # Columns x rows: every operation below runs along the rows of one covariate.
        self.columns = np.ascontiguousarray(((covariates - self.mean) / self.scale).T)
        self._place_rows()
        self._place_steps(ties)

    @property
    def n_parameters(self) -> int:
        """Number of covariate columns."""
        return len(self.columns)

    def _place_rows(self) -> None:
        """Slots are the distinct event times of each stratum; a row is at risk in the slots first..last."""
        data = self.data
        times, time_code = np.unique(data.durations, return_inverse=True)
        width = len(times) + 1
        code = data.strata * width + time_code
        self.slots, slot_of_event = np.unique(code[data.events], return_inverse=True)
        self.slot_stratum = self.slots // width
        self.slot_time = times[self.slots % width] if len(self.slots) else np.zeros(0)
        self.last = np.searchsorted(self.slots, code, side="right") - 1
        before = -1 if data.entry is None else np.searchsorted(times, data.entry, side="right") - 1
        self.first = np.searchsorted(self.slots, data.strata * width + before, side="right")
        self.event_rows = np.flatnonzero(data.events)
        self.event_slot = slot_of_event.reshape(-1).astype(np.int64)
        # Rows at risk at no event (censored before the first) go to a slot after the last, which is cut off.
        never = self.last < self.first
        self.leaving_slot = np.where(never, len(self.slots), self.last)
        self.entering_slot = np.where(never, len(self.slots), self.first)
        self.at_risk = ~never
        self.event_weight = np.where(data.events, data.weights, 0.0)

    def _place_steps(self, ties: str) -> None:
        """One step an event: its slot, and the share of its slot's events that has left before it."""
        count = np.bincount(self.event_slot, minlength=len(self.slots))
        self.step_slot = np.repeat(np.arange(len(self.slots)), count)
        ends = np.cumsum(count)
        position = np.arange(len(self.step_slot)) - (ends - count)[self.step_slot]
        weight = np.bincount(self.event_slot, self.data.weights[self.event_rows], len(self.slots))
        self.events_in_slot = count
        with np.errstate(invalid="ignore"):
            self.step_weight = (weight / count)[self.step_slot]
        self.step_share = position / count[self.step_slot] if ties == "efron" else np.zeros(len(self.step_slot))

    def moments(self, beta: NDArray[Any]) -> Moments:
        """Sums over the risk sets at `beta` (complex coefficients serve differentiation by complex step)."""
        predictor = beta @ self.columns
        shift = float(predictor.real.max(initial=0.0))
        risk = np.exp(predictor - shift)
        weighted = risk * self.data.weights
        zeroth = self._steps(weighted)
        means = np.empty((len(beta), len(self.step_slot)), dtype=risk.dtype)
        for index, column in enumerate(self.columns):
            means[index] = self._steps(weighted * column)
        with np.errstate(divide="ignore", invalid="ignore"):
            means /= zeroth
            hazard = self.step_weight / zeroth
        return Moments(predictor, risk, shift, zeroth, means, hazard)

    def _steps(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum of a row value over the risk set of each step."""
        length = len(self.slots)
        total = self._from_the_end(_sum_by(self.leaving_slot, values, length + 1)[:-1])
        if self.data.entry is not None:
            # Rows that enter after a slot are among those that leave after it, and must not count.
            late = _sum_by(self.entering_slot, values, length + 1)[:-1]
            total = total - (self._from_the_end(late) - late)
        tied = _sum_by(self.event_slot, values[self.event_rows], length)
        return total[self.step_slot] - self.step_share * tied[self.step_slot]

    def _from_the_end(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum over the slot and all later ones of its stratum."""
        return self._cumulative(values[::-1], self.slot_stratum[::-1])[::-1]

    def _cumulative(self, values: NDArray[Any], stratum: IntArray) -> NDArray[Any]:
        if len(stratum) == 0 or stratum[0] == stratum[-1]:
            return np.cumsum(values)
        # Within strata, not a difference of overall sums: a small stratum must not drown in a large one's rounding.
        if np.iscomplexobj(values):
            return self._cumulative(values.real, stratum) + 1j * self._cumulative(values.imag, stratum)
        return pd.Series(values).groupby(stratum, sort=False).cumsum().to_numpy()

    def accumulated(self, step_values: NDArray[Any]) -> NDArray[Any]:
        """Sum over the steps a row is at risk for; for an event, less the share it has already left.

        Multiplied by nothing else: with the hazard as the step value this is the row's cumulative hazard.
        """
        length = len(self.slots)
        by_slot = _sum_by(self.step_slot, step_values, length)
        running = self._cumulative(by_slot, self.slot_stratum)
        result = np.append(running, 0.0)[self.leaving_slot]
        if self.data.entry is not None:
            rows = np.flatnonzero(self.at_risk)
            before = self.first[rows] - 1
            same = (before >= 0) & (self.slot_stratum[before] == self.slot_stratum[self.last[rows]])
            result[rows] -= np.where(same, running[before], 0.0)
        already_left = _sum_by(self.step_slot, step_values * self.step_share, length)
        result[self.event_rows] -= already_left[self.event_slot]
        return result

    def value(self, moments: Moments) -> float:
        """Log partial likelihood."""
        of_events = float(self.event_weight @ moments.predictor)
        return of_events - float(self.step_weight @ (np.log(moments.denominator) + moments.shift))

    def score(self, moments: Moments, step_factor: FloatArray | float = 1.0) -> FloatArray:
        """Score, each event's contribution multiplied by a factor of its step (a function of time)."""
        weight = self.event_weight
        if not np.isscalar(step_factor):
            by_slot = np.zeros(len(self.slots))
            by_slot[self.step_slot] = step_factor
            weight = weight.copy()
            weight[self.event_rows] *= by_slot[self.event_slot]
        return self.columns @ weight - moments.means @ (self.step_weight * step_factor)

    def information(self, moments: Moments, step_factor: FloatArray | float = 1.0) -> NDArray[Any]:
        """Minus the second derivative, each step's variance multiplied by a factor of the step."""
        exposure = self.accumulated(moments.hazard * step_factor)
        weight = self.data.weights * moments.risk * exposure
        second = (self.columns * weight) @ self.columns.T
        return second - (moments.means * (self.step_weight * step_factor)) @ moments.means.T

    def evaluate(self, beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log partial likelihood, score and information."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            moments = self.moments(beta)
            return self.value(moments), self.score(moments), self.information(moments)

    def score_residuals(self, beta: FloatArray) -> FloatArray:
        """Each row's contribution to the score (rows x columns, unweighted), as R's `residuals(fit, "score")`.

        For row i: d_i (x_i - mean) - risk_i (x_i L_i - M_i), with L_i its cumulative hazard and M_i the hazard times
        the risk set's mean accumulated over the same steps (Lin and Wei 1989; ties by Efron).
        """
        moments = self.moments(beta)
        exposure = self.accumulated(moments.hazard)
        residuals = np.empty((self.n_parameters, len(exposure)))
        for index, column in enumerate(self.columns):
            mean = moments.means[index]
            expected = column * exposure - self.accumulated(moments.hazard * mean)
            residuals[index] = -moments.risk * expected
            mean_in_slot = _sum_by(self.step_slot, mean, len(self.slots)) / self.events_in_slot
            residuals[index, self.event_rows] += column[self.event_rows] - mean_in_slot[self.event_slot]
        return residuals.T

    def original_scale(self, beta: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Coefficients and covariance for the covariates as given."""
        return beta / self.scale, covariance / np.outer(self.scale, self.scale)

    def without(self, columns: BoolArray) -> PartialLikelihood:
        """The same likelihood with only the marked columns."""
        smaller = object.__new__(PartialLikelihood)
        smaller.__dict__.update(self.__dict__)
        smaller.columns = np.ascontiguousarray(self.columns[columns])
        smaller.mean, smaller.scale = self.mean[columns], self.scale[columns]
        return smaller


def _sum_by(index: IntArray, values: NDArray[Any], length: int) -> NDArray[Any]:
    """Sums of values by their index (0 .. length - 1)."""
    if np.iscomplexobj(values):
        return np.bincount(index, values.real, length) + 1j * np.bincount(index, values.imag, length)
    return np.bincount(index, values, length)
