"""The simulator's own truth, outside the raw folder: what was planted and what must become of every row."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation.containers import csv_records
from analytics.simulation.defects import KEPT, REJECTED, SUPERSEDED, PlantedRow
from analytics.simulation.delivered import CLEAN, PLANTED, UNTIL
from analytics.simulation.facts import ClinicalTruth
from analytics.simulation.refused_drops import RefusedDrop
from analytics.simulation.rendering import dates

DAY_COLUMNS = (
    "index_day",
    "death_day",
    "lost_day",
    "start_day",
    "stop_day",
    "latent_progression_day",
    "seen_progression_day",
)


@dataclass(frozen=True)
class DropTruth:
    """One drop with a manifest: its state and, unless refused, its number of rows."""

    center_id: str
    drop_name: str
    kind: str
    state: str
    reason: str
    row_count: int | None


@dataclass
class Truth:
    """Collects while the drops are written; `write` puts it all into csv files."""

    planted: dict[str, list[PlantedRow]] = field(default_factory=lambda: {"center_a": [], "center_b": []})
    places: list[dict[str, Any]] = field(default_factory=list)
    row_ledger: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    value_ledger: Counter[tuple[str, str, str, str, str, str]] = field(default_factory=Counter)
    drops: list[DropTruth] = field(default_factory=list)
    clinical: dict[str, list[bytes]] = field(default_factory=lambda: {"persons": [], "lines": []})

    def add_clinical(self, clinical: ClinicalTruth) -> None:
        """Note the process behind a batch, as csv: many batches' frames would fill the memory."""
        for name, frame in (("persons", clinical.persons), ("lines", clinical.lines)):
            table = _as_text(frame)
            columns = tuple(table.column_names)
            if not self.clinical[name]:
                self.clinical[name].append((",".join(columns) + "\n").encode())
            self.clinical[name].append(csv_records(table, columns, "utf-8", "\n"))

    def add_rows(
        self,
        center: str,
        drop: str,
        table: str,
        file: str,
        rows: pa.Table,
        last_day: int,
        measurements: Sequence[str],
    ) -> None:
        """Note rows as written: a clean one is superseded if a newer version comes by `last_day`, else kept.

        Planted rows are those of the first batch, so their row numbers count from the top of the file.
        """
        planted, until = rows[PLANTED].to_numpy(), rows[UNTIL].to_numpy()
        clean = planted == CLEAN
        old = clean & (until <= last_day)
        self._count(center, drop, table, SUPERSEDED, "", int(old.sum()))
        self._count(center, drop, table, KEPT, "", int((clean & ~old).sum()))
        kept = clean & ~old
        for row in np.flatnonzero(~clean):
            expected = self.planted[center][planted[row]]
            self._count(center, drop, table, expected.disposition, expected.reason or "", 1)
            kept[row] = expected.disposition == KEPT
            self.places.append(
                {
                    "case": expected.case,
                    "center_id": center,
                    "drop_name": drop,
                    "table_name": table,
                    "file_name": file,
                    "row_number": int(row) + 1,
                    "key": expected.key,
                    "disposition": expected.disposition,
                    "reason": expected.reason or "",
                    "rejected_values": ";".join(
                        f"{column}={reason}" for column, reason in expected.rejected_values.items()
                    ),
                }
            )
            for column, reason in expected.rejected_values.items():
                self.value_ledger[center, drop, table, column, REJECTED, reason] += 1
                self.value_ledger[center, drop, table, column, KEPT, ""] -= 1
        for column in measurements:
            filled = pc.is_valid(rows[column]).to_numpy()
            self.value_ledger[center, drop, table, column, KEPT, ""] += int((filled & kept).sum())

    def add(self, other: Truth) -> None:
        """Note everything that another batch has noted."""
        self.places += other.places
        self.row_ledger.update(other.row_ledger)
        self.value_ledger.update(other.value_ledger)
        for name, parts in other.clinical.items():
            self.clinical[name] += parts[1:] if self.clinical[name] else parts  # one header

    def add_replaced(self, center: str, drop: str, table: str, rows: int) -> None:
        """Note rows of a drop that a newer full drop replaces."""
        self._count(center, drop, table, SUPERSEDED, "", rows)

    def _count(self, center: str, drop: str, table: str, disposition: str, reason: str, rows: int) -> None:
        if rows:
            self.row_ledger[center, drop, table, disposition, reason] += rows

    def add_refused(self, refused: Iterable[RefusedDrop]) -> None:
        """Note refused drops."""
        for drop in refused:
            self.drops.append(DropTruth(drop.center, drop.name, drop.kind, "refused", drop.reason, None))

    def write(self, folder: Path, settings: Mapping[str, Any]) -> None:
        """persons, lines, planted_rows, row_ledger, value_ledger and drops as csv, the settings as json."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, parts in self.clinical.items():
            with (folder / f"{name}.csv").open("wb") as stream:
                stream.writelines(parts)
        _write_csv(folder / "planted_rows.csv", self.places)
        ledger = ("center_id", "drop_name", "table_name", "disposition", "reason", "row_count")
        _write_csv(
            folder / "row_ledger.csv",
            [dict(zip(ledger, (*key, count), strict=True)) for key, count in sorted(self.row_ledger.items())],
        )
        values = ("center_id", "drop_name", "table_name", "column_name", "disposition", "reason", "value_count")
        _write_csv(
            folder / "value_ledger.csv",
            [
                dict(zip(values, (*key, count), strict=True))
                for key, count in sorted(self.value_ledger.items())
                if count
            ],
        )
        _write_csv(folder / "drops.csv", numbered(self.drops))
        (folder / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def numbered(drops: Sequence[DropTruth]) -> list[dict[str, Any]]:
    """Drops in text order of their names within the center, numbered from 1 (specification 4)."""
    rows = []
    for center in sorted({drop.center_id for drop in drops}):
        mine = sorted((drop for drop in drops if drop.center_id == center), key=lambda drop: drop.drop_name)
        rows += [
            {"center_id": center, "drop_number": number} | asdict(drop) for number, drop in enumerate(mine, start=1)
        ]
    return rows


def _as_text(frame: pd.DataFrame) -> pa.Table:
    """Cells as text, day numbers as ISO dates, none as blank."""
    columns: dict[str, pa.Array] = {}
    for name, column in frame.items():
        if name in DAY_COLUMNS:
            columns[str(name).replace("_day", "_date")] = dates(column.to_numpy())
        else:
            columns[str(name)] = pa.array(column).cast(pa.string())
    return pa.table(columns)


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
