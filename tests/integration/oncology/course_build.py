"""Lands the patients' drops and builds the whole dbt project on them, unit tests included."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.landing import create_build_database, land, load_contracts

REPOSITORY = Path(__file__).parents[3]
DBT_PROJECT = REPOSITORY / "dbt_project"
KEY = b"a key for tests only"

# The reference implementation is the package `reference` below tests/.
sys.path.insert(0, str(REPOSITORY / "tests"))

from reference.parameters import LENVATINIB, SORAFENIB  # noqa: E402

# The two published studies, and one that differs wherever a protocol can.
PROTOCOLS: list[dict[str, Any]] = [
    LENVATINIB,
    SORAFENIB,
    {
        **SORAFENIB,
        "study_id": "open",
        "enrol_from": date(2010, 1, 1),
        "enrol_to": date(2030, 12, 31),
        "diagnosis_prefix": "C22",
        "min_age": 60,
        "first_line_monotherapy": False,
        "bclc_stages": [],
        "child_pugh_max": 7,
        "require_follow_up_imaging": False,
        "criteria": "RECIST-1.1",
        "baseline_days_before": 5,
        "baseline_days_after": 1,
    },
]


def build(raw: Path, folder: Path) -> Path:
    """Returns the build database; fails with dbt's words when a model, a test or a unit test fails."""
    contracts = load_contracts(DBT_PROJECT / "models" / "staging")
    inventory = land(raw, folder / "landing", contracts, KEY)
    database = folder / "warehouse.duckdb"
    create_build_database(database, inventory, PROTOCOLS)
    marts = folder / "marts"
    marts.mkdir()
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", "--no-partial-parse"]
    command += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    environment = os.environ | {
        "HCC_BUILD_DATABASE": str(database),
        "HCC_MARTS_DIR": str(marts),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return database
