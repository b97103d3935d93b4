"""Firth's penalised likelihood: finite estimates where maximum likelihood runs to infinity.

The log-likelihood is penalised by half the log-determinant of the information (Jeffreys' prior; Firth, Biometrika
1993;80:27-38). Logistic regression after Heinze and Schemper, Statistics in Medicine 2002;21:2409-2419, Cox regression
after Heinze and Schemper, Biometrics 2001;57:114-119. Limits and p values come from the profile of the penalised
likelihood, as in R's logistf and coxphf, because under separation the likelihood is far from a parabola; Wald's are
there on request. The standard error is the root of the inverse information at the estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit
from scipy.stats import chi2, norm

from analytics.estimates.inputs import BoolArray, FloatArray
from analytics.estimates.newton import Likelihood, Maximum, maximise
from analytics.estimates.partial_likelihood import PartialLikelihood

# How often a search for a limit moves outwards (each time 1.6 times as far) before it gives up.
SEARCH_STEPS = 30
# Longest step of a standardised coefficient: far out the information is next to none, and steps without end.
LONGEST_STEP = 3.0


class PenalisableLikelihood(Likelihood, Protocol):
    """A likelihood whose information can be differentiated."""

    def log_determinant_gradient(self, beta: FloatArray, information: FloatArray) -> FloatArray:
        """Gradient of the log-determinant of the information."""


class LogisticLikelihood:
    """The binomial log-likelihood of a 0/1 outcome; the design holds the intercept."""

    def __init__(self, design: FloatArray, outcome: FloatArray, weights: FloatArray) -> None:
        self.design, self.outcome, self.weights = design, outcome, weights
        self.unit = float(weights.mean()) if len(weights) else 1.0

    def evaluate(self, beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log-likelihood, score and information."""
        predictor = self.design @ beta
        probability = expit(predictor)
        value = float(self.weights @ (self.outcome * predictor - np.logaddexp(0.0, predictor)))
        score = self.design.T @ (self.weights * (self.outcome - probability))
        variance = self.weights * probability * (1.0 - probability)
        return value, score, self.design.T @ (self.design * variance[:, None])

    def log_determinant_gradient(self, beta: FloatArray, information: FloatArray) -> FloatArray:
        """Sum of x_i h_i (1 - 2 p_i), with h_i the leverage of row i."""
        probability = expit(self.design @ beta)
        variance = self.weights * probability * (1.0 - probability)
        solved = np.linalg.solve(information, self.design.T)
        leverage = variance * np.einsum("ij,ji->i", self.design, solved)
        return self.design.T @ (leverage * (1.0 - 2.0 * probability))


class CoxLikelihood:
    """The partial likelihood; its information is differentiated by complex step, exact to rounding."""

    def __init__(self, partial: PartialLikelihood) -> None:
        self.partial, self.unit = partial, partial.unit

    def evaluate(self, beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log partial likelihood, score and information."""
        return self.partial.evaluate(beta)

    def log_determinant_gradient(self, beta: FloatArray, information: FloatArray) -> FloatArray:
        """trace(I^-1 dI / d beta_r) for each r."""
        size, tiny = len(beta), 1e-30
        inverse = np.linalg.inv(information)
        gradient = np.empty(size)
        for index in range(size):
            shifted = beta.astype(complex)
            shifted[index] += 1j * tiny
            derivative = self.partial.information(self.partial.moments(shifted)).imag / tiny
            gradient[index] = float(np.sum(inverse * derivative.T))
        return gradient


class Penalised:
    """A likelihood with Firth's penalty. The information given to Newton's method stays the unpenalised one."""

    def __init__(self, likelihood: PenalisableLikelihood) -> None:
        self.likelihood, self.unit = likelihood, likelihood.unit

    def evaluate(self, beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Penalised log-likelihood, its score, and the information of the unpenalised likelihood."""
        size = len(beta)
        unusable = float("-inf"), np.full(size, np.nan), np.full((size, size), np.nan)
        with np.errstate(over="ignore", invalid="ignore"):
            value, score, information = self.likelihood.evaluate(beta)
        if not np.isfinite(information).all():
            return unusable
        sign, log_determinant = np.linalg.slogdet(information)
        if sign <= 0 or not np.isfinite(log_determinant):
            return unusable
        gradient = self.likelihood.log_determinant_gradient(beta, information)
        return value + log_determinant / 2, score + gradient / 2, information


@dataclass(frozen=True)
class FirthFit:
    """Penalised estimates of standardised coefficients, with the limits and p values of each."""

    maximum: Maximum
    null_value: float
    covariance: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray


def firth_fit(
    likelihood: PenalisableLikelihood,
    size: int,
    *,
    always: BoolArray,
    interval: str = "profile",
    confidence: float = 0.95,
) -> FirthFit | None:
    """Penalised fit from a start at zero; None where even that has no maximum (a singular information).

    always: coefficients that the model without covariates has too (the intercept). interval: profile or wald.
    """
    if interval not in ("profile", "wald"):
        raise ValueError("interval must be profile or wald")
    penalised = Penalised(likelihood)
    maximum = penalised_maximum(penalised, np.zeros(size))
    if not maximum.converged:
        return None
    covariance = np.linalg.inv(maximum.information)
    null = penalised_maximum(penalised, np.zeros(size), always)
    se = np.sqrt(np.diag(covariance))
    if interval == "wald":
        width = norm.ppf(0.5 + confidence / 2) * se
        p_value = 2.0 * norm.sf(np.abs(maximum.beta / se))
        return FirthFit(maximum, null.value, covariance, maximum.beta - width, maximum.beta + width, p_value)
    low, high, p_value = (np.full(size, np.nan) for _ in range(3))
    for index in range(size):
        profile = _profile(penalised, maximum, index)
        drop = chi2.ppf(confidence, 1) / 2
        low[index] = _limit(profile, maximum, index, se[index], -1.0, drop)
        high[index] = _limit(profile, maximum, index, se[index], 1.0, drop)
        p_value[index] = chi2.sf(max(2.0 * (maximum.value - profile(0.0)), 0.0), 1)
    return FirthFit(maximum, null.value, covariance, low, high, p_value)


def penalised_maximum(penalised: Likelihood, start: FloatArray, free: BoolArray | None = None) -> Maximum:
    """Maximum of a penalised likelihood over the free coefficients.

    Newton steps with the unpenalised information serve nearly always. Where information is scarce (as many
    coefficients as events, or far out on a profile) they can fail, and a quasi-Newton search takes over.
    """
    found = maximise(penalised, start, free, max_iterations=200, longest_step=LONGEST_STEP)
    if found.converged:
        return found
    moving = np.ones(len(start), dtype=bool) if free is None else free

    def downhill(coefficients: FloatArray) -> tuple[float, FloatArray]:
        value, score, _ = penalised.evaluate(_filled(start, moving, coefficients))
        return (-value, -score[moving]) if np.isfinite(value) else (1e10, np.zeros(len(coefficients)))

    searched = minimize(downhill, start[moving], jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 2000})
    beta = _filled(start, moving, searched.x)
    value, score, information = penalised.evaluate(beta)
    converged = bool(np.isfinite(value)) and float(np.abs(score[moving]).max(initial=0.0)) < 1e-5
    return Maximum(beta, value, information, converged, found.drifting, int(searched.nit))


def _filled(start: FloatArray, moving: BoolArray, coefficients: FloatArray) -> FloatArray:
    """The start with the moving coefficients replaced."""
    beta = np.array(start, dtype=float)
    beta[moving] = coefficients
    return beta


def _profile(penalised: Penalised, maximum: Maximum, index: int) -> Callable[[float], float]:
    """The penalised likelihood as a function of one coefficient, the others at their best."""
    free = np.ones(len(maximum.beta), dtype=bool)
    free[index] = False
    best = {float(maximum.beta[index]): maximum.beta}

    def profile(coefficient: float) -> float:
        nearest = min(best, key=lambda known: abs(known - coefficient))
        start = best[nearest].copy()
        start[index] = coefficient
        reached = penalised_maximum(penalised, start, free)
        if not reached.converged:
            return float("nan")
        best[coefficient] = reached.beta
        return reached.value

    return profile


def _limit(
    profile: Callable[[float], float], maximum: Maximum, index: int, se: float, side: float, drop: float
) -> float:
    """Where the profile has fallen by `drop` on one side of the estimate; NaN where it never does."""
    centre, target = float(maximum.beta[index]), maximum.value - drop
    inner, distance = centre, 1.5 * se
    for _ in range(SEARCH_STEPS):
        outer = centre + side * distance
        value = profile(outer)
        if np.isnan(value):
            return float("nan")
        if value < target:
            low, high = sorted((inner, outer))
            try:
                return float(brentq(lambda point: profile(point) - target, low, high, xtol=1e-9 * max(se, 1e-3)))
            except ValueError:  # the profile could not be followed between the two
                return float("nan")
        inner, distance = outer, distance * 1.6
    return float("nan")
