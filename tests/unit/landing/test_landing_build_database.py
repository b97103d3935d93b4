"""The schema `landing` of a build database: views, tables, protocols, provenance."""

import datetime as dt
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop_builder import KEY, PATIENTS, VISITS, RawFolder, csv_bytes

from orchestration.landing import Contract, Inventory, create_build_database, land

LandRaw = Callable[[], Inventory]

PROTOCOL: dict[str, Any] = {
    "study_id": "first",
    "index_agent": "sorafenib",
    "enrol_from": dt.date(2015, 1, 1),
    "enrol_to": "2024-12-31",
    "diagnosis_prefix": "C22.0",
    "min_age": 18,
    "first_line_monotherapy": True,
    "child_pugh_max": 7,
    "require_follow_up_imaging": False,
    "baseline_days_before": 28,
    "baseline_days_after": 0,
    "criteria": "mRECIST",
    "etiologies": ["HBV", "HCV"],
    "bclc_stages": [],
}

PROVENANCE = [
    ("_center_id", "VARCHAR"),
    ("_drop_number", "INTEGER"),
    ("_drop_rank", "INTEGER"),
    ("_extraction_date", "DATE"),
    ("_table_name", "VARCHAR"),
    ("_file_name", "VARCHAR"),
    ("_row_number", "BIGINT"),
    ("_is_malformed", "BOOLEAN"),
]


@pytest.fixture
def connect(land_raw: LandRaw, tmp_path: Path) -> Iterator[Callable[[], duckdb.DuckDBPyConnection]]:
    """Lands the raw folder and opens a build database made from it."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def create() -> duckdb.DuckDBPyConnection:
        path = tmp_path / "out" / "builds" / "1" / "warehouse.duckdb"
        create_build_database(path, land_raw(), [PROTOCOL])
        opened.append(duckdb.connect(str(path)))
        return opened[-1]

    yield create
    for connection in opened:
        connection.close()


Connect = Callable[[], duckdb.DuckDBPyConnection]


def columns_of(connection: duckdb.DuckDBPyConnection, view: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in connection.execute(f"describe landing.{view}").fetchall()]


def test_views_hold_the_contracts_columns_then_provenance(raw: RawFolder, connect: Connect) -> None:
    raw.good("center_b", "1")

    connection = connect()

    visits = [(name, "VARCHAR") for name in ("就诊号", "住院号", "体重(kg)")]
    assert columns_of(connection, "center_b__visits") == visits + PROVENANCE
    patients = [(name, "VARCHAR") for name in ("患者主索引", "身份证号", "姓名", "_person_id")]
    assert columns_of(connection, "center_b__patients") == patients + PROVENANCE


def test_a_center_that_delivered_nothing_has_the_same_views_empty(raw: RawFolder, connect: Connect) -> None:
    raw.good("center_b", "1")

    connection = connect()

    expected = [(name, "VARCHAR") for name in ("visit_id", "patient_id", "weight_kg")] + PROVENANCE
    assert columns_of(connection, "center_a__visits") == expected
    assert connection.execute("from landing.center_a__visits").fetchall() == []
    assert connection.execute("select _person_id from landing.center_a__patients").fetchall() == []


def test_only_the_current_state_is_in_the_views(raw: RawFolder, connect: Connect) -> None:
    raw.good("center_a", "1", "full", "2024-01-01T01:00:00+08:00")
    raw.good("center_a", "2", "full", "2024-02-01T01:00:00+08:00")
    raw.new("center_a", "3", "delta", "2024-03-01T01:00:00+08:00").add("visits.csv", VISITS[:2]).write()

    connection = connect()

    rows = connection.execute("""
        select _drop_number, _drop_rank, _extraction_date, _table_name, _file_name, _row_number, visit_id
        from landing.center_a__visits order by _drop_rank, _row_number
    """).fetchall()
    assert rows == [
        (2, 1, dt.date(2024, 2, 1), "visits", "visits.csv", 1, "V1"),
        (2, 1, dt.date(2024, 2, 1), "visits", "visits.csv", 2, "V2"),
        (3, 2, dt.date(2024, 3, 1), "visits", "visits.csv", 1, "V1"),
    ]
    delivered = connection.execute("""
        select drop_number, drop_name, dataset, table_name, state, row_count
        from landing.delivered_tables order by all
    """).fetchall()
    assert delivered == [
        (1, "1", "patients", "patients", "replaced", 2),
        (1, "1", "visits", "visits", "replaced", 2),
        (2, "2", "patients", "patients", "loaded", 2),
        (2, "2", "visits", "visits", "loaded", 2),
        (3, "3", "visits", "visits", "loaded", 1),
    ]


def test_drops_are_listed_with_their_state_and_reason(raw: RawFolder, connect: Connect) -> None:
    raw.good("center_a", "1", "full", "2023-12-31T17:00:00Z")
    raw.new("center_a", "2", "delta").add("patients.csv", PATIENTS, row_count=5).write(simulated=True)
    (raw.path / "center_a" / "3").mkdir()
    (raw.path / "center_a" / "3" / "manifest.json").write_text("")

    rows = (
        connect()
        .execute("""
        select drop_number, kind, extraction_date, extraction_year, state, reason_code, row_count, drop_rank,
            is_simulated
        from landing.drops order by drop_number
    """)
        .fetchall()
    )

    assert rows == [
        (1, "full", dt.date(2024, 1, 1), 2024, "loaded", None, 4, 1, False),
        (2, "delta", dt.date(2024, 3, 30), 2024, "refused", "row_count_mismatch", 0, None, True),
        (3, None, None, None, "refused", "manifest_unreadable", 0, None, None),
    ]


def test_the_time_of_extraction_is_an_instant(raw: RawFolder, connect: Connect) -> None:
    raw.good("center_a", "1", "full", "2024-01-01T01:15:00+08:00")

    row = connect().execute("select epoch(extracted_at)::bigint, typeof(extracted_at) from landing.drops").fetchone()

    assert row == (int(dt.datetime(2023, 12, 31, 17, 15, tzinfo=dt.UTC).timestamp()), "TIMESTAMP WITH TIME ZONE")


def test_protocols_are_plain_rows(raw: RawFolder, connect: Connect) -> None:
    raw.good("center_a", "1")

    connection = connect()

    assert connection.execute("from landing.protocols").fetchall() == [
        (
            *("first", "sorafenib", dt.date(2015, 1, 1), dt.date(2024, 12, 31), "C22.0", 18, True, 7, False, 28, 0),
            "mRECIST",
        )
    ]
    assert connection.execute("from landing.protocol_etiologies").fetchall() == [("first", "HBV"), ("first", "HCV")]
    assert connection.execute("from landing.protocol_bclc_stages").fetchall() == []


def test_malformed_records_and_odd_characters_survive(raw: RawFolder, connect: Connect) -> None:
    content = csv_bytes(VISITS[:1]) + 'V1,P1,"a\x00b"\r\nV2\r\nV3,P\u202e1,"l1\nl2"\r\n'.encode()
    raw.new("center_a", "1").add("patients.csv", PATIENTS).add_bytes("visits.csv", content, 3).write()

    rows = (
        connect()
        .execute("""
        select visit_id, patient_id, weight_kg, _is_malformed from landing.center_a__visits order by _row_number
    """)
        .fetchall()
    )

    assert rows == [("V1", "P1", "a\x00b", False), (None, None, None, True), ("V3", "P\u202e1", "l1\nl2", False)]


@pytest.mark.parametrize("name", ["it's [a] folder", "all *", "what?", "{a,b}", 'say "so"'])
def test_folders_with_the_signs_of_a_pattern(
    raw: RawFolder, contracts: dict[str, Contract], tmp_path: Path, name: str
) -> None:
    raw.good("center_a", "1")
    inventory = land(raw.path, tmp_path / name / "landing", contracts, KEY)
    path = tmp_path / "build" / "warehouse.duckdb"

    create_build_database(path, inventory, [])

    with duckdb.connect(str(path)) as connection:
        assert connection.execute("select count(*) from landing.center_a__visits").fetchone() == (2,)


def test_the_database_is_private_and_made_once(raw: RawFolder, land_raw: LandRaw, tmp_path: Path) -> None:
    raw.good("center_a", "1")
    path = tmp_path / "build" / "warehouse.duckdb"

    create_build_database(path, land_raw(), [])

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(FileExistsError, match="made once"):
        create_build_database(path, land_raw(), [])
