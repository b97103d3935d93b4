"""One small warehouse, refreshed once by the command line; the tests of this folder look at it from many sides."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.simulation import simulate

HCC = Path(sys.executable).with_name("hcc")
PATIENTS = 160


def run_hcc(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `hcc` as a user would, with none of the variables of the surrounding shell."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    command = [str(HCC), *map(str, arguments)]
    return subprocess.run(command, env=environment | variables, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Warehouse:
    """Raw drops, an output folder, and the command that filled it."""

    raw: Path
    out: Path
    refreshed: subprocess.CompletedProcess[str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the current release."""
        with duckdb.connect(str(self.out / "cohort.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def release_id(self) -> str:
        """The current release."""
        name: str = self.rows("select release_id from release")[0][0]
        return name

    def refresh(self, *options: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Refresh once more."""
        return run_hcc("refresh", "--raw", self.raw, "--out", self.out, *options, **variables)


def last_line(finished: subprocess.CompletedProcess[str]) -> str:
    """The last line on standard error: the one that says what is wrong."""
    return finished.stderr.strip().splitlines()[-1]


def environment_of(warehouse: Warehouse) -> Mapping[str, str]:
    """The variables that make this process work on a warehouse."""
    from orchestration.settings import settings_from_environment

    variables = {"HCC_RAW": str(warehouse.raw), "HCC_OUT": str(warehouse.out)}
    return settings_from_environment(variables).to_environment()


@pytest.fixture(scope="session")
def refreshed_once(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A release of simulated drops of both centers; nobody may change it."""
    folder = tmp_path_factory.mktemp("refresh")
    simulate(folder / "raw", patients=PATIENTS, seed=5)
    refreshed = run_hcc("refresh", "--raw", folder / "raw", "--out", folder / "out")
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    return Warehouse(folder / "raw", folder / "out", refreshed)


@pytest.fixture
def warehouse(refreshed_once: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of that warehouse, for a test that changes it."""
    out = tmp_path / "out"
    shutil.copytree(refreshed_once.out, out, symlinks=True)
    return Warehouse(refreshed_once.raw, out, refreshed_once.refreshed)
