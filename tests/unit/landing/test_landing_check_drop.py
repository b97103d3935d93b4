"""`hcc check DROP`: everything wrong with one drop at once, in readable lines."""

import os
from pathlib import Path

import pytest
from drop_builder import PATIENTS, PATIENTS_B, VISITS, VISITS_B, DropBuilder, RawFolder, csv_bytes

from orchestration.landing import Contract, LandingError, check_drop

Contracts = dict[str, Contract]


def test_a_good_drop_can_be_delivered(raw: RawFolder, contracts: Contracts) -> None:
    folder = raw.good("center_a", "1")

    report = check_drop(folder, contracts)

    assert report.is_loadable
    assert report.row_counts == {"patients": 2, "visits": 2}
    assert report.lines() == [
        f"{folder}: can be delivered as a full drop of center_a; 2 tables with 4 records could be read"
    ]


def test_a_delta_is_reminded_of_its_full_drop(raw: RawFolder, contracts: Contracts) -> None:
    folder = raw.new("center_a", "1", "delta").add("visits.csv", VISITS).write()

    assert check_drop(folder, contracts).lines()[-1].endswith("a delta needs a loadable full drop before it")


def test_every_problem_is_listed_at_once(raw: RawFolder, contracts: Contracts) -> None:
    drop = raw.new("center_b", "1").add("患者信息.csv", PATIENTS_B, "utf-8")
    drop.listed["查体.csv"] = {"rows": 1, "sha256": "0" * 64}
    drop.listed["../up.csv"] = {"rows": 1, "sha256": "0" * 64}
    folder = drop.write(kind="half", extracted_at="soon")

    report = check_drop(folder, contracts)

    assert not report.is_loadable
    assert [problem.code for problem in report.problems] == [
        "manifest_unknown_kind",
        "manifest_no_time",
        "missing_file",
        "unsafe_path",
        "undecodable_file",
    ]
    assert report.lines()[0].startswith("error: manifest.json must state `kind`")
    assert report.lines()[-1] == f"{folder}: would be refused (5 errors); 0 tables with 0 records could be read"
    assert report.lines()[-2] == ""  # the verdict stands apart


def test_each_file_is_examined_even_when_another_is_bad(raw: RawFolder, contracts: Contracts) -> None:
    drop = raw.new("center_a", "1").add("patients.csv", PATIENTS, row_count=9).add("visits.csv", [["visit_id"], ["V1"]])
    drop.listed["visits.csv"]["sha256"] = "0" * 64
    folder = drop.write()

    assert [problem.code for problem in check_drop(folder, contracts).problems] == [
        "checksum_mismatch",
        "row_count_mismatch",
        "missing_column",
    ]


def test_warnings_name_file_row_and_column_but_no_cell(raw: RawFolder, contracts: Contracts) -> None:
    content = csv_bytes([[*VISITS[0], "nurse"], ["V1", "P1", "60", "Wu"]]) + b"V2,P1\r\n\r\n ,P1,60,Wu\r\nV4\r\n"
    folder = raw.new("center_a", "1").add("patients.csv", PATIENTS).add_bytes("visits.csv", content, 4).write()

    report = check_drop(folder, contracts)

    assert report.is_loadable
    assert report.lines() == [
        "warning: visits.csv has 1 column beyond the agreed ones, ignored: nurse",
        "warning: visits.csv has 2 malformed records, with more or fewer fields than the header "
        "(record numbers 2, 4); quote fields that hold a comma, a quote or a line break",
        "warning: visits.csv lacks visit_id in 1 record (record number 3); fill the key",
        "",
        f"{folder}: can be delivered as a full drop of center_a (3 warnings); 2 tables with 6 records could be read",
    ]


def test_only_the_first_numbers_of_many_records_are_shown(raw: RawFolder, contracts: Contracts) -> None:
    content = csv_bytes(VISITS[:1]) + b"x\r\n" * 30 + b",P1,60\r\n" * 30
    folder = raw.new("center_a", "1").add("patients.csv", PATIENTS).add_bytes("visits.csv", content, 60).write()

    lines = check_drop(folder, contracts).lines()

    assert "30 malformed records" in lines[0]
    assert "(record numbers 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ...)" in lines[0]
    assert "visit_id in 30 records (record numbers 31, 32, 33, 34, 35, 36, 37, 38, 39, 40 ...)" in lines[1]


def test_a_drop_outside_a_centers_folder_is_judged_by_the_manifests_center(
    tmp_path: Path, contracts: Contracts
) -> None:
    drop = DropBuilder(tmp_path / "usb" / "2024", "center_b")
    folder = drop.add("患者信息.csv", PATIENTS_B, "gb18030").add("查体.csv", VISITS_B, "gb18030").write()

    assert check_drop(folder, contracts).center == "center_b"
    assert check_drop(folder, contracts).is_loadable


def test_a_drop_in_another_centers_folder_is_refused(raw: RawFolder, contracts: Contracts) -> None:
    folder = raw.good("center_a", "1")
    (raw.path / "center_b").mkdir()
    moved = folder.rename(raw.path / "center_b" / "1")

    assert "manifest_other_center" in [problem.code for problem in check_drop(moved, contracts).problems]


@pytest.mark.parametrize("center", ["center_z", None, 7])
def test_a_manifest_of_no_known_center(tmp_path: Path, contracts: Contracts, center: object) -> None:
    folder = DropBuilder(tmp_path / "usb").write(center=center)

    report = check_drop(folder, contracts)

    assert [problem.code for problem in report.problems] == ["manifest_other_center"]
    assert "center_a or center_b" in report.lines()[0]


def test_an_unreadable_manifest_outside_a_centers_folder(tmp_path: Path, contracts: Contracts) -> None:
    (tmp_path / "manifest.json").write_text("{")

    assert [problem.code for problem in check_drop(tmp_path, contracts).problems] == ["manifest_unreadable"]


def test_a_drop_without_a_manifest_is_ignored(raw: RawFolder, contracts: Contracts) -> None:
    folder = raw.good("center_a", "1")
    (folder / "manifest.json").unlink()

    assert [problem.code for problem in check_drop(folder, contracts).problems] == ["manifest_missing"]


def test_a_path_that_is_no_folder_is_an_error(raw: RawFolder, contracts: Contracts) -> None:
    folder = raw.good("center_a", "1")

    for path in (folder / "manifest.json", folder / "nothing"):
        with pytest.raises(LandingError, match="is no folder"):
            check_drop(path, contracts)


def test_nothing_is_written(raw: RawFolder, contracts: Contracts) -> None:
    folder = raw.good("center_a", "1")
    before = sorted(os.walk(raw.path.parent))

    check_drop(folder, contracts)

    assert sorted(os.walk(raw.path.parent)) == before
