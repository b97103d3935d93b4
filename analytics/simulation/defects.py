"""Planted rows: copies of clean rows with a fresh key and one thing wrong, and what must become of each.

Specification 1.2 and 1.6.

A planted row never replaces a fact of the disease process: it repeats one under a new key, or adds a row that the
warehouse must not use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from analytics.simulation.delivered import AVAILABLE, EXTRA_FIELDS, PLANTED, TableShape, planted_rows

Cells = dict[str, str | None]
Change = Mapping[str, str | Callable[[Cells], str | None] | None]

KEPT, SUPERSEDED, VOID, REJECTED = "kept", "superseded", "void", "rejected"
FULL, LAST_DELTA = 0, -1


@dataclass(frozen=True)
class Version:
    """One delivered row of a case: what is changed against the donor, in which drop it comes, what becomes of it.

    `values` names the measurement cells of a kept wide row that are rejected, with the reason (value ledger).
    """

    change: Change = field(default_factory=dict)
    disposition: str = KEPT
    reason: str | None = None
    drop: int = FULL
    extra_fields: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A planted case: its versions share one fresh key. `donor` picks whose row is copied."""

    name: str
    table: str
    versions: Sequence[Version]
    donor: str = "alive"


def shifted(column: str, days: int, form: str = "{0:%Y-%m-%d}") -> Callable[[Cells], str | None]:
    """A date some days after the ISO date in `column` of the donor, written in `form`."""

    def change(cells: Cells) -> str | None:
        return form.format(dt.date.fromisoformat(str(cells[column])[:10]) + dt.timedelta(days=days))

    return change


def rejected(name: str, table: str, reason: str, change: Change, donor: str = "alive", drop: int = FULL) -> Case:
    """A case of one rejected row."""
    return Case(name, table, (Version(change, REJECTED, reason, drop),), donor)


def void(name: str, table: str, change: Change) -> Case:
    """A case of one void row."""
    return Case(name, table, (Version(change, VOID),))


def kept(name: str, table: str, change: Change, donor: str = "alive", values: Mapping[str, str] | None = None) -> Case:
    """A case of one kept row that is merely unusual; `values` are its rejected measurement cells."""
    return Case(name, table, (Version(change, KEPT, values=values or {}),), donor)


@dataclass(frozen=True)
class PlantedRow:
    """Truth of one planted row; file and row number are filled in when the drop is written."""

    case: str
    center: str
    table: str
    key: str
    disposition: str
    reason: str | None
    rejected_values: Mapping[str, str]


@dataclass(frozen=True)
class Donors:
    """Clean rows that may be copied: `rows[table][kind]` are row numbers, `extra` adds cells (birth, death)."""

    tables: Mapping[str, pa.Table]
    rows: Mapping[str, Mapping[str, np.ndarray]]
    extra: Callable[[str, int], Cells]

    def pick(self, rng: np.random.Generator, table: str, kind: str) -> Cells | None:
        """One clean row as a dictionary, None where the batch holds no such person."""
        candidates = self.rows[table][kind]
        if candidates.size == 0:
            return None
        row = int(candidates[rng.integers(0, candidates.size)])
        cells: Cells = {name: values[0] for name, values in self.tables[table].slice(row, 1).to_pydict().items()}
        return cells | self.extra(table, row)


@dataclass(frozen=True)
class Planting:
    """How a center plants: its shapes, its cases, its way to write a fresh key of a table."""

    center: str
    shapes: Mapping[str, TableShape]
    cases: Sequence[Case]
    fresh_key: Callable[[str, int], Cells]


def plant(
    rng: np.random.Generator,
    planting: Planting,
    donors: Donors,
    times: int,
    drop_days: Sequence[int],
    first_index: int = 0,
) -> tuple[dict[str, pa.Table], list[PlantedRow]]:
    """Planted rows of each table, every case `times` times, and their truth (in the order of the `PLANTED` index)."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in planting.shapes}
    truth: list[PlantedRow] = []
    for number, case in enumerate(case for case in planting.cases for _ in range(times)):
        donor = donors.pick(rng, case.table, case.donor)
        if donor is None:
            continue
        shape = planting.shapes[case.table]
        base = donor | planting.fresh_key(case.table, number)
        for version in case.versions:
            cells = base | {
                name: change(base) if callable(change) else change for name, change in version.change.items()
            }
            row: dict[str, Any] = {name: cells[name] for name in shape.columns}
            row |= {PLANTED: first_index + len(truth), EXTRA_FIELDS: version.extra_fields}
            row[AVAILABLE] = drop_days[0] if version.drop == FULL else drop_days[version.drop]
            rows[case.table].append(row)
            key = "/".join(str(row[name] or "") for name in shape.key)
            truth.append(
                PlantedRow(
                    case.name, planting.center, case.table, key, version.disposition, version.reason, version.values
                )
            )
    return {name: planted_rows(planting.shapes[name], found) for name, found in rows.items()}, truth


def interleaved(rng: np.random.Generator, clean: pa.Table, planted: pa.Table) -> pa.Table:
    """Planted rows at random places among the clean ones, in their own order."""
    places = np.sort(rng.integers(0, clean.num_rows + 1, planted.num_rows)) - 0.5
    order = np.argsort(np.concatenate([np.arange(clean.num_rows), places]), kind="stable")
    return pa.concat_tables([clean, planted.select(clean.column_names)]).take(pa.array(order)).combine_chunks()
