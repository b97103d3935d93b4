"""The arguments of every dbt call, as pure functions.

Unit tests of the dbt project are left out of a refresh: they test the code, not the night's data.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

THREADS = 2


def dbt_executable() -> Path:
    """The dbt that belongs to the running Python, whatever stands first in PATH."""
    return Path(sys.executable).with_name("dbt")


def parse_arguments(project: Path, target: Path) -> list[str]:
    """`dbt parse` into a target folder of its own."""
    return [*_quiet(), "parse", *_folders(project, target), *_log_files(target)]


def build_arguments(project: Path, target: Path, nodes: Iterable[str] | None = None) -> list[str]:
    """`dbt build` of the whole project, or of single models with the tests that need nothing else, or single tests.

    Args:
        project: Folder of dbt_project.yml and profiles.yml.
        target: Where compiled SQL, results and log go: into the restricted build, as they may show data.
        nodes: Names of models, seeds and tests; None = all. An empty selection is an error: dbt would build everything.
    """
    arguments = [*_quiet(), "build", *_folders(project, target), *_log_files(target), "--no-write-json"]
    arguments += ["--threads", str(THREADS), "--exclude", "test_type:unit"]
    if nodes is None:
        return arguments
    names = sorted(set(nodes))
    if not names:
        raise ValueError("no model is selected")
    return [*arguments, "--indirect-selection", "cautious", "--select", *names]


def _quiet() -> list[str]:
    return ["--no-use-colors", "--no-send-anonymous-usage-stats", "--log-level", "none"]


def _folders(project: Path, target: Path) -> list[str]:
    return ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target)]


def _log_files(target: Path) -> list[str]:
    return ["--log-path", str(target), "--log-level-file", "warn"]
