"""Processes that make reports, those of several studies at the same time."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import monotonic

from orchestration.errors import RefreshError
from orchestration.landing.storage import flush_to_disk, make_private_folder
from orchestration.release.report_worker import FAULT, ReportOrder
from orchestration.release.reports import ReportRecord, read_record
from orchestration.settings import REPOSITORY

# One thread each: two reports share two cores, and sums do not depend on how many threads there are.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SECONDS_TO_END = 10
LONGEST_SECONDS = 1800.0  # a report takes about half a minute; one that hangs must not hold up the release
# What no report needs to know: the key of the pseudonyms is for landing alone.
SECRETS = ("HCC_PSEUDONYM_KEY", "HCC_PSEUDONYM_KEY_FILE", "HCC_DAGSTER_POSTGRES_URL")
FONT_CACHE = "matplotlib"


class ReportError(RefreshError):
    """A report could not be made; the message is safe to show."""


def environment_of_report(variables: Mapping[str, str], font_cache: Path) -> dict[str, str]:
    """The variables of a process that makes a report: no secrets, one thread, UTF-8 whatever the locale."""
    kept = {name: value for name, value in variables.items() if name not in SECRETS}
    return kept | THREADS | {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "MPLCONFIGDIR": str(font_cache)}


class ReportProcess:
    """One report that is being made."""

    def __init__(self, order: ReportOrder, log: Path, caches: Path) -> None:
        """Start it; log: a restricted file for what it writes on standard error; caches: a restricted folder that
        stays from night to night.
        """
        self.order, self.log = order, log
        self._ends_at = monotonic() + LONGEST_SECONDS
        make_private_folder(caches / FONT_CACHE)
        with log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.release.report_worker"],
                cwd=REPOSITORY,
                env=environment_of_report(os.environ, caches / FONT_CACHE),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it ended at once: `wait` tells
            self._process.stdin.write(json.dumps(asdict(order)) + "\n")
            self._process.stdin.flush()

    def wait(self, progress: Callable[[str], None]) -> ReportRecord:
        """Pass its steps on until it ends; returns the record of the report. Raises ReportError."""
        assert self._process.stdout is not None
        reason = ""
        is_late = threading.Event()
        timer = threading.Timer(max(self._ends_at - monotonic(), 0.0), self._kill, [is_late])
        timer.daemon = True
        timer.start()
        try:
            for line in self._process.stdout:
                if line.startswith(FAULT):
                    reason = line.removeprefix(FAULT).strip()
                else:
                    progress(line.strip())
            code = self._process.wait()
        finally:
            timer.cancel()
        if is_late.is_set() and code != 0:
            reason = f"it took longer than {LONGEST_SECONDS:g} seconds"
        record = read_record(Path(self.order.folder))
        if code != 0 or record is None:
            raise ReportError(f"{reason or f'its process ended with {code}'}; details are in {self.log}")
        if not self.log.stat().st_size:
            self.log.unlink()
        return record

    def _kill(self, is_late: threading.Event) -> None:
        is_late.set()
        self._process.kill()

    def give_name(self, final: Path) -> None:
        """Put the finished report in the place of an earlier one."""
        shutil.rmtree(final, ignore_errors=True)
        Path(self.order.folder).replace(final)
        flush_to_disk(final.parent)

    def stop(self) -> None:
        """End it where it still runs, and remove what is not finished."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.order.folder, ignore_errors=True)
