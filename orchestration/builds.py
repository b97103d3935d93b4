"""Builds: one folder with everything a release is made from, immutable once finished.

    restricted/builds/<build_id>/
        build.json          who made it from what, and which tables are there
        warehouse.duckdb    the dbt database
        marts/              published and analysis marts as Parquet
        analytics/          study tables and checks as Parquet
        dbt_results.json    what became of each model and data test
        evidence/           dbt's log and compiled SQL, traces of faults

A run that lands makes a new build. A run without landing (one study alone) works on a copy by links of the latest
finished one, so that a finished build never changes. Files in `marts` and `analytics` are replaced, not edited.
"""

import os
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.code_version import code_version
from orchestration.errors import InconsistentBuildError, RefreshError
from orchestration.files import copy_tree_by_links, read_json, tighten, write_json
from orchestration.landing.storage import make_private_folder
from orchestration.numbering import names_in, next_name

PREFIX = "b"


@dataclass
class LandingRecord:
    """What a build was landed from; nothing here identifies a person."""

    landed_in: str  # build_id of the run that landed
    is_simulated: bool
    drops_hash: str
    protocols_hash: str
    protocol_hashes: dict[str, str]
    key_fingerprint: str
    is_demonstration_key: bool
    warehouse_code: str
    warnings: list[str] = field(default_factory=list)
    drop_identities: list[str] = field(default_factory=list)  # orchestration.arrivals.ArrivedDrop.identity of each


@dataclass(frozen=True)
class TableRecord:
    """One table that Python made: from which marts, by which code."""

    marts_of: str
    analytics_code: str
    row_count: int


@dataclass
class BuildRecord:
    """The content of build.json."""

    build_id: str
    run_id: str
    started_at: str
    base_build_id: str | None = None
    finished_at: str | None = None
    landing: LandingRecord | None = None
    marts_of: str | None = None  # build_id under which dbt last wrote the marts
    tables: dict[str, TableRecord] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "BuildRecord":
        """Read build.json."""
        landing = content.pop("landing")
        tables = content.pop("tables")
        return cls(
            **content,
            landing=LandingRecord(**landing) if landing else None,
            tables={name: TableRecord(**table) for name, table in tables.items()},
        )


class Build:
    """One build folder and its record."""

    def __init__(self, folder: Path, record: BuildRecord) -> None:
        self.folder = folder
        self.record = record

    @classmethod
    def open(cls, folder: Path) -> "Build":
        """Open an existing build; raises OSError or ValueError where it is none."""
        return cls(folder, BuildRecord.from_json(read_json(folder / "build.json")))

    @property
    def build_id(self) -> str:
        """The folder's name."""
        return self.record.build_id

    @property
    def is_finished(self) -> bool:
        """Whether the build is complete, and so may not change any more."""
        return self.record.finished_at is not None

    @property
    def is_simulated(self) -> bool:
        """Whether any of what was landed is marked as simulated."""
        return self.record.landing is not None and self.record.landing.is_simulated

    @property
    def warehouse(self) -> Path:
        """The dbt database."""
        return self.folder / "warehouse.duckdb"

    @property
    def marts(self) -> Path:
        """Folder of the exported marts."""
        return self.folder / "marts"

    @property
    def analytics(self) -> Path:
        """Folder of the tables that Python made."""
        return self.folder / "analytics"

    @property
    def dbt_results(self) -> Path:
        """What became of each model and data test when dbt last wrote into this build."""
        return self.folder / "dbt_results.json"

    @property
    def evidence(self) -> Path:
        """Folder of logs and reports."""
        return self.folder / "evidence"

    def mart(self, name: str) -> Path:
        """Parquet file of a mart."""
        return self.marts / f"{name}.parquet"

    def table(self, name: str) -> Path:
        """Parquet file of a table that Python made, named `<study>/<table>` or `<table>`."""
        return self.analytics / f"{name}.parquet"

    def own_warehouse(self) -> Path:
        """The dbt database for writing: where it is shared with another build, this one gets a copy first."""
        if self.warehouse.exists() and self.warehouse.stat().st_nlink > 1:
            copy = self.warehouse.with_name(".warehouse.partial")
            shutil.copyfile(self.warehouse, copy)
            os.replace(copy, self.warehouse)  # noqa: PTH105
        return self.warehouse

    def record_landing(self, landing: LandingRecord) -> None:
        """Note what was landed. Raises InconsistentBuildError for a finished build."""
        self._save(landing=landing, marts_of=None, tables={})

    def record_marts(self) -> None:
        """Note that dbt wrote into this build: tables computed before are no longer of it."""
        self._save(marts_of=self.build_id, tables={})

    def record_table(self, name: str, row_count: int) -> None:
        """Note that a table was written from the marts that are here."""
        if self.record.marts_of is None:
            raise InconsistentBuildError(f"build {self.build_id} has no finished marts to compute {name} from")
        table = TableRecord(self.record.marts_of, code_version().analytics, row_count)
        self._save(tables={**self.record.tables, name: table})

    def missing(self, expected_tables: list[str]) -> list[str]:
        """What a release needs and this build lacks, in words; empty = complete and of one piece."""
        record = self.record
        if record.landing is None or record.marts_of is None:
            return ["landed drops" if record.landing is None else "finished marts"]
        absent = [f"the table {name}" for name in expected_tables if name not in record.tables]
        stamps = {
            (record.tables[name].marts_of, record.tables[name].analytics_code)
            for name in expected_tables
            if name in record.tables
        }
        if len(stamps | {(record.marts_of, code_version().analytics)}) > 1:
            absent.append("tables computed by the present code from one and the same build")
        return absent

    def finish(self, expected_tables: list[str]) -> None:
        """Declare the build complete and immutable. Raises InconsistentBuildError where something is missing."""
        missing = self.missing(expected_tables)
        if missing:
            raise InconsistentBuildError(f"build {self.build_id} is not complete: it lacks {', '.join(missing)}")
        if not self.is_finished:
            tighten(self.folder)
            self._save(finished_at=_now())

    def _save(self, **changes: Any) -> None:
        if self.is_finished:
            raise InconsistentBuildError(f"build {self.build_id} is finished and cannot change")
        for name, value in changes.items():
            setattr(self.record, name, value)
        write_json(self.folder / "build.json", asdict(self.record))


class BuildStore:
    """The builds of one output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, run_id: str) -> Build:
        """An empty build for a run that lands."""
        return self._make(run_id, base=None)

    def derive(self, run_id: str) -> Build:
        """A build that starts as the latest finished one, for a run that does not land.

        Raises InconsistentBuildError where there is none, or where the code that made its marts has changed since.
        """
        base = self.latest_finished()
        if base is None or base.record.landing is None:
            raise InconsistentBuildError("there is no finished build to work on: run the whole refresh first")
        if base.record.landing.warehouse_code != code_version().warehouse:
            raise InconsistentBuildError(
                f"the code of landing or of the dbt project changed since build {base.build_id}: run the whole refresh"
            )
        return self._make(run_id, base)

    def latest_finished(self) -> Build | None:
        """The newest finished build."""
        return next((build for build in reversed(self.all()) if build.is_finished), None)

    def all(self) -> list[Build]:
        """Every readable build, oldest first."""
        builds = []
        for name in names_in(self.folder, PREFIX):
            try:
                builds.append(Build.open(self.folder / name))
            except (OSError, ValueError, TypeError, KeyError):
                continue
        return builds

    def prune(self, keep: int) -> None:
        """Remove finished builds beyond the newest `keep` and every unfinished one but the newest.

        To be called under the lock: an unfinished build is then one whose run has ended. The newest of them stays
        as evidence of what went wrong.
        """
        finished = [build.build_id for build in self.all() if build.is_finished]
        unfinished = [name for name in names_in(self.folder, PREFIX) if name not in finished]
        self._remove([*finished[:-keep], *unfinished[:-1]])

    def remove_unfinished(self) -> None:
        """Remove every unfinished build, also the newest; to be called under the lock."""
        finished = {build.build_id for build in self.all() if build.is_finished}
        self._remove([name for name in names_in(self.folder, PREFIX) if name not in finished])

    def remove_all(self) -> None:
        """Remove every build; to be called under the lock. Raises RefreshError where anything of them is left."""
        self._remove(names_in(self.folder, PREFIX))
        left = names_in(self.folder, PREFIX)
        if left:
            raise RefreshError(f"builds cannot be removed from {self.folder}: {', '.join(left)}; remove them by hand")

    def _remove(self, names: list[str]) -> None:
        for name in names:
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _make(self, run_id: str, base: Build | None) -> Build:
        make_private_folder(self.folder)
        record = BuildRecord(next_name(PREFIX, names_in(self.folder, PREFIX)), run_id, _now())
        folder = self.folder / record.build_id
        make_private_folder(folder)
        if base is not None:
            copy_tree_by_links(base.folder, folder)
            (folder / "build.json").unlink()
            shutil.rmtree(folder / "evidence", ignore_errors=True)
            record.base_build_id = base.build_id
            record.landing, record.marts_of = base.record.landing, base.record.marts_of
            record.tables = dict(base.record.tables)
        build = Build(folder, record)
        for part in (build.marts, build.analytics, build.evidence):
            make_private_folder(part)
        build._save()
        return build


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
