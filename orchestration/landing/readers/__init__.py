"""Readers of delivered files: one for each container, all handing on batches of text columns."""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from orchestration.landing.errors import RefusalError
from orchestration.landing.readers.base import Batch, TableReader, unreadable
from orchestration.landing.readers.columnar import ColumnarReader
from orchestration.landing.readers.delimited import DelimitedReader
from orchestration.landing.readers.spreadsheet import SpreadsheetReader

__all__ = ["CONTAINERS", "Batch", "TableReader", "open_table", "table_stem"]

# The longer ending first: lab_results.csv.gz holds the table lab_results.
CONTAINERS: dict[str, Callable[[BinaryIO, Path, str], TableReader]] = {
    ".csv.gz": DelimitedReader,
    ".csv": DelimitedReader,
    ".parquet": ColumnarReader,
    ".xlsx": SpreadsheetReader,
}


def table_stem(file_name: str) -> str | None:
    """The name of the table that a file name stands for; None for a container that is not read."""
    for ending in CONTAINERS:
        if file_name.endswith(ending):
            return file_name.removesuffix(ending)
    return None


@contextmanager
def open_table(path: Path, encoding: str) -> Iterator[TableReader]:
    """Open a delivered file.

    Args:
        path: The file; its ending names the container.
        encoding: The center's encoding, for csv without a byte order mark.

    Raises:
        RefusalError: The file cannot be opened or its header cannot be read; the sentence lacks its subject.
    """
    reader_class = next(reader for ending, reader in CONTAINERS.items() if path.name.endswith(ending))
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RefusalError("unreadable_file", "is no regular file; deliver a copy of it")
        file = path.open("rb")
    except OSError as error:
        raise unreadable(error) from None
    with file:
        yield reader_class(file, path, encoding)
