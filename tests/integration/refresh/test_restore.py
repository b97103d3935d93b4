"""What the runbook says about backups holds: releases and register are enough, everything else is made again."""

import os
import shutil
from pathlib import Path

from faults.undisturbed import content
from refreshed_warehouse import Warehouse

NOT_IN_THE_BACKUP = shutil.ignore_patterns("landing", "builds", "dagster", "pseudonym.key")


def test_1_copied_deleted_restored_and_refreshed(warehouse: Warehouse, tmp_path: Path) -> None:
    before, first = content(warehouse.out / "cohort.duckdb"), warehouse.release_id()
    backup = tmp_path / "backup"
    shutil.copytree(warehouse.out, backup, symlinks=True, ignore=NOT_IN_THE_BACKUP)
    shutil.rmtree(warehouse.out)

    shutil.copytree(backup, warehouse.out, symlinks=True)
    assert warehouse.release_id() == first
    assert content(warehouse.out / "cohort.duckdb") == before

    # Another key is noticed by the restored release: no build is left that could tell.
    other_key = warehouse.refresh(HCC_PSEUDONYM_KEY="another key of more than sixteen bytes")
    assert other_key.returncode == 1
    assert "--rotate-key" in other_key.stderr

    refreshed = warehouse.refresh()
    assert refreshed.returncode == 0, refreshed.stderr
    assert warehouse.release_id() > first
    assert content(warehouse.out / "cohort.duckdb") == before
    assert os.path.lexists(warehouse.out / "releases" / first / "cohort.duckdb")
