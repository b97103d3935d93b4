"""Section 1.1: csv, csv.gz, parquet and xlsx files read as text."""

from __future__ import annotations

import csv
import gzip
import io
import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pyarrow.parquet
from python_calamine import CalamineWorkbook

from .parsing import clean

SUFFIXES = (".csv.gz", ".csv", ".parquet", ".xlsx")
SHANGHAI = timezone(timedelta(hours=8))

csv.field_size_limit(2**31 - 1)


class Unreadable(Exception):  # noqa: N818
    """A file that cannot be decoded or read."""


@dataclass
class TextTable:
    """Header and records of one file after NFKC and trimming; a record keeps its own number of fields."""

    header: list[str]
    records: list[list[str]]


def table_name(file_name: str) -> str | None:
    """The table a file name stands for, or None when it has none of the four endings."""
    for suffix in SUFFIXES:
        if file_name.endswith(suffix):
            return file_name[: -len(suffix)]
    return None


def read_table(path: Path, center: str) -> TextTable:
    """Read one file of a drop as text, or raise Unreadable."""
    try:
        if path.name.endswith(".parquet"):
            return _read_parquet(path)
        if path.name.endswith(".xlsx"):
            return _read_xlsx(path)
        data = path.read_bytes()
        return _read_csv(gzip.decompress(data) if path.name.endswith(".gz") else data, center)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"{path.name} cannot be read: {error}") from error


def _read_csv(data: bytes, center: str) -> TextTable:
    """RFC 4180; a BOM means UTF-8, else center A is UTF-8 and center B GB18030; an empty line is no record."""
    if data.startswith(b"\xef\xbb\xbf"):
        text = data.decode("utf-8-sig")
    else:
        text = data.decode("utf-8" if center == "center_a" else "gb18030")
    records = [record for record in csv.reader(io.StringIO(text, newline=""), strict=True) if record]
    return _table(records)


def _table(records: list[list[str]]) -> TextTable:
    if not records:
        raise Unreadable("no header")
    cleaned = [[clean(cell) for cell in record] for record in records]
    return TextTable(cleaned[0], cleaned[1:])


def _read_parquet(path: Path) -> TextTable:
    table = pyarrow.parquet.ParquetFile(path).read()
    columns = []
    for column in table.columns:
        if str(column.type) in ("float", "halffloat"):  # shortest form of the narrower number
            narrow = numpy.float32 if str(column.type) == "float" else numpy.float16
            values = [None if value is None else float(str(narrow(value))) for value in column.to_pylist()]
        else:
            values = column.to_pylist()
        columns.append([cell_text(value) for value in values])
    records = [list(record) for record in zip(*columns, strict=True)]
    return _table([list(table.column_names), *records])


def _read_xlsx(path: Path) -> TextTable:
    """The first sheet; wholly empty rows are none; the header is as wide as its last filled cell."""
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    rows = [row for row in rows if any(clean(cell) for cell in row)]
    if not rows:
        raise Unreadable("no header")
    width = max(position for position, cell in enumerate(rows[0], 1) if clean(cell))
    records = []
    for row in rows:
        filled = max((position for position, cell in enumerate(row, 1) if clean(cell)), default=0)
        padded = row + [""] * (width - len(row))
        records.append(padded[: max(width, filled)])
    return _table(records)


def cell_text(value: Any) -> str:
    """Typed cells become text: dates ISO, whole numbers without .0, other numbers in shortest form, null blank."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, bool | numpy.bool_):
        return "true" if value else "false"
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M:%S") if local.time() != time(0) else local.strftime("%Y-%m-%d")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        return "" if value.is_nan() else str(value)
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f")
