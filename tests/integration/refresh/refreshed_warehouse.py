"""A warehouse under test and the command line as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

HCC = Path(sys.executable).with_name("hcc")
WITHOUT_REPORTS = {"HCC_REPORTS": "off"}


def run_hcc(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `hcc` as a user would, with none of the variables of the surrounding shell; without reports, which take long
    and have tests of their own.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    command = [str(HCC), *map(str, arguments)]
    return subprocess.run(
        command, env=environment | WITHOUT_REPORTS | variables, capture_output=True, text=True, check=False
    )


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

    variables = {"HCC_RAW": str(warehouse.raw), "HCC_OUT": str(warehouse.out)} | WITHOUT_REPORTS
    return settings_from_environment(variables).to_environment()
