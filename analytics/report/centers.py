"""Every main estimate by center, with a test of heterogeneity (specification 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.comparison.propensity import OVERLAP, Propensity, weights
from analytics.comparison.second_line import ENDPOINTS, SecondLineComparison
from analytics.comparison.subgroups import subgroup_effects
from analytics.dates import DAYS_PER_MONTH
from analytics.disclosure import Key
from analytics.estimates.kaplan_meier import kaplan_meier
from analytics.estimates.results import records
from analytics.report.cells import DASH, Cell, Table, interval, known, number, p_value
from analytics.report.study import GROUPS, Study, center_words
from analytics.report.survival import ENDPOINT_WORDS, enter_events

CENTER, ARM = "center_id", "treatment"


@dataclass(frozen=True)
class Heterogeneity:
    """A test whether an estimate differs between centers: the estimate in words, and the P value (NaN: not tested)."""

    estimate: str
    p: float


def by_center(study: Study) -> tuple[Table, Sequence[Heterogeneity]]:
    """Medians and the effect of resistance at each center, with a test of heterogeneity; the tests once more."""
    rows: list[list[Cell | str]] = []
    tests: list[Heterogeneity] = []
    for endpoint, words in (("os", "Overall survival (naive)"), ("pps", "Survival after progression")):
        frame = study.endpoint(endpoint).join(study.persons[["resistance_group", "center_id"]])
        frame = frame.loc[frame["resistance_group"].isin(GROUPS)]
        frame["secondary"] = (frame["resistance_group"] == GROUPS[1]).astype(float)
        effects = subgroup_effects(
            frame, "time_days", "is_event", "secondary", ["center_id"], min_events=study.min_cell
        )
        heterogeneity = effects["interaction_p"].iloc[0] if len(effects) else np.nan
        tests.append(Heterogeneity(f"{words[0].lower()}{words[1:]}", float(heterogeneity)))
        rows.append([f"{words}: heterogeneity P {p_value(heterogeneity)}"])
        rows += [_center_row(study, frame, endpoint, row) for row in records(effects)]
        _link_centers(study, endpoint, effects["level"].tolist())
    columns = [
        "",
        "Patients",
        "Events",
        "Median months, primary / secondary",
        "Hazard ratio, secondary against primary",
    ]
    notes = ["Heterogeneity: Wald test of the product of resistance and center."]
    return Table("by_center", "Every main estimate by center", columns, rows, notes), tests


def _link_centers(study: Study, endpoint: str, centers: list[str]) -> None:
    """The centers' persons and events are those of the two groups, and stand in the baseline table too."""
    for kind in ("persons", "events", "without_event"):
        parts: list[Key] = [(kind, endpoint, "analysed_center", center) for center in centers]
        groups: list[Key] = [(kind, endpoint, "resistance", group) for group in GROUPS]
        study.same_sum(f"{kind} {endpoint} of centers", parts, groups)
    for center in centers:
        whole: Key = ("persons", endpoint, "analysed_center", center)
        names = [covariate.name for covariate in study.protocol.covariates if covariate.column == "center_id"]
        for name in names:
            cells: list[Key] = [("baseline", name, center, group) for group in GROUPS]
            study.same_sum(f"{name} {endpoint} {center}", [whole], cells)


def _center_row(study: Study, frame: pd.DataFrame, endpoint: str, row: dict[str, Any]) -> list[Cell | str]:
    part = frame.loc[frame["center_id"] == row["level"]]
    keys = enter_events(study, endpoint, "analysed_center", row["level"], len(part), int(part["is_event"].sum()))
    medians = []
    for group in GROUPS:
        chosen = part.loc[part["resistance_group"] == group]
        median = (
            kaplan_meier(chosen["time_days"], chosen["is_event"]).median if len(chosen) >= study.min_cell else np.nan
        )
        medians.append(number(median / DAYS_PER_MONTH, 1))
    ratio = interval(row["ratio"], row["ci_low"], row["ci_high"])
    counts = [Cell(f"{len(part):,}", (keys[0],)), Cell(f"{int(part['is_event'].sum()):,}", (keys[1],))]
    words = f"  {center_words(str(row['level']))}"
    return [words, *counts, " / ".join(medians), str(row["note"]) if known(row["note"]) and ratio == DASH else ratio]


def second_line_by_center(study: Study, comparison: SecondLineComparison) -> tuple[Table, Sequence[Heterogeneity]]:
    """The effect of the regimen class at each center, crude and overlap-weighted, with tests of heterogeneity; the
    tests once more.
    """
    persons = comparison.persons
    score = Propensity(persons[ARM].to_numpy(dtype=float), persons["score"].to_numpy(dtype=float), None)
    weighted = persons.assign(weight=weights(score, OVERLAP))
    rows: list[list[Cell | str]] = []
    found: list[Heterogeneity] = []
    for endpoint in ENDPOINTS:
        times = study.endpoint(endpoint)
        frame = weighted.join(times[["time_days", "is_event"]], on="person_id")
        crude = _effects(frame, None, study)
        unknown = {"ratio": np.nan, "interaction_p": np.nan}
        adjusted = _effects(frame, "weight", study) if comparison.note is None else crude.assign(**unknown)
        p_values = [float(table["interaction_p"].iloc[0]) if len(table) else np.nan for table in (crude, adjusted)]
        tests = [p_value(p) for p in p_values]
        words = ENDPOINT_WORDS[endpoint]
        rows.append([f"{words}: heterogeneity P {tests[0]} crude, {tests[1]} weighted"])
        named = [f"{words[0].lower()}{words[1:]} ({kind})" for kind in ("crude", "weighted")]
        found += [Heterogeneity(name, p) for name, p in zip(named, p_values, strict=True)]
        for first, second in zip(records(crude), records(adjusted), strict=True):
            rows.append(_second_line_row(study, frame, endpoint, first, second))
        _link_arms(study, endpoint, crude["level"].tolist())
    reference, treated = study.protocol.second_line_classes
    columns = ["", f"{reference} / {treated}, n", "Events", "Hazard ratio, crude", "Hazard ratio, overlap-weighted"]
    notes = [
        f"Hazard ratios (95% CI) of {treated} against {reference}. Heterogeneity: Wald test of the product of regimen "
        "class and center. The weights are those of all centers together."
    ]
    title = "Second line: effect of the regimen class by center"
    return Table("second_line_by_center", title, columns, rows, notes), found


def _effects(frame: pd.DataFrame, weight: str | None, study: Study) -> pd.DataFrame:
    return subgroup_effects(frame, "time_days", "is_event", ARM, [CENTER], weight, min_events=study.min_cell)


def _second_line_row(
    study: Study, frame: pd.DataFrame, endpoint: str, crude: dict[str, Any], adjusted: dict[str, Any]
) -> list[Cell | str]:
    center = str(crude["level"])
    part = frame.loc[frame[CENTER] == center]
    sizes, keys = [], []
    for arm, value in zip(study.protocol.second_line_classes, (0.0, 1.0), strict=True):
        key: Key = ("line_2_center", center, arm)
        study.counts.add(key, int((part[ARM] == value).sum()))
        sizes.append(f"{study.counts.values[key]:,}")
        keys.append(key)
    whole, events = enter_events(study, endpoint, "line_2_center", center, len(part), int(part["is_event"].sum()))
    study.same_sum(f"{endpoint} {center} arms", [whole], keys)
    ratios = [_ratio(row) for row in (crude, adjusted)]
    events_cell = Cell(f"{int(part['is_event'].sum()):,}", (events,))
    return [f"  {center_words(center)}", Cell(" / ".join(sizes), tuple(keys)), events_cell, *ratios]


def _ratio(row: dict[str, Any]) -> str:
    text = interval(row["ratio"], row["ci_low"], row["ci_high"])
    return str(row["note"]) if text == DASH and known(row["note"]) else text


def _link_arms(study: Study, endpoint: str, centers: list[str]) -> None:
    """The centers' persons and events are those of the two arms, and stand in the baseline table of the arms too."""
    arms = study.protocol.second_line_classes
    for kind in ("persons", "events", "without_event"):
        parts: list[Key] = [(kind, endpoint, "line_2_center", center) for center in centers]
        study.same_sum(f"{kind} {endpoint} arms", parts, [(kind, endpoint, "regimen_class", arm) for arm in arms])
    for arm in arms:
        study.same_sum(f"arm {arm}", [("line_2_center", center, arm) for center in centers], [("line_2", arm)])
    for covariate in study.protocol.covariates:
        if covariate.column == CENTER:
            for center in centers:
                for arm in arms:
                    key: Key = ("line_2", covariate.name, center, arm)
                    study.same_sum(f"{covariate.name} {center} {arm}", [("line_2_center", center, arm)], [key])
