"""Landing: from the raw folder to Parquet text files and an inventory of all drops (specification 1.1, 1.2, 1.7)."""

import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.landing.contract import Contract
from orchestration.landing.drops import DropFolder, Judged, Settled, discover, settle
from orchestration.landing.errors import Problem
from orchestration.landing.examination import examine_drop
from orchestration.landing.inventory import Drop, Inventory, LandedTable, Note
from orchestration.landing.landed_drop import (
    VERDICT_FILE,
    LandedFile,
    Verdict,
    cache_key,
    circumstances,
    file_id,
    remembered_verdict,
    write_verdict,
)
from orchestration.landing.listed_files import DeliveredFile
from orchestration.landing.pseudonym import key_fingerprint
from orchestration.landing.storage import (
    TEMPORARY_PREFIX,
    make_private_file,
    make_private_folder,
    publish_folder,
    remove_unfinished,
    write_private_text,
)
from orchestration.landing.table_file import Pseudonymise, TableSummary, landed_schema, pseudonymiser, read_table


@dataclass(frozen=True)
class LandingProgress:
    """Told while landing: which file of which drop is about to be read, and how many of all drops are done.

    `file_name` is None when a drop is done; `was_landed_before` then says whether nothing of it had to be read.
    """

    center_id: str
    drop_number: int
    file_name: str | None
    was_landed_before: bool
    drops_done: int
    drops_total: int


Progress = Callable[[LandingProgress], None]


@dataclass(frozen=True)
class _Landed:
    """A drop's verdict and the folder that holds its Parquet files."""

    folder: DropFolder
    verdict: Verdict
    landed_dir: Path
    was_landed_before: bool


def land(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    key: bytes,
    progress: Progress | None = None,
) -> Inventory:
    """Land every drop that is not landed yet and settle what becomes of all.

    Args:
        raw_dir: `<raw>/<center>/<drop>/`.
        landing_dir: Where Parquet files and verdicts are kept between runs; made with mode 0700.
        contracts: From `load_contracts`.
        key: The pseudonym key; never written anywhere.
        progress: Told before each file that is read and after each drop.

    The caller holds the lock of the refresh: no two landings work on one folder.

    Raises:
        RawFolderError: The raw folder does not exist or holds the folder of no configured center.
        OSError: The landing folder cannot be written.
    """
    folders, notes = discover(raw_dir, contracts)
    make_private_folder(landing_dir)
    landed: list[_Landed] = []
    for done, folder in enumerate(folders):
        center_dir = landing_dir / folder.center
        make_private_folder(center_dir)
        remove_unfinished(center_dir)

        def report(file_name: str | None, was_landed: bool, folder: DropFolder = folder, done: int = done) -> None:
            if progress:
                done_now = done if file_name else done + 1
                progress(LandingProgress(folder.center, folder.number, file_name, was_landed, done_now, len(folders)))

        outcome = _land_drop(folder, center_dir, contracts[folder.center], key, lambda name: report(name, False))
        report(None, outcome.was_landed_before)
        landed.append(outcome)
    drops = [drop for _, group in groupby(landed, key=lambda one: one.folder.center) for drop in _settle(list(group))]
    return Inventory(contracts, tuple(drops), (*notes, *_drop_notes(landed)))


def _land_drop(
    folder: DropFolder, center_dir: Path, contract: Contract, key: bytes, report: Callable[[str], None]
) -> _Landed:
    fingerprint = key_fingerprint(key)
    name = cache_key(folder.path, folder.manifest, contract, fingerprint)
    landed_dir = center_dir / name
    remembered = remembered_verdict(landed_dir)
    now = circumstances(folder.path, folder.manifest, contract)
    if remembered is not None and (remembered.reason_code is None or remembered.circumstances == now):
        return _Landed(folder, remembered, landed_dir, True)
    unfinished = center_dir / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    make_private_folder(unfinished)
    try:
        verdict = _examine(folder, unfinished, contract, name, pseudonymiser(key, folder.center), report)
        if cache_key(folder.path, folder.manifest, contract, fingerprint) != name:
            verdict = Verdict(
                "changed_while_read", "a file changed while it was read; write manifest.json last", is_lasting=False
            )
        if verdict.is_lasting:
            if verdict.reason_code:
                _remove_tables(unfinished)
                verdict = replace(verdict, circumstances=now)
            write_private_text(unfinished / VERDICT_FILE, write_verdict(verdict))
            publish_folder(unfinished, landed_dir)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return _Landed(folder, verdict, landed_dir, False)


def _remove_tables(folder: Path) -> None:
    for path in folder.glob("*.parquet"):
        path.unlink()


def _examine(
    folder: DropFolder,
    target: Path,
    contract: Contract,
    name: str,
    pseudonymise: Pseudonymise,
    report: Callable[[str], None],
) -> Verdict:
    """Read a drop into `target` and give its verdict."""

    def read(delivered: DeliveredFile) -> TableSummary:
        report(delivered.label)
        return _write_table(delivered, target, contract, name, pseudonymise)

    examination = examine_drop(folder.path, folder.manifest, contract, read, is_thorough=False)
    if examination.problems:
        problem = examination.problems[0]
        return Verdict(problem.code, problem.sentence, problem.is_lasting)
    tables = tuple(
        LandedFile(
            dataset=delivered.table.dataset,
            table_name=delivered.table.table_name,
            file_name=delivered.label,
            file_id=file_id(contract.center, name, delivered.table.dataset),
            row_count=summary.row_count,
            malformed_count=summary.malformed_count,
            byte_count=(target / f"{delivered.table.dataset}.parquet").stat().st_size,
        )
        for delivered, summary in examination.tables
        if delivered.table is not None
    )
    return Verdict(tables=tables, remarks=tuple(examination.remarks))


def _write_table(
    delivered: DeliveredFile, target: Path, contract: Contract, name: str, pseudonymise: Pseudonymise
) -> TableSummary:
    table = delivered.table
    assert table is not None
    summary = TableSummary()
    path = target / f"{table.dataset}.parquet"
    make_private_file(path)
    batches = read_table(
        delivered.path,
        table,
        contract.encoding,
        summary,
        file_id=file_id(contract.center, name, table.dataset),
        pseudonymise=pseudonymise,
    )
    with pq.ParquetWriter(path, landed_schema(table), compression="zstd", compression_level=1) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return summary


def _settle(landed: list[_Landed]) -> list[Drop]:
    """The drops of one center."""
    judged = [
        Judged(
            one.folder, Problem(one.verdict.reason_code, one.verdict.reason or "") if one.verdict.reason_code else None
        )
        for one in landed
    ]
    return [_drop(one, settled) for one, settled in zip(landed, settle(judged), strict=True)]


def _drop(landed: _Landed, settled: Settled) -> Drop:
    folder, manifest, problem = landed.folder, landed.folder.manifest, settled.problem
    tables = () if problem else tuple(_landed_table(table, landed.landed_dir) for table in landed.verdict.tables)
    return Drop(
        center_id=folder.center,
        drop_name=folder.name,
        drop_number=folder.number,
        kind=manifest.kind,
        extracted_at=manifest.extracted_at,
        extraction_date=manifest.extraction_date,
        state=settled.state,
        reason_code=problem.code if problem else None,
        reason=problem.sentence if problem else None,
        row_count=sum(table.row_count for table in tables),
        drop_rank=settled.rank,
        is_simulated=manifest.is_simulated,
        manifest_sha256=manifest.content_sha256,
        was_landed_before=landed.was_landed_before,
        tables=tables,
    )


def _landed_table(table: LandedFile, landed_dir: Path) -> LandedTable:
    return LandedTable(
        file_id=table.file_id,
        dataset=table.dataset,
        table_name=table.table_name,
        file_name=table.file_name,
        parquet_path=(landed_dir / table.parquet_name).resolve(),
        row_count=table.row_count,
        malformed_count=table.malformed_count,
    )


def _drop_notes(landed: list[_Landed]) -> list[Note]:
    """The remarks about all drops; extra columns are listed once for each table of a center.

    Malformed records are not repeated here: the row ledger counts them (1.6).
    """
    notes: list[Note] = []
    for one in landed:
        for remark in one.verdict.remarks:
            if remark.code == "malformed_records":
                continue
            note = Note(remark.code, remark.subject, remark.sentence, one.folder.center, one.folder.number)
            is_repeated = remark.code == "extra_columns" and any(
                (other.code, other.center_id, other.sentence) == (note.code, note.center_id, note.sentence)
                for other in notes
            )
            if not is_repeated:
                notes.append(note)
    return notes


def prune_landing(landing_dir: Path, inventory: Inventory) -> int:
    """Remove landed drops that are no longer in the raw folder, and refusals; the caller holds the lock.

    Returns:
        The number of folders removed. A removed drop that comes back is simply landed again.
    """
    used = {table.parquet_path.parent for drop in inventory.drops for table in drop.tables}
    removed = 0
    for folder in landing_dir.glob("*/*"):
        if folder.is_dir() and folder.resolve() not in used:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed
