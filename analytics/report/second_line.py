"""The second-line comparison for readers: arms, effects, balance, subgroups (specification 5.1 items 6, 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.comparison.propensity import INVERSE_PROBABILITY, OVERLAP
from analytics.comparison.second_line import CRUDE, MATCHED, NUMBERS, SecondLineComparison
from analytics.disclosure import Key
from analytics.estimates.results import records
from analytics.report.baseline import Arms
from analytics.report.cells import DASH, Cell, Table, interval, known, number, p_value, percent, pretty
from analytics.report.models import ForestFigure, ForestRow
from analytics.report.study import Study, level_words
from analytics.report.survival import ENDPOINT_WORDS

METHOD_WORDS = {
    CRUDE: "Crude",
    OVERLAP: "Overlap weighting",
    INVERSE_PROBABILITY: "Inverse-probability weighting",
    MATCHED: "1:1 matching",
}

EXACT_BALANCE = (
    "Overlap weights make the arms' means equal in every covariate of the model, by construction: these differences "
    "are nought, and say nothing about covariates outside of the model."
)
FIRTH_BALANCE = (
    "Overlap weights from an ordinary logistic model would make every difference nought. Here some kinds of patients "
    "received one of the regimens only, so that the scores are those of Firth's penalised model, which balances "
    "nearly, not exactly: what the column shows is what remains."
)


def arms_of(study: Study, comparison: SecondLineComparison) -> Arms:
    """The two arms, with the factors and laboratory values at the start of second line."""
    values = study.frame("analysis_second_line_covariates").set_index("person_id")
    persons = comparison.persons.set_index("person_id")
    factors = persons[list(study.protocol.covariate_names)].add_prefix("factor_")
    own = persons[["regimen_class", *NUMBERS]]
    columns = [name for name in values.columns if name not in own.columns and not name.startswith("factor_")]
    joined = own.join(factors).join(values[columns])
    reference, treated = study.protocol.second_line_classes
    classes = (reference, treated)
    return Arms(joined, "regimen_class", classes, {name: f"{name} on second line" for name in classes}, "line_2")


def effects_table(study: Study, comparison: SecondLineComparison) -> Table:
    """Hazard ratios by method, with sizes, largest standardised difference and E-value."""
    rows: list[list[Cell | str]] = []
    for endpoint, part in comparison.effects.groupby("endpoint", sort=False):
        rows.append([ENDPOINT_WORDS[str(endpoint)]])
        for row in records(part):
            rows.append([f"  {METHOD_WORDS[row['method']]}", *_effect_cells(study, row)])
    treated, reference = reversed(study.protocol.second_line_classes)
    columns = [
        "",
        f"{reference} / {treated}, n",
        "Effective n",
        f"Hazard ratio, {treated} against {reference} (95% CI)",
    ]
    columns += ["P", "Largest SMD", "E-value (limit)", "Diagnostics"]
    return Table(
        "second_line_effects", "Second line: effect of the regimen class", columns, rows, _notes(study, comparison)
    )


def _effect_cells(study: Study, row: dict[str, Any]) -> list[Cell | str]:
    sizes, keys = [], []
    for arm, name in zip(study.protocol.second_line_classes, ("n_reference", "n_treated"), strict=True):
        value = int(row[name]) if known(row[name]) else 0
        key: Key = ("line_2_used", row["method"], arm)
        study.counts.add(key, value)
        if ("rest", ("line_2", arm), key) not in study.counts.values and ("line_2", arm) in study.counts.values:
            study.subset(("line_2", arm), key)
        sizes.append(f"{value:,}")
        keys.append(key)
    effective = DASH
    if known(row["ess_reference"]):
        effective = f"{number(row['ess_reference'], 0)} / {number(row['ess_treated'], 0)}"
    estimate = interval(row["ratio"], row["ci_low"], row["ci_high"])
    e_values = f"{number(row['e_value'], 2)} ({number(row['e_value_limit'], 2)})" if known(row["e_value"]) else DASH
    verdict = str(row["note"]) if known(row["note"]) else "balanced" if row["method"] != CRUDE else ""
    if row["method"] == CRUDE and row["status"] == "fail":
        verdict = "not adjusted"
    size_cell = Cell(" / ".join(sizes), tuple(keys))
    smd = number(row["largest_difference"], 2)
    return [size_cell, Cell(effective, tuple(keys)), estimate, p_value(row["p_value"]), smd, e_values, verdict]


def _notes(study: Study, comparison: SecondLineComparison) -> list[str]:
    overlap = comparison.positivity
    notes = [
        "Propensity score: logistic regression on the covariates of the balance plot, at the start of second line; an "
        "unknown value is a level of its own. Weighted estimates have robust variance; pairs are matched within "
        f"{study.protocol.caliper_sd:g} standard deviations of the score's logit, without replacement, and are "
        "clusters of the variance. Effective n: patients of equal weight that would tell as much. E-value: how "
        "strongly an "
        "unmeasured factor would have to go with both treatment and outcome to explain the estimate (its limit) away.",
    ]
    if comparison.note is not None:
        return [*notes, f"No adjusted estimate: {comparison.note}."]
    low, high = overlap.common_support
    span = f"scores from {low:.2f} to {high:.2f} occur in both arms" if low <= high else "no score occurs in both arms"
    return [
        *notes,
        f"Positivity: {span}; {percent(overlap.outside_support, 1)} of patients lie outside, "
        f"{percent(overlap.extreme, 1)} have a score below 0.05 or above 0.95; largest inverse-probability weight "
        f"{overlap.largest_weight:.1f}.",
    ]


def warnings_of(comparison: SecondLineComparison, limit: float) -> list[str]:
    """Failed diagnostics of the adjusted estimates."""
    adjusted = comparison.effects.loc[comparison.effects["method"] != CRUDE].drop_duplicates("method")
    failed = adjusted.loc[adjusted["status"] == "fail"]
    words = [
        f"{METHOD_WORDS[row['method']]}: arms stay unbalanced (largest standardised difference "
        f"{number(row['largest_difference'], 2)}, limit {limit:g})"
        for row in records(failed)
    ]
    if comparison.separated:
        words.append(
            "Some kinds of patients received one of the regimens only (the propensity model separates the arms; "
            "Firth's penalised estimate is used, so that overlap weights balance nearly, not exactly)"
        )
    if comparison.positivity.outside_support > 0.2:
        words.append("Positivity: more than a fifth of the patients have no counterpart in the other arm")
    return words


def balance_wide(study: Study, comparison: SecondLineComparison) -> pd.DataFrame:
    """Standardised differences, one row a covariate level in words, one column a method."""
    labels = {covariate.name: pretty(covariate.label) for covariate in study.protocol.covariates} | NUMBERS
    table = comparison.balance.copy()
    level = table["level"].where(table["level"].notna() & (table["level"] != "yes"), "")
    table["words"] = table["covariate"].map(labels) + np.where(level != "", ": " + level.map(level_words), "")
    wide = table.pivot_table(index="words", columns="method", values="difference", sort=False, dropna=False)
    return wide[[method for method in METHOD_WORDS if method in wide.columns]]


def balance_table(wide: pd.DataFrame, comparison: SecondLineComparison) -> Table:
    """Balance as a table, with what overlap weights owe to their construction."""
    rows = [
        [str(name), *(number(value, 2) for value in row)] for name, row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    columns = ["Covariate at start of second line", *(METHOD_WORDS[method] for method in wide.columns)]
    notes = ["Standardised mean differences; the standard deviation is that of the unweighted arms throughout."]
    if OVERLAP in comparison.balance["method"].to_numpy():
        notes.append(FIRTH_BALANCE if comparison.separated else EXACT_BALANCE)
    return Table("balance", "Balance of second-line arms before and after adjustment", columns, rows, notes)


def subgroup_forest(study: Study, comparison: SecondLineComparison, endpoint: str) -> ForestFigure | None:
    """Effects in subgroups with interaction p values; levels with fewer than min_cell persons of an arm, or events,
    are left out. None where nothing can be shown.
    """
    table = comparison.subgroups.loc[comparison.subgroups["endpoint"] == endpoint]
    labels = {covariate.name: pretty(covariate.label) for covariate in study.protocol.covariates}
    effects = comparison.effects
    is_main = (effects["endpoint"] == endpoint) & (effects["method"] == _method(comparison))
    overall = records(effects.loc[is_main])[0]
    rows = []
    if known(overall["ratio"]):
        rows.append(_forest_row("All patients compared", overall, ""))
    for covariate, part in table.groupby("covariate", sort=False):
        shown = part.loc[
            part["ratio"].notna()
            & (part[["n_reference", "n_treated"]].min(axis=1) >= study.min_cell)
            & (part["events"] >= study.min_cell)
        ]
        if len(shown) < 2:
            continue
        p_text = p_value(shown["interaction_p"].iloc[0])
        rows.append(ForestRow(labels.get(str(covariate), str(covariate)), np.nan, np.nan, np.nan, "", p_text, True))
        rows += [_forest_row(f"   {level_words(row['level'])}", row, "") for row in records(shown)]
    if not rows:
        return None
    treated, reference = reversed(study.protocol.second_line_classes)
    title = f"{ENDPOINT_WORDS[endpoint]} in subgroups ({METHOD_WORDS[_method(comparison)].lower()})"
    return ForestFigure(
        f"forest_{endpoint}", title, "Hazard ratio", rows, (f"{treated} better", f"{reference} better"), "P interaction"
    )


def _method(comparison: SecondLineComparison) -> str:
    return str(comparison.subgroups["method"].iloc[0]) if len(comparison.subgroups) else CRUDE


def _forest_row(label: str, row: dict[str, Any], side: str) -> ForestRow:
    ratio, low, high = (float(row[name]) for name in ("ratio", "ci_low", "ci_high"))
    return ForestRow(label, ratio, low, high, interval(ratio, low, high), side)
