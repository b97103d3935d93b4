"""Diagnostics of a study's models, as rows of model_diagnostics (specification 5.1, 5.2).

Each row has a value, the threshold it is held against, and one of four states; a failed one never hides its estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from analytics.estimates.cox import CoxRegression
from analytics.estimates.goodness_of_fit import (
    area_under_curve,
    events_per_variable,
    hosmer_lemeshow,
    variance_inflation,
)
from analytics.estimates.logistic import LogisticRegression
from analytics.estimates.proportional_hazards import GLOBAL, proportional_hazards_test
from analytics.estimates.results import Regression, records
from analytics.protocol import Protocol

DIAGNOSTIC_COLUMNS = (
    "study_id",
    "model",
    "analysis",
    "covariate",
    "diagnostic",
    "value",
    "ci_low",
    "ci_high",
    "threshold",
    "status",
    "note",
)
PASS, WARN, FAIL, NOT_APPLICABLE = "pass", "warn", "fail", "not_applicable"
# Peduzzi et al. 1996 ask for ten events per variable, Vittinghoff and McCulloch 2007 accept five to nine.
COMFORTABLE_EVENTS_PER_VARIABLE = 10.0
# Complete cases below this share of the persons deserve a word.
MOSTLY_COMPLETE = 0.8
CHANCE = 0.5


@dataclass
class Diagnostics:
    """The diagnostics of one fit, collected row by row."""

    model: str
    analysis: str
    protocol: Protocol
    covariate: str | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        diagnostic: str,
        value: float,
        threshold: float,
        status: str,
        note: str | None = None,
        *,
        covariate: str | None = None,
        limits: tuple[float, float] = (np.nan, np.nan),
    ) -> None:
        """One row. Its name holds the analysis and covariate where there are several of the kind in a model."""
        about = covariate or self.covariate
        parts = [diagnostic, *(["univariable"] if self.analysis == "univariable" else []), *([about] if about else [])]
        self.rows.append(
            {
                "study_id": self.protocol.study_id,
                "model": self.model,
                "analysis": self.analysis,
                "covariate": about,
                "diagnostic": ":".join(parts),
                "value": value,
                "ci_low": limits[0],
                "ci_high": limits[1],
                "threshold": threshold,
                "status": status,
                "note": note,
            }
        )

    def frame(self) -> pd.DataFrame:
        """The rows as a frame with DIAGNOSTIC_COLUMNS."""
        return pd.DataFrame(self.rows, columns=list(DIAGNOSTIC_COLUMNS))


def diagnose(fit: Regression, into: Diagnostics) -> None:
    """Every diagnostic that the fit's kind has; of univariable fits only those that speak of one covariate."""
    estimability(fit, into)
    sample_size(fit, into)
    if into.analysis == "multivariable":
        collinearity(fit, into)
        completeness(fit, into)
    if isinstance(fit, LogisticRegression) and into.analysis == "multivariable":
        calibration(fit, into)
        discrimination(fit, into)
    if isinstance(fit, CoxRegression):
        proportional_hazards(fit, into)
        if into.analysis == "multivariable":
            agreement(fit, into)


def estimability(fit: Regression, into: Diagnostics) -> None:
    """Convergence, separation (or a monotone likelihood), and terms that could not be estimated."""
    failed = not fit.is_estimated
    into.add("convergence", float(fit.converged and not failed), 1.0, FAIL if failed else PASS, fit.note)
    if fit.separated:
        answer = "Firth's penalised estimates are shown" if fit.is_estimated else "nothing is estimated"
        note = f"maximum likelihood is infinite for {', '.join(fit.separated)}; {answer}"
        into.add("separation", float(len(fit.separated)), 0.0, FAIL, note)
    else:
        status = NOT_APPLICABLE if failed else PASS
        into.add("separation", np.nan if failed else 0.0, 0.0, status, fit.note if failed else None)
    if fit.aliased and not failed:
        note = f"constant, or determined by the terms before: {', '.join(fit.aliased)}"
        into.add("aliased_terms", float(len(fit.aliased)), 0.0, WARN, note)


def sample_size(fit: Regression, into: Diagnostics) -> None:
    """Events (of a logistic model: of the rarer outcome) per estimated coefficient."""
    minimum = into.protocol.min_events_per_variable
    value = events_per_variable(fit, both_outcomes=isinstance(fit, LogisticRegression))
    if np.isnan(value):
        reason = fit.note or "no coefficient could be estimated"
        into.add("events_per_variable", np.nan, minimum, NOT_APPLICABLE, reason)
        return
    status = FAIL if value < minimum else WARN if value < COMFORTABLE_EVENTS_PER_VARIABLE else PASS
    note = f"below {COMFORTABLE_EVENTS_PER_VARIABLE:g}" if status == WARN else None
    into.add("events_per_variable", value, minimum, status, note)


def collinearity(fit: Regression, into: Diagnostics) -> None:
    """Variance inflation of each covariate (of a factor the per-coefficient value), and the largest."""
    limit = into.protocol.max_vif
    table = variance_inflation(fit)
    if len(table) < 2:
        into.add("vif", np.nan, limit, NOT_APPLICABLE, fit.note or "needs at least two covariates")
        return
    into.add("vif", float(table["vif"].max()), limit, _above(limit)(float(table["vif"].max())), "the largest")
    for row in records(table):
        into.add("vif", row["vif"], limit, _above(limit)(row["vif"]), covariate=row["covariate"])


def completeness(fit: Regression, into: Diagnostics) -> None:
    """Share of the persons that are complete cases."""
    total = fit.n + fit.n_missing
    share = fit.n / total if total else np.nan
    status = NOT_APPLICABLE if not total else WARN if share < MOSTLY_COMPLETE else PASS
    into.add("complete_cases", share, MOSTLY_COMPLETE, status, f"{fit.n} of {total} persons")


def calibration(fit: LogisticRegression, into: Diagnostics) -> None:
    """Hosmer-Lemeshow test; the value is its p value."""
    limit = into.protocol.diagnostic_p
    test = hosmer_lemeshow(fit.outcome, fit.fitted) if fit.is_estimated else None
    if test is None or np.isnan(test.p_value):
        into.add("hosmer_lemeshow", np.nan, limit, NOT_APPLICABLE, fit.note if test is None else test.note)
        return
    note = f"p value; chi-square {test.statistic:.3g}, df {test.df}"
    into.add("hosmer_lemeshow", test.p_value, limit, _below(limit)(test.p_value), note)


def discrimination(fit: LogisticRegression, into: Diagnostics) -> None:
    """Area under the ROC curve with DeLong's limits, on the persons that made the model."""
    if not fit.is_estimated:
        into.add("auc", np.nan, CHANCE, NOT_APPLICABLE, fit.note)
        return
    area = area_under_curve(fit.outcome, fit.fitted, fit.confidence)
    status = PASS if area.ci_low > CHANCE else WARN
    note = "DeLong limits; optimistic, since on the persons the model was made from"
    into.add("auc", area.value, CHANCE, status, note, limits=(area.ci_low, area.ci_high))


def proportional_hazards(fit: CoxRegression, into: Diagnostics) -> None:
    """Grambsch-Therneau test of each covariate and of all together; the value is the p value."""
    limit = into.protocol.diagnostic_p
    tests = proportional_hazards_test(fit)
    for row in records(tests):
        overall = row["covariate"] == GLOBAL
        if overall and into.analysis == "univariable":
            continue
        p_value = row["p_value"]
        status = NOT_APPLICABLE if np.isnan(p_value) else _below(limit)(p_value)
        note = row["note"] if np.isnan(p_value) else f"p value; chi-square {row['statistic']:.3g}, df {row['df']:g}"
        into.add("proportional_hazards", p_value, limit, status, note, covariate=None if overall else row["covariate"])


def agreement(fit: CoxRegression, into: Diagnostics) -> None:
    """Harrell's concordance with its limits."""
    measured = fit.concordance()
    if not fit.is_estimated or np.isnan(measured.value):
        into.add("concordance", np.nan, CHANCE, NOT_APPLICABLE, fit.note or "no comparable pairs")
        return
    width = float(norm.ppf(0.5 + fit.confidence / 2)) * measured.std_error
    limits = (max(0.0, measured.value - width), min(1.0, measured.value + width))
    into.add("concordance", measured.value, CHANCE, PASS if limits[0] > CHANCE else WARN, limits=limits)


def _above(limit: float) -> Callable[[float], str]:
    return lambda value: FAIL if value > limit else PASS


def _below(limit: float) -> Callable[[float], str]:
    return lambda value: FAIL if value < limit else PASS
