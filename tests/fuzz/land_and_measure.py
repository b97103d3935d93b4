"""Lands a raw folder in a process of its own and tells what became of the drop and what that cost; run by tests."""

import json
import resource
import sys
import tempfile
from pathlib import Path

from unit.landing.drop_builder import KEY, write_contracts

from orchestration.landing import land

KIBIBYTES_IN_A_MEBIBYTE = 1024


def peak_megabytes() -> float:
    """The most memory that this process had; what getrusage tells begins with the memory of its parent."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / KIBIBYTES_IN_A_MEBIBYTE


def main(raw: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (drop,) = land(raw, Path(folder) / "landing", write_contracts(Path(folder) / "contracts"), KEY).drops
    own, readers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome = {
        "code": drop.reason_code,
        "reason": drop.reason,
        "row_count": drop.row_count,
        "megabytes": peak_megabytes(),
        "seconds": own.ru_utime + own.ru_stime + readers.ru_utime + readers.ru_stime,
    }
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
