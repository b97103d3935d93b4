"""Regression tables, forest plots and the diagnostics that failed (specification 5.1 items 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.disclosure import Key
from analytics.estimates.results import records
from analytics.report.cells import DASH, Cell, Table, interval, known, number, p_value, pretty
from analytics.report.study import COHORT, GROUPS, Study, level_words

MODEL_WORDS = {
    "logistic_primary_resistance": "Risk factors for primary resistance (logistic regression)",
    "cox_os": "Overall survival (Cox regression)",
    "cox_pfs": "Progression-free survival (Cox regression)",
}
RATIO_WORDS = {"logistic": "Odds ratio", "cox": "Hazard ratio"}
DIAGNOSTIC_WORDS = {
    "events_per_variable": "too few events per variable",
    "vif": "covariates explain each other (variance inflation)",
    "proportional_hazards": "hazards are not proportional over time, so that one hazard ratio is an average",
    "hosmer_lemeshow": "predicted and observed risks differ (Hosmer-Lemeshow)",
    "separation": "a covariate separates the outcomes; Firth's penalised estimate is given",
    "convergence": "the fit did not converge",
}

# Scores and the measurements they are computed from. They may share a model: the specification resolves only composites
# that a protocol declares (BCLC with its parts) and leaves what merely overlaps to the variance inflation.
SCORE_PARTS = {
    "albi_score": ("total_bilirubin_umol_l", "albumin_g_l"),
    "albi_grade": ("total_bilirubin_umol_l", "albumin_g_l"),
    "child_pugh_score": ("total_bilirubin_umol_l", "albumin_g_l", "inr", "ascites", "encephalopathy"),
    "child_pugh_class": ("total_bilirubin_umol_l", "albumin_g_l", "inr", "ascites", "encephalopathy"),
    "fib_4": ("age_years", "ast_u_l", "alt_u_l", "platelets_10_9_l"),
    "meld_score": ("total_bilirubin_umol_l", "inr", "creatinine_umol_l"),
    "nlr": ("neutrophils_10_9_l", "lymphocytes_10_9_l"),
    "plr": ("platelets_10_9_l", "lymphocytes_10_9_l"),
}
# Diagnostics whose value is a p value, and those that are true or false.
P_VALUES = ("proportional_hazards", "hosmer_lemeshow")
YES_NO = ("separation", "convergence")


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest plot; headings have no ratio."""

    label: str
    ratio: float
    ci_low: float
    ci_high: float
    text: str
    side: str = ""
    is_heading: bool = False


@dataclass(frozen=True)
class ForestFigure:
    """A forest plot; directions: words for the left and the right of 1."""

    slug: str
    title: str
    ratio_words: str
    rows: Sequence[ForestRow]
    directions: tuple[str, str]
    side_title: str = ""


def regression_table(study: Study, model: str) -> Table:
    """Univariable and multivariable results side by side; counts are those of each covariate's complete cases."""
    results = study.frame("regression_results")
    part = results.loc[results["model"] == model]
    kind = RATIO_WORDS[model.split("_")[0]]
    single = part.loc[part["analysis"] == "univariable"]
    joint = part.loc[part["analysis"] == "multivariable"].set_index("term")
    rows: list[list[Cell | str]] = []
    for row in records(single):
        keys = _enter(study, model, row)
        cells = [Cell(f"{int(row['n']):,}", (keys[0],)), Cell(f"{int(row['events']):,}", (keys[1],))]
        rows.append([term_words(row), *cells, _estimate(row), p_value(row["p_value"]), *_joint(joint, row["term"])])
    estimated = joint.loc[joint["ratio"].notna()]
    if len(estimated):
        row = records(estimated.head(1))[0]
        keys = _enter(study, model, row | {"covariate": "multivariable"})
        words = "Multivariable model, complete cases"
        rows.append(
            [words, Cell(f"{int(row['n']):,}", (keys[0],)), Cell(f"{int(row['events']):,}", (keys[1],)), *[""] * 4]
        )
    columns = ["", "Patients", "Events", f"Univariable {kind.lower()} (95% CI)", "P"]
    columns += [f"Multivariable {kind.lower()} (95% CI)", "P"]
    warnings = failed_diagnostics(study, model)
    notes = [*_notes(study, joint), *_scores_beside_parts(study, model, joint)]
    return Table(model, MODEL_WORDS[model], columns, rows, notes, warnings)


def term_words(row: dict[str, Any]) -> str:
    """A term as readers know it: the covariate's label, with level and reference where it is no yes/no question."""
    if not known(row["level"]) or row["level"] == "yes":
        return pretty(str(row["label"]))
    return f"{pretty(row['label'])}: {level_words(row['level'])} (against {level_words(row['reference_level'])})"


def _estimate(row: dict[str, Any]) -> str:
    text = interval(row["ratio"], row["ci_low"], row["ci_high"])
    return str(row["note"]) if text == DASH and known(row["note"]) else text


def _joint(joint: pd.DataFrame, term: str) -> list[Cell | str]:
    if term not in joint.index:
        return ["", ""]
    row = records(joint.loc[[term]])[0]
    return [_estimate(row), p_value(row["p_value"])]


def _enter(study: Study, model: str, row: dict[str, Any]) -> tuple[Key, Key]:
    """Enter persons, events and missing values of one model; persons with and without missing values make the whole."""
    name: Key = (model, row["analysis"], row["covariate"])
    used, missing, events = int(row["n"]), int(row["n_missing"]), int(row["events"])
    whole: Key = (model, "all")
    if ("n", name) not in study.counts.values:
        study.counts.add(whole, used + missing)
        for kind, value in (("n", used), ("missing", missing), ("events", events), ("others", used - events)):
            study.counts.add((kind, name), value)
        study.sum_of(whole, [("n", name), ("missing", name)])
        study.sum_of(("n", name), [("events", name), ("others", name)])
        total = _events(study, model)
        study.counts.add((model, "all events"), total)
        study.counts.add(("events left out", name), total - events)
        study.sum_of((model, "all events"), [("events", name), ("events left out", name)])
        study.possible_subset(("missing", name), ("events left out", name))
        _link(study, model, str(row["covariate"]), whole, name)
    return ("n", name), ("events", name)


def _events(study: Study, model: str) -> int:
    """Events of a model among all its persons."""
    if model.startswith("logistic"):
        return int((study.persons["resistance_group"] == GROUPS[0]).sum())
    return int(study.endpoint(model.removeprefix("cox_"))["is_event"].sum())


def _link(study: Study, model: str, covariate: str, whole: Key, name: Key) -> None:
    """The same persons stand in the baseline table, the survival table and the flow diagram."""
    values = study.counts.values
    if model.startswith("logistic"):
        missing = [("baseline", covariate, "missing", group) for group in GROUPS]
        links: list[tuple[Key, list[Key]]] = [
            (whole, [("baseline", group) for group in GROUPS]),
            (("missing", name), list(missing)),
            (("events left out", name), list(missing[:1])),
        ]
    else:
        links = [((model, "all events"), [("events", model.removeprefix("cox_"), "all", "all")])]
        if values.get(COHORT, -1) >= values[whole]:
            study.subset(COHORT, whole)
    for total, parts in links:
        if all(part in values for part in parts) and values[total] == sum(values[part] for part in parts):
            study.sum_of(total, parts)


def _notes(study: Study, joint: pd.DataFrame) -> list[str]:
    """Which covariates entered the joint model, on whom; what was left out."""
    entered = joint.loc[joint["ratio"].notna()]
    forced = " and those that the protocol forces" if study.protocol.forced_covariates else ""
    notes = [
        f"The multivariable model holds the covariates whose univariable likelihood-ratio P is below "
        f"{study.protocol.entry_p:g}{forced}, on patients without missing values in any of them."
    ]
    if entered.empty:
        return [*notes, "No covariate entered it."]
    left_out = joint.loc[joint["ratio"].isna() & joint["note"].notna()]
    return notes + [f"{pretty(row['label'])}: {row['note']}." for row in records(left_out)]


def _scores_beside_parts(study: Study, model: str, joint: pd.DataFrame) -> list[str]:
    """A note where the joint model holds a score and measurements it is computed from: how to read their estimates."""
    entered = set(joint.loc[joint["ratio"].notna(), "covariate"])
    chosen = [covariate for covariate in study.protocol.covariates if covariate.name in entered]
    pairs = []
    for score in chosen:
        parts = [pretty(one.label) for one in chosen if one.column in SCORE_PARTS.get(score.column, ())]
        if parts:
            pairs.append(f"{pretty(score.label)} (made from {' and '.join(parts)})")
    if not pairs:
        return []
    diagnostics = study.frame("model_diagnostics")
    vif = diagnostics.loc[
        (diagnostics["model"] == model)
        & (diagnostics["analysis"] == "multivariable")
        & (diagnostics["diagnostic"] == "vif"),
        "value",
    ]
    inflation = (
        f" Largest variance inflation {number(vif.iloc[0], 1)} (limit {study.protocol.max_vif:g})." if len(vif) else ""
    )
    return [
        f"Collinearity: the model holds {'; '.join(pairs)}, as the rule of entry has it. Each ratio is then what one "
        "adds to the others, not the whole effect of the score, and its interval is wider than it would be alone."
        f"{inflation}"
    ]


def failed_diagnostics(study: Study, model: str) -> list[str]:
    """What failed in the multivariable model, in words."""
    diagnostics = study.frame("model_diagnostics")
    chosen = diagnostics.loc[
        (diagnostics["model"] == model)
        & (diagnostics["analysis"] == "multivariable")
        & (diagnostics["status"] == "fail")
    ]
    labels = {covariate.name: pretty(covariate.label) for covariate in study.protocol.covariates}
    about: dict[str, list[str]] = {}
    for row in records(chosen):
        kind = str(row["diagnostic"]).split(":", maxsplit=1)[0]
        overall = "all together" if kind == "proportional_hazards" else ""
        name = labels.get(row["covariate"], "") if known(row["covariate"]) else overall
        value = f"P {p_value(row['value'])}" if kind in P_VALUES else number(row["value"], 1)
        if kind == "events_per_variable":
            # The number itself times the variables is a number of events.
            value = f"below {row['threshold']:g}"
        about.setdefault(kind, []).append(name if kind in YES_NO else f"{name} {value}".strip())
    sentences = []
    for kind, parts in about.items():
        named = ", ".join(part for part in dict.fromkeys(parts) if part)
        sentences.append(f"{DIAGNOSTIC_WORDS.get(kind, kind)}{f': {named}' if named else ''}")
    return sentences


def regression_forest(study: Study, model: str) -> ForestFigure | None:
    """The multivariable estimates (univariable ones where no covariate entered); None where there are none at all."""
    results = study.frame("regression_results")
    part = results.loc[(results["model"] == model) & results["ratio"].notna()]
    joint = part.loc[part["analysis"] == "multivariable"]
    chosen, words = (joint, "multivariable") if len(joint) else (part, "univariable")
    if chosen.empty:
        return None
    rows = [
        ForestRow(
            term_words(row),
            row["ratio"],
            row["ci_low"],
            row["ci_high"],
            interval(row["ratio"], row["ci_low"], row["ci_high"]),
            p_value(row["p_value"]),
        )
        for row in records(chosen)
    ]
    directions = ("less primary resistance", "more primary resistance")
    if model.startswith("cox"):
        directions = ("longer survival", "shorter survival")
    ratio_words = RATIO_WORDS[model.split("_")[0]]
    return ForestFigure(f"forest_{model}", f"{MODEL_WORDS[model]}, {words}", ratio_words, rows, directions, "P")
