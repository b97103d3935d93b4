"""The file of a release: tables only, rows in a fixed order, every table and column explained (specification 4)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import InconsistentBuildError
from orchestration.landing.storage import flush_to_disk
from orchestration.release.contract import DICTIONARY_TABLE, RELEASE_TABLE, PublishedTable
from orchestration.release.dictionary import TableMeaning, meaning_of

if TYPE_CHECKING:
    import duckdb

# A release shows days from an anchor, never dates; only the time of its own making is one.
TYPES_WITH_DATES = ("DATE", "TIMESTAMP")
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}


def write_database(
    path: Path,
    tables: Sequence[tuple[PublishedTable, Sequence[Path]]],
    provenance: Mapping[str, str | bool | datetime | None],
    manifest: Mapping[str, Any],
) -> dict[str, int]:
    """Write the database of a release into a new file and wait until it is on disk.

    Args:
        path: The file to make; nothing may be there.
        tables: Each table with its Parquet files.
        provenance: The row of the table `release`.
        manifest: The dbt manifest, which describes the marts.

    Returns:
        The rows of each table.

    Raises:
        InconsistentBuildError: A table lacks a column of its contract, or holds a date.
    """
    import duckdb

    meanings = {table.name: meaning_of(table, manifest) for table, _ in tables}
    with duckdb.connect(str(path), config=CONFIGURATION) as connection:
        connection.begin()
        for table, files in tables:
            _create_table(connection, table, files, meanings[table.name])
        meanings[RELEASE_TABLE.name] = meaning_of(RELEASE_TABLE, manifest)
        meanings[DICTIONARY_TABLE.name] = meaning_of(DICTIONARY_TABLE, manifest)
        _create_release(connection, provenance, meanings[RELEASE_TABLE.name])
        _create_dictionary(connection, meanings)
        for name, meaning in meanings.items():
            _comment(connection, name, meaning)
        row_counts = {name: _count(connection, name) for name in meanings}
        connection.commit()
        connection.execute("checkpoint")
    if path.with_name(f"{path.name}.wal").exists():
        raise InconsistentBuildError(f"{path.name} still has a journal beside it")
    flush_to_disk(path)
    return row_counts


def _create_table(
    connection: "duckdb.DuckDBPyConnection", table: PublishedTable, files: Sequence[Path], meaning: TableMeaning
) -> None:
    selected = "*"
    if table.mart is None:
        selected = ", ".join(f"cast({_name(c.name)} as {c.declared_type}) as {_name(c.name)}" for c in meaning.columns)
    sources = "[" + ", ".join(_text(str(file)) for file in files) + "]"
    connection.execute(
        f"create table {_name(table.name)} as select {selected} from read_parquet({sources}, union_by_name = true) "
        "order by all nulls first"
    )
    columns = _columns_of(connection, table.name)
    if tuple(columns)[: len(table.columns)] != table.columns:
        raise InconsistentBuildError(f"{table.name} does not begin with the columns of its contract")
    dated = [name for name, kind in columns.items() if kind.startswith(TYPES_WITH_DATES)]
    if dated:
        raise InconsistentBuildError(f"{table.name} holds dates ({', '.join(dated)}), which a release may not")


def _create_release(
    connection: "duckdb.DuckDBPyConnection", provenance: Mapping[str, Any], meaning: TableMeaning
) -> None:
    columns = ", ".join(f"{_name(column.name)} {column.declared_type}" for column in meaning.columns)
    connection.execute(f"create table release ({columns})")
    values = [provenance[column.name] for column in meaning.columns]
    connection.execute(f"insert into release values ({', '.join('?' for _ in values)})", values)


def _create_dictionary(connection: "duckdb.DuckDBPyConnection", meanings: Mapping[str, TableMeaning]) -> None:
    dictionary = meanings[DICTIONARY_TABLE.name]
    columns = ", ".join(f"{_name(column.name)} {column.declared_type}" for column in dictionary.columns)
    connection.execute(f"create table data_dictionary ({columns})")
    rows = []
    for table_name in sorted(meanings):
        known = {column.name: column for column in meanings[table_name].columns}
        for position, (name, kind) in enumerate(_columns_of(connection, table_name).items(), start=1):
            if name not in known:
                raise InconsistentBuildError(f"the column {table_name}.{name} is explained nowhere")
            column = known[name]
            facts = (column.unit, column.anchor, column.meaning, column.null_meaning, column.section)
            rows.append((table_name, name, position, kind, *facts))
    connection.executemany(f"insert into data_dictionary values ({', '.join('?' for _ in dictionary.columns)})", rows)


def _comment(connection: "duckdb.DuckDBPyConnection", table_name: str, meaning: TableMeaning) -> None:
    connection.execute(f"comment on table {_name(table_name)} is {_text(meaning.comment)}")
    for column in meaning.columns:
        connection.execute(f"comment on column {_name(table_name)}.{_name(column.name)} is {_text(column.comment)}")


def _columns_of(connection: "duckdb.DuckDBPyConnection", table_name: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns where table_name = ? order by ordinal_position",
        [table_name],
    ).fetchall()
    return dict(rows)


def _count(connection: "duckdb.DuckDBPyConnection", table_name: str) -> int:
    row = connection.execute(f"select count(*) from {_name(table_name)}").fetchone()
    return row[0] if row else 0


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def as_json(content: Mapping[str, str]) -> str:
    """JSON for a text column, keys sorted."""
    return json.dumps(content, sort_keys=True)
