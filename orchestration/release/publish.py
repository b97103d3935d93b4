"""Making a release: built aside, checked, on disk, then switched in one atomic step (specification 4).

A reader who has an earlier release open keeps its file; who connects anew sees either the old release or the new one.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.builds import Build
from orchestration.files import PUBLIC_FILE_MODE, PUBLIC_FOLDER_MODE, make_public_folder
from orchestration.landing.storage import flush_to_disk
from orchestration.parameters import OPERATIONAL
from orchestration.release.catalog import DATABASE, Release, ReleaseCatalog
from orchestration.release.contract import PUBLISHED_TABLES
from orchestration.release.database import write_database
from orchestration.release.provenance import provenance_of
from orchestration.release.reports import REPORTS, place_reports
from orchestration.settings import Settings


def publish(
    settings: Settings, build: Build, studies: list[str], manifest: Mapping[str, Any]
) -> tuple[Release, dict[str, int]]:
    """Make a release of a finished build and switch to it; to be called under the lock.

    Returns the release and the rows of each of its tables. Raises InconsistentBuildError or OSError; the current
    release then stands as before.
    """
    catalog = ReleaseCatalog(settings)
    make_public_folder(settings.releases)
    catalog.remove_unfinished()
    release_id = catalog.next_id()
    tables = [(table, table.files(build, studies)) for table in PUBLISHED_TABLES]
    partial = settings.releases / f".{release_id}.partial"
    partial.mkdir()
    try:
        row_counts = write_database(partial / DATABASE, tables, provenance_of(build, release_id, studies), manifest)
        last = catalog.current()
        place_reports(build, studies, partial / REPORTS, None if last is None else last.folder / REPORTS)
        _make_public(partial)
        _give_name(partial, settings.releases / release_id)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    catalog.switch_to(catalog.get(release_id))
    catalog.prune(OPERATIONAL.keep_releases, OPERATIONAL.min_free_bytes)
    return catalog.get(release_id), row_counts


def _make_public(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            _make_public(path)
        else:
            path.chmod(PUBLIC_FILE_MODE)
            if path.stat().st_nlink == 1:  # one that the last release has too is on disk already
                flush_to_disk(path)
    folder.chmod(PUBLIC_FOLDER_MODE)
    flush_to_disk(folder)


def _give_name(partial: Path, final: Path) -> None:
    os.replace(partial, final)  # noqa: PTH105
    flush_to_disk(final.parent)
