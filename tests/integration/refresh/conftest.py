"""One small warehouse, refreshed once by the command line; the tests of this folder look at it from many sides."""

import shutil
from pathlib import Path

import pytest
from refreshed_warehouse import Warehouse, run_hcc

from analytics.simulation import simulate

PATIENTS = 160


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
