"""A clock that is set back or forward for real, for the processes of a test alone, by libfaketime.

Each process takes the clock as it stands when the process starts: libfaketime would move the monotonic clock as well,
which no machine does, so it must not change within a process.
"""

from pathlib import Path

FOLDERS = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime")
LIBRARY = "libfaketimeMT.so.1"
DAYS = 86_400


def _library() -> Path:
    for folder in FOLDERS:
        for path in Path("/").glob(f"{folder.lstrip('/')}/{LIBRARY}"):
            return path
    raise AssertionError(f"{LIBRARY} is needed; on Debian or Ubuntu: apt-get install faketime")


class ChangedClock:
    """A clock that differs from the machine's by some seconds; `variables` make processes see it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)
        self.variables = {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_CACHE_DURATION": str(365 * DAYS),
        }

    def set(self, seconds: float) -> None:
        """Set the clock, for processes that start from now on."""
        partial = self._file.with_suffix(".partial")
        partial.write_text(f"{seconds:+.0f}\n")
        partial.replace(self._file)
