"""Tiny drops that must be refused, one for each refusal of specification 1.1, and a folder still being copied."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.simulation.containers import csv_records, open_writer
from analytics.simulation.delivered import TableShape
from analytics.simulation.drops import LINE_END, PLAIN_ENCODING, extraction_time, manifest, sha256_of, write_manifest


@dataclass(frozen=True)
class RefusedDrop:
    """Truth of a refused drop: why, and the kind its manifest names ("" where that is unreadable)."""

    center: str
    name: str
    reason: str
    kind: str


@dataclass
class _Draft:
    """A small delta of two contacts that is in order until `spoil` has been at it."""

    folder: Path
    center: str
    shape: TableShape
    rows: pa.Table
    content: dict[str, Any]

    @property
    def file(self) -> Path:
        """The only file."""
        return self.folder / f"{self.shape.name}.csv"

    def relist(self, path: Path, rows: int) -> None:
        """List a file with its checksum."""
        self.content["files"][path.name] = {"rows": rows, "sha256": sha256_of(path)}


def _wrong_header(change: Callable[[list[str]], list[str]]) -> Callable[[_Draft], None]:
    def spoil(draft: _Draft) -> None:
        encoding = PLAIN_ENCODING[draft.center]
        header, *lines = draft.file.read_bytes().decode(encoding).splitlines()
        text = "\n".join([",".join(change(header.split(","))), *lines]) + "\n"
        draft.file.write_bytes(text.encode(encoding))
        draft.relist(draft.file, 2)

    return spoil


def _undecodable(draft: _Draft) -> None:
    # a byte that neither UTF-8 nor GB18030 allows
    draft.file.write_bytes(draft.file.read_bytes() + b"\xff\xff\n")
    draft.relist(draft.file, 3)


def _unreadable_container(draft: _Draft) -> None:
    broken = draft.folder / f"{draft.shape.name}.parquet"
    broken.write_bytes(b"PAR1 interrupted")
    draft.file.unlink()
    draft.content["files"] = {}
    draft.relist(broken, 2)


def _two_files(draft: _Draft) -> None:
    second = draft.folder / f"{draft.shape.name}.xlsx"
    writer = open_writer(second, draft.shape.columns, "utf-8", "\n")
    writer.append(draft.rows)
    writer.close()
    draft.relist(second, 2)


def _set(**changes: object) -> Callable[[_Draft], None]:
    def spoil(draft: _Draft) -> None:
        draft.content.update(changes)

    return spoil


def _without_time(draft: _Draft) -> None:
    del draft.content["extracted_at"]


def _other_center(draft: _Draft) -> None:
    draft.content["center"] = "center_b" if draft.center == "center_a" else "center_a"


def _file_missing(draft: _Draft) -> None:
    draft.file.unlink()


def _wrong_checksum(draft: _Draft) -> None:
    draft.content["files"][draft.file.name]["sha256"] = "0" * 64


def _wrong_rows(draft: _Draft) -> None:
    draft.content["files"][draft.file.name]["rows"] = 3


def _unreadable_manifest(draft: _Draft) -> None:
    draft.content = {"broken": json.dumps(draft.content)[:60]}


def _leave(draft: _Draft) -> None:
    """Nothing is wrong with the drop itself."""


# reason, days after the full drop on which it claims to be extracted, and what is wrong with it
REFUSALS: dict[str, tuple[int, Callable[[_Draft], None]]] = {
    "manifest_unreadable": (0, _unreadable_manifest),
    "other_center": (0, _other_center),
    "unknown_kind": (0, _set(kind="incremental")),
    "no_time": (0, _without_time),
    "file_missing": (0, _file_missing),
    "checksum_differs": (0, _wrong_checksum),
    "row_count_differs": (0, _wrong_rows),
    "file_undecodable": (0, _undecodable),
    "container_unreadable": (0, _unreadable_container),
    "two_files_one_table": (0, _two_files),
    "header_duplicated": (0, _wrong_header(lambda names: [*names, names[-1]])),
    "column_lacking": (0, _wrong_header(lambda names: [*names[:-1], "remark"])),
    "table_lacking": (0, _set(kind="full")),
    "no_full_before": (-3650, _leave),
}


def write_refused_drops(raw: Path, center: str, shape: TableShape, rows: pa.Table, full_day: int) -> list[RefusedDrop]:
    """All refused drops of a center, made from two rows of its follow-up table."""
    refused = []
    for number, (reason, (days, spoil)) in enumerate(REFUSALS.items(), start=1):
        name = f"2024-05-{number:02d}-{reason.replace('_', '-')}"
        draft = _draft(raw / center / name, center, shape, rows, full_day + days)
        spoil(draft)
        if reason == "manifest_unreadable":
            (draft.folder / "manifest.json").write_text(str(draft.content["broken"]), encoding="utf-8")
        else:
            write_manifest(draft.folder, draft.content)
        kind = str(draft.content.get("kind", ""))
        refused.append(RefusedDrop(center, name, reason, kind))
    _draft(raw / center / "2024-07-01-copying", center, shape, rows, full_day)
    return refused


def _draft(folder: Path, center: str, shape: TableShape, rows: pa.Table, day: int) -> _Draft:
    folder.mkdir(parents=True)
    path = folder / f"{shape.name}.csv"
    writer = open_writer(path, shape.columns, PLAIN_ENCODING[center], LINE_END[center])
    writer.append(csv_records(rows, shape.columns, PLAIN_ENCODING[center], LINE_END[center]))
    writer.close()
    files: Mapping[str, int] = {path.name: rows.num_rows}
    return _Draft(folder, center, shape, rows, manifest(folder, center, "delta", extraction_time(center, day), files))
