"""The releases of an output folder: which there are, which is current, which stay (specification 4)."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import RefreshError
from orchestration.files import PUBLIC_FILE_MODE, switch_link, write_text
from orchestration.numbering import is_name, names_in, next_name
from orchestration.settings import Settings

PREFIX = "r"
DATABASE = "cohort.duckdb"
PIN = "pinned"


@dataclass(frozen=True)
class Release:
    """A complete release."""

    release_id: str
    folder: Path
    is_current: bool
    is_pinned: bool

    @property
    def database(self) -> Path:
        """Its database."""
        return self.folder / DATABASE

    @property
    def byte_count(self) -> int:
        """What its removal gives back; files that it shares with another release stay."""
        states = [path.lstat() for path in self.folder.rglob("*") if path.is_file()]
        return sum(state.st_size for state in states if state.st_nlink == 1)


class ReleaseCatalog:
    """Lists, pins, switches and prunes the releases of an output folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def all(self) -> list[Release]:
        """Every complete release, oldest first."""
        current = self.current_id()
        return [
            Release(name, folder, name == current, (folder / PIN).exists())
            for name in names_in(self.settings.releases, PREFIX)
            if ((folder := self.settings.releases / name) / DATABASE).is_file()
        ]

    def current_id(self) -> str | None:
        """The release that the link shows; None where there is no link to one of our releases."""
        link = self.settings.current_release
        if not link.is_symlink():
            return None
        name = link.readlink().parent.name
        return name if is_name(name, PREFIX) else None

    def current(self) -> Release | None:
        """The current release, if its database is there."""
        return next((release for release in self.all() if release.is_current), None)

    def get(self, release_id: str) -> Release:
        """A release by its name or the beginning of it. Raises RefreshError where there is none or several."""
        found = [release for release in self.all() if release.release_id.startswith(release_id)]
        if len(found) != 1:
            raise RefreshError(f"{'no' if not found else 'more than one'} release is named {release_id}")
        return found[0]

    def next_id(self) -> str:
        """The name of the release to be made now; one that was set aside may come back, and keeps its number."""
        taken = [*names_in(self.settings.releases, PREFIX), *names_in(self.settings.set_aside, PREFIX)]
        return next_name(PREFIX, taken)

    def pin(self, release_id: str, is_pinned: bool) -> Release:
        """Pin a release, so that it is never pruned, or unpin it."""
        release = self.get(release_id)
        if is_pinned:
            write_text(release.folder / PIN, "", PUBLIC_FILE_MODE)
        else:
            (release.folder / PIN).unlink(missing_ok=True)
        return self.get(release.release_id)

    def switch_to(self, release: Release) -> None:
        """Make a release the current one, in one step for whoever opens the link."""
        link = self.settings.current_release
        if link.exists() and not link.is_symlink():
            raise RefreshError(f"{link} is a file and no link to a release: move it away")
        # A journal of somebody who opened an earlier release for writing would make the new one unreadable.
        link.with_name(f"{link.name}.wal").unlink(missing_ok=True)
        switch_link(link, f"{self.settings.releases.name}/{release.release_id}/{DATABASE}")

    def roll_back(self, release_id: str | None = None) -> Release:
        """Make an earlier release the current one: the one named, else the newest before the current."""
        releases = self.all()
        if release_id is not None:
            target = self.get(release_id)
        else:
            current = self.current_id()
            names = [release.release_id for release in releases]
            position = names.index(current) if current in names else len(names)
            if position == 0:
                raise RefreshError("there is no release before the current one")
            target = releases[position - 1]
        query(target.database, "select release_id from release")
        self.switch_to(target)
        return self.get(target.release_id)

    def prune(self, keep: int, min_free_bytes: int = 0) -> list[str]:
        """Remove releases beyond the newest `keep`, then the oldest while less than `min_free_bytes` are free.

        Pinned ones, the current one and the newest always stay. Returns those removed. To be called under the lock.
        """
        self.remove_unfinished()
        releases = self.all()
        removable = [one for one in releases[:-1] if not (one.is_pinned or one.is_current)]
        too_many = {one.release_id for one in releases[: max(len(releases) - keep, 0)]}
        # What a removed release gives back is counted by its size: while a reader has it open the disk shows nothing
        # of it yet, and more releases would go in vain.
        free = shutil.disk_usage(self.settings.releases).free if self.settings.releases.is_dir() else min_free_bytes
        removed = []
        for release in removable:
            if release.release_id in too_many or free < min_free_bytes:
                free += release.byte_count
                # Under another name first: a removal that was killed halfway is then ended by the next one.
                partial = release.folder.with_name(f".{release.release_id}.partial")
                with suppress(OSError):
                    if (release.folder / PIN).exists():  # pinned meanwhile, beside a refresh
                        continue
                    release.folder.rename(partial)
                    shutil.rmtree(partial, ignore_errors=True)
                    removed.append(release.release_id)
        return removed

    def remove_unfinished(self) -> None:
        """Remove what an interrupted release left; to be called under the lock."""
        for folder in self.settings.releases.glob(".*.partial"):
            shutil.rmtree(folder, ignore_errors=True)


def query(database: Path, sql: str) -> list[dict[str, Any]]:
    """Rows of a query on a release, opened read-only. Raises RefreshError where it cannot be read."""
    import duckdb

    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.Error as fault:
        raise RefreshError(
            f"{database} cannot be read ({type(fault).__name__}): look at the disk; the next refresh makes a new "
            "release, `hcc rollback` goes back to an earlier one"
        ) from None


def last_provenance(settings: Settings) -> dict[str, Any] | None:
    """The row `release` of the newest release that can be read; None where there is none.

    Not of the current one: somebody may have rolled back to a release made with an earlier key.
    """
    for release in reversed(ReleaseCatalog(settings).all()):
        with suppress(RefreshError):
            return query(release.database, "select * from release")[0]
    return None


def last_fingerprint(settings: Settings) -> str | None:
    """Fingerprint of the key behind the newest release that can be read; None where there is none."""
    last = last_provenance(settings)
    return None if last is None else str(last["key_fingerprint"])


def persons_by_center(database: Path) -> dict[str, int]:
    """Persons of each center in a release."""
    rows = query(database, "select center_id, count(*) as persons from persons group by center_id order by center_id")
    return {row["center_id"]: row["persons"] for row in rows}
