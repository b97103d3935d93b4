"""Small drops read from disk: containers, refusals, versions and the ledgers of the reference."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest

from .compare import compare_tables
from .containers import Unreadable, read_table
from .contract_b import TABLES
from .parameters import LENVATINIB, SORAFENIB
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


def csv_bytes(header: list[str], records: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *records])
    return text.getvalue().encode(encoding)


def write_drop(
    folder: Path,
    tables: Tables,
    extracted_at: str = "2021-01-01T01:00:00+08:00",
    kind: str = "full",
    ending: str = ".csv",
    center: str = "center_a",
) -> None:
    """A drop of one center; a full one holds every table."""
    folder.mkdir(parents=True)
    files = {}
    for name, spec in TABLES[center].items():
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
            data = csv_bytes(header, records, "utf-8" if center == "center_a" else "gb18030")
            path.write_bytes(gzip.compress(data) if ending == ".csv.gz" else data)
        files[path.name] = {"rows": len(records), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest = {"center": center, "extracted_at": extracted_at, "kind": kind, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def small_tables() -> Tables:
    return {
        "patients": [PATIENT],
        "medication_orders": [ORDER],
        "lab_results": [LAB | {"result_id": "R1"}, LAB | {"result_id": "R2", "unit": ""}],
    }


def ledger(frames: dict[str, pandas.DataFrame], table: str) -> dict[tuple[Any, ...], Any]:
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


def test_the_ledger_adds_up_to_the_delivered_rows(tmp_path: Path) -> None:
    tables = small_tables()
    tables["lab_results"] += [LAB | {"result_id": "R1"}, LAB | {"result_id": ""}, LAB | {"patient_id": "P9"}]
    write_drop(tmp_path / "center_a" / "1", tables)
    frames = build_release(tmp_path, b"k", [])
    assert ledger(frames, "lab_results") == {
        (1, "kept", None): 1,
        (1, "superseded", None): 1,
        (1, "rejected", "missing_key"): 2,
        (1, "rejected", "missing_unit"): 1,
    }
    assert frames["row_ledger"]["row_count"].sum() == frames["drops"]["row_count"].sum() == 7


def test_typed_cells_become_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for record in [
        ["id", "when", "size"],
        [70000001, date(2021, 3, 5), 1.5],
        [None] * 3,
        [7.0, datetime(2021, 3, 5, 8), 44260.375],
    ]:
        book.active.append(record)
    book.save(tmp_path / "t.xlsx")
    frame = pandas.DataFrame({"id": [70000001, 7], "when": [date(2021, 3, 5)] * 2, "size": [1.5, None]})
    frame.to_parquet(tmp_path / "t.parquet")
    sheet, columnar = (read_table(tmp_path / name, "center_b").records for name in ("t.xlsx", "t.parquet"))
    assert sheet == [["70000001", "2021-03-05", "1.5"], ["7", "2021-03-05 08:00:00", "44260.375"]]
    assert columnar == [["70000001", "2021-03-05", "1.5"], ["7", "2021-03-05", ""]]


@pytest.mark.parametrize("data", [b'a,b\n1,"x', b"a,b\n\xff,1\n", b""])
def test_a_csv_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(Unreadable):
        read_table(tmp_path / "t.csv", "center_a")


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


def center_b_tables() -> Tables:
    """One patient on lenvatinib with a baseline, a scan whose second lesion is unreadable, and one specimen."""
    scan = {"住院号": "１０.0", "检查类型": "增强ＣＴ", "质量": "合格", "靶病灶1部位": "肝S4", "靶病灶2部位": "左肺"}
    return {
        "患者信息": [{"患者主索引": "1", "性别": "男", "出生日期": "1960年5月1日", "诊断编码": "C22.0"}],
        "住院号对照": [{"住院号": "10", "患者主索引": "1.0"}],
        "医嘱": [
            {
                "医嘱号": "1",
                "住院号": "10",
                "药品名称": "乐卫玛",
                "开始时间": "43891",
                "用药天数": "30.0",
                "医嘱状态": "停止",
            }
        ],
        "手术介入": [{"操作号": "1", "住院号": "10", "操作名称": "tace联合微波消融", "操作日期": "20200101"}],
        "检验": [
            {"标本号": "1", "住院号": "10", "采样时间": "2020/3/1", "甲胎蛋白": "900", "国际标准化比值": "1.1"},
            {
                "标本号": "2",
                "住院号": "10",
                "采样时间": "2020/3/1",
                "甲胎蛋白单位": "ng/mL",
                "乙肝病毒DNA(IU/mL)": "阴性",
            },
        ],
        "影像": [
            scan | {"检查号": "1", "检查日期": "20200220", "靶病灶1长径(cm)": "5", "靶病灶2长径(cm)": "3.04"},
            scan
            | {
                "检查号": "2",
                "检查日期": "2020-5-1",
                "靶病灶1长径(cm)": "消失",
                "靶病灶2长径(cm)": "3",
                "靶病灶2活性径(cm)": "?",
            },
        ],
    }


def test_the_wide_tables_of_center_b(tmp_path: Path) -> None:
    write_drop(tmp_path / "center_b" / "1", center_b_tables(), center="center_b")
    frames = build_release(tmp_path, b"k", [LENVATINIB])
    values = frames["value_ledger"].set_index(["column_name", "disposition"])
    assert values.loc[("甲胎蛋白", "rejected"), "reason"] == "missing_unit"
    assert values.loc[("国际标准化比值", "kept"), "value_count"] == 1
    assert values.loc[("靶病灶2活性径(cm)", "rejected"), "reason"] == "invalid_value"
    assert set(frames["row_ledger"]["disposition"]) == {"kept"}
    response = frames["responses"].iloc[0]
    assert (response["target_response"], response["baseline_sum_mm"], response["assessment_day"]) == ("NE", 80.4, 61)
    cohort = frames["cohort"].iloc[0]
    assert (cohort["prior_procedure"], cohort["etiology"], cohort["failed_step"]) == (
        "TACE+ablation",
        "unknown",
        "has_etiology",
    )
    assert (cohort["hbv_dna_comparator"], cohort["hbv_dna_iu_ml"], cohort["has_extrahepatic_spread"]) == ("<", 0, False)


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
