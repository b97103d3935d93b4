"""A study's regressions as tables (specification 5.1 items 4, 5): univariable for every covariate, multivariable by the
entry rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.estimates.covariates import composite_conflicts
from analytics.estimates.cox import cox_regression
from analytics.estimates.diagnostics import NOT_APPLICABLE, PASS, WARN, Diagnostics, diagnose
from analytics.estimates.goodness_of_fit import factor_tests
from analytics.estimates.logistic import logistic_regression
from analytics.estimates.results import INTERCEPT, Regression, records
from analytics.protocol import Protocol

RESULT_COLUMNS = (
    "study_id",
    "model",
    "analysis",
    "term",
    "outcome",
    "covariate",
    "label",
    "level",
    "reference_level",
    "n",
    "events",
    "n_missing",
    "coef",
    "se",
    "ratio",
    "ci_low",
    "ci_high",
    "p_value",
    "factor_p_value",
    "is_in_multivariable",
    "method",
    "note",
)
UNIVARIABLE, MULTIVARIABLE = "univariable", "multivariable"


@dataclass(frozen=True)
class StudyModel:
    """One model of a study: its name in the tables, its outcome, and how it is fitted to a frame."""

    name: str
    outcome: str
    fit: Callable[[pd.DataFrame, Sequence[str]], Regression]


def logistic_model(outcome: str) -> StudyModel:
    """Logistic regression of a 0/1 column, the protocol's covariates as categorical columns beside it."""
    return StudyModel(
        f"logistic_{outcome}", outcome, lambda frame, covariates: logistic_regression(frame, outcome, covariates)
    )


def cox_model(endpoint: str) -> StudyModel:
    """Cox regression of the columns time_days and is_event."""
    return StudyModel(
        f"cox_{endpoint}",
        endpoint,
        lambda frame, covariates: cox_regression(frame, "time_days", "is_event", covariates),
    )


def regression_tables(model: StudyModel, frame: pd.DataFrame, protocol: Protocol) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of regression_results (RESULT_COLUMNS) and of model_diagnostics for one model.

    frame: one row a person, the outcome's columns and one categorical column for each of the protocol's covariates,
    the reference level first. A covariate enters the multivariable model when its univariable likelihood-ratio p is
    below the protocol's `entry_p`, or when it is forced; composites and their parts never enter together. What was
    left out for that has an explained row without numbers.
    """
    rows: list[dict[str, Any]] = []
    diagnostics: list[pd.DataFrame] = []
    p_values: dict[str, float] = {}
    for name in protocol.covariate_names:
        fit = model.fit(frame, [name])
        p_values[name] = fit.likelihood_ratio_p
        rows += _rows(fit, model, UNIVARIABLE, protocol, {name: p_values[name]})
        collected = Diagnostics(model.name, UNIVARIABLE, protocol, covariate=name)
        diagnose(fit, collected)
        diagnostics.append(collected.frame())
    entering = [name for name in p_values if p_values[name] < protocol.entry_p or name in protocol.forced_covariates]
    left_out = composite_conflicts(entering, protocol.covariates)
    chosen = [name for name in entering if name not in left_out]
    collected = Diagnostics(model.name, MULTIVARIABLE, protocol)
    _describe_entry(chosen, left_out, collected)
    if chosen:
        fit = model.fit(frame, chosen)
        tests = {row["covariate"]: row["p_value"] for row in records(factor_tests(fit))}
        rows += _rows(fit, model, MULTIVARIABLE, protocol, tests)
        diagnose(fit, collected)
    rows += [_left_out_row(name, other, model, frame, protocol) for name, other in left_out.items()]
    table = pd.DataFrame(rows, columns=list(RESULT_COLUMNS))
    table["is_in_multivariable"] = table["covariate"].isin(chosen)
    return table, pd.concat([*diagnostics, collected.frame()], ignore_index=True)


def _rows(
    fit: Regression, model: StudyModel, analysis: str, protocol: Protocol, factor_p_values: dict[str, float]
) -> list[dict[str, Any]]:
    """The fit's terms; a logistic model's intercept is no result."""
    labels = {covariate.name: covariate.label for covariate in protocol.covariates}
    shared: dict[str, Any] = {
        "study_id": protocol.study_id,
        "model": model.name,
        "analysis": analysis,
        "outcome": model.outcome,
    }
    shared |= {"n": fit.n, "events": fit.n_events, "n_missing": fit.n_missing, "method": fit.method}
    rows = []
    for term in records(fit.coefficients):
        name = term["covariate"]
        if name == INTERCEPT:
            continue
        own = {"label": labels[name], "factor_p_value": factor_p_values.get(name, np.nan)}
        rows.append({**term, **shared, **own, "note": term["note"] or fit.note})
    return rows


def _left_out_row(name: str, other: str, model: StudyModel, frame: pd.DataFrame, protocol: Protocol) -> dict[str, Any]:
    label = next(covariate.label for covariate in protocol.covariates if covariate.name == name)
    row: dict[str, Any] = dict.fromkeys(RESULT_COLUMNS, np.nan)
    row |= {"study_id": protocol.study_id, "model": model.name, "analysis": MULTIVARIABLE, "outcome": model.outcome}
    row |= {"term": name, "covariate": name, "label": label, "level": None, "reference_level": None}
    row |= {"n": 0, "events": 0, "n_missing": int(frame[name].isna().sum()), "method": "not_estimated"}
    return row | {"note": f"left out: determined together with {other}, which stands earlier in the protocol"}


def _describe_entry(chosen: list[str], left_out: dict[str, str], into: Diagnostics) -> None:
    note = ", ".join(chosen) if chosen else "no covariate is below entry_p and none is forced: no multivariable model"
    into.add("covariates_entered", float(len(chosen)), into.protocol.entry_p, PASS if chosen else NOT_APPLICABLE, note)
    for name, other in left_out.items():
        note = f"left out of the multivariable model: {other} stands earlier in the protocol and determines it partly"
        into.add("structural_collinearity", 1.0, 0.0, WARN, note, covariate=name)
