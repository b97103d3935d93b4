"""From the names in a manifest to files inside the drop, safely (specification 1.1)."""

import hashlib
import os
import stat
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orchestration.landing.contract import Contract, TableContract
from orchestration.landing.errors import Problem
from orchestration.landing.manifest import ListedFile, Manifest
from orchestration.landing.readers import table_stem

_HASH_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class DeliveredFile:
    """A listed file that exists; `table` is None where it holds no table of the contract.

    `label` is what a published reason may call it: the names of other files than tables are free text.
    """

    listed: ListedFile
    path: Path
    label: str
    table: TableContract | None


def table_of(name: str, contract: Contract) -> TableContract | None:
    """The table that a listed file holds: its name without its ending, after NFKC, is exactly a table's name."""
    stem = table_stem(unicodedata.normalize("NFKC", name))
    return contract.tables.get(stem) if stem is not None else None


def file_label(listed: ListedFile, table: TableContract | None) -> str:
    """What a published sentence calls a listed file."""
    if table is None:
        return f"listed file number {listed.position}, which holds no table,"
    return unicodedata.normalize("NFKC", listed.name)


def find_files(folder: Path, manifest: Manifest, contract: Contract) -> tuple[list[DeliveredFile], list[Problem]]:
    """The listed files that lie in the drop, and a problem for each that does not.

    Also judges the set of tables: none twice, and in a full drop each one.
    """
    found: list[DeliveredFile] = []
    problems: list[Problem] = []
    entries = _entries(folder)
    for listed in manifest.files:
        table = table_of(listed.name, contract)
        label = file_label(listed, table)
        outcome = _locate(folder, entries, listed, label)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            found.append(DeliveredFile(listed, outcome, label, table))
    return found, problems + _judge_tables(manifest, contract)


def names_in(folder: Path) -> list[str]:
    """The names of the files and folders in a folder."""
    return [path.name for path in folder.iterdir()]


def _entries(folder: Path) -> dict[str, str]:
    """The names in a folder by their NFKC form."""
    try:
        return {unicodedata.normalize("NFKC", name): name for name in sorted(names_in(folder), reverse=True)}
    except OSError:
        return {}


def _locate(folder: Path, entries: dict[str, str], listed: ListedFile, label: str) -> Path | Problem:
    if not _is_plain_name(listed.name):
        sentence = f"{label} has a path that leads out of the drop; list plain names of files inside the drop"
        return Problem("unsafe_path", sentence, listed.name)
    missing = Problem("missing_file", f"{label} is not in the drop; copy it there", listed.name)
    path = folder / listed.name
    try:
        if not os.path.lexists(path):
            path = folder / entries.get(unicodedata.normalize("NFKC", listed.name), listed.name)
        real = path.resolve(strict=True)
        if not real.is_relative_to(folder.resolve(strict=True)):
            sentence = f"{label} is a link that leads out of the drop; put the file itself there"
            return Problem("unsafe_path", sentence, listed.name)
        if not stat.S_ISREG(real.stat().st_mode):
            return Problem("unreadable_file", f"{label} is no regular file; deliver a copy of it", listed.name)
    except FileNotFoundError:
        return missing
    except (OSError, RuntimeError, ValueError):
        # Too long a name, a loop of links, a name that no file system can hold.
        return missing
    return path


def _is_plain_name(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\x00" not in name


def _judge_tables(manifest: Manifest, contract: Contract) -> list[Problem]:
    problems = []
    listed_tables = [table for listed in manifest.files if (table := table_of(listed.name, contract)) is not None]
    names = Counter(table.table_name for table in listed_tables)
    for name, count in names.items():
        if count > 1:
            sentence = f"two listed files hold the table {name}; deliver it in one file"
            problems.append(Problem("two_files_one_table", sentence))
    lacking = [name for name in contract.tables if name not in names] if manifest.kind == "full" else []
    for name in lacking:
        sentence = f"the full drop lacks the table {name}; deliver it, with its header alone if it is empty"
        problems.append(Problem("missing_table", sentence))
    return problems


def check_sha256(delivered: DeliveredFile) -> Problem | None:
    """Compare a file with the checksum that the manifest states."""
    digest = hashlib.sha256()
    try:
        with delivered.path.open("rb") as file:
            while chunk := file.read(_HASH_CHUNK):
                digest.update(chunk)
    except OSError as error:
        sentence = f"{delivered.label} cannot be read ({error.strerror}); check its permissions and the disk"
        return Problem("unreadable_file", sentence, delivered.listed.name, is_lasting=False)
    if digest.hexdigest() == delivered.listed.sha256:
        return None
    sentence = f"{delivered.label} differs from its checksum in manifest.json; copy it again or correct its `sha256`"
    return Problem("checksum_mismatch", sentence, delivered.listed.name)
