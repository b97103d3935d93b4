"""Reader of csv and csv.gz: RFC 4180, strictly decoded, in bounded memory (specification 1.1)."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

import pyarrow as pa

from orchestration.landing.errors import RefusalError
from orchestration.landing.readers.base import (
    BATCH_CELLS,
    BATCH_CHARACTERS,
    BATCH_ROWS,
    LARGEST_CELL,
    LARGEST_RECORD,
    Batch,
    check_unpacked_size,
    unreadable,
)

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
    """The lines of a text, ending with the marker; counts characters so that no record can fill the memory."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._is_at_end = False
        self.characters = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LARGEST_RECORD)
        self.characters += len(line)
        if self.characters > LARGEST_RECORD + BATCH_CHARACTERS:
            raise RefusalError(
                "too_large", "holds a record of more than 64 million characters; close every quote and export it again"
            )
        if line:
            return line
        if self._is_at_end:
            raise StopIteration
        self._is_at_end = True
        return _END_OF_FILE


class DelimitedReader:
    """One csv or csv.gz file.

    A byte order mark means UTF-8, else the center's encoding holds. Empty lines are no records. A quoted field may hold
    line breaks; text after a closing quote is taken as part of the field, as spreadsheet programs do.
    """

    def __init__(self, file: BinaryIO, path: Path, encoding: str) -> None:
        self._file: BinaryIO = file
        if path.name.endswith(".gz"):
            self._file = io.BufferedReader(_BoundedGzip(file, path.stat().st_size), 1024 * 1024)
        self._encoding = encoding
        self._records_read = -1  # the header is no record
        self._records = self._parse()
        self.header = next(self._records, [])

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
            raise RefusalError(
                "too_large",
                f"has a field of more than 16 MiB after record {max(0, self._records_read)}; close every quote",
            ) from None
        except (EOFError, zlib.error):
            raise RefusalError("unreadable_file", "is damaged or incomplete; export and copy it again") from None
        except OSError as error:
            raise unreadable(error) from None

    def _parse_unguarded(self) -> Iterator[list[str]]:
        first_bytes = self._file.peek(3)[:3]  # type: ignore[attr-defined]
        encoding = "utf-8-sig" if first_bytes == codecs.BOM_UTF8 else self._encoding
        csv.field_size_limit(LARGEST_CELL)
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
        width = len(self.header)
        largest_batch = max(1, min(BATCH_ROWS, BATCH_CELLS // max(1, width)))
        rows: list[list[str]] = []
        self._lines.characters = 0
        for record in self._records:
            rows.append(record)
            if len(rows) >= largest_batch or self._lines.characters >= BATCH_CHARACTERS:
                yield _batch(rows, width, wanted)
                rows = []
                self._lines.characters = 0
        if rows:
            yield _batch(rows, width, wanted)


def _batch(rows: list[list[str]], width: int, wanted: Sequence[int]) -> Batch:
    is_malformed = [len(row) != width for row in rows]
    if any(is_malformed):
        empty: list[str | None] = [None] * width
        rows = [empty if malformed else row for row, malformed in zip(rows, is_malformed, strict=True)]  # type: ignore[misc]
    columns = list(zip(*rows, strict=True))
    return Batch([pa.array(columns[position], pa.string()) for position in wanted], pa.array(is_malformed, pa.bool_()))


def _encoding_name(codec: str) -> str:
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030"}.get(codec, codec)
