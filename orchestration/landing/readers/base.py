"""What every reader of a delivered file offers, whatever the container."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa

from orchestration.landing.errors import RefusalError

# A batch is handed on when any of these is reached: memory stays bounded whatever the shape of the table.
BATCH_ROWS = 122_880
BATCH_CELLS = 4_000_000
BATCH_CHARACTERS = 32 * 1024 * 1024

LARGEST_CELL = 16 * 1024 * 1024
LARGEST_RECORD = 64 * 1024 * 1024

# A container may unpack to this many bytes in any case, and to this many times its size.
UNPACKED_BYTES_ALLOWED = 256 * 1024 * 1024
UNPACKED_RATIO_ALLOWED = 200


@dataclass(frozen=True)
class Batch:
    """Consecutive records of a file.

    Attributes:
        columns: One text array (`pa.string()`) for each wanted column, as read: not yet normalised.
        is_malformed: For each record whether it has another number of fields than the header; its cells are then null.
    """

    columns: list[pa.Array]
    is_malformed: pa.BooleanArray

    @property
    def row_count(self) -> int:
        return len(self.is_malformed)


def joined(batches: Sequence[Batch]) -> Batch:
    """Consecutive batches as one."""
    columns = [pa.concat_arrays(arrays) for arrays in zip(*(batch.columns for batch in batches), strict=True)]
    return Batch(columns, pa.concat_arrays([batch.is_malformed for batch in batches]))


class TableReader(Protocol):
    """A file being read. `header` holds the column names as read."""

    header: list[str]

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """The records in file order, only the wanted columns (positions in `header`).

        Raises:
            RefusalError: The file cannot be decoded or read; the sentence lacks its subject.
        """


class OpenTable(TableReader, Protocol):
    """A reader that is closed by leaving its `with` block."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def unreadable(error: OSError) -> RefusalError:
    """The refusal for an error of the operating system, or of a library that reports corrupt data as one."""
    is_system_error = error.errno is not None
    cause = f" ({error.strerror})" if is_system_error else ", it is damaged or incomplete"
    advice = "check its permissions and the disk" if is_system_error else "export and copy it again"
    return RefusalError("unreadable_file", f"cannot be read{cause}; {advice}", is_lasting=not is_system_error)


def too_large(what: str) -> RefusalError:
    """The refusal for a file that would unpack to far more than it should."""
    return RefusalError("too_large", f"{what}; deliver it as plain csv or parquet")


def check_unpacked_size(unpacked_bytes: int, packed_bytes: int) -> None:
    """Refuse a container that holds far more than its size lets expect (a decompression bomb).

    Raises:
        RefusalError: More than 256 MiB and more than 200 times the packed size.
    """
    if unpacked_bytes > max(UNPACKED_BYTES_ALLOWED, UNPACKED_RATIO_ALLOWED * packed_bytes):
        raise too_large(f"unpacks to more than {UNPACKED_RATIO_ALLOWED} times its size")
