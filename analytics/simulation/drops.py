"""Drops on disk: files of all tables, and the manifest that makes a drop visible (specification 1.1)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.simulation.containers import Writer, open_writer
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


class DropWriter:
    """Writes the files of one drop part by part; `close` writes the manifest."""

    def __init__(
        self,
        raw: Path,
        plan: DropPlan,
        shapes: Mapping[str, TableShape],
        formats: str,
        extra_columns: Mapping[str, str],
    ) -> None:
        self.plan, self.shapes, self.formats, self.extra_columns = plan, shapes, formats, extra_columns
        self.folder = raw / plan.center / plan.name
        self.folder.mkdir(parents=True)
        self.writers: dict[str, Writer] = {}
        self.rows: dict[str, int] = {}
        if plan.kind == "full":
            for table in shapes:
                self._open(table)

    def file_name(self, table: str) -> str:
        """The file of a table in this drop."""
        return f"{table}.{self._container(table)[0]}"

    def is_csv(self, table: str) -> bool:
        """Only csv records can have a field too many or too few."""
        return self._container(table)[0].startswith("csv")

    def _container(self, table: str) -> tuple[str, str]:
        return container_of(self.plan.center, self.plan.kind, table, self.formats)

    def _open(self, table: str) -> None:
        columns = self.shapes[table].columns
        if table in self.extra_columns:
            columns = (*columns, self.extra_columns[table])
        encoding = self._container(table)[1]
        self.writers[table] = open_writer(
            self.folder / self.file_name(table), columns, encoding, LINE_END[self.plan.center]
        )
        self.rows[table] = 0

    def write(self, table: str, rows: pa.Table) -> int:
        """Append rows of a table; returns the number of rows written before."""
        if table not in self.writers:
            self._open(table)
        if table in self.extra_columns:
            rows = rows.append_column(self.extra_columns[table], pa.repeat(pa.scalar("1"), rows.num_rows))
        before = self.rows[table]
        self.writers[table].write(rows)
        self.rows[table] += rows.num_rows
        return before

    def close(self) -> None:
        """Finish the files and write the manifest last."""
        for writer in self.writers.values():
            writer.close()
        files = {self.file_name(table): rows for table, rows in self.rows.items()}
        write_manifest(
            self.folder, manifest(self.folder, self.plan.center, self.plan.kind, self.plan.extracted_at, files)
        )


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
