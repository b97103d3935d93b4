"""How fast `hcc simulate` writes, and how much memory it takes: processor time of all its processes.

python -m tests.bench.simulation            40,000 patients in parquet and in csv
python -m tests.bench.simulation 1000000    a million: minutes, and 9 GB of disk for csv
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from analytics.simulation import simulate

PATIENTS = 40_000
FORMATS = ("parquet", "csv")
WORKERS = 2


def processor_seconds() -> float:
    """User and system time of this process and of its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def gigabytes() -> float:
    """Upper bound of the memory held at one time: the writer's peak, and the largest worker's for each worker."""
    writer, worker = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (writer + WORKERS * worker) / 1e6


def main(patients: int) -> None:
    """Measure and print."""
    for formats in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            begin, used = time.perf_counter(), processor_seconds()
            simulate(Path(folder) / "raw", patients=patients, formats=formats, workers=WORKERS)
            elapsed, used = time.perf_counter() - begin, processor_seconds() - used
        sys.stdout.write(
            f"simulate {formats:<8} {patients} patients: {1000 * used / patients:.2f} CPU ms a patient, "
            f"{patients / elapsed:.0f} a second, at most {gigabytes():.1f} GB so far\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS)
