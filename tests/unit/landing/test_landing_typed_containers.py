"""Parquet and xlsx: typed cells become text; damaged and hostile files are refused (specification 1.1)."""

import datetime as dt
import decimal
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from drop_builder import parquet_bytes, xlsx_bytes

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError
from orchestration.landing.readers import open_table
from orchestration.landing.readers.columnar import ColumnarReader
from orchestration.landing.readers.isolated import IsolatedReader
from orchestration.landing.readers.spreadsheet import SpreadsheetReader

Cells = list[list[str | None]]


def read(path: Path, content: bytes) -> tuple[list[str], Cells]:
    """Header and records; a malformed record is shown as an empty list."""
    path.write_bytes(content)
    records: Cells = []
    with open_table(path, "utf-8") as reader:
        for batch in reader.batches(range(len(reader.header))):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            flags = batch.is_malformed.to_pylist()
            records += [[] if flag else list(row) for row, flag in zip(rows, flags, strict=True)]
        return reader.header, records


def texts(tmp_path: Path, values: Any) -> list[str | None]:
    """One Parquet column as text, read in this process (the same code as in the worker)."""
    path = tmp_path / "column.parquet"
    path.write_bytes(parquet_bytes({"a": values}))
    batches = list(ColumnarReader(path).batches([0]))
    return [text for batch in batches for text in batch.columns[0].to_pylist()]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array(["x ", None]), ["x ", None]),
        (pa.array(["x", None], pa.large_string()), ["x", None]),
        (pa.array(["x", None, "x"]).dictionary_encode(), ["x", None, "x"]),
        (pa.array(["完".encode(), None]), ["完", None]),
        (pa.array([1, None], pa.int8()), ["1", None]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([1.0, 2.5, float("nan"), None]), ["1", "2.5", None, None]),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216"]),
        (pa.array([0.5, 2.0], pa.float16()), ["0.5", "2"]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([decimal.Decimal("5.10"), decimal.Decimal("100.00")]), ["5.1", "100"]),
        (pa.array([dt.date(2024, 3, 5), None]), ["2024-03-05", None]),
        (pa.array([dt.datetime(2024, 3, 5), dt.datetime(2024, 3, 5, 8)]), ["2024-03-05", "2024-03-05 08:00:00"]),
        (pa.array([1709627401123456789], pa.timestamp("ns")), ["2024-03-05 08:30:01"]),
        (pa.array([dt.datetime(2024, 3, 4, 16, tzinfo=dt.UTC)], pa.timestamp("ms", "UTC")), ["2024-03-05"]),
        (pa.array([dt.datetime(2024, 3, 5, 8)], pa.timestamp("us", "America/New_York")), ["2024-03-05 16:00:00"]),
        (pa.array([dt.time(8, 30)]), ["08:30:00"]),
        (pa.nulls(2), [None, None]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_parquet_cells_become_text(tmp_path: Path, values: pa.Array, expected: list[str | None]) -> None:
    assert texts(tmp_path, values) == expected


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1, 2]]),
        pa.array([{"x": 1}]),
        pa.array([b"\xff\xfe"]),
        pa.array([2**62], pa.timestamp("ms")),
    ],
    ids=["list", "struct", "bytes", "far future"],
)
def test_parquet_cells_without_a_text_are_refused(tmp_path: Path, values: pa.Array) -> None:
    with pytest.raises(RefusalError, match="in column a") as error:
        texts(tmp_path, values)

    assert error.value.problem.code == "unreadable_file"


def test_parquet_text_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])

    with pytest.raises(RefusalError):
        texts(tmp_path, broken)


def test_parquet_in_many_row_groups_keeps_the_order(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": pa.array(range(200_000)), "b": ["x"] * 200_000}), path, row_group_size=7_000)

    header, records = read(path, path.read_bytes())

    assert header == ["a", "b"]
    assert [row[0] for row in records] == [str(number) for number in range(200_000)]


def test_an_empty_parquet_table(tmp_path: Path) -> None:
    content = parquet_bytes({"a": pa.array([], pa.string()), "b": pa.array([], pa.int64())})

    assert read(tmp_path / "t.parquet", content) == (["a", "b"], [])


def test_xlsx_cells_become_text(tmp_path: Path) -> None:
    rows = [
        ["a", "b", "c"],
        ["text", 12, 2.5],
        [dt.date(2024, 3, 5), dt.datetime(2024, 3, 5), dt.datetime(2024, 3, 5, 8, 30, 1)],
        [True, 1101051949123100, "=1+1"],
        ["00123", "4.0", 0.1],
        ["two\nlines", "ＡＦＰ", "  padded"],
    ]

    header, records = read(tmp_path / "t.xlsx", xlsx_bytes(rows))

    assert header == ["a", "b", "c"]
    assert records[0] == ["text", "12", "2.5"]
    assert records[1] == ["2024-03-05", "2024-03-05", "2024-03-05 08:30:01"]
    assert records[2][:2] == ["true", "1101051949123100"]
    assert records[3] == ["00123", "4.0", "0.1"]
    assert records[4][:2] == ["two\nlines", "ＡＦＰ"]


def test_every_minute_of_a_day_survives_the_binary_fraction(tmp_path: Path) -> None:
    minutes = [dt.datetime(2024, 3, 5) + dt.timedelta(minutes=number, seconds=number % 60) for number in range(1, 1440)]

    _, records = read(tmp_path / "t.xlsx", xlsx_bytes([["a"], *([minute] for minute in minutes)]))

    assert [row[0] for row in records] == [minute.isoformat(" ") for minute in minutes]


def test_xlsx_rows_that_are_wholly_empty_are_no_records(tmp_path: Path) -> None:
    rows = [[None, None], ["a", "b"], [None, None], [1, None], ["", "   "], [None, 2], [None, None]]

    assert read(tmp_path / "t.xlsx", xlsx_bytes(rows)) == (["a", "b"], [["1", ""], ["", "2"]])


def test_an_xlsx_row_with_a_cell_beyond_the_header_is_malformed(tmp_path: Path) -> None:
    rows = [["a", "b"], [1, 2], [3, 4, None, "seen"], [5, 6]]

    assert read(tmp_path / "t.xlsx", xlsx_bytes(rows))[1] == [["1", "2"], [], ["5", "6"]]


def test_only_the_first_sheet_counts(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["a"])
    workbook.create_sheet("second").append(["b"])
    buffer = io.BytesIO()
    workbook.save(buffer)

    assert read(tmp_path / "t.xlsx", buffer.getvalue()) == (["a"], [])


def test_an_empty_sheet_has_no_header(tmp_path: Path) -> None:
    assert read(tmp_path / "t.xlsx", xlsx_bytes([])) == ([], [])


def without_part(content: bytes, part: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for info in source.infolist():
            if info.filename != part:
                target.writestr(info, source.read(info))
    return buffer.getvalue()


GOOD_XLSX = xlsx_bytes([["a", "b"], [1, 2]])
GOOD_PARQUET = parquet_bytes({"a": pa.array(["x"] * 1000), "b": pa.array(range(1000))})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.xlsx", b""),
        ("t.xlsx", b"a,b\n1,2\n"),
        ("t.xlsx", GOOD_XLSX[:-10]),
        ("t.xlsx", GOOD_XLSX[: len(GOOD_XLSX) // 2]),
        ("t.xlsx", without_part(GOOD_XLSX, "xl/workbook.xml")),
        ("t.xlsx", without_part(GOOD_XLSX, "xl/worksheets/sheet1.xml")),
        ("t.parquet", b""),
        ("t.parquet", b"a,b\n1,2\n"),
        ("t.parquet", GOOD_PARQUET[:-10]),
        ("t.parquet", b"PAR1" + b"\x00" * 100 + b"PAR1"),
        ("t.parquet", GOOD_PARQUET[:20] + b"\xff" * 200 + GOOD_PARQUET[220:]),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(RefusalError) as error:
        read(tmp_path / name, content)

    assert error.value.problem.code == "unreadable_file"


def test_two_cells_at_the_far_corners_of_a_sheet_are_refused(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0]["A1"] = "a"
    workbook.worksheets[0]["XFD1048576"] = "far"
    buffer = io.BytesIO()
    workbook.save(buffer)

    with pytest.raises(RefusalError, match="stray cells") as error:
        read(tmp_path / "t.xlsx", buffer.getvalue())

    assert error.value.problem.code == "too_large"


def test_an_xlsx_bomb_is_refused_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=1_000_000))
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/part{number}.xml", b" " * 1_000_000)

    with pytest.raises(RefusalError, match="unpacks to more than 200 times its size"):
        SpreadsheetReader(path)


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    content = bytearray(GOOD_XLSX)
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = (1).to_bytes(4, "little")
    path.write_bytes(bytes(content))

    with pytest.raises(RefusalError, match="no complete xlsx file"):
        SpreadsheetReader(path)


def test_a_parquet_bomb_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=1_000_000))
    path = tmp_path / "t.parquet"
    table = pa.table({"a": pa.array(["x" * 9_000_000])})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)

    with pytest.raises(RefusalError, match="unpacks to more than 200 times its size"):
        ColumnarReader(path)


def test_the_reader_of_a_typed_container_never_sees_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HCC_PSEUDONYM_KEY", "secret")
    path = tmp_path / "t.xlsx"
    path.write_bytes(GOOD_XLSX)

    with open_table(path, "utf-8") as reader:
        process = reader._process  # type: ignore[attr-defined]
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()

    assert b"secret" not in environment
    assert process.returncode is not None


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx"])
def test_a_file_that_vanishes_before_its_reader_starts_is_refused_and_tried_again(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusalError) as refused:
        IsolatedReader(tmp_path / name, "utf-8")
    assert refused.value.problem.code == "unreadable_file"
    assert not refused.value.problem.is_lasting
