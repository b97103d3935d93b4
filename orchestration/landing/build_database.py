"""The build database: schema `landing`, which the dbt models read (specification 1.1, 1.2)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.contract import TableContract
from orchestration.landing.inventory import DropState, Inventory, LandedTable
from orchestration.landing.storage import FILE_MODE, make_private_folder

_PROTOCOL_COLUMNS = {
    "study_id": "VARCHAR",
    "index_agent": "VARCHAR",
    "enrol_from": "DATE",
    "enrol_to": "DATE",
    "diagnosis_prefix": "VARCHAR",
    "min_age": "INTEGER",
    "first_line_monotherapy": "BOOLEAN",
    "child_pugh_max": "INTEGER",
    "require_follow_up_imaging": "BOOLEAN",
    "baseline_days_before": "INTEGER",
    "baseline_days_after": "INTEGER",
    "criteria": "VARCHAR",
}
_PROTOCOL_LISTS = {
    "etiologies": ("protocol_etiologies", "etiology"),
    "bclc_stages": ("protocol_bclc_stages", "bclc_stage"),
}

_TABLES = f"""
create schema landing;
create table landing.drops (
    center_id varchar not null, drop_name varchar not null, drop_number integer not null, kind varchar,
    extracted_at timestamptz, extraction_date date, extraction_year integer, state varchar not null,
    reason_code varchar, reason varchar, row_count bigint, drop_rank integer, is_simulated boolean,
    manifest_sha256 varchar not null);
create table landing.delivered_tables (
    center_id varchar not null, drop_number integer not null, drop_name varchar not null, dataset varchar not null,
    table_name varchar not null, state varchar not null, row_count bigint not null, malformed_count bigint not null);
create table landing.files (
    file_id bigint not null, center_id varchar not null, dataset varchar not null, drop_number integer not null,
    drop_rank integer not null, extraction_date date not null, table_name varchar not null, file_name varchar not null);
create table landing.withdrawn_rows (
    file_id bigint not null, center_id varchar not null, drop_number integer not null, table_name varchar not null,
    row_number bigint not null);
create table landing.notes (
    code varchar not null, center_id varchar, drop_number integer, subject varchar not null, sentence varchar not null);
create table landing.protocols ({", ".join(f"{name} {kind} " for name, kind in _PROTOCOL_COLUMNS.items())});
create table landing.protocol_etiologies (study_id varchar not null, etiology varchar not null);
create table landing.protocol_bclc_stages (study_id varchar not null, bclc_stage varchar not null);
"""


def create_build_database(
    database_path: Path, inventory: Inventory, protocol_rows: Sequence[Mapping[str, Any]]
) -> None:
    """Create a new DuckDB database with the schema `landing`.

    Args:
        database_path: Must not exist yet; its folder is made with mode 0700, the file with 0600.
        inventory: From `land`.
        protocol_rows: One mapping a study with the columns of `landing.protocols`, and the lists `etiologies` and
            `bclc_stages`.

    The schema holds, for each configured center and dataset, a view `<center>__<dataset>` over the Parquet files of the
    center's current state: the contract's columns as text, then provenance. A dataset that no loaded drop delivers is
    an empty view of the same columns. Rows named in `landing.withdrawn_rows` are in no view; it is made empty.

    Raises:
        FileExistsError: The database exists already.
        KeyError: A protocol row lacks a column.
    """
    if database_path.exists():
        raise FileExistsError(f"{database_path}: a build database is made once and never changed by the landing")
    make_private_folder(database_path.parent)
    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "true"}
    with duckdb.connect(str(database_path), config=config) as connection:
        database_path.chmod(FILE_MODE)
        connection.begin()
        connection.execute(_TABLES)
        _insert_inventory(connection, inventory)
        _insert_protocols(connection, protocol_rows)
        for center, contract in inventory.contracts.items():
            for table in contract.tables.values():
                connection.execute(_view(center, table, _loaded_files(inventory, center, table.dataset)))
        connection.commit()


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        placeholders = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into landing.{table} values ({placeholders})", rows)


def _insert_inventory(connection: duckdb.DuckDBPyConnection, inventory: Inventory) -> None:
    drops, delivered, files = [], [], []
    for drop in inventory.drops:
        drops.append(
            (
                *(drop.center_id, drop.drop_name, drop.drop_number, drop.kind, drop.extracted_at, drop.extraction_date),
                *(drop.extraction_year, drop.state.value, drop.reason_code, drop.reason, drop.row_count),
                *(drop.drop_rank, drop.is_simulated, drop.manifest_sha256),
            )
        )
        place = (drop.center_id, drop.drop_number, drop.drop_name)
        for table in drop.tables:
            delivered.append(
                (*place, table.dataset, table.table_name, drop.state.value, table.row_count, table.malformed_count)
            )
            if drop.state is DropState.LOADED:
                files.append(
                    (
                        *(table.file_id, drop.center_id, table.dataset, drop.drop_number, drop.drop_rank),
                        *(drop.extraction_date, table.table_name, table.file_name),
                    )
                )
    _insert(connection, "drops", drops)
    _insert(connection, "delivered_tables", delivered)
    _insert(connection, "files", files)
    notes = [(note.code, note.center_id, note.drop_number, note.subject, note.sentence) for note in inventory.notes]
    _insert(connection, "notes", notes)


def _insert_protocols(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    _insert(connection, "protocols", [[row[name] for name in _PROTOCOL_COLUMNS] for row in rows])
    for name, (table, _) in _PROTOCOL_LISTS.items():
        _insert(connection, table, [(row["study_id"], value) for row in rows for value in row[name]])


def _loaded_files(inventory: Inventory, center: str, dataset: str) -> list[LandedTable]:
    return [
        table
        for drop in inventory.loaded
        if drop.center_id == center
        for table in drop.tables
        if table.dataset == dataset
    ]


def _view(center: str, table: TableContract, files: Sequence[LandedTable]) -> str:
    columns = [_name(name) for name in table.columns]
    columns += ["_person_id"] if table.person is not None else []
    if files:
        paths = ", ".join(_path(file.parquet_path) for file in files)
        source = f"read_parquet([{paths}])"
    else:
        typed = [f"cast(null as varchar) as {name}" for name in columns]
        typed += ["0::bigint as _file_id", "0::bigint as _row_number", "false as _is_malformed"]
        source = f"(select {', '.join(typed)} where false)"
    delivered = ", ".join(f"delivered.{name}" for name in columns)
    return f"""
create view landing.{center}__{table.dataset} as
select
    {delivered},
    files.center_id as _center_id, files.drop_number as _drop_number, files.drop_rank as _drop_rank,
    files.extraction_date as _extraction_date, files.table_name as _table_name, files.file_name as _file_name,
    delivered._row_number, delivered._is_malformed
from {source} as delivered
inner join landing.files as files on files.file_id = delivered._file_id
where not exists (
    select 1 from landing.withdrawn_rows as withdrawn
    where withdrawn.file_id = delivered._file_id and withdrawn.row_number = delivered._row_number)
"""


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _path(path: Path) -> str:
    """A path as a text literal that names one file, also where a folder's name holds the signs of a pattern."""
    literal = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
    return "'" + literal.replace("'", "''") + "'"
