"""Which drops make the current state of a center, and how they are numbered (specification 1.1)."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from drop_builder import PATIENTS, RawFolder

from orchestration.landing import Contract, DropState, Inventory, RawFolderError, is_simulated_raw, simulated_marks

LandRaw = Callable[[], Inventory]

JANUARY, FEBRUARY, MARCH, APRIL = (f"2024-0{month}-01T01:00:00+08:00" for month in range(1, 5))


def states(inventory: Inventory) -> list[tuple[str, str, int | None]]:
    return [(drop.drop_name, drop.state.value, drop.drop_rank) for drop in inventory.drops]


def test_a_full_drop_and_its_deltas_are_loaded_in_time_order(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "c", "full", JANUARY)
    raw.good("center_a", "a", "delta", MARCH)
    raw.good("center_a", "b", "delta", FEBRUARY)

    assert states(land_raw()) == [("a", "loaded", 3), ("b", "loaded", 2), ("c", "loaded", 1)]


def test_the_newest_full_drop_replaces_what_is_older(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1", "full", JANUARY)
    raw.good("center_a", "2", "delta", FEBRUARY)
    raw.good("center_a", "3", "full", MARCH)
    raw.good("center_a", "4", "delta", APRIL)

    assert states(land_raw()) == [
        ("1", "replaced", None),
        ("2", "replaced", None),
        ("3", "loaded", 1),
        ("4", "loaded", 2),
    ]


def test_drops_of_one_moment_are_ordered_by_folder_name(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "a", "delta", JANUARY)
    raw.good("center_a", "b", "full", JANUARY)
    raw.good("center_a", "c", "delta", JANUARY)

    assert states(land_raw()) == [("a", "refused", None), ("b", "loaded", 1), ("c", "loaded", 2)]


def test_moments_in_different_zones_are_compared_as_instants(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "a", "full", "2024-03-01T00:00:00Z")
    raw.good("center_a", "b", "full", "2024-03-01T07:00:00+08:00")

    assert states(land_raw()) == [("a", "loaded", 1), ("b", "replaced", None)]


def test_a_refused_full_drop_replaces_nothing(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1", "full", JANUARY)
    raw.new("center_a", "2", "full", FEBRUARY).add("patients.csv", PATIENTS).write()
    raw.good("center_a", "3", "delta", MARCH)

    assert states(land_raw()) == [("1", "loaded", 1), ("2", "refused", None), ("3", "loaded", 2)]


def test_a_delta_without_a_loadable_full_drop_before_it_is_refused(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1", "delta", JANUARY)
    raw.new("center_a", "2", "full", FEBRUARY).add("patients.csv", PATIENTS).write()
    raw.good("center_a", "3", "delta", MARCH)
    raw.good("center_b", "1", "full", JANUARY)

    drops = land_raw().drops

    assert [drop.reason_code for drop in drops] == ["delta_without_full", "missing_table", "delta_without_full", None]
    assert [drop.row_count for drop in drops] == [0, 0, 0, 3]


def test_a_delta_may_hold_any_of_the_tables_or_none(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1", "full", JANUARY)
    raw.new("center_a", "2", "delta", FEBRUARY).add("patients.csv", PATIENTS).write()
    raw.new("center_a", "3", "delta", MARCH).write()

    drops = land_raw().drops

    assert [drop.state for drop in drops] == [DropState.LOADED] * 3
    assert [drop.row_count for drop in drops] == [4, 2, 0]


def test_numbers_count_folders_with_a_manifest_in_text_order(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "2024-10", "full", MARCH)
    raw.good("center_a", "2024-9", "full", FEBRUARY)
    (raw.path / "center_a" / "2024-1-arriving").mkdir()
    raw.good("center_b", "x", "full", MARCH)
    broken = raw.path / "center_a" / "1999"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")

    inventory = land_raw()

    assert [(drop.center_id, drop.drop_name, drop.drop_number) for drop in inventory.drops] == [
        ("center_a", "1999", 1),
        ("center_a", "2024-10", 2),
        ("center_a", "2024-9", 3),
        ("center_b", "x", 1),
    ]
    assert [note.subject for note in inventory.notes if note.code == "folder_without_manifest"] == ["2024-1-arriving"]


def test_a_folder_name_that_is_no_text_is_shown_escaped(raw: RawFolder, land_raw: LandRaw) -> None:
    path = raw.good("center_a", "x", "full", JANUARY)
    path.rename(path.with_name(os.fsdecode(b"2024-\xb0\xa1")))

    assert [(drop.drop_name, drop.state.value) for drop in land_raw().drops] == [("2024-\\xb0\\xa1", "loaded")]


def test_facts_of_a_drop(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1", "full", "2023-12-31T17:30:00Z")

    (drop,) = land_raw().drops

    assert drop.extraction_date == dt.date(2024, 1, 1)
    assert drop.extraction_year == 2024
    assert drop.kind == "full"
    assert drop.row_count == 4
    assert [(table.dataset, table.table_name, table.row_count) for table in drop.tables] == [
        ("patients", "patients", 2),
        ("visits", "visits", 2),
    ]


def test_the_data_cut_off_is_the_newest_loaded_extraction(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1", "full", JANUARY)
    raw.good("center_a", "2", "delta", FEBRUARY)
    raw.new("center_a", "3", "full", MARCH).add("patients.csv", PATIENTS).write()
    raw.new("center_b", "1", "full", MARCH).write()

    assert land_raw().data_cut_offs == {"center_a": dt.date(2024, 2, 1)}


def test_one_center_alone_is_enough(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_b", "1")

    assert states(land_raw()) == [("1", "loaded", 1)]


def test_unknown_centers_are_reported_and_ignored(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.good("center_a", "1")
    (raw.path / "center_z").mkdir()
    (raw.path / "readme.txt").write_text("x")

    assert [(note.code, note.subject) for note in land_raw().notes] == [("unknown_center", "center_z")]


def test_a_raw_folder_that_is_not_there_is_an_error(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.path.rmdir()

    with pytest.raises(RawFolderError, match="cannot be read as the raw folder: No such file or directory"):
        land_raw()


def test_a_raw_folder_without_any_center_is_an_error(raw: RawFolder, land_raw: LandRaw) -> None:
    (raw.path / "center_z").mkdir()

    with pytest.raises(RawFolderError, match=r"holds no folder of a configured center \(center_a, center_b\)"):
        land_raw()


@pytest.mark.parametrize(
    ("marks", "expected_any", "expected_all"),
    [([True, True], True, True), ([True, False], True, False), ([False], False, False), ([], False, False)],
)
def test_the_demonstration_key_is_for_wholly_simulated_data(
    raw: RawFolder, contracts: dict[str, Contract], marks: list[bool], expected_any: bool, expected_all: bool
) -> None:
    (raw.path / "center_a" / "0").mkdir(parents=True)
    (raw.path / "center_a" / "0" / "manifest.json").write_text("{")
    for number, mark in enumerate(marks, start=1):
        raw.new("center_a", str(number)).write(simulated=mark)

    found = simulated_marks(raw.path, contracts)

    assert (found.any_simulated, found.all_simulated) == (expected_any, expected_all)
    assert is_simulated_raw(raw.path, contracts) is expected_all


def test_an_inventory_is_simulated_when_any_drop_that_counts_is(raw: RawFolder, land_raw: LandRaw) -> None:
    raw.new("center_a", "1").write(simulated=True)
    raw.good("center_b", "1")
    assert land_raw().is_simulated is False

    raw.new("center_b", "2", "delta", APRIL).write(simulated=True)
    assert land_raw().is_simulated is True


def test_a_drop_may_be_a_link_to_a_folder(raw: RawFolder, land_raw: LandRaw, tmp_path: Path) -> None:
    path = raw.good("center_a", "1")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    assert states(land_raw()) == [("1", "loaded", 1)]
