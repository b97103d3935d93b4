"""Readers of delivered files: one for each container, all handing on batches of text columns."""

import stat
from collections.abc import Callable
from pathlib import Path

from orchestration.landing.errors import RefusalError
from orchestration.landing.readers.base import Batch, OpenTable, unreadable
from orchestration.landing.readers.delimited import DelimitedReader
from orchestration.landing.readers.isolated import IsolatedReader

__all__ = ["CONTAINERS", "Batch", "OpenTable", "open_table", "table_stem"]

# The longer ending first: lab_results.csv.gz holds the table lab_results.
CONTAINERS: dict[str, Callable[[Path, str], OpenTable]] = {
    ".csv.gz": DelimitedReader,
    ".csv": DelimitedReader,
    ".parquet": IsolatedReader,
    ".xlsx": IsolatedReader,
}


def table_stem(file_name: str) -> str | None:
    """The name of the table that a file name stands for; None for a container that is not read."""
    for ending in CONTAINERS:
        if file_name.endswith(ending):
            return file_name.removesuffix(ending)
    return None


def open_table(path: Path, encoding: str) -> OpenTable:
    """Open a delivered file and read its header; to be used as a context manager.

    Args:
        path: The file; its ending names the container.
        encoding: The center's encoding, for csv without a byte order mark.

    Raises:
        RefusalError: The file cannot be opened or its header cannot be read; the sentence lacks its subject.
    """
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise unreadable(error) from None
    if not is_regular:
        raise RefusalError("unreadable_file", "is no regular file; deliver a copy of it")
    reader_class = next(reader for ending, reader in CONTAINERS.items() if path.name.endswith(ending))
    return reader_class(path, encoding)
