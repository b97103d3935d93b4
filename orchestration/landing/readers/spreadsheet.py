"""Reader of xlsx files: the first sheet, typed cells become text (specification 1.1)."""

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import python_calamine

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError, cell_too_large
from orchestration.landing.readers.base import (
    BATCH_CELLS,
    BATCH_CHARACTERS,
    BATCH_ROWS,
    Batch,
    check_column_count,
    check_unpacked_size,
    too_large,
    unreadable,
)
from orchestration.landing.text import cell_text, clean_text


class SpreadsheetReader:
    """One xlsx file. Wholly empty rows are no records.

    The header is as wide as its last filled cell; a row with a filled cell beyond it has more fields than the header.
    """

    def __init__(self, path: Path) -> None:
        _check_archive(path)
        self._rows = self._read(path)
        first = next(self._rows, [])
        self.header = [text or "" for text in first[: _filled_width(first)]]
        check_column_count(len(self.header))

    def _read(self, path: Path) -> Iterator[list[str | None]]:
        """The rows that are not wholly empty, as text; all of one length."""
        try:
            workbook = python_calamine.CalamineWorkbook.from_path(path)
            for row in workbook.get_sheet_by_index(0).iter_rows():
                texts = [_text(cell) for cell in row]
                if _filled_width(texts):
                    yield texts
        except (python_calamine.CalamineError, ValueError, IndexError, OverflowError):
            raise _damaged() from None
        except OSError as error:
            raise unreadable(error) from None

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """See `TableReader.batches`."""
        # Smaller than other batches: until they are columns, the cells are Python objects.
        largest_batch = max(1, min(BATCH_ROWS, BATCH_CELLS // max(1, len(self.header))) // 8)
        rows: list[list[str | None]] = []
        characters = 0
        for row in self._rows:
            rows.append(row)
            characters += sum(map(len, filter(None, row)))
            if len(rows) >= largest_batch or characters >= BATCH_CHARACTERS:
                yield _batch(rows, len(self.header), wanted)
                rows, characters = [], 0
        if rows:
            yield _batch(rows, len(self.header), wanted)


def _batch(rows: list[list[str | None]], width: int, wanted: Sequence[int]) -> Batch:
    is_malformed = [_filled_width(row) > width for row in rows]
    cells = [
        [None if malformed else row[position] for row, malformed in zip(rows, is_malformed, strict=True)]
        for position in wanted
    ]
    return Batch([pa.array(column, pa.string()) for column in cells], pa.array(is_malformed, pa.bool_()))


def _filled_width(row: Sequence[str | None]) -> int:
    """The number of cells up to the last that is not blank."""
    for position in range(len(row), 0, -1):
        text = row[position - 1]
        if text and clean_text(text):
            return position
    return 0


def _text(cell: object) -> str | None:
    if isinstance(cell, dt.datetime) and cell.microsecond:
        # A day serial is a binary fraction: 11:49:59.999999 was typed as 11:50.
        cell = (cell + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    text = cell_text(cell)
    if text is not None and len(text) > limits.LIMITS.cell_characters:
        raise cell_too_large("in its first sheet")
    return text


def _damaged() -> RefusalError:
    return RefusalError("unreadable_file", "is no complete xlsx file; save and copy it again")


def _check_archive(path: Path) -> None:
    """Refuse archives that unpack to too much, and torn ones, before the spreadsheet library opens them."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > limits.LIMITS.archive_parts:
                raise too_large(f"is an archive of more than {limits.LIMITS.archive_parts} parts")
            check_unpacked_size(sum(part.file_size for part in parts), path.stat().st_size)
            # Unpacks each part as far as its stated size, and compares its checksum.
            if archive.testzip() is not None:
                raise _damaged()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise _damaged() from None
    except OSError as error:
        raise unreadable(error) from None
