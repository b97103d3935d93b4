"""Small contracts and drops for the tests of the landing: two tables a center, written in any container."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.landing import Contract, load_contracts

KEY = b"a key for tests"
DEFAULT_TIME = "2024-03-30T01:15:00+08:00"

CONTRACTS = {
    "center_a": """
center = "center_a"
encoding = "utf-8"
[tables.patients]
dataset = "patients"
key = ["patient_id"]
identifiers = ["patient_id", "national_id"]
columns = ["patient_id", "national_id", "full_name"]
person = { national_id = "national_id", local_id = "patient_id" }
[tables.visits]
dataset = "visits"
key = ["visit_id"]
identifiers = ["visit_id", "patient_id"]
columns = ["visit_id", "patient_id", "weight_kg"]
""",
    "center_b": """
center = "center_b"
encoding = "gb18030"
[tables."患者信息"]
dataset = "patients"
key = ["患者主索引"]
identifiers = ["患者主索引", "身份证号"]
columns = ["患者主索引", "身份证号", "姓名"]
person = { national_id = "身份证号", local_id = "患者主索引" }
[tables."查体"]
dataset = "visits"
key = ["就诊号"]
identifiers = ["就诊号", "住院号"]
columns = ["就诊号", "住院号", "体重(kg)"]
""",
}

Rows = Sequence[Sequence[Any]]

PATIENTS: Rows = (("patient_id", "national_id", "full_name"), ("P1", "11010519491231002X", "Li"), ("P2", "", "Wei"))
VISITS: Rows = (("visit_id", "patient_id", "weight_kg"), ("V1", "P1", "60.5"), ("V2", "P2", ""))
PATIENTS_B: Rows = (("患者主索引", "身份证号", "姓名"), ("70001", "11010519491231002X", "李"), ("70002", "", "韦"))
VISITS_B: Rows = (("就诊号", "住院号", "体重(kg)"), ("300001", "20001", "60.5"))


def write_contracts(folder: Path) -> dict[str, Contract]:
    """The two small contracts, loaded from files."""
    for center, text in CONTRACTS.items():
        (folder / center).mkdir(parents=True)
        (folder / center / "contract.toml").write_text(text, encoding="utf-8")
    return load_contracts(folder)


def csv_bytes(rows: Rows, encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def parquet_bytes(columns: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), buffer)
    return buffer.getvalue()


def xlsx_bytes(rows: Rows) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def container_bytes(file_name: str, rows: Rows, encoding: str = "utf-8") -> bytes:
    """A table of texts in the container that the file's name asks for."""
    if file_name.endswith(".csv.gz"):
        return gzip.compress(csv_bytes(rows, encoding))
    if file_name.endswith(".parquet"):
        header, records = rows[0], rows[1:]
        return parquet_bytes(
            {name: pa.array([row[at] for row in records], pa.string()) for at, name in enumerate(header)}
        )
    if file_name.endswith(".xlsx"):
        return xlsx_bytes(rows)
    return csv_bytes(rows, encoding)


@dataclass
class DropBuilder:
    """A drop being made: files first, then `write` adds the manifest."""

    folder: Path
    center: str = "center_a"
    kind: str = "full"
    extracted_at: str | None = DEFAULT_TIME
    listed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, file_name: str, rows: Rows, encoding: str = "utf-8", row_count: int | None = None) -> "DropBuilder":
        count = len(rows) - 1 if row_count is None else row_count
        return self.add_bytes(file_name, container_bytes(file_name, rows, encoding), count)

    def add_bytes(self, file_name: str, content: bytes, row_count: int | None) -> "DropBuilder":
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / file_name).write_bytes(content)
        self.listed[file_name] = {"rows": row_count, "sha256": hashlib.sha256(content).hexdigest()}
        return self

    def write(self, **fields: Any) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        manifest = {"center": self.center, "extracted_at": self.extracted_at, "kind": self.kind, "files": self.listed}
        (self.folder / "manifest.json").write_text(json.dumps(manifest | fields))
        return self.folder


@dataclass
class RawFolder:
    """A raw folder in which drops are made."""

    path: Path

    def new(self, center: str, name: str, kind: str = "full", extracted_at: str | None = DEFAULT_TIME) -> DropBuilder:
        return DropBuilder(self.path / center / name, center, kind, extracted_at)

    def good(self, center: str, name: str, kind: str = "full", extracted_at: str | None = DEFAULT_TIME) -> Path:
        """A loadable drop with every table of the center."""
        drop = self.new(center, name, kind, extracted_at)
        if center == "center_a":
            return drop.add("patients.csv", PATIENTS).add("visits.csv", VISITS).write()
        return drop.add("患者信息.csv", PATIENTS_B, "gb18030").add("查体.csv", VISITS_B, "gb18030").write()
