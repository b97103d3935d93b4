"""Propensity of treatment, the weights made from it, and what they leave of the sample (specification 5.1 item 6).

Treatment is 1 for the class compared, 0 for the reference. Overlap weights (Li, Morgan and Zaslavsky, JASA 2018;
113:390-400) compare the persons who could have been given either; inverse-probability weights stand for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.estimates.inputs import FloatArray
from analytics.estimates.logistic import LogisticRegression, firth_logistic, logistic_regression

OVERLAP, INVERSE_PROBABILITY = "overlap", "inverse_probability"
WEIGHTINGS = (OVERLAP, INVERSE_PROBABILITY)
# Scores outside are persons who were hardly ever given one of the two (Stuermer et al. 2010 trim from there on).
EXTREME_SCORES = (0.05, 0.95)
TREATMENT = "treatment"


@dataclass(frozen=True)
class Propensity:
    """A propensity model. treatment, score, logit: one value a row of the frame it was made from, in its order.

    fit: the logistic regression; note: why there are no scores (then they are NaN), else None.
    """

    treatment: FloatArray
    score: FloatArray
    fit: LogisticRegression | None
    note: str | None = None

    @property
    def logit(self) -> FloatArray:
        """The linear predictor."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.score / (1.0 - self.score)), dtype=float)

    @property
    def is_estimated(self) -> bool:
        """Whether there are scores."""
        return self.note is None


def propensity_model(frame: pd.DataFrame, treatment: str, covariates: Sequence[str]) -> Propensity:
    """Probability of treatment given covariates, as R's `glm(treatment ~ ..., family = binomial)`.

    frame: complete rows (see `with_missing_as_level`); treatment: a column of 0 and 1; numbers enter as they are,
    anything else as a factor. Separation is answered by Firth's estimate, whose scores stay inside (0, 1).
    """
    arm = frame[treatment].to_numpy(dtype=float)
    nothing = np.full(len(frame), np.nan)
    if len(np.unique(arm)) < 2:
        return Propensity(arm, nothing, None, "not estimated: fewer than two arms have patients")
    fit = logistic_regression(frame, treatment, list(covariates), on_separation="refuse")
    if fit.separated:
        separated = fit.separated
        fit = firth_logistic(frame, treatment, list(covariates), interval="wald")
        fit.separated = separated
    if not fit.is_estimated:
        return Propensity(arm, nothing, fit, fit.note or "not estimated")
    return Propensity(arm, np.asarray(fit.fitted, dtype=float), fit)


def with_missing_as_level(factors: pd.DataFrame) -> pd.DataFrame:
    """Factors whose unknown values are a level of their own, `missing` (Rosenbaum and Rubin, JASA 1984;79:516-524).

    So nobody leaves the comparison, and balance is asked of missingness as well. Numbers stay as they are.
    """
    columns = {}
    for name in factors.columns:
        column = factors[name]
        if isinstance(column.dtype, pd.CategoricalDtype) and column.isna().any():
            column = column.cat.add_categories("missing").fillna("missing")
        columns[name] = column
    return pd.DataFrame(columns, index=factors.index)


def weights(propensity: Propensity, weighting: str) -> FloatArray:
    """Overlap weights (1 - score for the treated, score for the others) or inverse-probability weights (1 / score,
    1 / (1 - score)); one a row. Raises ValueError for another name.
    """
    score = propensity.score
    is_treated = propensity.treatment == 1.0
    if weighting == OVERLAP:
        return np.where(is_treated, 1.0 - score, score)
    if weighting == INVERSE_PROBABILITY:
        return np.where(is_treated, 1.0 / score, 1.0 / (1.0 - score))
    raise ValueError(f"weighting must be one of {', '.join(WEIGHTINGS)}")


def effective_sample_size(case_weights: FloatArray) -> float:
    """Kish's (sum w)^2 / sum w^2: how many persons of equal weight would tell as much; 0 for none."""
    squared = float((case_weights**2).sum())
    return float(case_weights.sum() ** 2 / squared) if squared > 0 else 0.0


@dataclass(frozen=True)
class Positivity:
    """Whether both treatments were possible for everybody.

    common_support: the range of scores that both arms have; outside_support: share of persons outside it;
    extreme: share with a score outside EXTREME_SCORES; largest_weight: of the inverse-probability weights.
    """

    common_support: tuple[float, float]
    outside_support: float
    extreme: float
    largest_weight: float


def positivity(propensity: Propensity) -> Positivity:
    """Overlap of the arms' scores; all NaN without scores."""
    if not propensity.is_estimated:
        return Positivity((np.nan, np.nan), np.nan, np.nan, np.nan)
    score, is_treated = propensity.score, propensity.treatment == 1.0
    low = max(score[is_treated].min(), score[~is_treated].min())
    high = min(score[is_treated].max(), score[~is_treated].max())
    return Positivity(
        common_support=(float(low), float(high)),
        outside_support=float(((score < low) | (score > high)).mean()),
        extreme=float(((score < EXTREME_SCORES[0]) | (score > EXTREME_SCORES[1])).mean()),
        largest_weight=float(weights(propensity, INVERSE_PROBABILITY).max()),
    )
