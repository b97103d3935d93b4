"""`hcc check DROP`: everything that is wrong with one drop, before it is delivered (specification 1.1)."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from orchestration.landing.contract import Contract
from orchestration.landing.errors import LandingError, Problem
from orchestration.landing.examination import Remark, examine_drop
from orchestration.landing.listed_files import DeliveredFile
from orchestration.landing.manifest import MANIFEST_FILE, Manifest, read_manifest
from orchestration.landing.table_file import TableSummary, read_table
from orchestration.words import counted, shown_text

_ROWS_SHOWN = 10


@dataclass(frozen=True)
class DropReport:
    """What `hcc check` says about one drop.

    Attributes:
        center: The center by whose contract the drop was judged; None where neither folder nor manifest names one.
        kind: As in the manifest.
        problems: Each would have the drop refused.
        remarks: What a person should look at; the drop would be loaded nevertheless.
        row_counts: Records of each table that could be read, by its delivered name.
    """

    path: Path
    center: str | None
    kind: str | None
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]
    row_counts: Mapping[str, int]

    @property
    def is_loadable(self) -> bool:
        return not self.problems

    def lines(self) -> list[str]:
        """The report as readable lines, one finding each; the verdict is the last, after an empty line."""
        lines = [f"error: {_with_file(problem)}" for problem in self.problems]
        lines += [f"warning: {remark.sentence}" for remark in self.remarks]
        return [*lines, "", self.verdict] if lines else [self.verdict]

    @property
    def verdict(self) -> str:
        """Whether the drop would be loaded, and how much of it could be read."""
        found = [counted(len(self.problems), "error")] if self.problems else []
        found += [counted(len(self.remarks), "warning")] if self.remarks else []
        counts = f" ({', '.join(found)})" if found else ""
        records = counted(sum(self.row_counts.values()), "record")
        read = f"{counted(len(self.row_counts), 'table')} with {records} could be read"
        if self.problems:
            return f"{self.path}: would be refused{counts}; {read}"
        base = "; a delta needs a loadable full drop before it" if self.kind == "delta" else ""
        return f"{self.path}: can be delivered as a {self.kind} drop of {self.center}{counts}; {read}{base}"


def _with_file(problem: Problem) -> str:
    """A problem's sentence, with the file's name where the sentence, made to be published, leaves it out."""
    if problem.file_name is None or problem.file_name in problem.sentence:
        return problem.sentence
    return f"{shown_text(problem.file_name)}: {problem.sentence}"


def check_drop(path: Path, contracts: Mapping[str, Contract]) -> DropReport:
    """Examine one drop thoroughly; nothing is written and no pseudonym key is needed.

    Args:
        path: The drop's folder, inside a center's folder or anywhere else; then the manifest names the center.
        contracts: From `load_contracts`.

    Raises:
        LandingError: The path is no folder.
    """
    if not path.is_dir():
        raise LandingError(f"{path}: is no folder; name the folder that holds {MANIFEST_FILE}")
    manifest_path = path / MANIFEST_FILE
    if not os.path.lexists(manifest_path):
        sentence = f"{MANIFEST_FILE} is missing; a drop without it is taken to be still arriving and is ignored"
        return _report(path, None, None, [Problem("manifest_missing", sentence, MANIFEST_FILE)])
    folder_center = path.resolve().parent.name
    manifest = read_manifest(manifest_path, folder_center)
    center = folder_center if folder_center in contracts else manifest.center
    if center is None or center not in contracts:
        return _report(path, None, manifest, _of_no_center(manifest, contracts))
    manifest = read_manifest(manifest_path, center)
    blank_keys: list[Remark] = []

    def read(delivered: DeliveredFile) -> TableSummary:
        return _read(delivered, contracts[center], blank_keys)

    examination = examine_drop(path, manifest, contracts[center], read, is_thorough=True)
    return DropReport(
        path=path,
        center=center,
        kind=manifest.kind,
        problems=tuple(examination.problems),
        remarks=(*examination.remarks, *blank_keys),
        row_counts={
            delivered.table.table_name: summary.row_count
            for delivered, summary in examination.tables
            if delivered.table is not None
        },
    )


def _report(path: Path, center: str | None, manifest: Manifest | None, problems: list[Problem]) -> DropReport:
    return DropReport(path, center, manifest.kind if manifest else None, tuple(problems), (), {})


def _of_no_center(manifest: Manifest, contracts: Mapping[str, Contract]) -> list[Problem]:
    kept = [problem for problem in manifest.problems if problem.code != "manifest_other_center"]
    if any(problem.code == "manifest_unreadable" for problem in kept):
        return kept
    expected = " or ".join(contracts)
    sentence = f"{MANIFEST_FILE} names no configured center; state `center` as {expected}"
    return [*kept, Problem("manifest_other_center", sentence, MANIFEST_FILE)]


def _read(delivered: DeliveredFile, contract: Contract, remarks: list[Remark]) -> TableSummary:
    """Read a table to its end and remark blank key columns: those records would be rejected."""
    table = delivered.table
    assert table is not None
    summary = TableSummary()
    blanks: Counter[str] = Counter()
    rows: dict[str, list[int]] = {name: [] for name in table.key}
    for batch in read_table(delivered.path, table, contract.encoding, summary):
        for name in table.key:
            _count_blanks(batch, name, blanks, rows[name])
    for name, count in blanks.items():
        numbers = "record number" if count == 1 else "record numbers"
        shown = ", ".join(map(str, rows[name])) + (" ..." if count > len(rows[name]) else "")
        sentence = f"{delivered.label} lacks {name} in {counted(count, 'record')} ({numbers} {shown}); fill the key"
        remarks.append(Remark("blank_keys", delivered.label, sentence))
    return summary


def _count_blanks(batch: pa.RecordBatch, name: str, blanks: Counter[str], rows: list[int]) -> None:
    malformed = batch.column("_is_malformed")
    column = batch.column(name)
    if column.null_count == malformed.true_count:
        return
    numbers = batch.column("_row_number")
    blank = [
        number
        for number, is_malformed, cell in zip(
            numbers.to_pylist(), malformed.to_pylist(), column.to_pylist(), strict=True
        )
        if cell is None and not is_malformed
    ]
    blanks[name] += len(blank)
    rows.extend(blank[: _ROWS_SHOWN - len(rows)])
