"""Manifests: what is read from them and what makes them refusals (specification 1.1)."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.landing.manifest import parse_manifest, read_manifest

GOOD: dict[str, Any] = {
    "center": "center_a",
    "extracted_at": "2024-06-30T01:15:00+08:00",
    "kind": "full",
    "files": {"visits.csv": {"rows": 3, "sha256": "AB" * 32}},
}


def parse(**fields: Any) -> Any:
    return parse_manifest(json.dumps(GOOD | fields).encode(), "center_a")


def codes(manifest: Any) -> list[str]:
    return [problem.code for problem in manifest.problems]


def test_a_good_manifest() -> None:
    manifest = parse()

    assert manifest.problems == ()
    assert manifest.kind == "full"
    assert manifest.extraction_date == dt.date(2024, 6, 30)
    assert manifest.is_simulated is False
    assert manifest.files[0].rows == 3
    assert manifest.files[0].sha256 == "ab" * 32


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"full"',
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        json.dumps(GOOD | {"files": []}).encode(),
        json.dumps(GOOD | {"files": {"visits.csv": 3}}).encode(),
        json.dumps({key: value for key, value in GOOD.items() if key != "files"}).encode(),
    ],
)
def test_an_unreadable_manifest(content: bytes) -> None:
    assert "manifest_unreadable" in codes(parse_manifest(content, "center_a"))


@pytest.mark.parametrize("content", [b"", b"{", b"null"])
def test_nothing_is_known_of_an_unreadable_manifest(content: bytes) -> None:
    manifest = parse_manifest(content, "center_a")

    assert (manifest.kind, manifest.extraction_date, manifest.is_simulated) == (None, None, None)


def test_a_manifest_with_a_byte_order_mark_is_read() -> None:
    assert parse_manifest(b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), "center_a").problems == ()


@pytest.mark.parametrize("center", ["center_b", "Center_A", "", None, 7, ["center_a"]])
def test_another_center(center: object) -> None:
    assert codes(parse(center=center)) == ["manifest_other_center"]


@pytest.mark.parametrize(
    ("kind", "shown"), [("weekly", "weekly"), ("Full", "Full"), ("", None), (None, None), (7, None), (["full"], None)]
)
def test_an_unknown_kind_is_refused_and_shown_as_delivered(kind: object, shown: str | None) -> None:
    manifest = parse(kind=kind)

    assert codes(manifest) == ["manifest_unknown_kind"]
    assert manifest.kind == shown


@pytest.mark.parametrize(
    "extracted_at",
    [None, "", "yesterday", "30/06/2024", 1719680000, "2024-02-30T01:00:00", "0001-01-01T00:00:00+14:00"],
)
def test_a_missing_or_unreadable_time(extracted_at: object) -> None:
    assert codes(parse(extracted_at=extracted_at)) == ["manifest_no_time"]


@pytest.mark.parametrize(
    ("extracted_at", "local_date"),
    [
        ("2024-06-29T23:59:59+08:00", dt.date(2024, 6, 29)),
        ("2024-06-29T16:00:00Z", dt.date(2024, 6, 30)),
        ("2024-06-29T23:00:00", dt.date(2024, 6, 29)),
        ("2024-06-29 23:00", dt.date(2024, 6, 29)),
        ("2024-06-29", dt.date(2024, 6, 29)),
    ],
)
def test_a_time_without_a_zone_is_local_time(extracted_at: str, local_date: dt.date) -> None:
    assert parse(extracted_at=extracted_at).extraction_date == local_date


@pytest.mark.parametrize(
    ("rows", "expected"), [(0, 0), (3.0, 3), (-1, None), (2.5, None), ("3", None), (True, None), (None, None)]
)
def test_row_counts_are_whole_numbers(rows: object, expected: int | None) -> None:
    assert parse(files={"visits.csv": {"rows": rows, "sha256": ""}}).files[0].rows == expected


@pytest.mark.parametrize(("simulated", "expected"), [(True, True), (False, False), ("true", False), (1, False)])
def test_only_true_marks_simulated_data(simulated: object, expected: bool) -> None:
    assert parse(simulated=simulated).is_simulated is expected


def test_a_manifest_that_is_no_file_may_become_readable(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()

    manifest = read_manifest(tmp_path / "manifest.json", "center_a")

    assert [(problem.code, problem.is_lasting) for problem in manifest.problems] == [("manifest_unreadable", False)]
