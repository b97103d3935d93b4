"""One small warehouse with reports, refreshed once by the command line."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.simulation import simulate

HCC = Path(sys.executable).with_name("hcc")
PATIENTS = 160


@dataclass(frozen=True)
class Warehouse:
    """Raw drops, an output folder, and what the refresh that filled it said."""

    raw: Path
    out: Path
    said: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the current release."""
        with duckdb.connect(str(self.out / "cohort.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def reports(self) -> Path:
        """The folder of reports of the current release."""
        [(release_id,)] = self.rows("select release_id from release")
        return self.out / "releases" / release_id / "reports"


@pytest.fixture(scope="session")
def refreshed_once(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A release with reports of simulated drops of both centers; nobody may change it."""
    folder = tmp_path_factory.mktemp("reports")
    simulate(folder / "raw", patients=PATIENTS, seed=5)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    command = [str(HCC), "refresh", "--raw", str(folder / "raw"), "--out", str(folder / "out")]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return Warehouse(folder / "raw", folder / "out", finished.stdout + finished.stderr)


@pytest.fixture
def warehouse(refreshed_once: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of that warehouse, for a test that changes it."""
    out = tmp_path / "out"
    shutil.copytree(refreshed_once.out, out, symlinks=True)
    return Warehouse(refreshed_once.raw, out, refreshed_once.said)
