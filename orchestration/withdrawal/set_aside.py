"""Releases that cannot be searched for a withdrawn patient leave the readers' reach (docs/operations.md).

They lie in `<out>/restricted/set_aside/<release>`. Nothing of them is deleted: somebody who mends the disk, or finds
the old key, can bring them back.
"""

import shutil
from collections.abc import Collection
from pathlib import Path

from orchestration.files import tighten
from orchestration.landing.storage import flush_to_disk, make_private_folder
from orchestration.release.catalog import Release, ReleaseCatalog
from orchestration.settings import Settings


def names_set_aside(settings: Settings) -> list[str]:
    """The releases that were set aside and not brought back, oldest first."""
    folder = settings.set_aside
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def set_aside(settings: Settings, release_ids: Collection[str]) -> None:
    """Move releases, pinned ones too, into the restricted store; to be called under the lock.

    Where the current release is among them, the newest of the others becomes current; where there is no other, the
    link goes, and the next refresh makes it again.
    """
    catalog = ReleaseCatalog(settings)
    releases = catalog.all()
    moved = [release for release in releases if release.release_id in release_ids]
    if any(release.is_current for release in moved):
        others = [release for release in releases if release not in moved]
        if others:
            catalog.switch_to(others[-1])
        else:
            settings.current_release.unlink()
    for release in moved:
        _move(release, settings.set_aside)


def _move(release: Release, folder: Path) -> None:
    make_private_folder(folder)
    target, number = folder / release.release_id, 1
    while target.exists():  # it was brought back by a copy, and set aside again
        number += 1
        target = folder / f"{release.release_id}-{number}"
    shutil.move(release.folder, target)
    for path in target.rglob("*"):
        if path.is_file() and path.stat().st_nlink > 1:
            _unlink_from_other_releases(path)
    tighten(target)
    flush_to_disk(folder)
    flush_to_disk(release.folder.parent)


def _unlink_from_other_releases(path: Path) -> None:
    """Give a report that other releases share by a hard link a file of its own: its mode is about to change."""
    own = path.with_name(f".{path.name}.own")
    shutil.copyfile(path, own)
    own.replace(path)
