"""One lock for command line, daemon and UI: whoever comes second waits or steps aside (specification 4).

The lock belongs to the operating system (flock), so it ends with the process that holds it, however that ends.
"""

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from orchestration.errors import LockHeldError
from orchestration.landing.storage import FILE_MODE, make_private_folder

SECONDS_BETWEEN_TRIES = 1.0
# The sensor `ended_runs` has the lock for some milliseconds each minute; nobody should step aside for that.
SECONDS_FOR_A_LOOK = 2.0


class RefreshLock:
    """Holds the lock file of an output folder; used as a context manager.

    Within one process it can be entered again: the command line takes it before Dagster starts, and the run then
    finds it held by its own process.
    """

    _held: dict[Path, tuple[IO[str], int]] = {}  # noqa: RUF012 - shared on purpose: the lock is the process's

    def __init__(
        self,
        path: Path,
        holder: str,
        wait_seconds: float | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare to take the lock.

        Args:
            path: The lock file.
            holder: Who takes it, for those who come second.
            wait_seconds: How long to wait while another process holds it, LockHeldError after that; as long as it
                takes to look for ended runs where nothing is said.
            tell: Told once, before the wait, who holds it.
        """
        self.path = path
        self.holder = holder
        self.wait_seconds = SECONDS_FOR_A_LOOK if wait_seconds is None else wait_seconds
        self.tell = tell

    def __enter__(self) -> "RefreshLock":
        held = self._held.get(self.path)
        if held is not None:
            self._held[self.path] = (held[0], held[1] + 1)
            return self
        make_private_folder(self.path.parent)
        self._held[self.path] = (self._wait_for_it(), 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        file, depth = self._held[self.path]
        if depth > 1:
            self._held[self.path] = (file, depth - 1)
            return
        del self._held[self.path]
        file.seek(0)
        file.truncate()
        file.close()

    def _wait_for_it(self) -> IO[str]:
        """The locked file. The system hands the lock on at the moment its holder ends, so asking often is enough."""
        deadline = time.monotonic() + self.wait_seconds
        has_told = False
        while True:
            try:
                return self._open()
            except LockHeldError as held:
                if time.monotonic() >= deadline:
                    raise
                if self.tell is not None and not has_told:
                    self.tell(held.who)
                    has_told = True
            time.sleep(SECONDS_BETWEEN_TRIES)

    def _open(self) -> IO[str]:
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, FILE_MODE), "r+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = f"another process is running ({_describe_holder(file)})"
            file.close()
            raise LockHeldError(who) from None
        file.seek(0)
        file.truncate()
        # On a full disk the lock is held all the same, it only cannot say by whom.
        with contextlib.suppress(OSError):
            file.write(json.dumps({"holder": self.holder, **_this_process()}))
            file.flush()
        return file


def _this_process() -> dict[str, str | int]:
    return {
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _describe_holder(file: IO[str]) -> str:
    try:
        file.seek(0)
        holder = json.load(file)
        return f"{holder['holder']}, process {holder['process']} on {holder['host']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "it has not said who it is"
