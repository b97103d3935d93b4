"""Drops of both centers from a few rows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.landing.contract import load_contracts
from orchestration.settings import DBT_PROJECT

CONTRACTS = load_contracts(DBT_PROJECT / "models" / "staging")


def deliver(
    raw: Path, center: str, name: str, rows: Mapping[str, Sequence[Mapping[str, str]]], kind: str = "full"
) -> None:
    """A drop: every table of the center for a full one, with these rows (dataset -> rows of column -> text)."""
    folder = raw / center / name
    folder.mkdir(parents=True)
    files = {}
    for table in CONTRACTS[center].tables.values():
        if kind == "delta" and table.dataset not in rows:
            continue
        lines = [
            table.columns,
            *([row.get(column, "") for column in table.columns] for row in rows.get(table.dataset, [])),
        ]
        content = "".join(",".join(line) + "\n" for line in lines).encode("utf-8-sig")
        (folder / f"{table.table_name}.csv").write_bytes(content)
        entry = {"rows": len(lines) - 1, "sha256": hashlib.sha256(content).hexdigest()}
        files[f"{table.table_name}.csv"] = entry
    manifest = {"center": center, "kind": kind, "extracted_at": f"{name}T01:00:00+08:00", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
