"""The process of its own in which Parquet and xlsx files are opened; started by `isolated.py`, never by hand.

Standard output: one JSON line with the header, then an Arrow stream of text columns and, last, whether a record is
malformed. Standard input: one JSON line with the positions of the wanted columns. A refusal is one JSON line on
standard error and exit code 3.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib.abc import MetaPathFinder
from pathlib import Path

import pyarrow as pa

from orchestration.landing.errors import RefusalError
from orchestration.landing.limits import LIMITS
from orchestration.landing.readers.base import TableReader
from orchestration.landing.readers.columnar import ColumnarReader
from orchestration.landing.readers.isolated import REFUSED
from orchestration.landing.readers.spreadsheet import SpreadsheetReader

_READERS: dict[str, Callable[[Path], TableReader]] = {".parquet": ColumnarReader, ".xlsx": SpreadsheetReader}


class _WithoutPandas(MetaPathFinder):
    """Keeps Arrow from importing pandas, which is slow, only to see that a list is no data frame."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main(path: Path) -> None:
    """Read one file; see the module."""
    # A hostile file ends this process, not the refresh.
    resource.setrlimit(resource.RLIMIT_AS, (LIMITS.reader_memory_bytes, LIMITS.reader_memory_bytes))
    # The first ends the process with a signal that says why, the second without.
    resource.setrlimit(resource.RLIMIT_CPU, (LIMITS.reader_seconds, LIMITS.reader_seconds + 60))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.meta_path.insert(0, _WithoutPandas())
    output = sys.stdout.buffer
    try:
        reader = _READERS[path.suffix](path)
        output.write(json.dumps(reader.header).encode() + b"\n")
        output.flush()
        wanted = json.loads(sys.stdin.readline() or "[]")
        schema = pa.schema([*(pa.field(str(position), pa.string()) for position in wanted), ("", pa.bool_())])
        with pa.ipc.new_stream(output, schema) as stream:
            for batch in reader.batches(wanted):
                stream.write_batch(pa.RecordBatch.from_arrays([*batch.columns, batch.is_malformed], schema=schema))
        output.flush()
    except RefusalError as refusal:
        sys.stderr.write(json.dumps(asdict(refusal.problem)) + "\n")
        sys.exit(REFUSED)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
