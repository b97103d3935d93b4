"""Reader of Parquet and xlsx files in a process of its own, with limited memory and without the pseudonym key.

The libraries for these containers may abort the whole process on a hostile file: a sheet with two cells at its far
corners already asks for hundreds of gigabytes. So they run where that ends in a refusal (specification 1.1).
"""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

import pyarrow as pa

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError
from orchestration.landing.readers.base import Batch, check_text_size, unreadable

_WORKER = "orchestration.landing.readers.worker"

# One thread: with many cores the threads of the libraries alone would ask for the address space that is allowed.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}

# The exit code of a worker that wrote its refusal as JSON to standard error.
REFUSED = 3


class IsolatedReader:
    """One Parquet or xlsx file; a context manager that ends its process."""

    def __init__(self, path: Path, encoding: str) -> None:
        del encoding  # Both containers state their own.
        try:
            self._packed_bytes = path.stat().st_size
        except OSError as error:  # The file was there a moment ago.
            raise unreadable(error) from None
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", _WORKER, str(path.absolute())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_ENVIRONMENT,
        )
        self._input, self._output = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        try:
            self.header: list[str] = json.loads(self._output.readline())
        except ValueError:
            raise self._refusal() from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        for pipe in (self._output, self._process.stderr, self._input):
            with contextlib.suppress(BrokenPipeError):
                cast(IO[bytes], pipe).close()
        self._process.wait()

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """See `TableReader.batches`."""
        try:
            self._input.write(json.dumps(list(wanted)).encode() + b"\n")
            self._input.flush()
            with pa.ipc.open_stream(self._output) as stream:
                text_bytes = 0
                for batch in stream:
                    text_bytes += batch.nbytes
                    check_text_size(text_bytes, self._packed_bytes)
                    yield Batch(batch.columns[:-1], batch.columns[-1])
        except (pa.ArrowException, OSError):
            raise self._refusal() from None
        if self._process.wait() != 0:
            raise self._refusal()

    def _refusal(self) -> RefusalError:
        """Why the process ended before the file did."""
        _, message = self._process.communicate()
        code = self._process.returncode
        if code == REFUSED:
            problem = json.loads(message.splitlines()[-1])
            return RefusalError(problem["code"], problem["sentence"], is_lasting=problem["is_lasting"])
        if b"MemoryError" in message or b"memory" in message:
            memory = limits.LIMITS.reader_memory_bytes // 1024**3
            return RefusalError(
                "too_large",
                f"needs more than {memory} GiB of memory to be read; remove stray cells far from the table or use csv",
                is_lasting=False,  # Perhaps the machine was short of memory, not the file too large.
            )
        if code == -signal.SIGXCPU:
            seconds = limits.LIMITS.reader_seconds
            return RefusalError("too_large", f"takes more than {seconds} seconds to be read; deliver it as plain csv")
        # Killed from outside, or a crash of the library: another attempt costs little.
        return RefusalError(
            "unreadable_file", "cannot be read, its reader ended early; export and copy it again", is_lasting=False
        )
