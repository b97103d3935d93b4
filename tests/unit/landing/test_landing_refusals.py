"""Every reason to refuse a drop, each alone in an otherwise good drop (specification 1.1)."""

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from drop_builder import PATIENTS, VISITS, DropBuilder, RawFolder, csv_bytes, xlsx_bytes

from orchestration.landing import Contract, DropState, Inventory, check_drop, limits

LandRaw = Callable[[], Inventory]
Spoil = Callable[[DropBuilder], Path]


def full(drop: DropBuilder) -> DropBuilder:
    return drop.add("patients.csv", PATIENTS).add("visits.csv", VISITS)


def edit_listing(drop: DropBuilder, **fields: object) -> Path:
    full(drop).listed["visits.csv"].update(fields)
    return drop.write()


def list_name(drop: DropBuilder, name: str) -> Path:
    full(drop).listed[name] = {"rows": 0, "sha256": "0" * 64}
    return drop.write()


def write_manifest(drop: DropBuilder, content: bytes) -> Path:
    (full(drop).write() / "manifest.json").write_bytes(content)
    return drop.folder


def remove(drop: DropBuilder, name: str) -> Path:
    (full(drop).write() / name).unlink()
    return drop.folder


def replace_by_link(drop: DropBuilder, target: Path) -> Path:
    visits = full(drop).write() / "visits.csv"
    target.write_bytes(visits.read_bytes())
    visits.unlink()
    visits.symlink_to(target)
    return drop.folder


def replace_by_pipe(drop: DropBuilder) -> Path:
    (full(drop).write() / "visits.csv").unlink()
    os.mkfifo(drop.folder / "visits.csv")
    return drop.folder


def bytes_of_visits(drop: DropBuilder, content: bytes, rows: int = 2) -> Path:
    return drop.add("patients.csv", PATIENTS).add_bytes("visits.csv", content, rows).write()


WITHOUT_WEIGHT = (("visit_id", "patient_id", "weight"), ("V1", "P1", "60"))
HEADER_TWICE = (("visit_id", "patient_id", "weight_kg", "ｖisit_id "), ("V1", "P1", "60", "V1"))
EXTRA_TWICE = (("visit_id", "patient_id", "weight_kg", "x", "x"), ("V1", "P1", "60", "1", "2"))

REFUSALS: dict[str, tuple[str, Spoil]] = {
    "manifest is no JSON": ("manifest_unreadable", lambda drop: write_manifest(drop, b"{")),
    "manifest is empty": ("manifest_unreadable", lambda drop: write_manifest(drop, b"")),
    "manifest lists no files": ("manifest_unreadable", lambda drop: full(drop).write(files=None)),
    "another center": ("manifest_other_center", lambda drop: full(drop).write(center="center_b")),
    "unknown kind": ("manifest_unknown_kind", lambda drop: full(drop).write(kind="weekly")),
    "no time": ("manifest_no_time", lambda drop: full(drop).write(extracted_at=None)),
    "unreadable time": ("manifest_no_time", lambda drop: full(drop).write(extracted_at="last night")),
    "missing file": ("missing_file", lambda drop: remove(drop, "visits.csv")),
    "other checksum": ("checksum_mismatch", lambda drop: edit_listing(drop, sha256="0" * 64)),
    "no checksum": ("checksum_mismatch", lambda drop: edit_listing(drop, sha256=None)),
    "other row count": ("row_count_mismatch", lambda drop: edit_listing(drop, rows=3)),
    "no row count": ("row_count_mismatch", lambda drop: edit_listing(drop, rows=None)),
    "row count as text": ("row_count_mismatch", lambda drop: edit_listing(drop, rows="2")),
    "wrong encoding": ("undecodable_file", lambda drop: bytes_of_visits(drop, csv_bytes(VISITS) + "李".encode("gbk"))),
    "cut csv": ("unreadable_file", lambda drop: bytes_of_visits(drop, csv_bytes(VISITS) + b'"V3')),
    "cut gzip": (
        "unreadable_file",
        lambda drop: drop.add("patients.csv", PATIENTS).add_bytes("visits.csv.gz", gzip.compress(b"x")[:-2], 0).write(),
    ),
    "cut xlsx": (
        "unreadable_file",
        lambda drop: drop.add("patients.csv", PATIENTS).add_bytes("visits.xlsx", xlsx_bytes(VISITS)[:-9], 2).write(),
    ),
    "pipe": ("unreadable_file", replace_by_pipe),
    "no header": ("missing_column", lambda drop: bytes_of_visits(drop, b"", 0)),
    "missing column": (
        "missing_column",
        lambda drop: drop.add("visits.csv", WITHOUT_WEIGHT).add("patients.csv", PATIENTS).write(),
    ),
    "header twice": (
        "duplicate_header",
        lambda drop: drop.add("visits.csv", HEADER_TWICE).add("patients.csv", PATIENTS).write(),
    ),
    "extra header twice": (
        "duplicate_header",
        lambda drop: drop.add("visits.csv", EXTRA_TWICE).add("patients.csv", PATIENTS).write(),
    ),
    "one table in two containers": ("two_files_one_table", lambda drop: full(drop).add("visits.xlsx", VISITS).write()),
    "missing table": ("missing_table", lambda drop: drop.add("patients.csv", PATIENTS).write()),
    "table under another name": (
        "missing_table",
        lambda drop: drop.add("patients.csv", PATIENTS).add("visits_2024.csv", VISITS).write(),
    ),
    "path upwards": ("unsafe_path", lambda drop: list_name(drop, "../secret.csv")),
    "path through the drop": ("unsafe_path", lambda drop: list_name(drop, "x/../visits.csv")),
    "absolute path": ("unsafe_path", lambda drop: list_name(drop, "/etc/passwd")),
    "empty name": ("unsafe_path", lambda drop: list_name(drop, "")),
    "the drop itself": ("unsafe_path", lambda drop: list_name(drop, ".")),
    "name with NUL": ("unsafe_path", lambda drop: list_name(drop, "a\x00.csv")),
    "endless name": ("missing_file", lambda drop: list_name(drop, "x" * 5000 + ".csv")),
    "half a surrogate": ("missing_file", lambda drop: list_name(drop, "\ud800.csv")),
    "link out of the drop": ("unsafe_path", lambda drop: replace_by_link(drop, drop.folder.parent.parent / "v.csv")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_bad_drop_is_refused_and_the_others_go_on(
    case: str, raw: RawFolder, land_raw: LandRaw, contracts: dict[str, Contract]
) -> None:
    code, spoil = REFUSALS[case]
    raw.good("center_a", "1")
    folder = spoil(raw.new("center_a", "2", "full", "2024-05-01T01:00:00+08:00"))

    first, second = land_raw().drops

    assert first.state is DropState.LOADED
    assert (second.state, second.reason_code, second.tables) == (DropState.REFUSED, code, ())
    assert code in [problem.code for problem in check_drop(folder, contracts).problems]
    again = land_raw().drops[1]
    assert (again.reason_code, again.reason) == (second.reason_code, second.reason)


@pytest.mark.parametrize("case", REFUSALS)
def test_a_reason_is_one_line_that_says_what_to_do_and_nothing_private(
    case: str, raw: RawFolder, land_raw: LandRaw
) -> None:
    _, spoil = REFUSALS[case]
    spoil(raw.new("center_a", "2024-05-01"))

    (drop,) = land_raw().drops

    assert drop.reason is not None
    assert drop.reason.isprintable()
    assert "; " in drop.reason
    assert len(drop.reason) < 250
    assert not any(private in drop.reason for private in ("2024", "P1", "Wei", "/etc", "secret", str(raw.path)))


def test_a_manifest_of_nested_lists_is_refused(raw: RawFolder, land_raw: LandRaw) -> None:
    write_manifest(raw.new("center_a", "1"), b"[" * 1_000_000)

    assert [drop.reason_code for drop in land_raw().drops] == ["manifest_unreadable"]


def test_the_name_of_a_listed_file_that_is_no_table_stays_out_of_the_reason(
    raw: RawFolder, land_raw: LandRaw, contracts: dict[str, Contract]
) -> None:
    folder = list_name(raw.new("center_a", "1"), "张三 CT 2024-03-05.pdf")

    (drop,) = land_raw().drops

    assert drop.reason == "listed file number 3, which holds no table, is not in the drop; copy it there"
    assert any("张三 CT 2024-03-05.pdf" in line for line in check_drop(folder, contracts).lines())


def test_other_listed_files_must_match_their_checksum_only(raw: RawFolder, land_raw: LandRaw) -> None:
    drop = full(raw.new("center_a", "1")).add_bytes("notes.txt", b"text", row_count=99)
    (drop.folder / "sub").mkdir()
    drop.add_bytes("sub/visits.csv", b"not the table", row_count=None)
    (drop.write() / "unlisted.csv").write_text("ignored")

    inventory = land_raw()

    assert [drop.state for drop in inventory.drops] == [DropState.LOADED]
    assert {note.code: note.drop_number for note in inventory.notes} == {"other_files": 1, "unlisted_files": 1}
    (drop.folder / "notes.txt").write_bytes(b"texts")
    assert [drop.reason_code for drop in land_raw().drops] == ["checksum_mismatch"]


def test_file_names_are_compared_after_nfkc(raw: RawFolder, land_raw: LandRaw) -> None:
    drop = raw.new("center_a", "1").add("patients.csv", PATIENTS).add("ｖisits.csv", VISITS)
    drop.write()
    (drop.folder / "ｖisits.csv").rename(drop.folder / "visits.csv")

    assert [table.table_name for table in land_raw().drops[0].tables] == ["patients", "visits"]


def test_names_alike_after_nfkc_hold_one_table(raw: RawFolder, land_raw: LandRaw) -> None:
    full(raw.new("center_a", "1")).add("ｖisits.csv", VISITS).write()

    assert [drop.reason_code for drop in land_raw().drops] == ["two_files_one_table"]


def test_a_link_inside_the_drop_is_followed(raw: RawFolder, land_raw: LandRaw) -> None:
    folder = full(raw.new("center_a", "1")).write()
    (folder / "visits.csv").rename(folder / "real.csv")
    (folder / "visits.csv").symlink_to("real.csv")

    assert [drop.state for drop in land_raw().drops] == [DropState.LOADED]


def test_extra_columns_are_ignored_and_listed_once(raw: RawFolder, land_raw: LandRaw) -> None:
    wide = [[*row, "x"] for row in VISITS]
    wide[0][-1] = "nurse"
    for name, kind in (("1", "full"), ("2", "delta"), ("3", "delta")):
        raw.new("center_a", name, kind).add("patients.csv", PATIENTS).add("visits.csv", wide).write()

    notes = [note for note in land_raw().notes if note.code == "extra_columns"]

    assert [(note.subject, note.drop_number) for note in notes] == [("visits.csv", 1)]
    assert "nurse" in notes[0].sentence


def test_a_table_of_two_thousand_columns(raw: RawFolder, land_raw: LandRaw) -> None:
    wide = [[*row, *(f"x{number}" for number in range(2000))] for row in VISITS]
    raw.new("center_a", "1").add("patients.csv", PATIENTS).add("visits.csv", wide).write()

    inventory = land_raw()

    assert [drop.state for drop in inventory.drops] == [DropState.LOADED]
    assert "2000 columns" in inventory.notes[0].sentence


def test_checksums_are_compared_in_either_case(raw: RawFolder, land_raw: LandRaw) -> None:
    drop = full(raw.new("center_a", "1"))
    drop.listed["visits.csv"]["sha256"] = drop.listed["visits.csv"]["sha256"].upper()
    drop.write()

    assert [drop.state for drop in land_raw().drops] == [DropState.LOADED]


def test_a_manifest_with_further_fields_is_read(raw: RawFolder, land_raw: LandRaw) -> None:
    full(raw.new("center_a", "1")).write(comment="hello", tool=json.loads("{}"))

    assert [drop.state for drop in land_raw().drops] == [DropState.LOADED]


def test_a_file_copied_again_is_read_again_though_it_kept_its_size_and_time(raw: RawFolder, land_raw: LandRaw) -> None:
    """As `cp -p` and `rsync -t` leave it: the advice of the refusal must help when it is followed."""
    path = raw.good("center_a", "1") / "visits.csv"
    good, times = path.read_bytes(), path.stat()
    path.write_bytes(good.replace(b"60.5", b"60.6"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert land_raw().refused[0].reason_code == "checksum_mismatch"
    assert land_raw().refused[0].was_landed_before
    path.write_bytes(good)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert land_raw().refused == ()


def test_a_refusal_for_a_limit_is_judged_again_when_the_limits_change(
    raw: RawFolder, land_raw: LandRaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.good("center_a", "1")
    with monkeypatch.context() as narrow:
        narrow.setattr(limits, "LIMITS", replace(limits.LIMITS, columns=2))
        assert land_raw().refused[0].reason_code == "too_large"

    assert land_raw().refused == ()


def test_what_a_header_holds_cannot_move_the_cursor_of_who_reads_about_it(raw: RawFolder, land_raw: LandRaw) -> None:
    name = "\x1b[2J\u202e" + "x" * 100
    drop = raw.new("center_a", "1").add("patients.csv", PATIENTS)
    drop.add("visits.csv", [(*VISITS[0], name), *((*row, "1") for row in VISITS[1:])]).write()

    (note,) = land_raw().notes
    assert note.sentence.isprintable()
    assert r"\x1b[2J\u202e" in note.sentence
    assert "x" * 60 not in note.sentence
