"""Which kept releases were searched for which withdrawn patients, so that not every night opens all of them.

`<out>/restricted/searched_releases.json`: release -> what its database was, and for whom it was searched.
"""

import hashlib
from collections.abc import Collection
from typing import Any

from orchestration.files import read_json, write_json
from orchestration.landing.storage import make_private_folder
from orchestration.release.catalog import Release, ReleaseCatalog
from orchestration.settings import Settings

FILE = "searched_releases.json"

Mark = dict[str, Any]


class SearchedReleases:
    """Remembers searches by release; a restored, replaced or new release, and one more patient, are searched again."""

    def __init__(self, settings: Settings, pseudonyms: Collection[str]) -> None:
        self._settings = settings
        self._path = settings.restricted / FILE
        self._patients = _digest(pseudonyms)
        try:
            known = read_json(self._path)
        except (OSError, ValueError):  # absent or torn: everything is searched again, which is never wrong
            known = {}
        self._marks: dict[str, Mark] = known if isinstance(known, dict) else {}

    def is_done(self, release: Release) -> bool:
        """Whether this very file was searched for these very patients."""
        return self._was_done(release, self._patients)

    def add(self, release: Release, key_fingerprint: str) -> None:
        """Remember that a release, made with this key, is free of the patients."""
        self._marks[release.release_id] = {
            "file": _state(release),
            "key": key_fingerprint,
            "patients": self._patients,
        }

    def carry_over(self, pseudonyms_before: Collection[str], but_key: str | None = None) -> None:
        """The same patients have other or more pseudonyms now: what was free of them stays free of them.

        Not so for releases of the key `but_key`, in which the further pseudonyms may stand.
        """
        before = _digest(pseudonyms_before)
        for release in ReleaseCatalog(self._settings).all():
            if self._was_done(release, before) and self._marks[release.release_id]["key"] != but_key:
                self.add(release, self._marks[release.release_id]["key"])
        self.save()

    def save(self) -> None:
        """Write down what is known, without releases that are gone."""
        there = {release.release_id for release in ReleaseCatalog(self._settings).all()}
        make_private_folder(self._path.parent)
        write_json(self._path, {name: mark for name, mark in self._marks.items() if name in there})

    def _was_done(self, release: Release, patients: str) -> bool:
        mark = self._marks.get(release.release_id, {})
        return mark.get("patients") == patients and mark.get("file") == _state(release)


def _digest(pseudonyms: Collection[str]) -> str:
    return hashlib.sha256(" ".join(sorted(pseudonyms)).encode()).hexdigest()


def _state(release: Release) -> list[int]:
    state = release.database.stat()
    return [state.st_ino, state.st_size, state.st_mtime_ns]
