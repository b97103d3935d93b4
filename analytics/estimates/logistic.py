"""Logistic regression (specification 5.1 item 4), answered by Firth's estimate where the data separate.

statsmodels fits; the last digits and the sign of separation come from Newton steps on the same likelihood.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.linalg import LinAlgError
from scipy.special import expit, xlogy
from statsmodels.tools.sm_exceptions import PerfectSeparationError

from analytics.estimates.design import TERM_COLUMNS, Design, complete_rows, encode
from analytics.estimates.firth import FirthFit, LogisticLikelihood, Penalised, firth_fit
from analytics.estimates.inputs import BoolArray, FloatArray, as_events, as_floats, column_of
from analytics.estimates.newton import Maximum, independent_columns, maximise
from analytics.estimates.results import (
    FIRTH,
    INTERCEPT,
    NOT_ESTIMATED,
    Regression,
    coefficient_table,
    empty_coefficients,
    labelled,
)


@dataclass
class LogisticRegression(Regression):
    """A logistic regression; `outcome`, `fitted` (probabilities) and `weights` are those of the rows used."""

    outcome: FloatArray = field(default_factory=lambda: np.empty(0))
    fitted: FloatArray = field(default_factory=lambda: np.empty(0))
    weights: FloatArray = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class _Problem:
    """Complete rows: the design with its intercept, and the standardised columns that can be estimated."""

    terms: pd.DataFrame
    standardised: FloatArray
    mean: FloatArray
    scale: FloatArray
    estimable: BoolArray
    outcome: FloatArray
    weights: FloatArray
    n_missing: int

    @property
    def likelihood(self) -> LogisticLikelihood:
        return LogisticLikelihood(self.standardised[:, self.estimable], self.outcome, self.weights)

    def original_scale(self, beta: FloatArray) -> FloatArray:
        """Coefficients (last axis) for the columns as given: the intercept takes back the centring."""
        slopes = beta[..., 1:] / self.scale[self.estimable][1:]
        intercept = beta[..., :1] - (slopes * self.mean[self.estimable][1:]).sum(axis=-1, keepdims=True)
        return np.concatenate([intercept, slopes], axis=-1)

    def original_covariance(self, covariance: FloatArray) -> FloatArray:
        """The covariance matrix for the columns as given."""
        return self.original_scale(self.original_scale(covariance).T)


def logistic_regression(
    frame: pd.DataFrame,
    outcome: str,
    covariates: Sequence[str],
    *,
    weights: str | None = None,
    references: Mapping[str, str] | None = None,
    on_separation: str = "firth",
    confidence: float = 0.95,
) -> LogisticRegression:
    """Maximum-likelihood logistic regression on complete cases, as R's `glm(family = binomial)`, with Wald limits.

    outcome: column of 0 and 1 (or booleans). covariates: columns; numbers enter as they are, anything else as a
    factor (`design.encode`), with `references` naming reference levels. weights: column of case weights.
    on_separation: `firth` answers infinite estimates with Firth's penalised ones (method "firth"), `refuse` with an
    explained table without numbers. Constant and collinear columns are left out and named in `aliased`.
    Raises ValueError for columns that do not exist and values that cannot be.
    """
    problem = _prepare(frame, outcome, covariates, weights, references)
    reason = _why_not(problem)
    if reason is not None:
        return _without_estimate(problem, reason, confidence)
    maximum = _fit(problem, weighted=weights is not None)
    if maximum.converged:
        return _result(problem, maximum, confidence)
    drifting = np.zeros(len(problem.estimable), dtype=bool)
    drifting[problem.estimable] = maximum.drifting
    separated = tuple(problem.terms.loc[drifting & (problem.terms["term"] != INTERCEPT), "term"])
    if not maximum.drifting.any():
        return _without_estimate(problem, "not estimated: the fit did not converge", confidence, converged=False)
    if on_separation == "firth":
        return _penalised(problem, separated, "profile", confidence)
    reason = "not estimated: the covariates separate the outcomes, so maximum likelihood is infinite"
    return _without_estimate(problem, reason, confidence, separated=separated)


def firth_logistic(
    frame: pd.DataFrame,
    outcome: str,
    covariates: Sequence[str],
    *,
    weights: str | None = None,
    references: Mapping[str, str] | None = None,
    interval: str = "profile",
    confidence: float = 0.95,
) -> LogisticRegression:
    """Firth's penalised logistic regression on complete cases, as R's `logistf`.

    Arguments as of `logistic_regression`. interval: `profile` (penalised likelihood ratio, as logistf) or `wald`.
    """
    problem = _prepare(frame, outcome, covariates, weights, references)
    reason = _why_not(problem)
    if reason is not None:
        return _without_estimate(problem, reason, confidence)
    return _penalised(problem, (), interval, confidence)


def _prepare(
    frame: pd.DataFrame,
    outcome: str,
    covariates: Sequence[str],
    weights: str | None,
    references: Mapping[str, str] | None,
) -> _Problem:
    observed = as_events(column_of(frame, outcome), outcome)
    weight = np.ones(len(frame)) if weights is None else as_floats(column_of(frame, weights), weights)
    if (weight < 0).any():
        raise ValueError(f"{weights} holds {int((weight < 0).sum())} negative values")
    present = complete_rows(frame, covariates) & ~np.isnan(observed) & ~np.isnan(weight)
    kept = present & (weight > 0)
    design = _with_intercept(encode(frame.loc[kept], covariates, references))
    matrix = design.matrix
    mean, scale = np.zeros(matrix.shape[1]), np.ones(matrix.shape[1])
    if len(matrix):
        mean[1:] = matrix[:, 1:].mean(axis=0)
        spread = matrix[:, 1:].std(axis=0)
        constant = spread <= 1e-10 * (1.0 + np.abs(mean[1:]))
        scale[1:] = np.where(constant, 1.0, spread)
        matrix = (matrix - mean) / scale
        matrix[:, 1:][:, constant] = 0.0
    estimable = independent_columns(matrix.T @ matrix)
    return _Problem(design.terms, matrix, mean, scale, estimable, observed[kept], weight[kept], int((~present).sum()))


def _with_intercept(design: Design) -> Design:
    first = pd.DataFrame([(INTERCEPT, INTERCEPT, None, None)], columns=list(TERM_COLUMNS)).astype(object)
    terms = pd.concat([first, design.terms], ignore_index=True)
    return Design(np.column_stack([np.ones(len(design.matrix)), design.matrix]), terms)


def _why_not(problem: _Problem) -> str | None:
    events = int(problem.outcome.sum())
    if len(problem.outcome) == 0:
        return "not estimated: no complete rows"
    if events == 0:
        return "not estimated: no events"
    if events == len(problem.outcome):
        return "not estimated: every row is an event"
    if problem.estimable.sum() >= len(problem.outcome):
        return "not estimated: not more rows than coefficients"
    return None


def _fit(problem: _Problem, *, weighted: bool) -> Maximum:
    design = problem.standardised[:, problem.estimable]
    start = np.zeros(design.shape[1])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # separation and non-convergence are judged below, on the likelihood
        try:
            if weighted:
                model = sm.GLM(problem.outcome, design, family=sm.families.Binomial(), freq_weights=problem.weights)
                start = np.asarray(model.fit().params)
            else:
                start = np.asarray(sm.Logit(problem.outcome, design).fit(method="newton", disp=0).params)
        except (LinAlgError, PerfectSeparationError, ValueError):
            start = np.zeros(design.shape[1])
    if not np.isfinite(start).all() or np.abs(start).max() > 15.0:
        start = np.zeros(design.shape[1])
    return maximise(problem.likelihood, start)


def _result(problem: _Problem, maximum: Maximum, confidence: float) -> LogisticRegression:
    covariance = problem.original_covariance(np.linalg.inv(maximum.information))
    beta = problem.original_scale(maximum.beta)
    table = coefficient_table(problem.terms, problem.estimable, beta, covariance, confidence=confidence)
    result = _frame_of(problem, table, confidence)
    result.covariance = labelled(covariance, problem.terms, problem.estimable)
    result.log_likelihood, result.null_log_likelihood = maximum.value, _null_log_likelihood(problem)
    result.iterations, result.likelihood, result.beta = maximum.iterations, problem.likelihood, maximum.beta
    result.fitted = expit(problem.standardised[:, problem.estimable] @ maximum.beta)
    return result


def _penalised(problem: _Problem, separated: tuple[str, ...], interval: str, confidence: float) -> LogisticRegression:
    size = int(problem.estimable.sum())
    always = np.arange(size) == 0
    fit = firth_fit(problem.likelihood, size, always=always, interval=interval, confidence=confidence)
    if fit is None:
        reason = "not estimated: the penalised likelihood has no maximum"
        return _without_estimate(problem, reason, confidence, separated=separated, converged=False)
    covariance = problem.original_covariance(fit.covariance)
    beta = problem.original_scale(fit.maximum.beta)
    table = coefficient_table(problem.terms, problem.estimable, beta, covariance, confidence=confidence)
    result = _frame_of(problem, _with_limits(table, problem, fit), confidence)
    result.covariance = labelled(covariance, problem.terms, problem.estimable)
    result.log_likelihood, result.null_log_likelihood = fit.maximum.value, fit.null_value
    result.method, result.separated, result.iterations = FIRTH, separated, fit.maximum.iterations
    result.fitted = expit(problem.standardised[:, problem.estimable] @ fit.maximum.beta)
    result.likelihood, result.beta = Penalised(problem.likelihood), fit.maximum.beta
    result.note = f"Firth's penalised likelihood, {interval} limits"
    return result


def _with_limits(table: pd.DataFrame, problem: _Problem, fit: FirthFit) -> pd.DataFrame:
    """Limits and p values of the slopes from the profile; the intercept of centred columns is not the one shown."""
    slopes = problem.estimable & (problem.terms["term"] != INTERCEPT).to_numpy()
    scale = problem.scale[slopes]
    table.loc[slopes, "ci_low"] = np.exp(fit.low[1:] / scale)
    table.loc[slopes, "ci_high"] = np.exp(fit.high[1:] / scale)
    table.loc[slopes, "p_value"] = fit.p_value[1:]
    return table


def _null_log_likelihood(problem: _Problem) -> float:
    total = float(problem.weights.sum())
    events = float(problem.weights @ problem.outcome)
    return float(xlogy(events, events / total) + xlogy(total - events, 1.0 - events / total))


def _frame_of(problem: _Problem, table: pd.DataFrame, confidence: float) -> LogisticRegression:
    return LogisticRegression(
        coefficients=table,
        covariance=pd.DataFrame(dtype=float),
        n=len(problem.outcome),
        n_events=int(problem.outcome.sum()),
        n_missing=problem.n_missing,
        aliased=tuple(problem.terms.loc[~problem.estimable, "term"]),
        confidence=confidence,
        outcome=problem.outcome,
        weights=problem.weights,
    )


def _without_estimate(
    problem: _Problem,
    reason: str,
    confidence: float,
    *,
    separated: tuple[str, ...] = (),
    converged: bool = True,
) -> LogisticRegression:
    result = _frame_of(problem, empty_coefficients(problem.terms, reason), confidence)
    result.method, result.note = NOT_ESTIMATED, reason
    result.separated, result.converged = separated, converged
    return result
