"""The landing with the project's own contracts: all tables of both centers, every container, the deliveries at hand."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from drop_builder import KEY, RawFolder

from orchestration.landing import (
    Contract,
    DropState,
    Inventory,
    check_drop,
    create_build_database,
    land,
    load_contracts,
)

ROOT = Path(__file__).parents[3]
ENDINGS = ("csv", "csv.gz", "parquet", "xlsx")
ENCODINGS = {"center_a": "utf-8", "center_b": "gb18030"}
DELIVERIES = [path for name in ("sample", "real") if (path := ROOT.parent / "shared" / name / "raw").is_dir()]


@pytest.fixture(scope="module")
def project_contracts() -> dict[str, Contract]:
    return load_contracts(ROOT / "dbt_project" / "models" / "staging")


def deliver(raw: RawFolder, contracts: dict[str, Contract]) -> None:
    """One full drop a center whose tables come in all containers; each cell says where it stands."""
    for center, contract in contracts.items():
        drop = raw.new(center, "2024-03-30")
        for number, (name, table) in enumerate(contract.tables.items()):
            rows = [table.columns, *([f"{column} {row}" for column in table.columns] for row in (1, 2, 3))]
            drop.add(f"{name}.{ENDINGS[number % 4]}", rows, ENCODINGS[center])
        drop.write(simulated=True)


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory, project_contracts: dict[str, Contract]) -> Inventory:
    folder = tmp_path_factory.mktemp("delivered")
    raw = RawFolder(folder / "raw")
    deliver(raw, project_contracts)
    return land(raw.path, folder / "landing", project_contracts, KEY)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, inventory: Inventory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("build") / "warehouse.duckdb"
    create_build_database(path, inventory, [])
    with duckdb.connect(str(path)) as connection:
        yield connection


def test_the_contracts_declare_eight_tables_a_center(project_contracts: dict[str, Contract]) -> None:
    assert {center: len(contract.tables) for center, contract in project_contracts.items()} == {
        "center_a": 8,
        "center_b": 8,
    }


def test_every_table_lands_from_every_container(inventory: Inventory) -> None:
    assert [(drop.center_id, drop.state, drop.row_count) for drop in inventory.drops] == [
        ("center_a", DropState.LOADED, 24),
        ("center_b", DropState.LOADED, 24),
    ]
    assert inventory.is_simulated
    assert inventory.notes == ()


def test_every_cell_stands_in_its_column_and_row(
    database: duckdb.DuckDBPyConnection, project_contracts: dict[str, Contract]
) -> None:
    for center, contract in project_contracts.items():
        for table in contract.tables.values():
            names = ", ".join(f'"{column}"' for column in table.columns)
            rows = database.execute(f"select {names} from landing.{center}__{table.dataset} order by _row_number")
            assert rows.fetchall() == [tuple(f"{column} {row}" for column in table.columns) for row in (1, 2, 3)]


def test_patients_alone_carry_a_pseudonym(
    database: duckdb.DuckDBPyConnection, project_contracts: dict[str, Contract]
) -> None:
    carrying = database.execute("""
        select table_name from information_schema.columns
        where table_schema = 'landing' and column_name = '_person_id' order by table_name
    """).fetchall()

    assert carrying == [("center_a__patients",), ("center_b__patients",)]
    people = database.execute("select _person_id from landing.center_a__patients").fetchall()
    assert all(len(person_id) == 16 for (person_id,) in people)
    assert len(set(people)) == 3


def test_the_key_is_nowhere_on_disk(inventory: Inventory) -> None:
    folder = inventory.drops[0].tables[0].parquet_path.parents[2]

    assert not [path for path in folder.rglob("*") if path.is_file() and KEY in path.read_bytes()]


def test_deliveries_at_hand_land_completely(tmp_path: Path, project_contracts: dict[str, Contract]) -> None:
    own = RawFolder(tmp_path / "raw")
    deliver(own, project_contracts)
    for number, raw_dir in enumerate([own.path, *DELIVERIES]):
        found = land(raw_dir, tmp_path / f"landing-{number}", project_contracts, KEY)

        assert {drop.state for drop in found.drops} == {DropState.LOADED}
        for drop in found.drops:
            assert drop.row_count == sum(pq.read_metadata(table.parquet_path).num_rows for table in drop.tables)
            report = check_drop(raw_dir / drop.center_id / drop.drop_name, project_contracts)
            assert report.is_loadable
            assert sum(report.row_counts.values()) == drop.row_count
