"""Flow diagram: who entered and who left at which step (specification 2.3, 5.1 item 1)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

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
ALL = "all"


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
    for scope, part in parts.items():
        _enter(study, scope, part)
    if len(total):
        study.sum_of(("flow", ALL, "end"), [("flow", center, "end") for center in centers])
    for step in total["step"]:
        for kind in ("entering", "failing"):
            study.sum_of(("flow", ALL, step, kind), [("flow", center, step, kind) for center in centers])
    study.counts.add(COHORT, len(study.persons))
    labels = _labels(study)
    eligible = study.count(COHORT, len(study.persons))
    if len(total):
        study.sum_of(("flow", ALL, "end"), [COHORT])
    steps = [
        FlowStep(
            Cell(f"{row['persons_entering']:,}", (("flow", ALL, row["step"], "entering"),)),
            Cell(f"{row['persons_failing']:,}", (("flow", ALL, row["step"], "failing"),)),
            STEP_WORDS.get(row["step"], row["step"]),
        )
        for row in records(total)
    ]
    return Flow(steps, eligible, labels), _table(parts)


def _enter(study: Study, scope: str, part: pd.DataFrame) -> None:
    """The counts of a center (or all): who enters a step fails it or enters the next."""
    rows = records(part)
    steps = [row["step"] for row in rows]
    for row in rows:
        study.counts.add(("flow", scope, row["step"], "entering"), int(row["persons_entering"]))
        study.counts.add(("flow", scope, row["step"], "failing"), int(row["persons_failing"]))
    if rows:
        study.counts.add(("flow", scope, "end"), int(rows[-1]["persons_entering"]) - int(rows[-1]["persons_failing"]))
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        after = ("flow", scope, "end") if following is None else ("flow", scope, following, "entering")
        study.sum_of(("flow", scope, step, "entering"), [("flow", scope, step, "failing"), after])


def _labels(study: Study) -> list[tuple[str, Cell]]:
    cells = []
    for label, words in LABEL_WORDS.items():
        count = int((study.persons["resistance"] == label).sum())
        cells.append((words, study.share(("label", label), count, COHORT, len(study.persons))))
    study.sum_of(COHORT, [("label", label) for label in LABEL_WORDS])
    return cells


def _table(parts: dict[str, pd.DataFrame]) -> Table:
    scopes = list(parts)
    rows: list[list[Cell | str]] = []
    for step in parts[ALL]["step"]:
        cells: list[Cell | str] = []
        for scope in scopes:
            row = parts[scope].loc[parts[scope]["step"] == step].iloc[0]
            cells.append(Cell(f"{row['persons_entering']:,}", (("flow", scope, step, "entering"),)))
            cells.append(Cell(f"{row['persons_failing']:,}", (("flow", scope, step, "failing"),)))
        words_of_step = STEP_WORDS.get(step, step)
        rows.append([words_of_step[:1].upper() + words_of_step[1:], *cells])
    words = ["All centers" if scope == ALL else center_words(scope) for scope in scopes]
    columns = ["Left out because", *(f"{word}: {kind}" for word in words for kind in ("entering", "left"))]
    return Table("flow", "Persons entering and leaving at each step, by center", columns, rows)
