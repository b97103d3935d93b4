"""Section 1.1: which drops are there, which are refused, loaded or replaced, and what they hold."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .containers import SHANGHAI, TextTable, Unreadable, read_table, table_name
from .contract_b import TABLES

CENTERS = ("center_a", "center_b")


class Refused(Exception):  # noqa: N818
    """The reason why a drop is refused whole."""


@dataclass
class Drop:
    """One folder with a manifest. `rank` orders the loaded drops of a center, oldest first."""

    center: str
    folder: str
    number: int
    kind: str | None = None
    extracted_at: datetime | None = None
    state: str = "refused"
    reason: str | None = None
    rank: int = -1
    tables: dict[str, TextTable] = field(default_factory=dict)

    @property
    def extraction_date(self) -> date:
        """Local date of the extraction (Asia/Shanghai)."""
        assert self.extracted_at is not None
        return self.extracted_at.astimezone(SHANGHAI).date()

    @property
    def row_count(self) -> int:
        """Records of its tables; a refused drop holds none."""
        return sum(len(table.records) for table in self.tables.values())


def read_drops(raw: Path) -> list[Drop]:
    """All drops with a manifest, both centers, with their states settled."""
    drops: list[Drop] = []
    for center in CENTERS:
        folder = raw / center
        visible = sorted(path.parent.name for path in folder.glob("*/manifest.json")) if folder.is_dir() else []
        of_center = [_read_drop(folder / name, center, position) for position, name in enumerate(visible, 1)]
        _settle_states(of_center)
        drops += of_center
    return drops


def cut_offs(drops: list[Drop]) -> dict[str, date]:
    """Each center's data cut-off: the local date of its newest loaded extraction."""
    newest: dict[str, date] = {}
    for drop in drops:
        if drop.state == "loaded":
            newest[drop.center] = max(drop.extraction_date, newest.get(drop.center, date.min))
    return newest


def _read_drop(folder: Path, center: str, number: int) -> Drop:
    drop = Drop(center, folder.name, number)
    try:
        manifest = _read_manifest(folder, drop)
        drop.tables = _read_files(folder, center, manifest["files"])
        missing = TABLES[center].keys() - drop.tables.keys()
        if drop.kind == "full" and missing:
            raise Refused(f"a full drop lacks {', '.join(sorted(missing))}")
        drop.state = "loaded"
    except Refused as refusal:
        drop.reason, drop.tables = str(refusal), {}
    return drop


def _read_manifest(folder: Path, drop: Drop) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise Refused("the manifest is unreadable") from error
    if not isinstance(manifest, dict):
        raise Refused("the manifest is unreadable")
    drop.kind = manifest.get("kind")
    drop.extracted_at = _instant(manifest.get("extracted_at"))
    if manifest.get("center") != drop.center:
        raise Refused("the manifest names another center")
    if drop.kind not in ("full", "delta"):
        raise Refused("the manifest states an unknown kind")
    if drop.extracted_at is None:
        raise Refused("the manifest lacks a time")
    if not isinstance(manifest.get("files"), dict):
        raise Refused("the manifest lists no files")
    return manifest


def _instant(text: object) -> datetime | None:
    """A time stamp; without an offset it is local time."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _read_files(folder: Path, center: str, files: dict[str, Any]) -> dict[str, TextTable]:
    tables: dict[str, TextTable] = {}
    for name, listed in files.items():
        path = folder / name
        if not isinstance(listed, dict):
            raise Refused(f"the manifest says nothing about {name}")
        if not path.is_file():
            raise Refused(f"{name} is missing")
        if hashlib.sha256(path.read_bytes()).hexdigest() != str(listed.get("sha256")).lower():
            raise Refused(f"{name} differs in checksum")
        table = table_name(name)
        if table not in TABLES[center]:
            continue
        if table in tables:
            raise Refused(f"two files hold {table}")
        tables[table] = _read_listed(path, center, table, listed.get("rows"))
    return tables


def _read_listed(path: Path, center: str, table: str, rows: object) -> TextTable:
    try:
        content = read_table(path, center)
    except Unreadable as error:
        raise Refused(str(error)) from error
    if len(set(content.header)) != len(content.header):
        raise Refused(f"{path.name} has a duplicated header")
    lacking = TABLES[center][table].columns - set(content.header)
    if lacking:
        raise Refused(f"{path.name} lacks {', '.join(sorted(lacking))}")
    if isinstance(rows, bool) or rows != len(content.records):
        raise Refused(f"{path.name} differs in row count")
    return content


def _settle_states(drops: list[Drop]) -> None:
    """The newest full drop that is not refused and every later delta are loaded; what came before is replaced."""
    readable = [drop for drop in drops if drop.state == "loaded"]
    readable.sort(key=lambda drop: (drop.extracted_at, drop.folder))
    has_full = False
    current: list[Drop] = []
    for rank, drop in enumerate(readable):
        drop.rank = rank
        if drop.kind == "full":
            for older in current:
                older.state = "replaced"
            current, has_full = [drop], True
        elif has_full:
            current.append(drop)
        else:
            drop.state, drop.reason, drop.tables = "refused", "no loadable full drop before it", {}
