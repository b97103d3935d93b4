"""Reader of csv and csv.gz: RFC 4180, strictly decoded, in bounded memory (specification 1.1)."""

import codecs
import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TextIO

import pyarrow as pa

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError, cell_too_large
from orchestration.landing.readers.base import (
    BATCH_CELLS,
    BATCH_CHARACTERS,
    BATCH_ROWS,
    Batch,
    check_column_count,
    check_unpacked_size,
    joined,
    unreadable,
)

_PORTION_ROWS = 1024
_PORTION_CHARACTERS = 4 * 1024 * 1024

# Fed to the parser after the last line. If it does not come out as a record of its own, a quote was still open.
_END_OF_FILE = "\x00end of file\x00"


class _BoundedGzip(gzip.GzipFile):
    """A gzip file that stops unpacking when it holds far more than its size lets expect."""

    def __init__(self, file: BinaryIO, packed_bytes: int) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._packed_bytes = packed_bytes
        self._unpacked_bytes = 0

    def read1(self, size: int = -1) -> bytes:
        content = super().read1(size)
        self._count(len(content))
        return content

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        self._count(len(content))
        return content

    def _count(self, byte_count: int) -> None:
        self._unpacked_bytes += byte_count
        check_unpacked_size(self._unpacked_bytes, self._packed_bytes)


class _Lines:
    """The lines of a text, then the marker; counts characters so that no record can fill the memory."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.characters = 0

    def __iter__(self) -> Iterator[str]:
        read_line, largest = self._text.readline, limits.LIMITS.record_characters
        while line := read_line(largest):
            self.characters += len(line)
            # A line as long as the limit is only the beginning of one.
            if self.characters > largest + _PORTION_CHARACTERS or len(line) >= largest:
                raise RefusalError(
                    "too_large",
                    f"holds a record of more than {largest} characters; close every quote, export it again",
                )
            yield line
        yield _END_OF_FILE


class DelimitedReader:
    """One csv or csv.gz file.

    A byte order mark means UTF-8, else the center's encoding holds. Empty lines are no records. A quoted field may hold
    line breaks; text after a closing quote is taken as part of the field, as spreadsheet programs do.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        try:
            self._file: BinaryIO = path.open("rb")
            packed_bytes = os.fstat(self._file.fileno()).st_size  # Of what was opened: the name may be gone by now.
        except OSError as error:
            raise unreadable(error) from None
        if path.name.endswith(".gz"):
            self._file = io.BufferedReader(_BoundedGzip(self._file, packed_bytes), 1024 * 1024)
        self._encoding = encoding
        self._records_read = -1  # the header is no record
        self._records = self._parse()
        try:
            self.header = next(self._records, [])
            check_column_count(len(self.header))
        except RefusalError:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _parse(self) -> Iterator[list[str]]:
        """All records, the header first; every error of reading becomes a refusal."""
        try:
            yield from self._parse_unguarded()
        except UnicodeDecodeError as error:
            raise RefusalError(
                "undecodable_file",
                f"cannot be decoded as {_encoding_name(error.encoding)} after record {max(0, self._records_read)}; "
                "export it in the agreed encoding, or as UTF-8 with a byte order mark",
            ) from None
        except csv.Error:
            raise cell_too_large(f"after record {max(0, self._records_read)} (is a quote left open?)") from None
        except (EOFError, zlib.error):
            raise RefusalError("unreadable_file", "is damaged or incomplete; export and copy it again") from None
        except OSError as error:
            raise unreadable(error) from None

    def _parse_unguarded(self) -> Iterator[list[str]]:
        first_bytes = self._file.peek(3)[:3]  # type: ignore[attr-defined]
        encoding = "utf-8-sig" if first_bytes == codecs.BOM_UTF8 else self._encoding
        csv.field_size_limit(limits.LIMITS.cell_characters)
        self._lines = _Lines(io.TextIOWrapper(self._file, encoding=encoding, errors="strict", newline=""))
        last: list[str] = []
        pending: list[str] | None = None
        for record in csv.reader(self._lines):
            if pending:
                yield pending
                self._records_read += 1
            last = pending = record
        if last != [_END_OF_FILE]:
            raise RefusalError(
                "unreadable_file",
                "ends inside a quoted field, it is cut off or a quote is missing; export and copy it again",
            )

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """See `TableReader.batches`."""
        largest_batch = max(1, min(BATCH_ROWS, BATCH_CELLS // max(1, len(wanted))))
        portions: list[Batch] = []
        row_count = character_count = 0
        for rows, characters in self._portions():
            portions.append(_portion(rows, len(self.header), wanted))
            row_count += len(rows)
            character_count += characters
            if row_count >= largest_batch or character_count >= BATCH_CHARACTERS:
                yield joined(portions)
                portions = []
                row_count = character_count = 0
        if portions:
            yield joined(portions)

    def _portions(self) -> Iterator[tuple[list[list[str]], int]]:
        """Few records at a time, so that their Python objects stay in the processor's cache; and their length."""
        rows: list[list[str]] = []
        self._lines.characters = 0
        for record in self._records:
            rows.append(record)
            if len(rows) >= _PORTION_ROWS or self._lines.characters >= _PORTION_CHARACTERS:
                yield rows, self._lines.characters
                rows = []
                self._lines.characters = 0
        if rows:
            yield rows, self._lines.characters


def _portion(rows: list[list[str]], width: int, wanted: Sequence[int]) -> Batch:
    is_malformed = None
    if set(map(len, rows)) != {width}:
        is_malformed = [len(row) != width for row in rows]
        empty: list[str | None] = [None] * width
        whole = [empty if malformed else row for row, malformed in zip(rows, is_malformed, strict=True)]
        columns = list(zip(*whole, strict=True))
    else:
        columns = list(zip(*rows, strict=True))
    return Batch(
        [pa.array(columns[position], pa.string()) for position in wanted],
        pa.repeat(pa.scalar(False), len(rows)) if is_malformed is None else pa.array(is_malformed, pa.bool_()),
    )


def _encoding_name(codec: str) -> str:
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030"}.get(codec, codec)
