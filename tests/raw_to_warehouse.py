"""Raw drops to a build database by landing and dbt alone, without the rest of the project."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from analytics.protocol import Protocol
from orchestration.landing import create_build_database, land, load_contracts

REPOSITORY = Path(__file__).parents[1]
DBT_PROJECT = REPOSITORY / "dbt_project"
KEY = b"a key for tests only"


def build_warehouse(raw: Path, folder: Path, protocols: Sequence[Protocol], *arguments: str) -> Path:
    """Land `raw` and run `dbt build` with further arguments; everything lies in `folder`. Returns the database."""
    contracts = load_contracts(DBT_PROJECT / "models" / "staging")
    database = folder / "warehouse.duckdb"
    create_build_database(database, land(raw, folder / "landing", contracts, KEY), list(protocols))
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", *arguments]
    command += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    environment = os.environ | {
        "HCC_BUILD_DATABASE": str(database),
        "HCC_MARTS_DIR": "",
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return database
