"""Dirties generated rows and delivers them as drops of both centers (specification 1.1, 1.2, 1.6)."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import random
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from edge_center_a import CenterA
from edge_center_b import CenterB
from edge_patients import Person, Row, Tables, make_person

JUNK = [
    "",
    " ",
    "XX",
    "1900-01-01",
    "2099-01-01",
    "2021-02-30",
    "１２",
    "<5",
    "> 5",
    "1e400",
    "-3",
    "5.0",
    "1,234",
    "1,23",
    "0",
    "99999",
    "1.5e3",
    "2×10^2",
    "0.00000000001",
    "1234567890123456",
    "negative",
    "阴性",
    "N",
    "none",
    "无",
    "final",
    "2021/3/5",
    "2021年3月5日",
    "44260",
    "44260.375",
    "20210305",
    "2021-03-05 08:00",
    "CR",
    "measured",
    "３．５",
    "　1",
    "cancelled",
    "作废",
    "400.05",
    "4000",
    "多发",
    "multiple",
]
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
                column = rng.choice(columns)
                change = {column: rng.choice([*JUNK, rng.choice(rows)[column]])} if rng.random() < share else {}
                dirtied.append({**version, **change})
        result[name] = dirtied
    return result


def write_csv(path: Path, columns: list[str], rows: list[list[str]], encoding: str) -> None:
    """A csv file (gzip-compressed when the name says so); rows may have a wrong number of fields."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    data = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)


def write_table(
    rng: random.Random, folder: Path, name: str, columns: list[str], rows: list[Row], encoding: str
) -> tuple[str, int]:
    """Writes one table in a random container; returns the file's name and its number of records."""
    container = rng.choice(["csv", "csv", "csv.gz", "parquet", "xlsx"])
    path = folder / f"{name}.{container}"
    values = [[row.get(column, "") for column in columns] for row in rows]
    if container == "parquet":
        pq.write_table(
            pa.table(
                {
                    column: pa.array([row[index] or None for row in values], pa.string())
                    for index, column in enumerate(columns)
                }
            ),
            path,
        )
    elif container == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        for record in [columns, *values]:
            sheet.append([cell if cell != "" else None for cell in record])
        book.save(path)
    else:
        for _ in range(rng.randrange(0, 3)):
            if values:
                values.insert(rng.randrange(len(values)), rng.choice([values[0][:-1], [*values[0], "x"], ["x"] * 3]))
        write_csv(path, columns, values, rng.choice([encoding, "utf-8-sig"]))
    return path.name, len(values)


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
        file_name, count = write_table(rng, folder, name, columns[name], rows, encoding)
        files[file_name] = {"rows": count, "sha256": hashlib.sha256((folder / file_name).read_bytes()).hexdigest()}
    manifest = {"center": center, "extracted_at": extracted, "kind": kind, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def write_drops(raw: Path, seed: int, persons: int = 120, share: float = 0.03) -> None:
    """Both centers' drops: an older full drop, a full drop and two deltas with later and changed rows.

    One person in ten is seen at both centers.
    """
    rng = random.Random(seed)
    everyone: list[Person] = [make_person(rng) for _ in range(persons)]
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
        days = {
            "a-old": ("full", "2023-01-01", older),
            "b-full": ("full", "2023-06-01", parts[0]),
            "c-delta": ("delta", "2023-06-15", parts[1]),
            "d-delta": ("delta", f"{CUT_OFF}", parts[2]),
        }
        for name, (kind, day, part) in days.items():
            deliver(rng, raw / center / name, center, kind, f"{day}T01:15:00+08:00", part, columns)
