"""Raw drops of both centers whose cells sit on the edges of specification 1.1 to 1.6, made at random from a seed.

Keys are few, so that versions collide; references point to admissions and patients that may be rejected themselves.
"""

import csv
import hashlib
import io
import json
from pathlib import Path
from random import Random

import adversarial_center_a
import adversarial_center_b

Row = dict[str, str]
TABLES = {"center_a": adversarial_center_a.TABLES, "center_b": adversarial_center_b.TABLES}
DROPS = [
    ("2023-06-01", "full", "2023-06-01T01:00:00+08:00"),
    ("2023-12-01", "full", "2023-11-30T23:30:00+00:00"),
    ("2024-01-01", "delta", "2024-01-01T01:00:00+08:00"),
    ("2024-02-01", "delta", "2024-02-01T01:00:00+08:00"),
]


def _csv(random: Random, rows: list[Row]) -> str:
    """A csv text in which a few records have a field too few or too many."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(rows[0].keys())
    for row in rows:
        fields = list(row.values())
        fate = random.random()
        writer.writerow(fields[:-1] if fate < 0.01 else [*fields, ""] if fate < 0.02 else fields)
    return buffer.getvalue()


def write_adversarial_drops(raw: Path, seed: int, size: int) -> None:
    """Write four drops a center (an older full one, a full one, two deltas) with about `size` keys a table."""
    random = Random(seed)
    for center, tables in TABLES.items():
        for name, kind, extracted_at in DROPS:
            folder = raw / center / name
            folder.mkdir(parents=True)
            files = {}
            for table, make_row in tables.items():
                rows = [make_row(random, size) for _ in range(size if kind == "full" else size // 4)]
                encoding = "utf-8" if center == "center_a" else random.choice(["gb18030", "utf-8-sig"])
                content = _csv(random, rows).encode(encoding)
                (folder / f"{table}.csv").write_bytes(content)
                files[f"{table}.csv"] = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
            manifest = {"center": center, "extracted_at": extracted_at, "kind": kind, "simulated": True, "files": files}
            (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
