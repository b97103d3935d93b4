"""Reader of xlsx files: the first sheet, typed cells become text (specification 1.1)."""

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

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


class SpreadsheetReader:
    """One xlsx file. Wholly empty rows are no records; a blank header cell heads no column."""

    def __init__(self, path: Path) -> None:
        _check_archive(path)
        self._rows = self._read(path)
        first = next(self._rows, [])
        self.header = [text or "" for text in first]

    def _read(self, path: Path) -> Iterator[list[str | None]]:
        """The rows that are not wholly empty, as text."""
        try:
            workbook = python_calamine.CalamineWorkbook.from_path(path)
            rows = workbook.get_sheet_by_index(0).iter_rows()
            for row in rows:
                texts = [_text(cell) for cell in row]
                if any(text and clean_text(text) for text in texts):
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


def _check_archive(path: Path) -> None:
    """Refuse archives that unpack to too much, and torn ones, before the spreadsheet library opens them."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise too_large(f"is an archive of more than {_MOST_PARTS} parts")
            check_unpacked_size(sum(part.file_size for part in parts), path.stat().st_size)
            # Unpacks each part as far as its stated size, and compares its checksum.
            if archive.testzip() is not None:
                raise _damaged()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise _damaged() from None
    except OSError as error:
        raise unreadable(error) from None
