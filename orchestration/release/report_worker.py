"""Makes one report in a process of its own: `python -m orchestration.release.report_worker`.

Standard input: one line of JSON (`ReportOrder`); when it ends, whoever asked is gone, and the process ends too.
Standard output: a line a step. Standard error: the trace of a fault, which may show data and goes to the restricted
build. Exit code 0: the report is whole.
"""

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import describe_fault
from orchestration.files import write_json
from orchestration.landing.storage import flush_to_disk
from orchestration.release.reports import RECORD_FILE, ReportRecord, read_frames

FAULT = "fault: "


@dataclass(frozen=True)
class ReportOrder:
    """What to make: the protocol as JSON values, frame name -> Parquet file, facts as of `facts_of`, and where."""

    study_id: str
    protocol: dict[str, Any]
    frames: dict[str, str]
    facts: dict[str, Any]
    min_cell: int
    folder: str


def make(order: ReportOrder, progress: Callable[[str], None]) -> ReportRecord:
    """Make the report and, last of all, once every file of it is on disk, its record."""
    from datetime import datetime

    from analytics.protocol import Protocol
    from analytics.report import build_report

    facts = order.facts | {"created_at": datetime.fromisoformat(order.facts["created_at"])}
    protocol = Protocol.model_validate_json(json.dumps(order.protocol))
    folder = Path(order.folder)
    frames = read_frames(order.frames, order.study_id)
    made = build_report(frames, protocol, facts, folder, order.min_cell, progress)
    failed = {title: list(words) for title, words in made.failed_diagnostics.items()}
    record = ReportRecord(order.study_id, order.facts["fingerprint"], list(made.findings), failed)
    flush_tree(folder)
    write_json(folder / RECORD_FILE, asdict(record))
    return record


def flush_tree(folder: Path) -> None:
    """Wait until every file and folder below, and the folder itself, is on disk."""
    for path in folder.iterdir():
        if path.is_dir():
            flush_tree(path)
        else:
            flush_to_disk(path)
    flush_to_disk(folder)


def main() -> int:
    """Read the order, make the report; returns the exit code."""
    order = ReportOrder(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        make(order, _tell)
    except Exception as fault:
        traceback.print_exc()
        _tell(FAULT + describe_fault(fault, Path(order.folder)))
        return 1
    return 0


def _tell(step: str) -> None:
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
