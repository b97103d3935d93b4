"""Section 1.2: rows of loaded drops, their keys and the version that stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .contract import TableSpec
from .contract_b import TABLES
from .drops import Drop
from .parsing import Moment, identifier, parse_date

IDENTIFIER_FIELDS = frozenset({"id", "patient", "admission", "study", "number", "national_id"})


@dataclass
class Row:
    """One delivered record. `cells` is empty for a malformed record; `facts` is filled as it is judged."""

    spec: TableSpec
    drop: Drop
    number: int
    cells: dict[str, str]
    disposition: str | None = None
    reason: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a harmonised field (identifiers without .0)."""
        value = self.cells.get(self.spec.fields[name], "")
        return identifier(value) if name in IDENTIFIER_FIELDS else value

    @property
    def is_malformed(self) -> bool:
        """Whether the record does not have the header's number of fields."""
        return not self.cells

    @property
    def key(self) -> tuple[str, ...] | None:
        """The key, or None where a part of it is blank (or the record is malformed)."""
        if self.is_malformed:
            return None
        parts = tuple(self.text(name) for name in self.spec.key)
        return parts if all(parts) else None

    @property
    def id(self) -> str:
        """The identifier of the row (every table but the lesions')."""
        return self.text("id")

    @property
    def day(self) -> date:
        """The date of the event, once judged readable."""
        return self.facts["moment"].day


def read_rows(drops: list[Drop]) -> list[Row]:
    """Every row of every loaded or replaced drop, row numbers from 1."""
    rows: list[Row] = []
    for drop in drops:
        for name, table in drop.tables.items():
            spec = TABLES[drop.center][name]
            for number, record in enumerate(table.records, 1):
                fits = len(record) == len(table.header)
                cells = dict(zip(table.header, record, strict=True)) if fits else {}
                rows.append(Row(spec, drop, number, cells))
    return rows


def settle_versions(rows: list[Row]) -> None:
    """Mark every row that is not the standing version of its key as superseded."""
    versions: dict[tuple[str, str, tuple[str, ...]], list[Row]] = {}
    for row in rows:
        if row.drop.state == "replaced":
            row.disposition = "superseded"
            continue
        key = row.key
        if key is not None:
            versions.setdefault((row.spec.center, row.spec.name, key), []).append(row)
    for candidates in versions.values():
        standing = standing_version(candidates)
        for row in candidates:
            if row is not standing:
                row.disposition = "superseded"


def standing_version(candidates: list[Row]) -> Row:
    """Newest drop, newest version timestamp, highest row number; preliminary only while nothing better exists."""
    if candidates[0].spec.void:
        settled = any(row.text("status") in ("final", "corrected", "cancelled") for row in candidates)
        candidates = [row for row in candidates if not settled or row.text("status") != "preliminary"]
    return max(candidates, key=lambda row: (row.drop.rank, _version_moment(row), row.number))


def _version_moment(row: Row) -> Moment:
    oldest = Moment(date.min, -1)
    if row.spec.version is None:
        return oldest
    return parse_date(row.spec.center, row.text(row.spec.version)) or oldest
