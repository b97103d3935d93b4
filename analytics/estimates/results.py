"""What every regression of this package returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from analytics.estimates.design import TERM_COLUMNS
from analytics.estimates.inputs import BoolArray, FloatArray
from analytics.estimates.newton import Likelihood

COEFFICIENT_COLUMNS = (
    *TERM_COLUMNS,
    "coef",
    "se",
    "naive_se",
    "ratio",
    "ci_low",
    "ci_high",
    "statistic",
    "p_value",
    "note",
)
MAXIMUM_LIKELIHOOD = "maximum_likelihood"
FIRTH = "firth"
NOT_ESTIMATED = "not_estimated"
INTERCEPT = "(Intercept)"


@dataclass
class Regression:
    """A fitted regression, or the reason why there is none.

    coefficients: one row a term (COEFFICIENT_COLUMNS; a logistic model's intercept first). `ratio`, `ci_low` and
    `ci_high` are exp(coef) and its limits: odds ratios or hazard ratios. `se` is the one behind the limits, `naive_se`
    the model-based one where that differs (robust variance). A term that could not be estimated has NaN and a note.
    covariance: of the estimated coefficients, labelled by term.
    method: maximum_likelihood, firth (penalised likelihood, the answer to separation) or not_estimated.
    n, n_events, n_missing: rows used, events among them, rows left out for a missing value.
    separated: terms whose maximum-likelihood estimate is infinite. aliased: terms that are constant or a linear
    combination of the terms before them. note: why nothing was estimated, or how.
    likelihood, beta: the likelihood that was maximised and its (standardised) coefficients, for further tests.
    """

    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    n: int
    n_events: int
    n_missing: int
    log_likelihood: float = float("nan")
    null_log_likelihood: float = float("nan")
    method: str = MAXIMUM_LIKELIHOOD
    converged: bool = True
    separated: tuple[str, ...] = ()
    aliased: tuple[str, ...] = ()
    note: str | None = None
    iterations: int = 0
    confidence: float = 0.95
    robust: bool = False
    likelihood: Likelihood | None = None
    beta: FloatArray = field(default_factory=lambda: np.empty(0))

    @property
    def is_estimated(self) -> bool:
        """Whether there are estimates at all."""
        return self.method != NOT_ESTIMATED

    @property
    def df(self) -> int:
        """Coefficients estimated, the intercept not counted."""
        terms = self.coefficients.loc[self.coefficients["coef"].notna(), "term"]
        return int((terms != INTERCEPT).sum())

    @property
    def likelihood_ratio(self) -> float:
        """Twice the gain in (penalised) log-likelihood over the model without covariates."""
        return 2.0 * (self.log_likelihood - self.null_log_likelihood)

    @property
    def likelihood_ratio_p(self) -> float:
        """P value of the likelihood-ratio test of all covariates together; NaN where nothing was estimated."""
        if not self.is_estimated or self.df == 0:
            return float("nan")
        return float(chi2.sf(max(self.likelihood_ratio, 0.0), self.df))


def coefficient_table(
    terms: pd.DataFrame,
    estimated: BoolArray,
    beta: FloatArray,
    covariance: FloatArray,
    *,
    naive: FloatArray | None = None,
    confidence: float = 0.95,
    note: str = "not estimated: constant, or determined by the terms before it",
) -> pd.DataFrame:
    """Wald table of all terms; `beta` and `covariance` are those of the estimated ones."""
    table = empty_coefficients(terms, note)
    se = np.sqrt(np.diag(covariance)) if len(beta) else np.empty(0)
    width = norm.ppf(0.5 + confidence / 2) * se
    # A coefficient per tiny unit may be beyond what exp can hold; its ratio is then infinite, the coefficient is not.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        statistic = beta / se
        ratios = {"ratio": np.exp(beta), "ci_low": np.exp(beta - width), "ci_high": np.exp(beta + width)}
    values = {
        "coef": beta,
        "se": se,
        "naive_se": se if naive is None else np.sqrt(np.diag(naive)),
        **ratios,
        "statistic": statistic,
        "p_value": 2.0 * norm.sf(np.abs(statistic)),
    }
    for name, column in values.items():
        table.loc[estimated, name] = column
    table.loc[estimated, "note"] = None
    return table


def empty_coefficients(terms: pd.DataFrame, note: str | None) -> pd.DataFrame:
    """The table of terms without any estimate, each with the reason."""
    table = terms.reindex(columns=list(COEFFICIENT_COLUMNS)).reset_index(drop=True)
    numbers = [name for name in COEFFICIENT_COLUMNS if name not in (*TERM_COLUMNS, "note")]
    table[numbers] = table[numbers].astype(float)
    table["note"] = pd.Series([note] * len(table), dtype=object)
    return table


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings by column name."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]


def labelled(covariance: FloatArray, terms: pd.DataFrame, estimated: BoolArray) -> pd.DataFrame:
    """A covariance matrix with the estimated terms as its labels."""
    names = terms.loc[estimated, "term"].tolist()
    return pd.DataFrame(covariance, index=names, columns=names)
