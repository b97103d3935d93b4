"""Flow diagram: who entered and who left at which step (specification 2.3, 5.1 item 1).

Neighbouring steps at which few persons left are told together: the diagram then says something about them, where it
would else have to hide each of them and most others with it (specification 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.disclosure import Key
from analytics.estimates.results import records
from analytics.report.cells import Cell, Table
from analytics.report.study import COHORT, LABEL_WORDS, Study, center_words

STEP_WORDS = {
    "has_first_line": "index agent not in first line, or outside the enrolment period",
    "is_hcc": "diagnosis is not hepatocellular carcinoma",
    "is_adult": "below the lowest age",
    "is_monotherapy": "first line is a combination",
    "has_etiology": "etiology outside the protocol",
    "has_stage": "BCLC stage outside the protocol, or unknown",
    "has_liver_function": "Child-Pugh score above the protocol's limit",
    "has_baseline_imaging": "no baseline imaging",
    "has_follow_up_imaging": "no follow-up imaging",
}
ALL, DIAGRAM = "all", "diagram"
# Neighbouring steps told together, by their names.
Groups = Sequence[Sequence[str]]


@dataclass(frozen=True)
class FlowStep:
    """One step of the diagram: persons entering and those who leave, in words."""

    entering: Cell
    failing: Cell
    reason: str


@dataclass(frozen=True)
class Flow:
    """The diagram: steps, the eligible persons, and their labels."""

    steps: list[FlowStep]
    eligible: Cell
    labels: list[tuple[str, Cell]]


def flow(study: Study) -> tuple[Flow, Table]:
    """The flow diagram of all centers, and the table of every center."""
    attrition = study.frame("attrition").sort_values(["center_id", "step_number"])
    numbers = ["persons_entering", "persons_failing", "persons_unknown"]
    total = attrition.groupby(["step_number", "step"], as_index=False)[numbers].sum()
    centers = sorted(attrition["center_id"].unique())
    parts = {center: attrition.loc[attrition["center_id"] == center] for center in centers} | {ALL: total}
    of_diagram = told_together([[step] for step in total["step"]], [total], study.min_cell)
    of_table = told_together(of_diagram, list(parts.values()), study.min_cell)
    _enter(study, DIAGRAM, total, of_diagram)
    for scope, part in parts.items():
        _enter(study, scope, part, of_table)
    _link(study, of_diagram, of_table, centers)
    study.counts.add(COHORT, len(study.persons))
    labels = _labels(study)
    eligible = study.count(COHORT, len(study.persons))
    if len(total):
        study.sum_of(("flow", DIAGRAM, "end"), [COHORT])
    steps = [FlowStep(*_cells(study, DIAGRAM, group), _reason(group)) for group in of_diagram]
    return Flow(steps, eligible, labels), _table(study, list(parts), of_table)


def told_together(groups: Groups, parts: Sequence[pd.DataFrame], min_cell: int) -> list[list[str]]:
    """Join neighbouring groups of steps until in each part nobody or min_cell persons leave at every one of them.

    parts: columns step and persons_failing. What cannot be joined so far that it is large stays small.
    """
    failing = [dict(zip(part["step"], part["persons_failing"], strict=True)) for part in parts]

    def is_large(steps: Sequence[str]) -> bool:
        sums = [sum(counts[step] for step in steps) for counts in failing]
        return all(count == 0 or count >= min_cell for count in sums)

    joined: list[list[str]] = []
    pending: list[str] = []
    for group in groups:
        pending = [*pending, *group]
        if is_large(pending):
            joined.append(pending)
            pending = []
    while pending and joined and not is_large(pending):
        pending = [*joined.pop(), *pending]
    return [*joined, pending] if pending else joined


def _enter(study: Study, scope: str, part: pd.DataFrame, groups: Groups) -> None:
    """The counts of a center (or all): who enters fails one of the steps told together or enters the next."""
    if not groups:
        return
    rows = {row["step"]: row for row in records(part)}
    for group in groups:
        entering = int(rows[group[0]]["persons_entering"])
        failing = sum(int(rows[step]["persons_failing"]) for step in group)
        study.counts.add(_key(scope, group, "entering"), entering)
        study.counts.add(_key(scope, group, "failing"), failing)
    last = [study.counts.values[_key(scope, groups[-1], kind)] for kind in ("entering", "failing")]
    study.counts.add(("flow", scope, "end"), last[0] - last[1])
    ends: list[Key] = [*(_key(scope, group, "entering") for group in groups[1:]), ("flow", scope, "end")]
    for group, after in zip(groups, ends, strict=True):
        study.sum_of(_key(scope, group, "entering"), [_key(scope, group, "failing"), after])


def _link(study: Study, of_diagram: Groups, of_table: Groups, centers: Sequence[str]) -> None:
    """The centers add up to all; the table's steps are one or more of the diagram's."""
    if not of_table:
        return
    study.sum_of(("flow", ALL, "end"), [("flow", center, "end") for center in centers])
    study.sum_of(("flow", DIAGRAM, "end"), [("flow", ALL, "end")])
    for group in of_table:
        for kind in ("entering", "failing"):
            study.sum_of(_key(ALL, group, kind), [_key(center, group, kind) for center in centers])
        inside = [part for part in of_diagram if part[0] in group]
        study.sum_of(_key(ALL, group, "failing"), [_key(DIAGRAM, part, "failing") for part in inside])
        study.sum_of(_key(ALL, group, "entering"), [_key(DIAGRAM, inside[0], "entering")])


def _key(scope: str, group: Sequence[str], kind: str) -> Key:
    return ("flow", scope, group[0], kind)


def _cells(study: Study, scope: str, group: Sequence[str]) -> tuple[Cell, Cell]:
    keys = [_key(scope, group, kind) for kind in ("entering", "failing")]
    entering, failing = (Cell(f"{study.counts.values[key]:,}", (key,)) for key in keys)
    return entering, failing


def _reason(group: Sequence[str]) -> str:
    return "; ".join(STEP_WORDS.get(step, step) for step in group)


def _labels(study: Study) -> list[tuple[str, Cell]]:
    cells = []
    for label, words in LABEL_WORDS.items():
        count = int((study.persons["resistance"] == label).sum())
        cells.append((words, study.share(("label", label), count, COHORT, len(study.persons))))
    study.sum_of(COHORT, [("label", label) for label in LABEL_WORDS])
    return cells


def _table(study: Study, scopes: Sequence[str], groups: Groups) -> Table:
    rows: list[list[Cell | str]] = []
    for group in groups:
        reason = _reason(group)
        cells = [cell for scope in scopes for cell in _cells(study, scope, group)]
        rows.append([reason[:1].upper() + reason[1:], *cells])
    if groups:
        ends: list[Key] = [("flow", scope, "end") for scope in scopes]
        rows.append(
            ["Eligible", *(cell for key in ends for cell in (Cell(f"{study.counts.values[key]:,}", (key,)), ""))]
        )
    words = ["All centers" if scope == ALL else center_words(scope) for scope in scopes]
    columns = ["Left out because", *(f"{word}: {kind}" for word in words for kind in ("entering", "left"))]
    notes = ["Steps at which few patients left are told together."]
    return Table("flow", "Patients entering and leaving at each step, by center", columns, rows, notes)
