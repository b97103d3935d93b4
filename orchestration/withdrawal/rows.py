"""Which delivered rows belong to withdrawn patients: none of them gets past landing.

The rows are found by the identifiers that tables share (an admission number of the admissions table stands in the
laboratory table), as the centers' contracts name them; no clinical column is looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.withdrawal.persons import local_pseudonym, patients_of_build, person_table, quoted
from orchestration.withdrawal.register import WithdrawalRegister

if TYPE_CHECKING:
    import duckdb

    from orchestration.landing.contract import Contract, TableContract

REFERENCES = "withdrawn_references"


@dataclass(frozen=True)
class _Center:
    """A center's contract, and which columns refer to which table."""

    contract: "Contract"

    @property
    def _owners(self) -> dict[str, str]:
        """Column -> the table whose whole key it is."""
        return {table.key[0]: table.table_name for table in self.contract.tables.values() if len(table.key) == 1}

    def references(self, table: "TableContract") -> list[str]:
        """The columns by which a table's rows belong to something; for patients it is their own number."""
        if table.person is not None:
            return [table.person.local_id]
        owners = self._owners
        return [name for name in table.identifiers if owners.get(name, table.table_name) != table.table_name]

    def links(self) -> "list[TableContract]":
        """The tables that others refer to, patients left out."""
        referred = {column for table in self.contract.tables.values() for column in self.references(table)}
        return [
            table
            for table in self.contract.tables.values()
            if table.person is None and len(table.key) == 1 and table.key[0] in referred
        ]


def withhold_rows(database: Path, contracts: Mapping[str, "Contract"], register: WithdrawalRegister, key: bytes) -> int:
    """Take the rows of withdrawn patients out of the views of a new build database; returns how many.

    Args:
        database: Just made by landing; nobody else has it open.
        contracts: Of all centers.
        register: Who withdrew. Further pseudonyms of these patients are added to it.
        key: The pseudonym key, for the centers' own numbers.
    """
    import duckdb

    withdrawn = register.pseudonyms()
    if not withdrawn:
        return 0
    with duckdb.connect(str(database)) as connection:
        numbers, persons = _withdrawn_numbers(connection, contracts, withdrawn, key)
        register.learn(persons)
        connection.begin()
        for center, contract in contracts.items():
            _withhold_of_center(connection, _Center(contract), numbers.get(center, set()))
        row = connection.execute("select count(*) from landing.withdrawn_rows").fetchone()
        connection.commit()
    return int(row[0]) if row else 0


def _withdrawn_numbers(
    connection: "duckdb.DuckDBPyConnection", contracts: Mapping[str, "Contract"], withdrawn: frozenset[str], key: bytes
) -> tuple[dict[str, set[str]], list[set[str]]]:
    """Patient numbers of each center that belong to withdrawn patients, and all pseudonyms of each of those."""
    patients = [
        (one, local_pseudonym(key, one.center, one.local_id)) for one in patients_of_build(connection, contracts)
    ]
    persons = {one.person_id for one, local in patients if one.person_id in withdrawn or local in withdrawn}
    numbers: dict[str, set[str]] = {}
    known: dict[str, set[str]] = {}
    for one, local in patients:
        if one.person_id in persons or local in withdrawn:
            numbers.setdefault(one.center, set()).add(one.local_id)
            known.setdefault(one.person_id, {one.person_id}).add(local)
    return numbers, list(known.values())


def _withhold_of_center(connection: "duckdb.DuckDBPyConnection", center: _Center, numbers: set[str]) -> None:
    if not numbers:
        return
    connection.execute(f"create or replace temp table {REFERENCES} (column_name varchar, value varchar)")
    local_id = center.references(person_table(center.contract))[0]
    connection.executemany(f"insert into {REFERENCES} values (?, ?)", [(local_id, one) for one in sorted(numbers)])
    while any(_follow(connection, center, table) for table in center.links()):
        pass
    for table in center.contract.tables.values():
        for column in center.references(table):
            connection.execute(_insert_rows(center, table, column))


def _follow(connection: "duckdb.DuckDBPyConnection", center: _Center, table: "TableContract") -> bool:
    """Add the keys of a table's rows that belong to what is withdrawn; returns whether any was new.

    Only where the newest version says so: an admission that a later drop gives to another patient is that patient's.
    """
    before = _count(connection)
    key = quoted(table.key[0])
    for column in center.references(table):
        connection.execute(
            f"""
            insert into {REFERENCES}
            with versions as ({_versions(center, table, [column])}),
            newest as (select {key}, max(_drop_rank) as drop_rank from versions where {key} is not null group by {key})
            select distinct ?, versions.{key} from versions
            inner join newest on versions.{key} = newest.{key} and versions._drop_rank = newest.drop_rank
            where {_is_withdrawn(column)}
            except select column_name, value from {REFERENCES}
            """,
            [table.key[0]],
        )
    return _count(connection) > before


def _insert_rows(center: _Center, table: "TableContract", column: str) -> str:
    """The rows that refer to what is withdrawn, with the versions that they stood for: those may not come back."""
    keys = [quoted(name) for name in table.key]
    same_key = " and ".join(f"versions.{name} = taken.{name}" for name in keys)
    return f"""
    insert into landing.withdrawn_rows
    with versions as ({_versions(center, table, [column])}),
    taken as (
        select {", ".join(keys)}, max(_drop_rank) as drop_rank from versions
        where {_is_withdrawn(column)} group by {", ".join(keys)}
    ),
    rows as (
        select _drop_number, _row_number from versions where {_is_withdrawn(column)}
        union
        select _drop_number, _row_number from versions
        inner join taken on {same_key} and versions._drop_rank <= taken.drop_rank
    )
    select files.file_id, files.center_id, files.drop_number, files.table_name, rows._row_number
    from rows inner join landing.files as files
        on files.center_id = '{center.contract.center}' and files.dataset = '{table.dataset}'
        and files.drop_number = rows._drop_number
    except select file_id, center_id, drop_number, table_name, row_number from landing.withdrawn_rows
    """


def _versions(center: _Center, table: "TableContract", columns: list[str]) -> str:
    names = ", ".join(_distinct(quoted(name) for name in (*table.key, *columns)))
    view = f"landing.{center.contract.center}__{table.dataset}"
    return f"select {names}, _drop_number, _drop_rank, _row_number from {view} where not _is_malformed"


def _is_withdrawn(column: str) -> str:
    name = column.replace("'", "''")
    return f"versions.{quoted(column)} in (select value from {REFERENCES} where column_name = '{name}')"


def _count(connection: "duckdb.DuckDBPyConnection") -> int:
    row = connection.execute(f"select count(*) from {REFERENCES}").fetchone()
    return int(row[0]) if row else 0


def _distinct(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))
