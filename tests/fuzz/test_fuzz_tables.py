"""Arbitrary bytes and arbitrary edits of good drops end in a load or a refusal with its reason, never in a crash."""

import csv
import gzip
import io

from fuzzing import CELLS, examples, is_settled, landed
from hypothesis import example, given
from hypothesis import strategies as st
from unit.landing.drop_builder import PATIENTS, VISITS, container_bytes, csv_bytes

from orchestration.landing import DropState
from orchestration.landing.text import clean_text

# Made once: a workbook holds the time at which it was made.
TYPED = {ending: container_bytes(f"visits.{ending}", VISITS) for ending in ("parquet", "xlsx")}


def with_visits(name: str, content: bytes, rows: int) -> dict[str, tuple[bytes, int]]:
    return {"patients.csv": (csv_bytes(PATIENTS), 2), name: (content, rows)}


@examples(60)
@given(content=st.binary(max_size=300), ending=st.sampled_from(["csv", "csv.gz"]))
@example(content=b"\xef\xbb\xbf\xff", ending="csv")
@example(content=b"\x1f\x8b", ending="csv.gz")
def test_random_bytes_as_a_table(content: bytes, ending: str) -> None:
    drop, _ = landed(with_visits(f"visits.{ending}", content, 0))

    assert is_settled(drop)
    assert drop.state is DropState.REFUSED


@examples(4)
@given(content=st.binary(max_size=300), ending=st.sampled_from(["parquet", "xlsx"]))
@example(content=b"PK\x05\x06" + b"\0" * 18, ending="xlsx")
@example(content=b"PAR1\0\0\0\0PAR1", ending="parquet")
def test_random_bytes_as_a_typed_table(content: bytes, ending: str) -> None:
    drop, _ = landed(with_visits(f"visits.{ending}", content, 0))

    assert is_settled(drop)
    assert drop.state is DropState.REFUSED


@examples(60)
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


@examples(60)
@given(data=st.data(), ending=st.sampled_from(["csv", "csv.gz"]))
def test_random_edits_of_a_good_table(data: st.DataObject, ending: str) -> None:
    content = edited(container_bytes(f"visits.{ending}", VISITS), data)

    assert is_settled(landed(with_visits(f"visits.{ending}", content, 2))[0])


@examples(8)
@given(data=st.data(), ending=st.sampled_from(["parquet", "xlsx"]))
def test_random_edits_of_a_good_typed_table(data: st.DataObject, ending: str) -> None:
    content = edited(TYPED[ending], data)

    assert is_settled(landed(with_visits(f"visits.{ending}", content, 2))[0])


@examples(60)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_any_text_survives_a_well_written_csv(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([VISITS[0], *rows])

    drop, landed_rows = landed(with_visits("visits.csv.gz", gzip.compress(text.getvalue().encode()), len(rows)))

    assert drop.state is DropState.LOADED
    assert [row["weight_kg"] for row in landed_rows] == [clean_text(row[2]) or None for row in rows]
    assert [row["_row_number"] for row in landed_rows] == list(range(1, len(rows) + 1))


@examples(4)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_any_text_survives_parquet(rows: list[tuple[str, str, str]]) -> None:
    content = container_bytes("visits.parquet", [VISITS[0], *rows])

    drop, landed_rows = landed(with_visits("visits.parquet", content, len(rows)))

    assert drop.state is DropState.LOADED
    assert [row["weight_kg"] for row in landed_rows] == [clean_text(row[2]) or None for row in rows]
