"""A run that is killed in the middle changes nothing, and the next one needs nobody's help."""

import os
import random
import signal
import subprocess
import time

import pytest
from faults.undisturbed import content
from refreshed_warehouse import HCC, WITHOUT_REPORTS, Warehouse

from orchestration.builds import BuildStore

SECONDS_TO_WAIT = 300


@pytest.fixture
def killed_in_dbt(warehouse: Warehouse) -> Warehouse:
    """The warehouse after a refresh that was killed while dbt was writing."""
    command = [str(HCC), "refresh", "--raw", str(warehouse.raw), "--out", str(warehouse.out)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    process = subprocess.Popen(
        command,
        env=environment | WITHOUT_REPORTS,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    deadline = time.monotonic() + SECONDS_TO_WAIT
    for line in process.stderr:
        if "dbt: " in line and "starting" not in line:
            break
        assert time.monotonic() < deadline
    time.sleep(random.uniform(0, 2))  # anywhere in dbt; `make test-faults` kills anywhere in the run
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return warehouse


def test_after_a_kill_the_old_release_stands_and_the_next_refresh_makes_a_new_one(killed_in_dbt):
    store = BuildStore(killed_in_dbt.out / "restricted" / "builds")
    first, torn = killed_in_dbt.release_id(), store.all()[-1]
    before = content(killed_in_dbt.out / "cohort.duckdb")
    assert not torn.is_finished
    finished = killed_in_dbt.refresh()
    assert finished.returncode == 0, finished.stderr
    assert killed_in_dbt.release_id() > first
    assert content(killed_in_dbt.out / "cohort.duckdb") == before
    newest = store.latest_finished()
    assert newest is not None
    assert newest.build_id > torn.build_id
