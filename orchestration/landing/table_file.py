"""Reading one delivered table: header, records, text columns and pseudonyms (specification 1.1, 1.7)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from orchestration.landing.contract import TableContract
from orchestration.landing.errors import RefusalError
from orchestration.landing.pseudonym import person_id, person_text
from orchestration.landing.readers import Batch, open_table
from orchestration.landing.text import clean_column, clean_text, strip_float_identifiers
from orchestration.words import shown_text

MALFORMED_ROWS_SHOWN = 10

# Gives the person id of a local id and a national id; without the key there is none.
Pseudonymise = Callable[[str, str | None], str]


@dataclass
class TableSummary:
    """What was seen while a table was read; complete once all its batches are taken.

    Attributes:
        row_count: Records, malformed ones included.
        malformed_rows: The first ten numbers of malformed records, counted from 1 without the header.
        extra_columns: Delivered columns that the contract does not know, as they can be shown.
    """

    row_count: int = 0
    malformed_count: int = 0
    malformed_rows: list[int] = field(default_factory=list)
    extra_columns: tuple[str, ...] = ()


def pseudonymiser(key: bytes, center: str) -> Pseudonymise:
    """The function that gives the person ids of one center."""
    return lambda local_id, national_id: person_id(key, person_text(center, local_id, national_id))


def landed_schema(table: TableContract) -> pa.Schema:
    """The columns of a landed table: the contract's as text, then provenance and, for patients, the person id."""
    fields = [pa.field(name, pa.string()) for name in table.columns]
    if table.person is not None:
        fields.append(pa.field("_person_id", pa.string()))
    provenance = [("_file_id", pa.int64()), ("_row_number", pa.int64()), ("_is_malformed", pa.bool_())]
    return pa.schema([*fields, *(pa.field(name, kind) for name, kind in provenance)])


def read_table(
    path: Path,
    table: TableContract,
    encoding: str,
    summary: TableSummary,
    *,
    file_id: int = 0,
    pseudonymise: Pseudonymise | None = None,
) -> Iterator[pa.RecordBatch]:
    """Read one delivered table in batches of `landed_schema(table)`, in file order.

    Args:
        path: The file; its ending names the container.
        table: The contract of the table it holds.
        encoding: The center's encoding.
        summary: Filled while the batches are taken.
        file_id: Written into each row.
        pseudonymise: Makes the person ids of a patients table; without it they are null.

    Raises:
        RefusalError: The file cannot be decoded or read, or its header is wrong; the sentence lacks its subject.
    """
    with open_table(path, encoding) as reader:
        positions, summary.extra_columns = match_header(reader.header, table)
        for batch in reader.batches(positions):
            yield _landed_batch(batch, table, summary, file_id, pseudonymise)


def match_header(header: Sequence[str], table: TableContract) -> tuple[list[int], tuple[str, ...]]:
    """Where the contract's columns stand in a header, and which further columns it has.

    Raises:
        RefusalError: The header holds a name twice or lacks a column of the table.
    """
    positions: dict[str, int] = {}
    for position, name in enumerate(map(clean_text, header)):
        if name in positions:
            which = f"the column {name}" if name in table.columns else "an additional or unnamed column"
            raise RefusalError("duplicate_header", f"has {which} more than once in its header; keep one of them")
        positions[name] = position
    missing = [name for name in table.columns if name not in positions]
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise RefusalError("missing_column", f"lacks the column {shown}; deliver every column of the table")
    extra = tuple(shown_text(name) for name in positions if name and name not in table.columns)
    return [positions[name] for name in table.columns], extra


def _landed_batch(
    batch: Batch, table: TableContract, summary: TableSummary, file_id: int, pseudonymise: Pseudonymise | None
) -> pa.RecordBatch:
    first_row = summary.row_count + 1
    _count(batch, summary)
    columns = {name: _clean(column, name) for name, column in zip(table.columns, batch.columns, strict=True)}
    for name in table.identifiers:
        columns[name] = strip_float_identifiers(columns[name])
    if table.person is not None:
        local_ids = columns[table.person.local_id].to_pylist()
        national_ids = columns[table.person.national_id].to_pylist()
        columns["_person_id"] = pa.array(
            [
                pseudonymise(local_id, national_id) if pseudonymise and local_id else None
                for local_id, national_id in zip(local_ids, national_ids, strict=True)
            ],
            pa.string(),
        )
    columns["_file_id"] = pa.repeat(pa.scalar(file_id, pa.int64()), batch.row_count)
    columns["_row_number"] = pa.array(range(first_row, first_row + batch.row_count), pa.int64())
    columns["_is_malformed"] = batch.is_malformed
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=landed_schema(table))


def _clean(column: pa.Array, name: str) -> pa.Array:
    try:
        return clean_column(column)
    except RefusalError as error:
        raise RefusalError(error.problem.code, f"{error.problem.sentence} (column {name})") from None


def _count(batch: Batch, summary: TableSummary) -> None:
    malformed = batch.is_malformed.true_count
    if malformed:
        room = MALFORMED_ROWS_SHOWN - len(summary.malformed_rows)
        positions = batch.is_malformed.to_pylist()
        rows = [summary.row_count + index for index, is_malformed in enumerate(positions, start=1) if is_malformed]
        summary.malformed_rows.extend(rows[:room])
    summary.malformed_count += malformed
    summary.row_count += batch.row_count
