"""Errors that end a refresh with one clear line, and how faults of the system become such a line.

Messages name files, tables and columns, never the value of a cell.
"""

import errno
import re
import shutil
from pathlib import Path

EXIT_FAILED = 1
EXIT_STEPPED_ASIDE = 75  # sysexits EX_TEMPFAIL: try again later

NO_SPACE = "no space left on the device"
FULL_BELOW_BYTES = 20_000_000  # what failed for want of space has freed some of it when it is asked
TRANSIENT_ERRNOS = frozenset({errno.EAGAIN, errno.EINTR, errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EBUSY})
NO_SPACE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NOT_WRITABLE_ERRNOS = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
# DuckDB gives faults of the moment no error number. Its message names the kind of error first; one about files begins
# or ends with these words. The same words in the message of another kind may be those of a cell.
KIND_OF_ERROR = re.compile(r"^\s*([A-Z][A-Za-z ]* Error): (.*)$", re.MULTILINE)
ABOUT_FILES = "IO Error"
LOCKED = "Could not set lock on file"
ENDS_OF_PASSING = {
    "Input/output error": "the disk reported an input/output error",
    "Resource temporarily unavailable": "the system was short of a resource",
    "Stale file handle": "the network folder was gone for a moment",
}
# Errors of other layers whose messages name files, frames, columns and counts only. Named, not imported: a
# command that never meets them should not wait for their libraries.
SPEAKING_ERRORS = frozenset(
    {
        "orchestration.landing.errors.LandingError",
        "analytics.frames.FrameError",
        "analytics.simulation.request.SimulationError",
    }
)


class RefreshError(Exception):
    """A refresh, or a command about releases, cannot go on; the message is for the user, in one line."""

    exit_code = EXIT_FAILED


class LockHeldError(RefreshError):
    """Another process works on the output folder; `who` says which."""

    exit_code = EXIT_STEPPED_ASIDE

    def __init__(self, who: str) -> None:
        super().__init__(f"{who}; stepping aside, nothing was changed: try again when it has ended")
        self.who = who


class PassingFaultError(RefreshError):
    """A fault that can pass by itself, told in words that are safe to show."""


class PseudonymKeyError(RefreshError):
    """The pseudonym key is missing, unreadable, or not the one of the last build."""


class BlockingCheckError(RefreshError):
    """A blocking check failed: the last release stays."""


class InconsistentBuildError(RefreshError):
    """Inputs of a release or of a study come from different builds, or none is finished."""


def is_transient(fault: BaseException) -> bool:
    """Whether a fault can pass by itself, so that trying again makes sense. Bad data never does."""
    if isinstance(fault, OSError):
        return fault.errno in TRANSIENT_ERRNOS
    return isinstance(fault, PassingFaultError) or passing_cause(str(fault)) is not None


def passing_cause(message: str) -> str | None:
    """What DuckDB's message, or dbt's about it, says of a fault that can pass by itself; None for any other."""
    kind = KIND_OF_ERROR.search(message)
    if kind is None or kind[1] != ABOUT_FILES:
        return None
    if kind[2].startswith(LOCKED):
        return "another process has the database open"
    return next((cause for end, cause in ENDS_OF_PASSING.items() if kind[2].rstrip(". ").endswith(end)), None)


def describe_fault(fault: BaseException, where: Path | None = None, raw: Path | None = None) -> str:
    """One line for a fault that is safe to show and to store.

    Our own errors speak for themselves and the system's are told by their error number. Of any other fault only the
    type is named: its message may hold the value of a cell, and belongs in the restricted log. `where` is the folder
    that was being written: libraries have many words for a full disk, so it is asked as well. Of what lies below the
    folder `raw` only that folder is named, where the line is stored: names of folders there may say more.
    """
    if is_understood(fault):
        return " ".join(str(fault).split())
    named = fault.filename if isinstance(fault, OSError) and fault.filename else where
    is_delivered = raw is not None and isinstance(named, str) and Path(named).is_relative_to(raw)
    place = f" ({raw if is_delivered else named})" if named else ""
    if speaks_of_no_space(str(fault)) or (isinstance(fault, OSError) and fault.errno in NO_SPACE_ERRNOS):
        return f"{NO_SPACE}{place}"
    if isinstance(fault, OSError) and fault.errno in NOT_WRITABLE_ERRNOS:
        return f"no permission to {'read' if is_delivered else 'write'}{place}"
    if isinstance(fault, OSError) and fault.errno is not None:
        return f"{errno.errorcode.get(fault.errno, 'error')}: {fault.strerror}{place}"
    if where is not None and _is_full(where):
        return f"{NO_SPACE} ({where})"
    return f"unexpected {type(fault).__name__}"


def _is_full(folder: Path) -> bool:
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    return shutil.disk_usage(existing).free < FULL_BELOW_BYTES


def is_understood(fault: BaseException) -> bool:
    """Whether the message of a fault was written for the user and holds no data."""
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(fault).__mro__}
    return isinstance(fault, RefreshError) or not names.isdisjoint(SPEAKING_ERRORS)


def speaks_of_no_space(message: str) -> bool:
    """Whether a library's message says that the disk, or a file's allowed size, is used up."""
    return any(words in message.lower() for words in ("no space left", "disk full", "disk is full", "file too large"))
