"""1:1 matching on the logit of the propensity score within a caliper, without replacement (specification 5.1 item 6).

Greedy nearest neighbour from the highest score down, as R's
`MatchIt::matchit(method = "nearest", link = "linear.logit", caliper = , std.caliper = TRUE, m.order = "largest")`.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from analytics.comparison.propensity import Propensity
from analytics.estimates.inputs import FloatArray, IntArray


def match_pairs(propensity: Propensity, caliper_sd: float) -> IntArray:
    """Number of the pair each row belongs to (from 0), -1 for rows without a partner.

    caliper_sd: widest distance, in standard deviations of the logit over all rows. Partners are sought for the rows of
    the smaller arm (the treated at a tie). Equally near partners: the first in the frame's order.
    """
    pairs = np.full(len(propensity.score), -1, dtype=np.int64)
    if not propensity.is_estimated:
        return pairs
    is_treated = propensity.treatment == 1.0
    is_focal = is_treated if is_treated.sum() <= (~is_treated).sum() else ~is_treated
    logit = propensity.logit
    caliper = caliper_sd * float(np.std(logit, ddof=1))
    focal = np.flatnonzero(is_focal)
    order = focal[np.argsort(-logit[focal], kind="stable")]
    available = _Available(logit, np.flatnonzero(~is_focal))
    pair = 0
    for row in order:
        partner = available.take_nearest(float(logit[row]), caliper)
        if partner is not None:
            pairs[[row, partner]] = pair
            pair += 1
    return pairs


class _Available:
    """Rows that still have no partner, by logit: the nearest is beside the place where the wanted value would stand."""

    def __init__(self, logit: FloatArray, rows: IntArray) -> None:
        # By logit, equal ones in the frame's order.
        ordered = rows[np.lexsort((rows, logit[rows]))]
        self.keys: list[tuple[float, int]] = [(float(logit[row]), int(row)) for row in ordered]

    def take_nearest(self, value: float, caliper: float) -> int | None:
        """The nearest row within the caliper, which is then gone; None where there is none."""
        place = bisect_left(self.keys, (value, -1))
        candidates = []
        if place < len(self.keys):
            key = self.keys[place]
            candidates.append((abs(key[0] - value), key[1], place))
        if place > 0:
            below = self.keys[place - 1][0]
            first = bisect_left(self.keys, (below, -1))
            candidates.append((abs(below - value), self.keys[first][1], first))
        if not candidates:
            return None
        distance, row, position = min(candidates)
        if distance > caliper:
            return None
        del self.keys[position]
        return row
