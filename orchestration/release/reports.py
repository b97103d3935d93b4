"""The reports of a build's studies: what each is made from, and when one that was made before is taken over.

    <build>/reports/<study>/    index.html, tables, figures and, written last, report.json: then the report is whole

A report is made anew only when something changed that it is made from: its frames, its protocol, the parameters, the
code or the libraries behind it. Release and time of making are no part of that.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.builds import Build
from orchestration.code_version import code_version, package_versions
from orchestration.files import copy_tree_by_links, read_json
from orchestration.parameters import OPERATIONAL
from orchestration.parquet import read_frame
from orchestration.studies import STUDY_TABLES

if TYPE_CHECKING:
    import pandas as pd

    from analytics.protocol import Protocol

REPORTS = "reports"
RECORD_FILE = "report.json"
PAGE = "index.html"
CHECKS_FRAME = "checks"
# Libraries behind a report beyond those that a release names anyway.
REPORT_PACKAGES = ("jinja2", "matplotlib", "python-docx", "xlsxwriter")


@dataclass(frozen=True)
class ReportRecord:
    """What report.json says: the fingerprint of what the report is made from, and what to tell of it."""

    study_id: str
    fingerprint: str
    findings: list[str]
    failed_diagnostics: dict[str, list[str]]


def report_folder(build: Build, study_id: str) -> Path:
    """Where a build keeps the report of a study."""
    return build.folder / REPORTS / study_id


def read_record(folder: Path) -> ReportRecord | None:
    """The record of a report; None where there is no whole report."""
    try:
        return ReportRecord(**read_json(folder / RECORD_FILE))
    except (OSError, ValueError, TypeError):
        return None


def frame_files(build: Build, study_id: str) -> dict[str, Path]:
    """The Parquet file of every frame that the study's report is made from; that of responses where simulated."""
    from analytics.report.build import RELEASE_FRAMES, RESTRICTED_FRAMES, SIMULATED_FRAMES

    of_study = {table.name for table in STUDY_TABLES}
    names = [*RELEASE_FRAMES, *RESTRICTED_FRAMES, *(SIMULATED_FRAMES if build.is_simulated else ())]
    files = {}
    for name in names:
        if name in of_study:
            files[name] = build.table(f"{study_id}/{name}")
        elif name == CHECKS_FRAME:
            files[name] = build.table(name)
        else:
            files[name] = build.mart(name if name.startswith("analysis_") else f"published_{name}")
    return files


def read_frames(files: Mapping[str, Path | str], study_id: str) -> "dict[str, pd.DataFrame]":
    """The frames by name, each with the rows and columns that the report of the study looks at."""
    frames = {}
    for name, path in files.items():
        frame = read_frame(Path(path))
        if "study_id" in frame.columns:
            frame = frame.loc[(frame["study_id"] == study_id).to_numpy(dtype=bool)]
        if name == CHECKS_FRAME:
            # Counts beside a check may differ from run to run; the report names what failed or warns.
            frame = frame.loc[frame["status"].isin(["fail", "warn"]), ["check_name", "center_id", "status"]]
            frame = frame.drop_duplicates()
        frames[name] = frame.reset_index(drop=True)
    return frames


def fingerprint(frames: "Mapping[str, pd.DataFrame]", protocol: "Protocol", is_simulated: bool) -> str:
    """SHA-256 over everything that a report is made from; the order of rows does not count."""
    from analytics.protocol import protocol_hash

    packages = package_versions() | {name: metadata.version(name) for name in REPORT_PACKAGES}
    made_with = {
        "protocol": protocol_hash(protocol),
        "words": [protocol.title, protocol.citation],
        "is_simulated": is_simulated,
        "parameters": OPERATIONAL.min_cell,
        "code": code_version().analytics,
        "packages": packages,
    }
    digest = hashlib.sha256(json.dumps(made_with, sort_keys=True).encode())
    for name in sorted(frames):
        digest.update(f"\0{name}\0{','.join(frames[name].columns)}\0".encode())
        digest.update(_row_hashes(frames[name]))
    return digest.hexdigest()


def _row_hashes(frame: "pd.DataFrame") -> bytes:
    import numpy as np
    import pandas as pd

    return np.sort(pd.util.hash_pandas_object(frame, index=False).to_numpy()).tobytes()


def take_over(builds: Iterable[Build], study_id: str, wanted: str, target: Path) -> ReportRecord | None:
    """Link a report with the wanted fingerprint from one of the builds into the target folder; None where none has.

    Files of a report are only ever replaced, so that the links cannot change under either build.
    """
    for build in builds:
        folder = report_folder(build, study_id)
        record = read_record(folder)
        if record is not None and record.fingerprint == wanted:
            if folder != target:
                shutil.rmtree(target, ignore_errors=True)
                copy_tree_by_links(folder, target)
            return record
    return None


def leave_out(build: Build, study_id: str) -> None:
    """Remove a report that came into the build from the one it is based on: it may be of other content."""
    shutil.rmtree(report_folder(build, study_id), ignore_errors=True)


def place_reports(build: Build, studies: Iterable[str], target: Path, last: Path | None) -> None:
    """Put the build's reports into a release that is being made: `<target>/<study>/`; a study without one has none.

    A report that the last release (its folder of reports, if any) has too is linked from there: it takes no room twice.
    Files of the build themselves are private, so they are copied.
    """
    for study in studies:
        source, former = report_folder(build, study), None if last is None else last / study
        record = read_record(source)
        if record is None:
            continue
        is_same = former is not None and read_record(former) == record
        if is_same and former is not None:
            shutil.copytree(former, target / study, copy_function=os.link)
        else:
            shutil.copytree(source, target / study, copy_function=shutil.copyfile)


def report_fingerprints(build: Build, studies: Iterable[str]) -> dict[str, str]:
    """Study -> fingerprint of its report; studies without a report are left out."""
    records = {study: read_record(report_folder(build, study)) for study in studies}
    return {study: record.fingerprint for study, record in records.items() if record is not None}


def facts_of(build: Build, wanted: str) -> dict[str, Any]:
    """What a report tells of itself: never what would change without its content."""
    return {
        "is_simulated": build.is_simulated,
        "fingerprint": wanted,
        "build_id": build.build_id,
        "created_at": build.record.started_at,
        "code_version": f"analytics {code_version().analytics[:12]}",
    }
