"""Arbitrary bytes and arbitrary edits of good drops end in a load or a refusal with its reason, never in a crash."""

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from drop_builder import KEY, PATIENTS, VISITS, RawFolder, container_bytes, csv_bytes, write_contracts
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.landing import Contract, Drop, DropState, check_drop, land
from orchestration.landing.contract import load_contracts
from orchestration.landing.manifest import parse_manifest
from orchestration.landing.text import clean_text

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Each example starts processes of its own.
FEWER = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Made once: a workbook holds the time at which it was made.
TYPED = {ending: container_bytes(f"visits.{ending}", VISITS) for ending in ("parquet", "xlsx")}

_CONTRACTS: dict[str, Contract] = {}


def contracts() -> dict[str, Contract]:
    if not _CONTRACTS:
        with tempfile.TemporaryDirectory() as folder:
            write_contracts(Path(folder) / "contracts")
            _CONTRACTS.update(load_contracts(Path(folder) / "contracts"))
    return _CONTRACTS


def landed(files: dict[str, tuple[bytes, int]], manifest: dict[str, Any] | None = None) -> tuple[Drop, list[Any]]:
    """Land one drop of center A with these files; its state and the rows of its visits."""
    with tempfile.TemporaryDirectory() as folder:
        drop = RawFolder(Path(folder) / "raw").new("center_a", "1")
        for name, (content, rows) in files.items():
            drop.add_bytes(name, content, rows)
        path = drop.write(**(manifest or {}))
        (result,) = land(Path(folder) / "raw", Path(folder) / "landing", contracts(), KEY).drops
        if all(".csv" in name for name in files):
            assert check_drop(path, contracts()).is_loadable == (result.state is not DropState.REFUSED)
        rows = [
            row
            for table in result.tables
            if table.dataset == "visits"
            for row in pq.read_table(table.parquet_path).to_pylist()
        ]
        return result, rows


def is_settled(drop: Drop) -> bool:
    """Loaded without a reason, or refused with a reason of one line."""
    if drop.state is DropState.LOADED:
        return drop.reason is None
    return drop.reason is not None and drop.reason.isprintable() and drop.reason_code is not None


def with_visits(name: str, content: bytes, rows: int) -> dict[str, tuple[bytes, int]]:
    return {"patients.csv": (csv_bytes(PATIENTS), 2), name: (content, rows)}


@FEW
@given(content=st.binary(max_size=300), ending=st.sampled_from(["csv", "csv.gz"]))
@example(content=b"\xef\xbb\xbf\xff", ending="csv")
@example(content=b"\x1f\x8b", ending="csv.gz")
def test_random_bytes_as_a_table(content: bytes, ending: str) -> None:
    drop, _ = landed(with_visits(f"visits.{ending}", content, 0))

    assert is_settled(drop)
    assert drop.state is DropState.REFUSED


@FEWER
@given(content=st.binary(max_size=300), ending=st.sampled_from(["parquet", "xlsx"]))
@example(content=b"PK\x05\x06" + b"\0" * 18, ending="xlsx")
@example(content=b"PAR1\0\0\0\0PAR1", ending="parquet")
def test_random_bytes_as_a_typed_table(content: bytes, ending: str) -> None:
    drop, _ = landed(with_visits(f"visits.{ending}", content, 0))

    assert is_settled(drop)
    assert drop.state is DropState.REFUSED


@FEW
@given(content=st.binary(max_size=200), rows=st.integers(0, 5))
def test_random_records_below_a_good_header(content: bytes, rows: int) -> None:
    drop, landed_rows = landed(with_visits("visits.csv", csv_bytes(VISITS[:1]) + content, rows))

    assert is_settled(drop)
    assert drop.state is DropState.REFUSED or len(landed_rows) == rows


def edited(content: bytes, data: st.DataObject) -> bytes:
    """A few bytes overwritten, inserted or cut."""
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed)))
        length = data.draw(st.integers(0, 8))
        changed[place : place + length] = data.draw(st.binary(max_size=8))
    return bytes(changed)


@FEW
@given(data=st.data(), ending=st.sampled_from(["csv", "csv.gz"]))
def test_random_edits_of_a_good_table(data: st.DataObject, ending: str) -> None:
    content = edited(container_bytes(f"visits.{ending}", VISITS), data)

    assert is_settled(landed(with_visits(f"visits.{ending}", content, 2))[0])


@settings(FEWER, max_examples=10)
@given(data=st.data(), ending=st.sampled_from(["parquet", "xlsx"]))
def test_random_edits_of_a_good_typed_table(data: st.DataObject, ending: str) -> None:
    content = edited(TYPED[ending], data)

    assert is_settled(landed(with_visits(f"visits.{ending}", content, 2))[0])


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['"', "=1+1", "a\nb", "a\r\nb", "\x00", "\u202eabc", "１２.0", "\ufeff", "　", "x" * 5000]
)


@FEW
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_any_text_survives_a_well_written_csv(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([VISITS[0], *rows])

    drop, landed_rows = landed(with_visits("visits.csv.gz", gzip.compress(text.getvalue().encode()), len(rows)))

    assert drop.state is DropState.LOADED
    assert [row["weight_kg"] for row in landed_rows] == [clean_text(row[2]) or None for row in rows]
    assert [row["_row_number"] for row in landed_rows] == list(range(1, len(rows) + 1))


@FEWER
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_any_text_survives_parquet(rows: list[tuple[str, str, str]]) -> None:
    content = container_bytes("visits.parquet", [VISITS[0], *rows])

    drop, landed_rows = landed(with_visits("visits.parquet", content, len(rows)))

    assert drop.state is DropState.LOADED
    assert [row["weight_kg"] for row in landed_rows] == [clean_text(row[2]) or None for row in rows]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_as_a_manifest(content: bytes) -> None:
    manifest = parse_manifest(content, "center_a")

    assert manifest.problems


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["center", "extracted_at", "kind", "files", "simulated"]), JSON))
def test_random_json_as_a_manifest(fields: dict[str, Any]) -> None:
    manifest = parse_manifest(json.dumps(fields).encode(), "center_a")

    assert all(problem.sentence.isprintable() for problem in manifest.problems)


@FEW
@given(
    name=st.text(max_size=30) | st.sampled_from(["manifest.json", "a/b", "visits.csv/", ".//visits.csv", "~", "%2e"])
)
def test_random_names_in_a_manifest(name: str) -> None:
    files = {
        "patients.csv": (csv_bytes(PATIENTS), 2),
        "visits.csv": (csv_bytes(VISITS), 2),
    }
    with tempfile.TemporaryDirectory() as folder:
        drop = RawFolder(Path(folder) / "raw").new("center_a", "1")
        for file_name, (content, rows) in files.items():
            drop.add_bytes(file_name, content, rows)
        drop.listed[name] = {"rows": 0, "sha256": "0" * 64}
        drop.write()
        (result,) = land(Path(folder) / "raw", Path(folder) / "landing", contracts(), KEY).drops

    assert result.state is DropState.REFUSED
    assert is_settled(result)
