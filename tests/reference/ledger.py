"""Section 1.6: judging every row in the order the references need, and counting both ledgers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .identity import Person, build_persons, earliest_deaths, persons_of
from .judge import Context, judge
from .rows import Row, settle_versions
from .values import diameter_cells, lab_cells

ORDER = ("patients", "admissions", "contacts", "visits", "orders", "procedures", "labs", "imaging", "lesions")


@dataclass
class Warehouse:
    """Every judged row, the kept ones by kind, and who they belong to."""

    rows: list[Row]
    kept: dict[str, list[Row]] = field(default_factory=dict)
    context: Context = field(default_factory=Context)
    persons: dict[str, Person] = field(default_factory=dict)
    cut_offs: dict[str, date] = field(default_factory=dict)

    def person_of(self, row: Row) -> str:
        """The person a kept row belongs to."""
        return self.context.persons[row.spec.center, row.facts["patient"].id]


def judge_all(rows: list[Row], key: bytes, cut_offs: dict[str, date]) -> Warehouse:
    """Versions first, then each table once what it refers to has been settled."""
    settle_versions(rows)
    warehouse = Warehouse(rows, cut_offs=cut_offs)
    context = warehouse.context
    for kind in ORDER:
        of_kind = [row for row in rows if row.spec.kind == kind]
        for row in of_kind:
            judge(row, context)
        kept = [row for row in of_kind if row.disposition == "kept"]
        warehouse.kept[kind] = kept
        if kind == "patients":
            context.patients = {(row.spec.center, row.id): row for row in kept}
            context.persons = persons_of(kept, key)
        elif kind == "admissions":
            context.admissions = {(row.spec.center, row.id): row for row in kept}
        elif kind == "contacts":
            context.deaths = earliest_deaths(kept, context.persons)
        elif kind == "imaging":
            context.studies = {(row.spec.center, row.id): row for row in kept}
    warehouse.persons = build_persons(warehouse.kept["patients"], warehouse.kept["orders"], context.persons)
    return warehouse


def row_ledger(rows: list[Row]) -> list[dict[str, Any]]:
    """Counts of every disposition by center, drop and table."""
    counts = Counter((row.spec.center, row.drop.number, row.spec.name, row.disposition, row.reason) for row in rows)
    names = ("center_id", "drop_number", "table_name", "disposition", "reason")
    return [dict(zip(names, group, strict=True)) | {"row_count": count} for group, count in counts.items()]


def value_ledger(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Counts of the measurement cells of kept rows of the two wide tables."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for row in warehouse.kept["labs"]:
        if row.spec.center == "center_b":
            for column, _, result in lab_cells(row):
                counts[_cell(row, column, result if isinstance(result, str) else None)] += 1
    for row in warehouse.kept["imaging"]:
        if row.spec.center == "center_b":
            for column, reason in diameter_cells(row):
                counts[_cell(row, column, reason)] += 1
    names = ("center_id", "drop_number", "table_name", "column_name", "disposition", "reason")
    return [dict(zip(names, group, strict=True)) | {"value_count": count} for group, count in counts.items()]


def _cell(row: Row, column: str, reason: str | None) -> tuple[Any, ...]:
    disposition = "rejected" if reason else "kept"
    return (row.spec.center, row.drop.number, row.spec.name, column, disposition, reason)
