"""One lock for command line, daemon and UI: whoever comes second steps aside (specification 4).

The lock belongs to the operating system (flock), so it ends with the process that holds it, however that ends.
"""

import contextlib
import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from orchestration.errors import LockHeldError
from orchestration.landing.storage import FILE_MODE, make_private_folder


class RefreshLock:
    """Holds the lock file of an output folder; used as a context manager.

    Within one process it can be entered again: the command line takes it before Dagster starts, and the run then
    finds it held by its own process.
    """

    _held: dict[Path, tuple[IO[str], int]] = {}  # noqa: RUF012 - shared on purpose: the lock is the process's

    def __init__(self, path: Path, holder: str) -> None:
        self.path = path
        self.holder = holder

    def __enter__(self) -> "RefreshLock":
        held = self._held.get(self.path)
        if held is not None:
            self._held[self.path] = (held[0], held[1] + 1)
            return self
        make_private_folder(self.path.parent)
        file = self._open()
        self._held[self.path] = (file, 1)
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

    def _open(self) -> IO[str]:
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, FILE_MODE), "r+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another refresh is running ({_describe_holder(file)}); stepping aside, nothing was changed"
            file.close()
            raise LockHeldError(message) from None
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
