"""The dbt manifest, made ahead: parsing takes seconds, so it happens only when the project's files changed.

    dbt_project/target/prepared/<hash of the project>/manifest.json, partial_parse.msgpack

A folder is made aside and appears in one step, so that code servers, runs and the command line can share it.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from orchestration.code_version import hash_files, hash_texts, source_files
from orchestration.dbt.arguments import dbt_executable, parse_arguments
from orchestration.errors import RefreshError
from orchestration.settings import DBT_PROJECT

MANIFEST = "manifest.json"
PARSED_PROJECT = "partial_parse.msgpack"
KEEP_PREPARED = 3
KEY_VARIABLE = "HCC_PSEUDONYM_KEY"  # dbt never sees the key
DATABASE_FILE = "warehouse.duckdb"  # dbt writes the database's name into the manifest: the same for every build


@cache
def prepared_project(project: Path = DBT_PROJECT) -> Path:
    """The folder with manifest and parsed project of the present sources; parses where there is none yet.

    Raises RefreshError when dbt is missing or the project cannot be parsed.
    """
    if not (project / "dbt_project.yml").is_file():
        raise RefreshError(f"the dbt project is missing: {project} holds no dbt_project.yml")
    prepared = project / "target" / "prepared"
    folder = prepared / _hash_of(project)
    if (folder / MANIFEST).is_file():
        return folder
    prepared.mkdir(parents=True, exist_ok=True)
    with (prepared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / MANIFEST).is_file():
            _parse(project, folder)
            _prune(prepared, folder)
    return folder


def load_manifest(project: Path = DBT_PROJECT) -> dict[str, Any]:
    """The manifest of the present sources."""
    content: dict[str, Any] = json.loads((prepared_project(project) / MANIFEST).read_text(encoding="utf-8"))
    return content


def dbt_environment(database: Path, marts: Path | None) -> dict[str, str]:
    """The variables that the dbt profile and the export of marts read."""
    return {"HCC_BUILD_DATABASE": str(database), "HCC_MARTS_DIR": "" if marts is None else str(marts)}


def _hash_of(project: Path) -> str:
    versions = [metadata.version("dbt-core"), metadata.version("dbt-duckdb")]
    return hash_texts([hash_files(project, source_files(project)), *versions])[:16]


def _parse(project: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".parsing-") as aside:
        target = Path(aside)
        command = [str(dbt_executable()), *parse_arguments(project, target)]
        variables = {**os.environ, **dbt_environment(target / DATABASE_FILE, None)}
        variables.pop(KEY_VARIABLE, None)
        try:
            # From the project: dbt looks into the folder it starts in, which this user may not be allowed to enter.
            answer = subprocess.run(
                command, env=variables, capture_output=True, text=True, check=False, cwd=project.resolve()
            )
        except FileNotFoundError:
            raise RefreshError(f"dbt is missing beside Python: {command[0]}; run `make setup`") from None
        if answer.returncode != 0:
            raise RefreshError(f"the dbt project cannot be parsed: {_last_lines(target, answer)}")
        complete = target / "complete"
        complete.mkdir()
        for name in (MANIFEST, PARSED_PROJECT):
            (target / name).rename(complete / name)
        complete.rename(folder)


def _last_lines(target: Path, answer: subprocess.CompletedProcess[str]) -> str:
    log = target / "dbt.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else answer.stdout + answer.stderr
    return " / ".join(line.strip() for line in text.splitlines()[-8:] if line.strip())


def _prune(prepared: Path, current: Path) -> None:
    """Leave only the newest few: sources change often while somebody works on them."""
    folders = [
        path for path in prepared.iterdir() if path.is_dir() and path != current and not path.name.startswith(".")
    ]
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[KEEP_PREPARED - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
