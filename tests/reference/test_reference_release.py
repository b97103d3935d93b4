"""Small drops read from disk: containers, refusals, versions and the ledgers of the reference."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest

from .compare import compare_tables
from .contract_b import TABLES
from .parameters import SORAFENIB
from .release import build_release

Tables = dict[str, list[dict[str, str]]]

PATIENT = {
    "patient_id": "P1",
    "sex": "M",
    "birth_date": "1960-05-01",
    "diagnosis_code": "C22.0",
    "etiology": "HBV",
}
LAB = {
    "patient_id": "P1",
    "test_code": "AFP",
    "value": "500",
    "unit": "ng/mL",
    "collected_at": "2020-01-01 08:00",
    "reported_at": "2020-01-01 10:00",
    "status": "final",
}
ORDER = {"order_id": "O1", "patient_id": "P1", "drug_name": "Nexavar", "start_date": "2020-01-02", "status": "active"}


def csv_bytes(header: list[str], records: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *records])
    return text.getvalue().encode("utf-8")


def write_drop(
    folder: Path,
    tables: Tables,
    extracted_at: str = "2021-01-01T01:00:00+08:00",
    kind: str = "full",
    ending: str = ".csv",
) -> None:
    """A center_a drop; a full one holds every table."""
    folder.mkdir(parents=True)
    files = {}
    for name, spec in TABLES["center_a"].items():
        if kind == "delta" and name not in tables:
            continue
        header = sorted(spec.columns)
        records = [[row.get(column, "") for column in header] for row in tables.get(name, [])]
        path = folder / f"{name}{ending}"
        if ending == ".xlsx":
            book = openpyxl.Workbook()
            for record in [header, *records, ["" for _ in header]]:
                book.active.append([cell or None for cell in record])
            book.save(path)
        elif ending == ".parquet":
            pandas.DataFrame(records, columns=header, dtype="str").to_parquet(path)
        else:
            data = csv_bytes(header, records)
            path.write_bytes(gzip.compress(data) if ending == ".csv.gz" else data)
        files[path.name] = {"rows": len(records), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest = {"center": "center_a", "extracted_at": extracted_at, "kind": kind, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def small_tables() -> Tables:
    return {
        "patients": [PATIENT],
        "medication_orders": [ORDER],
        "lab_results": [LAB | {"result_id": "R1"}, LAB | {"result_id": "R2", "unit": ""}],
    }


def ledger(frames: dict[str, pandas.DataFrame], table: str) -> dict[tuple[Any, ...], int]:
    frame = frames["row_ledger"]
    of_table = frame[frame["table_name"] == table]
    return {(row.drop_number, row.disposition, row.reason): row.row_count for row in of_table.itertuples(index=False)}


@pytest.mark.parametrize("ending", [".csv.gz", ".parquet", ".xlsx"])
def test_every_container_gives_the_same_release(tmp_path: Path, ending: str) -> None:
    write_drop(tmp_path / "csv" / "center_a" / "d", small_tables())
    write_drop(tmp_path / "other" / "center_a" / "d", small_tables(), ending=ending)
    plain = build_release(tmp_path / "csv", b"k", [SORAFENIB])
    assert len(plain["cohort"]) == 1
    assert compare_tables(plain, build_release(tmp_path / "other", b"k", [SORAFENIB])) == []


def test_a_truncated_file_refuses_the_drop_and_the_older_one_stands(tmp_path: Path) -> None:
    write_drop(tmp_path / "center_a" / "1", small_tables())
    write_drop(tmp_path / "center_a" / "2", small_tables(), "2021-02-01T01:00:00+08:00")
    path = tmp_path / "center_a" / "2" / "lab_results.csv"
    path.write_bytes(path.read_bytes()[:-5])
    frames = build_release(tmp_path, b"k", [])
    assert frames["drops"]["state"].tolist() == ["loaded", "refused"]
    assert set(frames["row_ledger"]["drop_number"]) == {1}


def test_a_newer_full_drop_replaces_and_a_delta_before_it_is_refused(tmp_path: Path) -> None:
    write_drop(tmp_path / "center_a" / "c", {"patients": []}, "2020-06-01T01:00:00+08:00", "delta")
    write_drop(tmp_path / "center_a" / "a", small_tables())
    write_drop(tmp_path / "center_a" / "b", small_tables(), "2021-02-01T01:00:00+08:00")
    frames = build_release(tmp_path, b"k", [])
    assert frames["drops"]["state"].tolist() == ["replaced", "loaded", "refused"]
    assert ledger(frames, "lab_results") == {
        (1, "superseded", None): 2,
        (2, "kept", None): 1,
        (2, "rejected", "missing_unit"): 1,
    }


def test_versions_across_drops_and_a_preliminary_that_never_stands(tmp_path: Path) -> None:
    write_drop(tmp_path / "center_a" / "1", small_tables())
    later = [LAB | {"result_id": "R1", "status": "preliminary"}, LAB | {"result_id": "R2", "status": "cancelled"}]
    write_drop(tmp_path / "center_a" / "2", {"lab_results": later}, "2021-02-01T01:00:00+08:00", "delta")
    frames = build_release(tmp_path, b"k", [])
    assert ledger(frames, "lab_results") == {
        (1, "kept", None): 1,
        (1, "superseded", None): 1,
        (2, "superseded", None): 1,
        (2, "void", None): 1,
    }


def test_a_death_rejects_what_comes_after_it_and_ends_the_exposure(tmp_path: Path) -> None:
    tables = small_tables()
    tables["lab_results"].append(LAB | {"result_id": "R3", "collected_at": "2020-03-02"})
    tables["follow_up"] = [
        {
            "contact_id": "F1",
            "patient_id": "P1",
            "contact_date": "2020-03-01",
            "vital_status": "dead",
            "death_date": "?",
        }
    ]
    write_drop(tmp_path / "center_a" / "1", tables)
    frames = build_release(tmp_path, b"k", [SORAFENIB])
    assert ledger(frames, "lab_results")[1, "rejected", "after_death"] == 1
    line = frames["treatment_lines"].iloc[0]
    assert (line["end_day"], line["is_ongoing"]) == (59, False)
    assert frames["cohort"].iloc[0]["failed_step"] == "has_stage"


def test_an_active_order_without_a_stop_is_ongoing(tmp_path: Path) -> None:
    write_drop(tmp_path / "center_a" / "1", small_tables())
    line = build_release(tmp_path, b"k", [])["treatment_lines"].iloc[0]
    assert line["is_ongoing"]
    assert line["end_day"] is pandas.NA


def test_differences_are_told_by_table_and_column(tmp_path: Path) -> None:
    write_drop(tmp_path / "center_a" / "1", small_tables())
    expected = build_release(tmp_path, b"k", [SORAFENIB])
    actual = {name: frame.copy() for name, frame in expected.items()}
    actual["cohort"]["age_years"] += 1
    actual["persons"] = actual["persons"].iloc[:0]
    first, second = compare_tables(expected, actual)
    assert first.startswith("persons: 1 missing rows of 1 expected")
    assert second.startswith("cohort.age_years: 1 differing")
