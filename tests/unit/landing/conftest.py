"""What the tests of the landing share."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from drop_builder import KEY, RawFolder, write_contracts

from orchestration.landing import Contract, Inventory, LandedTable, land


@pytest.fixture
def contracts(tmp_path: Path) -> dict[str, Contract]:
    return write_contracts(tmp_path / "contracts")


@pytest.fixture
def raw(tmp_path: Path) -> RawFolder:
    (tmp_path / "raw").mkdir()
    return RawFolder(tmp_path / "raw")


@pytest.fixture
def landing_dir(tmp_path: Path) -> Path:
    return tmp_path / "out" / "restricted" / "landing"


@pytest.fixture
def land_raw(raw: RawFolder, landing_dir: Path, contracts: dict[str, Contract]) -> Callable[[], Inventory]:
    return lambda: land(raw.path, landing_dir, contracts, KEY)


@pytest.fixture
def rows_of() -> Callable[[LandedTable], list[dict[str, object]]]:
    return lambda table: pq.read_table(table.parquet_path).to_pylist()
