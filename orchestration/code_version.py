"""Which code made a table: hashes over the source files, so that an edited checkout never passes for the commit.

The same inputs, code and key give the same content (specification 4); these hashes say what "the same code" is.
"""

import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from orchestration.settings import DBT_PROJECT, REPOSITORY

DISTRIBUTION = "hcc-resistance-warehouse"
PACKAGES = (
    "dagster",
    "dagster-dbt",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "lifelines",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "python-calamine",
    "scipy",
    "statsmodels",
)
GENERATED_FOLDERS = frozenset({"target", "logs", "dbt_packages", "__pycache__"})


@dataclass(frozen=True)
class CodeVersion:
    """Hashes of the parts of the code: what makes a warehouse, what makes a study's tables, and everything."""

    warehouse: str  # landing and dbt project
    analytics: str
    everything: str

    @property
    def label(self) -> str:
        """Package version and hash, as published."""
        return f"{metadata.version(DISTRIBUTION)}+{self.everything[:12]}"


@cache
def code_version() -> CodeVersion:
    """Hash the code once in a process."""
    warehouse = hash_files(
        REPOSITORY, [*source_files(DBT_PROJECT), *source_files(REPOSITORY / "orchestration/landing")]
    )
    analytics = hash_files(REPOSITORY, source_files(REPOSITORY / "analytics"))
    orchestration = hash_files(REPOSITORY, source_files(REPOSITORY / "orchestration"))
    return CodeVersion(warehouse, analytics, hash_texts([warehouse, analytics, orchestration]))


@cache
def git_commit() -> str | None:
    """The checked-out commit, with `-dirty` where files differ from it; None outside a git checkout."""
    if not (REPOSITORY / ".git").exists():
        return None
    command = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def package_versions() -> dict[str, str]:
    """Versions of the packages whose behaviour can reach a number."""
    return {name: metadata.version(name) for name in PACKAGES}


def source_files(folder: Path) -> Iterator[Path]:
    """Every source file below a folder, in path order, without what tools generate."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not GENERATED_FOLDERS.intersection(path.relative_to(folder).parts):
            yield path


def hash_files(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over names (relative to root) and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def hash_texts(texts: Iterable[str]) -> str:
    """SHA-256 over texts, kept apart from each other."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()
