"""The examination of one drop, the same for landing it and for `hcc check` (specification 1.1)."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.landing.contract import Contract
from orchestration.landing.errors import Problem, RefusalError
from orchestration.landing.listed_files import DeliveredFile, check_sha256, find_files, names_in
from orchestration.landing.manifest import MANIFEST_FILE, Manifest
from orchestration.landing.table_file import TableSummary
from orchestration.words import counted

# Reads one table to its end and says what it saw; raises RefusalError for what cannot be read.
ReadTable = Callable[[DeliveredFile], TableSummary]


@dataclass(frozen=True)
class Remark:
    """Something worth telling about a file that is no reason to refuse it."""

    code: str
    subject: str
    sentence: str


@dataclass
class Examination:
    """What was found in a drop: every problem looked for, the tables read, and remarks."""

    problems: list[Problem] = field(default_factory=list)
    tables: list[tuple[DeliveredFile, TableSummary]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def examine_drop(
    folder: Path, manifest: Manifest, contract: Contract, read_table: ReadTable, *, is_thorough: bool
) -> Examination:
    """Judge a drop, the cheap checks first.

    Args:
        folder: The drop.
        manifest: Its manifest, already judged.
        contract: Of the center that delivered it.
        read_table: Reads one table.
        is_thorough: True looks for every problem, False stops after the first step that finds one.
    """
    examination = Examination(problems=list(manifest.problems))
    if examination.problems and not is_thorough:
        return examination
    files, problems = find_files(folder, manifest, contract)
    examination.problems += problems
    if examination.problems and not is_thorough:
        return examination
    for delivered in files:
        problem = check_sha256(delivered)
        if problem:
            examination.problems.append(problem)
            if not is_thorough:
                return examination
    for delivered in files:
        if delivered.table is not None:
            _examine_table(delivered, read_table, examination)
            if examination.problems and not is_thorough:
                return examination
    _remark_other_files(folder, manifest, files, examination)
    return examination


def _examine_table(delivered: DeliveredFile, read_table: ReadTable, examination: Examination) -> None:
    try:
        summary = read_table(delivered)
    except RefusalError as error:
        examination.problems.append(error.about(delivered.label, delivered.listed.name).problem)
        return
    if summary.row_count != delivered.listed.rows:
        stated = "no number" if delivered.listed.rows is None else str(delivered.listed.rows)
        sentence = (
            f"{delivered.label} holds {counted(summary.row_count, 'record')}, manifest.json states {stated}; "
            "export it again or correct `rows`"
        )
        examination.problems.append(Problem("row_count_mismatch", sentence, delivered.listed.name))
        return
    examination.tables.append((delivered, summary))
    if summary.extra_columns:
        shown = ", ".join(summary.extra_columns[:10]) + (" ..." if len(summary.extra_columns) > 10 else "")
        columns = counted(len(summary.extra_columns), "column")
        sentence = f"{delivered.label} has {columns} beyond the agreed ones, ignored: {shown}"
        examination.remarks.append(Remark("extra_columns", delivered.label, sentence))
    if summary.malformed_count:
        rows = ", ".join(map(str, summary.malformed_rows))
        more = " ..." if summary.malformed_count > len(summary.malformed_rows) else ""
        numbers = "record number" if summary.malformed_count == 1 else "record numbers"
        sentence = (
            f"{delivered.label} has {counted(summary.malformed_count, 'malformed record')}, with more or fewer fields "
            f"than the header ({numbers} {rows}{more}); quote fields that hold a comma, a quote or a line break"
        )
        examination.remarks.append(Remark("malformed_records", delivered.label, sentence))


def _remark_other_files(folder: Path, manifest: Manifest, files: list[DeliveredFile], examination: Examination) -> None:
    others = sum(delivered.table is None for delivered in files)
    if others:
        listed_files = counted(others, "listed file")
        sentence = f"{listed_files} without a table of the contract: right by checksum, and ignored"
        examination.remarks.append(Remark("other_files", MANIFEST_FILE, sentence))
    listed = {unicodedata.normalize("NFKC", entry.name).split("/")[0] for entry in manifest.files} | {MANIFEST_FILE}
    try:
        unlisted = sum(unicodedata.normalize("NFKC", name) not in listed for name in names_in(folder))
    except OSError:
        return
    if unlisted:
        entries = counted(unlisted, "file or folder", "files or folders")
        sentence = f"{entries} of the drop not listed in manifest.json: ignored"
        examination.remarks.append(Remark("unlisted_files", MANIFEST_FILE, sentence))
