"""Landing, staging, harmonised layer and ledgers of any raw folder, without the rest of the project."""

import os
import subprocess
import sys
from pathlib import Path

from orchestration.landing import create_build_database, land, load_contracts

REPOSITORY = Path(__file__).parents[3]
DBT_PROJECT = REPOSITORY / "dbt_project"
KEY = b"a key for tests only"


def build(raw: Path, folder: Path) -> Path:
    """Land `raw` and build everything up to the ledgers; returns the build database."""
    contracts = load_contracts(DBT_PROJECT / "models" / "staging")
    inventory = land(raw, folder / "landing", contracts, KEY)
    database = folder / "warehouse.duckdb"
    create_build_database(database, inventory, [])
    selected = ["resource_type:seed", "staging", "harmonised", "marts.ledger"]
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", "--select", *selected]
    # Tests that need models of later layers as well are theirs to run.
    command += ["--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"]
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
