"""The reports of one run: taken over where nothing changed, else made, those of several studies at the same time."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.builds import Build, BuildStore
from orchestration.landing.storage import TEMPORARY_PREFIX, make_private_folder
from orchestration.parameters import OPERATIONAL
from orchestration.release.report_process import ReportProcess
from orchestration.release.report_worker import ReportOrder
from orchestration.release.reports import (
    ReportRecord,
    facts_of,
    fingerprint,
    frame_files,
    read_frames,
    report_folder,
    take_over,
)

if TYPE_CHECKING:
    from analytics.protocol import Protocol

CACHES = "caches"


@dataclass
class ReportsOfRun:
    """What became of each report so far: still being made, or there already."""

    processes: dict[str, ReportProcess] = field(default_factory=dict)
    records: dict[str, ReportRecord] = field(default_factory=dict)

    def make(
        self,
        build: Build,
        builds: BuildStore,
        protocols: "dict[str, Protocol]",
        study_id: str,
        progress: Callable[[str], None],
    ) -> ReportRecord:
        """The report of a study in the build; those of other studies that can be begun are begun with it.

        Raises ReportError, or OSError where a frame cannot be read.
        """
        self._begin(build, builds, protocols[study_id])
        for other in self._to_begin_with_it(build, protocols, study_id):
            with suppress(Exception):  # met again, and told, where that study's own report is asked for
                self._begin(build, builds, protocols[other])
        if study_id in self.processes:
            process = self.processes.pop(study_id)
            try:
                self.records[study_id] = process.wait(progress)
                process.give_name(report_folder(build, study_id))
            finally:
                process.stop()
        return self.records[study_id]

    def stop(self) -> None:
        """End what nobody waits for any more."""
        for process in self.processes.values():
            process.stop()

    def _to_begin_with_it(self, build: Build, protocols: "dict[str, Protocol]", study_id: str) -> Iterator[str]:
        """Other studies whose frames are all there, as long as a processor is free."""
        for other in protocols:
            if len(self.processes) >= (os.cpu_count() or 1):
                return
            if other != study_id and all(path.is_file() for path in frame_files(build, other).values()):
                yield other

    def _begin(self, build: Build, builds: BuildStore, protocol: "Protocol") -> None:
        study_id = protocol.study_id
        if study_id in self.processes or study_id in self.records:
            return
        files = frame_files(build, study_id)
        wanted = fingerprint(read_frames(files, study_id), protocol, build.is_simulated)
        target = report_folder(build, study_id)
        finished = [one for one in reversed(builds.all()) if one.is_finished]
        record = take_over([build, *finished], study_id, wanted, target)
        if record is not None:
            self.records[study_id] = record
            return
        unfinished = target.with_name(f"{TEMPORARY_PREFIX}{study_id}")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private_folder(unfinished)
        order = ReportOrder(
            study_id,
            protocol.model_dump(mode="json"),
            {name: str(path) for name, path in files.items()},
            facts_of(build, wanted),
            OPERATIONAL.min_cell,
            str(unfinished),
        )
        restricted = builds.folder.parent
        self.processes[study_id] = ReportProcess(order, build.evidence / f"report_{study_id}.log", restricted / CACHES)
