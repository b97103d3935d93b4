"""Drops on disk: files of all tables, and the manifest that makes a drop visible (specification 1.1)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.simulation.containers import Writer, csv_records, open_writer, typed_columns
from analytics.simulation.delivered import TableShape
from analytics.simulation.parameters import date_of

FORMATS = ("mixed", "csv", "csv.gz", "parquet", "xlsx")
CHUNK = 1 << 20

# "mixed": the containers and encodings in which each table comes; deltas differ from full drops on purpose
MIXED: dict[str, dict[str, dict[str, tuple[str, str]]]] = {
    "center_a": {
        "full": {
            "patients": ("csv", "utf-8-sig"),
            "lab_results": ("csv.gz", "utf-8"),
            "procedures": ("xlsx", "utf-8"),
            "imaging_studies": ("parquet", "utf-8"),
        },
        "delta": {
            "target_lesions": ("parquet", "utf-8"),
            "visits": ("xlsx", "utf-8"),
            "follow_up": ("csv", "utf-8-sig"),
            "imaging_studies": ("csv.gz", "utf-8"),
        },
    },
    "center_b": {
        "full": {
            "患者信息": ("xlsx", "utf-8"),
            "手术介入": ("csv", "utf-8-sig"),
            "检验": ("csv.gz", "gb18030"),
            "影像": ("csv", "utf-8-sig"),
            "随访": ("parquet", "utf-8"),
        },
        "delta": {
            "检验": ("xlsx", "utf-8"),
            "医嘱": ("parquet", "utf-8"),
            "影像": ("csv.gz", "utf-8-sig"),
        },
    },
}
PLAIN_ENCODING = {"center_a": "utf-8", "center_b": "gb18030"}
LINE_END = {"center_a": "\n", "center_b": "\r\n"}


def container_of(center: str, kind: str, table: str, formats: str) -> tuple[str, str]:
    """File suffix and encoding of a table in a drop of `kind` (full, delta)."""
    usual = PLAIN_ENCODING[center]
    if formats == "mixed":
        return MIXED[center][kind].get(table, ("csv", usual))
    return formats, usual


@dataclass(frozen=True)
class DropPlan:
    """One drop to write: rows in an export from `after_day` (exclusive; deltas) to `day` go into it."""

    center: str
    name: str
    kind: str
    day: int
    after_day: int
    extracted_at: str


def drop_plans(center: str, drops: int, cut_off: int, days_between: int) -> list[DropPlan]:
    """The full drop and its deltas, the last on the cut-off. Center A exports after midnight, center B before it."""
    plans: list[DropPlan] = []
    for position in range(drops):
        day = cut_off - (drops - 1 - position) * days_between
        plans.append(
            DropPlan(
                center,
                date_of(day).isoformat(),
                "full" if position == 0 else "delta",
                day,
                plans[-1].day if plans else -(10**8),
                extraction_time(center, day, in_utc=position == drops - 1),
            )
        )
    return plans


def extraction_time(center: str, day: int, *, in_utc: bool = False) -> str:
    """A point in time whose local date (Asia/Shanghai) is `day`, written with the local offset or in UTC."""
    shanghai = dt.timezone(dt.timedelta(hours=8))
    clock = dt.time(1, 15) if center == "center_a" else dt.time(23, 15)
    moment = dt.datetime.combine(date_of(day), clock, tzinfo=shanghai)
    if in_utc:
        return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return moment.isoformat()


@dataclass(frozen=True)
class DropLayout:
    """How the tables of one drop are written.

    `extra_columns` are columns beyond the contract, by table; `text_columns` those of a parquet file that stay text
    because rows were planted that do not fit their type.
    """

    plan: DropPlan
    shapes: Mapping[str, TableShape]
    formats: str
    extra_columns: Mapping[str, str]
    text_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def container(self, table: str) -> tuple[str, str]:
        """File suffix and encoding of a table."""
        return container_of(self.plan.center, self.plan.kind, table, self.formats)

    def file_name(self, table: str) -> str:
        """The file of a table."""
        return f"{table}.{self.container(table)[0]}"

    def types(self, table: str) -> Mapping[str, str]:
        """Typed columns of a table: none where the center also writes it by hand into csv files (center B)."""
        full_suffix = container_of(self.plan.center, "full", table, self.formats)[0]
        if self.plan.center == "center_b" and full_suffix.startswith("csv"):
            return {}
        untyped = self.text_columns.get(table, ())
        return {name: kind for name, kind in self.shapes[table].types.items() if name not in untyped}

    def settled(self, prepared: Mapping[str, bytes | pa.Table]) -> DropLayout:
        """The layout of all later parts, once the first one of each table (`prepared`) is known."""
        text_columns = {
            table: tuple(column.name for column in part.schema if column.type == pa.string())
            for table, part in prepared.items()
            if isinstance(part, pa.Table)
        }
        return replace(self, text_columns=text_columns)

    def columns(self, table: str) -> tuple[str, ...]:
        """The header of a table."""
        columns = self.shapes[table].columns
        return (*columns, self.extra_columns[table]) if table in self.extra_columns else columns

    def prepared(self, table: str, rows: pa.Table) -> bytes | pa.Table:
        """Rows ready to append, so that this work can be done elsewhere: encoded records, typed columns, or rows."""
        if table in self.extra_columns:
            rows = rows.append_column(self.extra_columns[table], pa.repeat(pa.scalar("1"), rows.num_rows))
        suffix, encoding = self.container(table)
        if suffix == "parquet":
            return typed_columns(rows, self.columns(table), self.types(table))
        if suffix == "xlsx":
            return rows
        return csv_records(rows, self.columns(table), encoding, LINE_END[self.plan.center])


class DropWriter:
    """Writes the files of one drop part by part; `close` writes the manifest."""

    def __init__(self, raw: Path, layout: DropLayout) -> None:
        self.layout = layout
        self.folder = raw / layout.plan.center / layout.plan.name
        self.folder.mkdir(parents=True)
        self.writers: dict[str, Writer] = {}
        self.rows: dict[str, int] = {}
        if layout.plan.kind == "full":
            for table in layout.shapes:
                self._open(table)

    def _open(self, table: str) -> None:
        path = self.folder / self.layout.file_name(table)
        encoding, line_end = self.layout.container(table)[1], LINE_END[self.layout.plan.center]
        self.writers[table] = open_writer(path, self.layout.columns(table), encoding, line_end)
        self.rows[table] = 0

    def append(self, table: str, prepared: bytes | pa.Table, rows: int) -> None:
        """Append what `DropLayout.prepared` made of `rows` rows of a table."""
        if table not in self.writers:
            self._open(table)
        self.writers[table].append(prepared)
        self.rows[table] += rows

    def close(self) -> None:
        """Finish the files and write the manifest last."""
        for writer in self.writers.values():
            writer.close()
        plan = self.layout.plan
        files = {self.layout.file_name(table): rows for table, rows in self.rows.items()}
        write_manifest(self.folder, manifest(self.folder, plan.center, plan.kind, plan.extracted_at, files))


def manifest(folder: Path, center: str, kind: str, extracted_at: str, rows: Mapping[str, int]) -> dict[str, Any]:
    """The manifest of the given files, marked as simulated."""
    files = {name: {"rows": count, "sha256": sha256_of(folder / name)} for name, count in rows.items()}
    return {"center": center, "extracted_at": extracted_at, "kind": kind, "simulated": True, "files": files}


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """manifest.json, UTF-8."""
    (folder / "manifest.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def sha256_of(path: Path) -> str:
    """Hexadecimal digest of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
