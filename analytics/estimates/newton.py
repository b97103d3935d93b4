"""Newton's method for the likelihoods of this package, and the signature of an estimate that is not finite.

Everything here works on standardised covariates, so that one tolerance serves all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analytics.estimates.inputs import BoolArray, FloatArray

STEP_TOLERANCE = 1e-9
MAX_ITERATIONS = 60
HALVINGS = 60
# An estimate runs away when another Newton step would move a (standardised) coefficient by more than DRIFT although
# the likelihood gains next to nothing by it (NEGLIGIBLE_GAIN of one row's weight). A finite maximum cannot look like
# this: there the steps shrink with the gain. R's coxph words the same sign "Loglik converged before variable;
# coefficient may be infinite".
DRIFT = 0.05
NEGLIGIBLE_GAIN = 1e-7


class Likelihood(Protocol):
    """A (possibly penalised) log-likelihood of standardised coefficients.

    unit: the weight of one row, which tells how much of the likelihood counts as next to nothing.
    """

    unit: float

    def evaluate(self, beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Value, score and information at `beta`."""


@dataclass(frozen=True)
class Maximum:
    """Where Newton's method ended: coefficients, log-likelihood, information, and how it ended.

    `drifting` marks coefficients that run away to infinity.
    """

    beta: FloatArray
    value: float
    information: FloatArray
    converged: bool
    drifting: BoolArray
    iterations: int


def newton_step(information: FloatArray, score: FloatArray) -> FloatArray:
    """Solution of information x step = score; not finite where the information is singular."""
    try:
        return np.linalg.solve(information, score)
    except np.linalg.LinAlgError:
        return np.full(len(score), np.nan)


def maximise(
    likelihood: Likelihood,
    start: FloatArray,
    free: BoolArray | None = None,
    max_iterations: int = MAX_ITERATIONS,
    longest_step: float = np.inf,
) -> Maximum:
    """Maximum of a concave (or penalised) likelihood by Newton's method with step halving.

    free: coefficients that may move; the others stay at `start` (profile likelihoods). A penalised likelihood gives
    the information of its unpenalised part, so its steps shrink by a factor only, more of them are needed, and none
    may be longer than `longest_step`.
    """
    moving = np.ones(len(start), dtype=bool) if free is None else free
    previous, damping = np.zeros(len(start)), 1.0
    beta = np.array(start, dtype=float)
    value, score, information = likelihood.evaluate(beta)
    nowhere = np.zeros(len(beta), dtype=bool)
    for iteration in range(1, max_iterations + 1):
        step = np.zeros(len(beta))
        step[moving] = newton_step(information[np.ix_(moving, moving)], score[moving])
        if not np.isfinite(step).all():
            # Independent columns lose their information only on the way to infinity (probabilities of 0 and 1).
            return Maximum(beta, value, information, False, np.abs(previous) > DRIFT / 10, iteration)
        gain = float(step @ score) / 2
        if np.abs(step).max(initial=0.0) < STEP_TOLERANCE:
            return Maximum(beta, value, information, True, nowhere, iteration)
        if abs(gain) < NEGLIGIBLE_GAIN * likelihood.unit and np.abs(step).max() > DRIFT:
            return Maximum(beta, value, information, False, np.abs(step) > DRIFT / 10, iteration)
        # With the information of a part only, and few events, steps overshoot and swing about the maximum.
        if step @ previous < 0 and np.abs(step).max() > 0.5 * np.abs(previous).max():
            damping /= 2
        previous = step
        step = step * damping * min(1.0, longest_step / np.abs(step).max())
        beta, value, score, information = _improve(likelihood, beta, value, step)
    return Maximum(beta, value, information, False, nowhere, max_iterations)


def _improve(
    likelihood: Likelihood, beta: FloatArray, value: float, step: FloatArray
) -> tuple[FloatArray, float, FloatArray, FloatArray]:
    """The step, halved until the likelihood does not fall (by more than rounding)."""
    slack = 1e-12 * (1.0 + abs(value))
    for _ in range(HALVINGS):
        candidate = beta + step
        new_value, score, information = likelihood.evaluate(candidate)
        if np.isfinite(new_value) and new_value >= value - slack and np.isfinite(information).all():
            return candidate, new_value, score, information
        step = step / 2
    return (beta, *likelihood.evaluate(beta))


def independent_columns(gram: FloatArray, tolerance: float = 1e-12) -> BoolArray:
    """Columns that are no linear combination of columns before them, from their matrix of products.

    The diagonal tells each column's size; what is left of it after the earlier columns are swept out must exceed
    `tolerance` of it. Columns without any size are dependent.
    """
    size = np.diag(gram)
    scale = np.sqrt(np.where(size > 0, size, 1.0))
    swept = gram / np.outer(scale, scale)
    independent = np.zeros(len(size), dtype=bool)
    for column in range(len(size)):
        pivot = swept[column, column]
        if size[column] <= 0 or not np.isfinite(pivot) or pivot <= tolerance:
            continue
        independent[column] = True
        swept = swept - np.outer(swept[:, column], swept[column]) / pivot
    return independent
