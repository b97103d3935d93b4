"""What every reader of a delivered file offers, whatever the container."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError

# A batch is handed on when any of these is reached: memory stays bounded whatever the shape of the table.
BATCH_ROWS = 122_880
BATCH_CELLS = 4_000_000
BATCH_CHARACTERS = 8 * 1024 * 1024


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
        RefusalError: More than `unpacked_bytes` and more than `unpacked_ratio` times the packed size.
    """
    ratio = limits.LIMITS.unpacked_ratio
    if unpacked_bytes > max(limits.LIMITS.unpacked_bytes, ratio * packed_bytes):
        raise too_large(f"unpacks to more than {ratio} times its size")


def check_text_size(text_bytes: int, packed_bytes: int) -> None:
    """Refuse a typed container whose cells hold far more text than its size lets expect.

    Raises:
        RefusalError: More than `text_bytes` and more than `unpacked_ratio` times the packed size.
    """
    ratio = limits.LIMITS.unpacked_ratio
    if text_bytes > max(limits.LIMITS.text_bytes, ratio * packed_bytes):
        raise too_large(f"has cells whose text is more than {ratio} times the size of the file")


def check_column_count(count: int) -> None:
    """Refuse a header that is wider than any table.

    Raises:
        RefusalError: More than `columns`.
    """
    if count > limits.LIMITS.columns:
        raise too_large(f"has more than {limits.LIMITS.columns} columns")
