"""Harrell's concordance with weights and strata, in n log n time without a loop over rows.

lifelines has it without weights, strata or standard error. Pairs and variance as in R's `concordance`: of two rows
the one with the earlier event should have the higher risk; an event and a censoring at one time are comparable, two
events at one time are not; the variance is the sum of squares of each row's influence (infinitesimal jackknife;
Therneau and Atkinson, "Concordance", vignette of R's survival package).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.estimates.inputs import FloatArray, IntArray, SurvivalData


@dataclass(frozen=True)
class Concordance:
    """Concordance (0.5 = chance; ties count half), its standard error, and the pairs behind it (weighted)."""

    value: float
    std_error: float
    concordant: float
    discordant: float
    tied: float


def concordance(data: SurvivalData, risk_score: FloatArray) -> Concordance:
    """Concordance of a risk score (higher = earlier event) within strata. NaN without comparable pairs."""
    # One covariate pattern must have one rank, whatever the last digit of its score.
    scale = float(np.abs(risk_score).max(initial=0.0)) or 1.0
    rank = np.unique(np.round(risk_score / scale, 11), return_inverse=True)[1].reshape(-1).astype(np.int64)
    times = _TimeCodes.of(data)
    influence = _as_earlier(data, rank, times)
    totals = data.weights[data.events] @ influence[data.events]
    pairs = float(totals.sum())
    if pairs <= 0:
        return Concordance(float("nan"), float("nan"), 0.0, 0.0, 0.0)
    influence = influence + _as_later(data, rank, times)
    concordant, discordant, tied = (float(total) for total in totals)
    somers = (concordant - discordant) / pairs
    jackknife = data.weights * (influence[:, 0] - influence[:, 1] - somers * influence.sum(axis=1)) / pairs
    return Concordance((somers + 1) / 2, float(np.sqrt(jackknife @ jackknife) / 2), concordant, discordant, tied)


@dataclass(frozen=True)
class _TimeCodes:
    """Whole numbers in the order of time, from `start` of each row's stratum on, so that strata never mix.

    Even codes are times, the odd one after each is for censorings: they outlive the events of their time.
    """

    width: int
    start: IntArray
    at: IntArray
    leaves: IntArray
    enters: IntArray | None

    @classmethod
    def of(cls, data: SurvivalData) -> _TimeCodes:
        times = np.unique(data.durations)
        width = 2 * len(times) + 4
        start = data.strata * width
        at = start + 2 * np.searchsorted(times, data.durations, side="right")
        enters = None if data.entry is None else start + 2 * np.searchsorted(times, data.entry, side="right")
        return cls(width, start, at, at + np.where(data.events, 0, 1), enters)


def _as_earlier(data: SurvivalData, rank: IntArray, times: _TimeCodes) -> FloatArray:
    """For each event: weight of the rows that outlive it, with a lower, higher and equal score (others: zeros)."""
    event = np.flatnonzero(data.events)
    result = np.zeros((data.n, 3))
    after_all = times.start[event] + times.width - 1
    rows = WeightedCounter(times.leaves, rank, data.weights)
    result[event] = rows.compare(times.at[event], after_all, rank[event])
    if times.enters is not None:
        # Rows that enter at or after the event are not at risk at it.
        late = WeightedCounter(times.enters, rank, data.weights)
        result[event] -= late.compare(times.at[event] - 1, after_all, rank[event])
    return result


def _as_later(data: SurvivalData, rank: IntArray, times: _TimeCodes) -> FloatArray:
    """For each row: weight of the events it outlives, by whether the pair is concordant, discordant or tied."""
    event = np.flatnonzero(data.events)
    events = WeightedCounter(times.at[event], rank[event], data.weights[event])
    counted = events.compare(times.start, times.leaves - 1, rank)
    if times.enters is not None:
        counted -= events.compare(times.start, times.enters, rank)
    # Seen from the later row, the pair is concordant when the event's score is the higher one.
    return counted[:, [1, 0, 2]]


class WeightedCounter:
    """Weight of the points with a < key <= b and rank below, above or equal to r, for many (a, b, r) at once.

    A wavelet matrix (Claude, Navarro and Ordonez 2015): the ranks' bits from the highest down, the points stably
    parted by each bit; a query follows its own rank's bits and collects the weight of the points that turn lower.
    """

    def __init__(self, key: IntArray, rank: IntArray, weight: FloatArray) -> None:
        order = np.argsort(key, kind="stable")
        self.key, self.bits = key[order], max(1, int(rank.max(initial=0)).bit_length())
        self.total = np.concatenate([[0.0], np.cumsum(weight[order])])
        self.levels: list[tuple[IntArray, FloatArray, int]] = []
        rank, weight = rank[order], weight[order]
        for bit in reversed(range(self.bits)):
            low = (rank >> bit) & 1 == 0
            zeros = np.concatenate([[0], np.cumsum(low)])
            zero_weight = np.concatenate([[0.0], np.cumsum(np.where(low, weight, 0.0))])
            self.levels.append((zeros, zero_weight, int(zeros[-1])))
            rank = np.concatenate([rank[low], rank[~low]])
            weight = np.concatenate([weight[low], weight[~low]])
        self.final = np.concatenate([[0.0], np.cumsum(weight)])

    def compare(self, after: IntArray, until: IntArray, rank: IntArray) -> FloatArray:
        """Columns: weight below, above and equal to `rank` among the points with after < key <= until."""
        low = np.searchsorted(self.key, after, side="right")
        high = np.maximum(np.searchsorted(self.key, until, side="right"), low)
        total = self.total[high] - self.total[low]
        below = np.zeros(len(high))
        for bit, (zeros, zero_weight, first_one) in zip(reversed(range(self.bits)), self.levels, strict=True):
            is_one = (rank >> bit) & 1 == 1
            below += np.where(is_one, zero_weight[high] - zero_weight[low], 0.0)
            low = np.where(is_one, first_one + low - zeros[low], zeros[low])
            high = np.where(is_one, first_one + high - zeros[high], zeros[high])
        equal = self.final[high] - self.final[low]
        return np.column_stack([below, total - below - equal, equal])
