"""Reader of Parquet files: typed cells become text (specification 1.1)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError, cell_too_large
from orchestration.landing.readers.base import (
    BATCH_CELLS,
    BATCH_CHARACTERS,
    BATCH_ROWS,
    Batch,
    check_column_count,
    check_unpacked_size,
    unreadable,
)
from orchestration.landing.text import cell_text


class ColumnarReader:
    """One Parquet file."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = pq.ParquetFile(path)
            self.header = [str(name) for name in self._file.schema_arrow.names]
            metadata = self._file.metadata
            unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
            self._rows = metadata.num_rows
        except MemoryError:
            raise _too_much_memory() from None
        except (pa.ArrowException, ValueError, KeyError, TypeError, OverflowError):
            raise _damaged() from None
        except OSError as error:
            raise unreadable(error) from None
        check_column_count(len(self.header))
        check_unpacked_size(unpacked, path.stat().st_size)
        self._bytes_a_row = unpacked / max(1, self._rows)

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """See `TableReader.batches`."""
        rows_by_size = BATCH_CHARACTERS / max(1.0, self._bytes_a_row)
        batch_rows = max(1, int(min(BATCH_ROWS, BATCH_CELLS / max(1, len(self.header)), rows_by_size)))
        names = [self.header[position] for position in wanted]
        try:
            for batch in self._file.iter_batches(batch_size=batch_rows, columns=names, use_threads=False):
                columns = [_text_column(batch.column(name), name) for name in names]
                yield from _pieces(columns, batch.num_rows)
        except MemoryError:
            raise _too_much_memory() from None
        except (pa.ArrowException, ValueError, KeyError, TypeError, OverflowError):
            raise _damaged() from None
        except OSError as error:
            raise unreadable(error) from None


def _pieces(columns: list[pa.Array], row_count: int) -> Iterator[Batch]:
    """A batch in pieces of bounded size: a value that is stored once may stand in every row."""
    size = sum(column.nbytes for column in columns)
    rows = max(1, row_count * BATCH_CHARACTERS // max(size, BATCH_CHARACTERS))
    for start in range(0, row_count, rows):
        piece = [column.slice(start, rows) for column in columns]
        yield Batch(piece, pa.repeat(pa.scalar(False), min(rows, row_count - start)))


def _too_much_memory() -> RefusalError:
    """Not lasting: perhaps the machine was short of memory, not the file too large."""
    memory = limits.LIMITS.reader_memory_bytes // 1024**3
    return RefusalError(
        "too_large", f"needs more than {memory} GiB of memory to be read; deliver it as plain csv", is_lasting=False
    )


def _damaged() -> RefusalError:
    return RefusalError("unreadable_file", "is no complete Parquet file; export and copy it again")


def _text_column(column: pa.Array, name: str) -> pa.Array:
    """A column of any type as text; each distinct typed value is turned into text once."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    try:
        if pa.types.is_null(kind):
            return pa.nulls(len(column), pa.string())
        if _is_text_or_bytes(kind):
            column = column.cast(pa.string())
            column.validate(full=True)
            longest = pc.max(pc.binary_length(column)).as_py() or 0
            if longest > limits.LIMITS.cell_characters:
                raise cell_too_large(f"in column {name}")
            return column
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
        if pa.types.is_float16(kind):
            return _texts(column)
        distinct = column.dictionary_encode()
        return _texts(distinct.dictionary).take(distinct.indices)
    except MemoryError:
        raise
    except (pa.ArrowException, ValueError, OverflowError, NotImplementedError):
        raise RefusalError(
            "unreadable_file", f"has cells in column {name} that cannot be read as text; deliver that column as text"
        ) from None


def _texts(values: pa.Array) -> pa.Array:
    return pa.array([cell_text(_with_own_width(value)) for value in values], pa.string())


def _is_text_or_bytes(kind: pa.DataType) -> bool:
    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _with_own_width(value: pa.Scalar) -> object:
    """The Python value of a cell; 32 and 16 bit floats keep their width, so that 0.1 stays 0.1."""
    if pa.types.is_float32(value.type) or pa.types.is_float16(value.type):
        return value.type.to_pandas_dtype()(value.as_py())
    return value.as_py()
