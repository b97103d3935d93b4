"""Which kept releases were searched for which withdrawn patients, so that not every night opens all of them.

<out>/restricted/searched_releases.json: release -> what its database was and whom it was searched for
"""

import hashlib
import json
from collections.abc import Collection

from orchestration.files import read_json, write_json
from orchestration.landing.storage import make_private_folder
from orchestration.release.catalog import Release
from orchestration.settings import Settings

FILE = "searched_releases.json"


class SearchedReleases:
    """Remembers searches by release; a restored, replaced or new release, and one more patient, are searched again."""

    def __init__(self, settings: Settings, pseudonyms: Collection[str]) -> None:
        self._path = settings.restricted / FILE
        self._patients = hashlib.sha256(" ".join(sorted(pseudonyms)).encode()).hexdigest()
        try:
            known = read_json(self._path)
        except (OSError, ValueError):  # absent or torn: everything is searched again, which is never wrong
            known = {}
        self._before: dict[str, str] = known if isinstance(known, dict) else {}
        self._now: dict[str, str] = {}

    def is_done(self, release: Release) -> bool:
        """Whether this very file was searched for these very patients; then it is remembered on."""
        mark = self._mark(release)
        if self._before.get(release.release_id) != mark:
            return False
        self._now[release.release_id] = mark
        return True

    def add(self, release: Release) -> None:
        """Remember that a release is free of the patients."""
        self._now[release.release_id] = self._mark(release)

    def save(self) -> None:
        """Write down what is known, without releases that are gone."""
        if self._now != self._before:
            make_private_folder(self._path.parent)
            write_json(self._path, self._now)

    def _mark(self, release: Release) -> str:
        state = release.database.stat()
        return json.dumps([self._patients, state.st_ino, state.st_size, state.st_mtime_ns])
