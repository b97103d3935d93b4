"""The life of one run: the lock, the private umask, the build it works on, and what is left behind at its end."""

import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.builds import Build, BuildStore, LandingRecord
from orchestration.errors import NO_SPACE_ERRNOS, InconsistentBuildError, RefreshError
from orchestration.files import make_public_folder, restricted_umask, tighten
from orchestration.landing.storage import make_private_folder
from orchestration.lock import RefreshLock
from orchestration.parameters import OPERATIONAL
from orchestration.release.catalog import ReleaseCatalog
from orchestration.release.report_process import FONT_CACHE
from orchestration.release.reports_of_run import CACHES, ReportsOfRun
from orchestration.settings import Settings
from orchestration.studies import combined_hash, load_studies, protocol_hashes, table_names
from orchestration.withdrawal.other_keys import remove_scratch

if TYPE_CHECKING:
    from analytics.protocol import Protocol
    from orchestration.landing.inventory import Inventory

CHECKS_TABLE = "checks"
PROBE_BYTES = 1_000_000


@dataclass
class RefreshRun:
    """What the assets of one run share."""

    settings: Settings
    run_id: str
    studies: dict[str, "Protocol"]
    builds: BuildStore
    inventory: "Inventory | None" = field(default=None, repr=False)  # what this run landed
    failed: set[str] = field(default_factory=set)  # assets that failed and did not succeed when tried again
    attempts: dict[str, int] = field(default_factory=dict, repr=False)  # assets to attempts that met a passing fault
    reports: ReportsOfRun = field(default_factory=ReportsOfRun, repr=False)
    _build: Build | None = field(default=None, repr=False)

    @property
    def expected_tables(self) -> list[str]:
        """The tables that a complete build has."""
        return [*table_names(self.studies), CHECKS_TABLE]

    def count_attempt(self, what: str) -> int:
        """Count an attempt of an asset that met a fault which can pass; returns how many there were."""
        self.attempts[what] = self.attempts.get(what, 0) + 1
        return self.attempts[what]

    def start_build(self) -> Build:
        """A new, empty build: this run lands."""
        self._build = self.builds.create(self.run_id)
        return self._build

    def record_landing(self, landing: LandingRecord) -> None:
        """Note on the build what was landed."""
        self.build.record_landing(landing)

    @property
    def build(self) -> Build:
        """The build that this run works on; without landing, one that begins as the latest finished build."""
        if self._build is None:
            self._build = self._derived_build()
        return self._build

    def _derived_build(self) -> Build:
        latest = self.builds.latest_finished()
        hashes = combined_hash(protocol_hashes(self.studies))
        if latest is not None and latest.record.landing is not None and latest.record.landing.protocols_hash != hashes:
            raise InconsistentBuildError(f"the protocols changed since build {latest.build_id}: run the whole refresh")
        return self.builds.derive(self.run_id)

    def _prune_landing(self) -> None:
        """Remove landed drops that no longer lie in the raw folder, or were landed with another key.

        Only where there are more than drops: pruning also forgets why drops were refused, and they are read again.
        """
        if self.inventory is None:
            return
        from orchestration.landing.land import prune_landing

        if sum(folder.is_dir() for folder in self.settings.landing.glob("*/*")) > len(self.inventory.drops):
            prune_landing(self.settings.landing, self.inventory)

    def finish_build(self) -> Build:
        """Declare the build complete; a release is made of complete builds only. Raises InconsistentBuildError."""
        self.build.finish(self.expected_tables)
        return self.build

    def report_fault(self, what: str, fault: BaseException) -> Path:
        """Write a fault with its trace into the restricted store: its text may show data."""
        return write_fault(self._build.evidence if self._build is not None else self.settings.restricted, what, fault)

    def close(self) -> None:
        """Finish the build where it is complete and nothing failed, and remove what is no longer needed."""
        self.reports.stop()
        build = self._build
        if build is not None and not self.failed and not build.missing(self.expected_tables):
            build.finish(self.expected_tables)
            self._prune_landing()
        self.builds.prune(OPERATIONAL.keep_builds)
        tighten(self.settings.restricted)


@contextmanager
def open_run(
    settings: Settings,
    run_id: str,
    holder: str,
    wait_seconds: float = 0,
    tell: Callable[[str], None] | None = None,
) -> Iterator[RefreshRun]:
    """Hold the lock of the output folder for the life of a run and give the run's shared state.

    While another process holds the lock it waits for `wait_seconds`, and tells who that is. Raises LockHeldError when
    the other still holds it then, RefreshError when a protocol is wrong, OSError when the output folder cannot be
    written.
    """
    prepare_output(settings)
    with RefreshLock(settings.lock_file, holder, wait_seconds, tell), restricted_umask():
        ReleaseCatalog(settings).prune(OPERATIONAL.keep_releases, OPERATIONAL.min_free_bytes)
        remove_scratch(settings)
        run = RefreshRun(settings, run_id, load_studies(settings), BuildStore(settings.builds))
        try:
            yield run
        finally:
            run.close()


def write_fault(folder: Path, what: str, fault: BaseException) -> Path:
    """Add a fault with its trace to the log of faults in a restricted folder; returns the log."""
    path = folder / "faults.log"
    with restricted_umask(), path.open("a", encoding="utf-8") as file:
        file.write(f"{what}\n{''.join(traceback.format_exception(fault))}\n")
    return path


def prepare_output(settings: Settings) -> None:
    """Make the output folder and the restricted store in it, and have this process keep its caches there.

    Raises RefreshError where that is not possible.

    On a full disk what a failed run left is removed first, and older releases where too little is free: neither must
    keep the next run from its work.
    """
    try:
        try:
            _make_folders(settings)
        except OSError as fault:
            if fault.errno not in NO_SPACE_ERRNOS or not settings.builds.is_dir():
                raise
            with RefreshLock(settings.lock_file, "making room"):
                BuildStore(settings.builds).remove_unfinished()
                ReleaseCatalog(settings).prune(OPERATIONAL.keep_releases, OPERATIONAL.min_free_bytes)
            _make_folders(settings)
    except OSError as fault:
        raise RefreshError(f"cannot write to the output folder {settings.out}: {fault.strerror}") from None
    # A service often has no home that it can write to; without this, plots' fonts are looked up anew in every process.
    os.environ["MPLCONFIGDIR"] = str(settings.restricted / CACHES / FONT_CACHE)


def _make_folders(settings: Settings) -> None:
    make_public_folder(settings.out)
    make_public_folder(settings.releases)
    caches = settings.restricted / CACHES
    for folder in (settings.restricted, settings.builds, caches, caches / FONT_CACHE):
        make_private_folder(folder)
    probe = settings.restricted / ".writable"
    try:
        probe.write_bytes(b"\0" * PROBE_BYTES)
    finally:
        probe.unlink(missing_ok=True)
