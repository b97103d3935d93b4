"""What landing writes: content, provenance, modes, progress, and what it removes."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from drop_builder import KEY, PATIENTS, PATIENTS_B, VISITS, VISITS_B, RawFolder, csv_bytes

from orchestration.landing import (
    Contract,
    DropState,
    Inventory,
    LandedTable,
    LandingProgress,
    land,
    prune_landing,
)
from orchestration.landing.pseudonym import person_id

# The module; the package's attribute of this name is the function.
LAND_MODULE: Any = sys.modules["orchestration.landing.land"]

LandRaw = Callable[[], Inventory]
RowsOf = Callable[[LandedTable], list[dict[str, Any]]]


def test_rows_hold_text_provenance_and_pseudonym(raw: RawFolder, land_raw: LandRaw, rows_of: RowsOf) -> None:
    raw.good("center_a", "1")

    patients, visits = land_raw().drops[0].tables
    rows = rows_of(patients)

    assert [row["patient_id"] for row in rows] == ["P1", "P2"]
    assert [row["_person_id"] for row in rows] == [
        person_id(KEY, "nid:11010519491231002X"),
        person_id(KEY, "center_a:P2"),
    ]
    assert [row["_row_number"] for row in rows] == [1, 2]
    assert {row["_file_id"] for row in rows} == {patients.file_id}
    assert rows_of(visits)[1] == {
        "visit_id": "V2",
        "patient_id": "P2",
        "weight_kg": None,
        "_file_id": visits.file_id,
        "_row_number": 2,
        "_is_malformed": False,
    }


def test_one_person_of_both_centers_has_one_pseudonym(raw: RawFolder, land_raw: LandRaw, rows_of: RowsOf) -> None:
    raw.good("center_a", "1")
    raw.good("center_b", "1")

    first, second = (rows_of(drop.tables[0]) for drop in land_raw().drops)

    assert first[0]["_person_id"] == second[0]["_person_id"]
    assert first[1]["_person_id"] != second[1]["_person_id"]


def test_a_blank_local_id_has_no_pseudonym(raw: RawFolder, land_raw: LandRaw, rows_of: RowsOf) -> None:
    rows = [PATIENTS[0], ["　", "11010519491231002X", "Li"]]
    raw.new("center_a", "1").add("patients.csv", rows).add("visits.csv", VISITS).write()

    (row,) = rows_of(land_raw().drops[0].tables[0])

    assert (row["patient_id"], row["_person_id"]) == (None, None)


def test_malformed_records_keep_their_number_and_lose_their_cells(
    raw: RawFolder, land_raw: LandRaw, rows_of: RowsOf
) -> None:
    content = csv_bytes(VISITS) + b"V3,P1\r\n\r\nV4,P1,60,70\r\nV5,P1,61\r\n"
    raw.new("center_a", "1").add("patients.csv", PATIENTS).add_bytes("visits.csv", content, 5).write()

    table = land_raw().drops[0].tables[1]

    assert [(row["_row_number"], row["visit_id"], row["_is_malformed"]) for row in rows_of(table)] == [
        (1, "V1", False),
        (2, "V2", False),
        (3, None, True),
        (4, None, True),
        (5, "V5", False),
    ]
    assert (table.row_count, table.malformed_count) == (5, 2)


def test_identifiers_lose_a_decimal_zero_other_columns_do_not(
    raw: RawFolder, land_raw: LandRaw, rows_of: RowsOf
) -> None:
    rows = [VISITS[0], ["１２.0", "7.0", "60.0"]]
    raw.new("center_a", "1").add("patients.csv", PATIENTS).add("visits.csv", rows).write()

    (row,) = rows_of(land_raw().drops[0].tables[1])

    assert (row["visit_id"], row["patient_id"], row["weight_kg"]) == ("12", "7", "60.0")


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "xlsx"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_every_container_and_encoding_lands_alike(
    raw: RawFolder, land_raw: LandRaw, rows_of: RowsOf, ending: str, encoding: str
) -> None:
    drop = raw.new("center_b", "1")
    drop.add(f"患者信息.{ending}", PATIENTS_B, encoding).add(f"查体.{ending}", VISITS_B, encoding).write()

    (landed,) = land_raw().drops

    assert landed.state is DropState.LOADED
    patients, visits = (rows_of(table) for table in landed.tables)
    assert [(row["患者主索引"], row["身份证号"], row["姓名"]) for row in patients] == [
        ("70001", "11010519491231002X", "李"),
        ("70002", None, "韦"),
    ]
    assert [(row["就诊号"], row["体重(kg)"]) for row in visits] == [("300001", "60.5")]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "xlsx"])
def test_an_empty_table_lands(raw: RawFolder, land_raw: LandRaw, rows_of: RowsOf, ending: str) -> None:
    raw.new("center_a", "1").add(f"patients.{ending}", PATIENTS[:1]).add(f"visits.{ending}", VISITS[:1]).write()

    (drop,) = land_raw().drops

    assert (drop.state, drop.row_count) == (DropState.LOADED, 0)
    assert [rows_of(table) for table in drop.tables] == [[], []]


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_files_are_private_whatever_the_umask(raw: RawFolder, land_raw: LandRaw, landing_dir: Path) -> None:
    raw.good("center_a", "1")
    land_raw()

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [landing_dir, *landing_dir.rglob("*")]}

    assert {modes[path] for path in modes if path.is_dir()} == {0o700}
    assert {modes[path] for path in modes if path.is_file()} == {0o600}
    assert sum(path.is_file() for path in modes) == 3


def test_equal_drops_in_two_folders_are_two_drops(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1")
    raw.good("center_a", "2", "delta")
    raw.good("center_a", "3", "delta")

    identifiers = [table.file_id for drop in land_raw().drops for table in drop.tables]

    assert len(set(identifiers)) == 6


def test_a_file_that_changes_while_it_is_read_refuses_the_drop_for_now(
    raw: RawFolder, land_raw: LandRaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = raw.good("center_a", "1")
    original = LAND_MODULE.examine_drop

    def touch_meanwhile(*arguments: Any, **options: Any) -> Any:
        outcome = original(*arguments, **options)
        os.utime(folder / "visits.csv", ns=(1, 1))
        return outcome

    monkeypatch.setattr(LAND_MODULE, "examine_drop", touch_meanwhile)
    assert land_raw().drops[0].reason_code == "changed_while_read"

    monkeypatch.setattr(LAND_MODULE, "examine_drop", original)
    assert land_raw().drops[0].state is DropState.LOADED


def test_what_a_killed_run_left_is_removed(raw: RawFolder, land_raw: LandRaw, landing_dir: Path) -> None:
    raw.good("center_a", "1")
    left = landing_dir / "center_a" / ".unfinished-0000"
    left.mkdir(parents=True)
    (left / "visits.parquet").write_bytes(b"half")

    land_raw()

    assert not left.exists()


def test_a_full_disk_is_an_error_of_the_landing_not_a_refusal(
    raw: RawFolder, land_raw: LandRaw, landing_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.good("center_a", "1")

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_batch", no_space)
    with pytest.raises(OSError, match="No space left"):
        land_raw()
    monkeypatch.undo()

    assert list((landing_dir / "center_a").iterdir()) == []
    assert land_raw().drops[0].state is DropState.LOADED


def test_progress_names_each_file_and_counts_drops(
    raw: RawFolder, landing_dir: Path, contracts: dict[str, Contract]
) -> None:
    raw.good("center_a", "1")
    raw.good("center_b", "1")
    told: list[LandingProgress] = []

    land(raw.path, landing_dir, contracts, KEY, told.append)

    assert [(step.center_id, step.file_name, step.drops_done) for step in told] == [
        ("center_a", "patients.csv", 0),
        ("center_a", "visits.csv", 0),
        ("center_a", None, 1),
        ("center_b", "患者信息.csv", 1),
        ("center_b", "查体.csv", 1),
        ("center_b", None, 2),
    ]
    assert {step.drops_total for step in told} == {2}


def test_pruning_removes_what_no_drop_uses(raw: RawFolder, land_raw: LandRaw, landing_dir: Path) -> None:
    raw.good("center_a", "1")
    kept = land_raw()
    raw.good("center_a", "2", "delta")
    land_raw()

    assert prune_landing(landing_dir, kept) == 1
    assert all(table.parquet_path.exists() for table in kept.drops[0].tables)
    assert [drop.was_landed_before for drop in land_raw().drops] == [True, False]
