"""Writers of the containers of specification 1.1: csv, csv.gz, parquet, xlsx; the same bytes every time."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from analytics.simulation.delivered import BOOKKEEPING, DATE, DECIMAL, EMPTY_LINE_AFTER, EXTRA_FIELDS, TIMESTAMP, WHOLE

NEEDS_QUOTES = (b'"', b",", b"\r", b"\n")
ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
ISO_TIMESTAMP = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$"
LONGEST_WHOLE_NUMBER = 12
SHORTEST_NUMBER = r"^(0|[1-9]\d{0,11})(\.\d{0,5}[1-9])?$"
XLSX_MOST_RECORDS = 1_048_575
XLSX_CREATED = dt.datetime(2020, 1, 1)


class ContainerError(ValueError):
    """Rows that a container cannot hold; the message names the file."""


class Writer(Protocol):
    """Takes parts of one table and closes the file."""

    def append(self, part: Any) -> None:
        """Append encoded records (csv), typed columns (parquet) or rows (xlsx)."""

    def close(self) -> None:
        """Finish the file."""


def open_writer(path: Path, columns: tuple[str, ...], encoding: str, line_end: str) -> Writer:
    """The writer for the file's suffix; `encoding` (utf-8, utf-8-sig, gb18030) and `line_end` matter for csv only."""
    if path.suffix == ".parquet":
        return ParquetWriter(path, columns)
    if path.suffix == ".xlsx":
        return XlsxWriter(path, columns)
    return CsvWriter(path, columns, encoding, line_end)


def csv_records(table: pa.Table, columns: tuple[str, ...], encoding: str, line_end: str) -> bytes:
    """RFC 4180 records without the header, those with `EXTRA_FIELDS` misshapen."""
    if table.num_rows == 0:
        return b""
    cells = [quoted(table[name].combine_chunks()) for name in columns]
    lines = _joined([*cells[:-1], _joined([cells[-1], pa.repeat(pa.scalar(line_end), len(cells[-1]))], "")], ",")
    extra = table[EXTRA_FIELDS].to_numpy() if EXTRA_FIELDS in table.column_names else np.zeros(table.num_rows)
    if extra.any():
        texts = lines.to_pylist()
        for row in np.flatnonzero(extra):
            all_but_last = [str(cell[int(row)]) for cell in cells[:-1]]
            good = texts[row].removesuffix(line_end)
            texts[row] = _misshapen(good, int(extra[row]), all_but_last, line_end) + line_end
        lines = pa.array(texts, pa.string())
    records = _characters(lines)
    return records if encoding.startswith("utf-8") else records.decode("utf-8").encode(encoding)


def _joined(cells: list[pa.Array], separator: str) -> pa.Array:
    return pc.binary_join_element_wise(*cells, separator, null_handling="replace", null_replacement="")


def _characters(column: pa.Array) -> bytes:
    """All cells of a text column, one after the other."""
    _, offsets, data = column.buffers()
    if data is None:
        return b""
    first, last = (
        int.from_bytes(offsets[4 * at : 4 * at + 4].to_pybytes(), "little")
        for at in (column.offset, column.offset + len(column))
    )
    return bytes(data[first:last])


def _misshapen(line: str, extra_fields: int, all_but_last: list[str], line_end: str) -> str:
    """A record with a field too many or too few, or (EMPTY_LINE_AFTER) a good one with an empty line after it."""
    if extra_fields == EMPTY_LINE_AFTER:
        return line + line_end
    return line + ",?" if extra_fields > 0 else ",".join("" if cell == "None" else cell for cell in all_but_last)


def quoted(column: pa.Array) -> pa.Array:
    """Cells with quotes, commas or line breaks enclosed in quotes."""
    characters = _characters(column)
    if not any(character in characters for character in NEEDS_QUOTES):
        return column
    needs = pc.fill_null(pc.match_substring_regex(column, r'[",\r\n]'), False)
    inner = pc.replace_substring(column.filter(needs), '"', '""')
    return pc.replace_with_mask(column, needs, pc.binary_join_element_wise('"', inner, '"', ""))


class CsvWriter:
    """csv or csv.gz."""

    def __init__(self, path: Path, columns: tuple[str, ...], encoding: str, line_end: str) -> None:
        self.raw: BinaryIO = path.open("wb")
        self.stream: Any = self.raw
        if path.suffix == ".gz":
            # no file name and no time in the header: the same bytes every time
            self.stream = gzip.GzipFile(filename="", mode="wb", fileobj=self.raw, mtime=0, compresslevel=4)
        self.stream.write((",".join(columns) + line_end).encode(encoding))

    def append(self, part: bytes) -> None:
        """Append records made by `csv_records`."""
        self.stream.write(part)

    def close(self) -> None:
        """Finish the file."""
        if self.stream is not self.raw:
            self.stream.close()
        self.raw.close()


def typed_column(column: pa.Array, wanted: str | None) -> pa.Array:
    """The column as its wanted type, where every cell is in that type's canonical form; else as text."""
    if wanted is None:
        return column
    is_canonical, convert = CONVERSIONS[wanted]
    if not is_canonical(column):
        return column
    try:
        return convert(column)
    except pa.ArrowInvalid:  # 2023-02-30 looks like a date
        return column


def typed_columns(table: pa.Table, columns: tuple[str, ...], types: Mapping[str, str]) -> pa.Table:
    """The columns of a file, typed as far as their cells allow it."""
    return pa.table({name: typed_column(table[name].combine_chunks(), types.get(name)) for name in columns})


def _matching(pattern: str) -> Callable[[pa.Array], bool]:
    """Whether every cell matches."""
    return lambda column: pc.all(pc.match_substring_regex(column, pattern)).as_py() is not False


def _is_whole(column: pa.Array) -> bool:
    """Whether every cell is 0 or digits without a leading zero; all characters are looked at together."""
    cells = pc.drop_null(column)
    if not len(cells):
        return True
    length = pc.binary_length(cells)
    if pc.min(length).as_py() == 0 or pc.max(length).as_py() > LONGEST_WHOLE_NUMBER:
        return False
    characters = np.frombuffer(_characters(cells), dtype=np.uint8)
    if characters.min() < ord("0") or characters.max() > ord("9"):
        return False
    return not pc.any(pc.and_(pc.starts_with(cells, "0"), pc.greater(length, 1))).as_py()


def _to_timestamp(column: pa.Array) -> pa.Array:
    seconds = pc.if_else(pc.equal(pc.binary_length(column), 16), pc.binary_join_element_wise(column, ":00", ""), column)
    return seconds.cast(pa.timestamp("us"))


CONVERSIONS: dict[str, tuple[Callable[[pa.Array], bool], Callable[[pa.Array], pa.Array]]] = {
    DATE: (_matching(ISO_DATE), lambda column: column.cast(pa.date32())),
    TIMESTAMP: (_matching(ISO_TIMESTAMP), _to_timestamp),
    WHOLE: (_is_whole, lambda column: column.cast(pa.int64())),
    DECIMAL: (_matching(SHORTEST_NUMBER), lambda column: column.cast(pa.float64())),
}


class ParquetWriter:
    """Parts of `typed_columns`, each a row group; the types are those of the first part."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path, self.columns = path, columns
        self.writer: pq.ParquetWriter | None = None

    def append(self, part: pa.Table) -> None:
        """Append rows as a row group; raises ContainerError for a part that does not fit the types of the first."""
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, part.schema, compression="zstd")
        for field in self.writer.schema:
            if part.schema.field(field.name).type != field.type:
                raise ContainerError(f"{self.path.name}: column {field.name} no longer fits its type")
        self.writer.write_table(part)

    def close(self) -> None:
        """Finish the file, also one without rows."""
        if self.writer is None:
            self.append(pa.table({name: pa.array([], pa.string()) for name in self.columns}))
        assert self.writer is not None
        self.writer.close()


class XlsxWriter:
    """First sheet, cells typed one by one: numbers and dates as such, everything else as text."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.name, self.columns, self.next_row = path.name, columns, 1
        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self.book.set_properties({"created": XLSX_CREATED})
        self.sheet = self.book.add_worksheet("Sheet1")
        self.date = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.timestamp = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for position, name in enumerate(columns):
            self.sheet.write_string(0, position, name)

    def append(self, part: pa.Table) -> None:
        """Append rows; raises ContainerError for more than a sheet holds."""
        if self.next_row - 1 + part.num_rows > XLSX_MOST_RECORDS:
            raise ContainerError(
                f"{self.name}: a sheet holds {XLSX_MOST_RECORDS} records: choose fewer patients or another format"
            )
        columns = [part[name].to_pylist() for name in self.columns]
        for row in range(part.num_rows):
            for position, cells in enumerate(columns):
                if cells[row] is not None:
                    self._write_cell(position, cells[row])
            self.next_row += 1

    def _write_cell(self, position: int, text: str) -> None:
        if re.match(SHORTEST_NUMBER, text):
            self.sheet.write_number(self.next_row, position, float(text))
        elif re.match(ISO_DATE, text) and _is_date(text):
            self.sheet.write_datetime(self.next_row, position, dt.datetime.fromisoformat(text), self.date)
        elif re.match(ISO_TIMESTAMP, text) and _is_date(text):
            self.sheet.write_datetime(self.next_row, position, dt.datetime.fromisoformat(text), self.timestamp)
        else:
            self.sheet.write_string(self.next_row, position, text)

    def close(self) -> None:
        """Finish the file."""
        self.book.close()


def _is_date(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).year > 1900
    except ValueError:
        return False


def text_columns(table: pa.Table) -> tuple[str, ...]:
    """The delivered columns of a table, without the bookkeeping."""
    return tuple(name for name in table.column_names if name not in BOOKKEEPING)
