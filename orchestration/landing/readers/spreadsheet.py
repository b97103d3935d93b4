"""Reader of xlsx files: the first sheet, typed cells become text (specification 1.1)."""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import python_calamine

from orchestration.landing.errors import RefusalError
from orchestration.landing.readers.base import (
    BATCH_CELLS,
    BATCH_ROWS,
    Batch,
    check_unpacked_size,
    too_large,
    unreadable,
)
from orchestration.landing.text import cell_text, clean_text

_MOST_PARTS = 10_000
_MOST_CELLS = 40_000_000
_CHUNK = 1024 * 1024
_CELL_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{0,7})["']""")
_LONGEST_REFERENCE = 40


class SpreadsheetReader:
    """One xlsx file. Wholly empty rows are no records; a blank header cell heads no column."""

    def __init__(self, file: BinaryIO, path: Path, encoding: str) -> None:
        del encoding  # A spreadsheet states its own.
        _check_archive(file, path.stat().st_size)
        file.seek(0)
        self._rows = self._read(file)
        first = next(self._rows, [])
        self.header = [text or "" for text in first]

    def _read(self, file: BinaryIO) -> Iterator[list[str | None]]:
        """The rows that are not wholly empty, as text."""
        try:
            workbook = python_calamine.CalamineWorkbook.from_filelike(file)
            rows = workbook.get_sheet_by_index(0).iter_rows()
            for row in rows:
                texts = [_text(cell) for cell in row]
                if any(text and clean_text(text) for text in texts):
                    yield texts
        except (python_calamine.CalamineError, ValueError, IndexError, OverflowError):
            raise _damaged() from None
        except OSError as error:
            raise unreadable(error) from None
        except BaseException as error:
            # A panic of the library derives from no ordinary exception; anything else goes on its way.
            if type(error).__name__ != "PanicException":
                raise
            raise _damaged() from None

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """See `TableReader.batches`."""
        largest_batch = max(1, min(BATCH_ROWS, BATCH_CELLS // max(1, len(self.header))))
        rows: list[list[str | None]] = []
        for row in self._rows:
            rows.append(row)
            if len(rows) >= largest_batch:
                yield _batch(rows, wanted)
                rows = []
        if rows:
            yield _batch(rows, wanted)


def _batch(rows: list[list[str | None]], wanted: Sequence[int]) -> Batch:
    columns = list(zip(*rows, strict=True))
    return Batch(
        [pa.array(columns[position], pa.string()) for position in wanted], pa.repeat(pa.scalar(False), len(rows))
    )


def _text(cell: object) -> str | None:
    if isinstance(cell, dt.datetime) and cell.microsecond:
        # A day serial is a binary fraction: 11:49:59.999999 was typed as 11:50.
        cell = (cell + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    return cell_text(cell)


def _damaged() -> RefusalError:
    return RefusalError("unreadable_file", "is no complete xlsx file; save and copy it again")


def _check_archive(file: BinaryIO, packed_bytes: int) -> None:
    """Refuse archives that would fill the memory, and torn ones, before the spreadsheet library opens them."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise too_large(f"is an archive of more than {_MOST_PARTS} parts")
            check_unpacked_size(sum(part.file_size for part in parts), packed_bytes)
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise _damaged() from None
    except OSError as error:
        raise unreadable(error) from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack one part (which verifies its checksum); the area of a sheet must be one that memory can hold."""
    last_row = last_column = 0
    rest = b""
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK):
            if "sheet" not in part.filename.lower():
                continue
            text = rest + chunk
            for letters, digits in _CELL_REFERENCE.findall(text):
                last_row = max(last_row, int(digits or 0))
                last_column = max(last_column, _column_number(letters))
            rest = text[-_LONGEST_REFERENCE:]
    if last_row * last_column > _MOST_CELLS:
        raise too_large(f"has a sheet whose used area is more than {_MOST_CELLS} cells")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
