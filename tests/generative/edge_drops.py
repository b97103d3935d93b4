"""Dirties generated rows and delivers them as drops of both centers (specification 1.1, 1.2, 1.6)."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date
from pathlib import Path

from edge_center_a import CenterA
from edge_center_b import CenterB
from edge_containers import write_table
from edge_junk import junk
from edge_patients import Person, Row, Tables, make_person

REQUIRED_TABLES = {
    "center_a": [
        "patients",
        "visits",
        "medication_orders",
        "procedures",
        "lab_results",
        "imaging_studies",
        "target_lesions",
        "follow_up",
    ],
    "center_b": ["患者信息", "住院号对照", "查体", "医嘱", "手术介入", "检验", "影像", "随访"],
}
CUT_OFF = date(2023, 6, 30)


def dirty(rng: random.Random, tables: Tables, share: float) -> Tables:
    """Changes cells, repeats rows under the same key with changes, and swaps references between patients."""
    result: Tables = {}
    for name, rows in tables.items():
        columns = list(rows[0])
        dirtied: list[Row] = []
        for row in rows:
            versions = [row]
            if rng.random() < share:
                versions.append({**row, rng.choice(columns[1:]): rng.choice(rows)[rng.choice(columns[1:])]})
            for version in versions:
                changed = dict(version)
                while rng.random() < share:
                    column, other = rng.choice(columns), rng.choice(rows)
                    changed[column] = junk(rng, version[column], [other[column], other[rng.choice(columns)]])
                dirtied.append(changed)
        result[name] = dirtied
    return result


def deliver(
    rng: random.Random,
    folder: Path,
    center: str,
    kind: str,
    extracted: str,
    tables: Tables,
    columns: dict[str, list[str]],
) -> None:
    """Writes one drop with its manifest."""
    folder.mkdir(parents=True)
    encoding = "utf-8" if center == "center_a" else "gb18030"
    files = {}
    for name in REQUIRED_TABLES[center]:
        rows = tables.get(name, [])
        if kind == "delta" and not rows:
            continue
        records = [[row.get(column, "") for column in columns[name]] for row in rows]
        file_name, count = write_table(rng, folder, name, columns[name], records, encoding)
        files[file_name] = {"rows": count, "sha256": hashlib.sha256((folder / file_name).read_bytes()).hexdigest()}
    manifest = {"center": center, "extracted_at": extracted, "kind": kind, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def share_national_ids(rng: random.Random, everyone: list[Person]) -> None:
    """Makes one person of several patients, and turns some resident ids invalid, lower-case or blank."""
    for person in everyone:
        if rng.random() < 0.1:
            person.national_id = rng.choice(everyone).national_id
        if rng.random() < 0.1:
            own = person.national_id
            person.national_id = rng.choice([own.lower(), own[:-1], own[:-1] + "0", ""])


def refuse(raw: Path, center: str) -> None:
    """Drops that are refused whole: unreadable, another center's, without a time, and a delta before any full drop."""
    manifests = {
        "a-unreadable": "{",
        "e-other": '{"center": "center_c", "extracted_at": "2023-07-01T00:00:00+08:00", "kind": "full", "files": {}}',
        "n-timeless": f'{{"center": "{center}", "kind": "full", "files": {{}}}}',
        "x-early": f'{{"center": "{center}", "extracted_at": "2022-01-01T00:00:00Z", "kind": "delta", "files": {{}}}}',
    }
    for name, manifest in manifests.items():
        folder = raw / center / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    (raw / center / "b-copying").mkdir()


def write_drops(raw: Path, seed: int, persons: int = 120, share: float = 0.03) -> None:
    """Both centers' drops: an older full drop, a full drop and two deltas with later and changed rows.

    Folders' names do not follow the order of time; refused drops lie between them. One person in ten is seen at both
    centers, others have several patient numbers at one.
    """
    rng = random.Random(seed)
    everyone: list[Person] = [make_person(rng) for _ in range(persons)]
    share_national_ids(rng, everyone)
    for center, maker in (("center_a", CenterA(rng)), ("center_b", CenterB(rng))):
        for index, person in enumerate(everyone):
            if index % 10 == 0 or (index % 2 == 0) == (center == "center_a"):
                maker.person(person)
        columns = {name: list(rows[0]) for name, rows in maker.tables.items()}
        tables = dirty(rng, maker.tables, share)
        parts: list[Tables] = [{}, {}, {}]
        for name, rows in tables.items():
            for row in rows:
                parts[rng.choices([0, 1, 2], [18, 1, 1])[0]].setdefault(name, []).append(row)
                if rng.random() < share:
                    parts[rng.randrange(3)].setdefault(name, []).append(
                        {**row, rng.choice(columns[name]): rng.choice(rows)[rng.choice(columns[name])]}
                    )
        older = {name: rows[:20] for name, rows in maker.tables.items()}
        drops = {
            "z-old": ("full", "2022-12-31T17:15:00Z", older),
            "y-old-delta": ("delta", "2023-01-02T00:00:00+08:00", older),
            "m-full": ("full", "2023-06-01T01:15:00+08:00", parts[0]),
            "d-delta": ("delta", "2023-06-14T23:30:00-02:00", parts[1]),
            "c-delta": ("delta", f"{CUT_OFF}T01:15:00", parts[2]),
        }
        for name, (kind, extracted, part) in drops.items():
            deliver(rng, raw / center / name, center, kind, extracted, part, columns)
        refuse(raw, center)
