"""Which drops have arrived since the last refresh, and which are still being copied.

A drop is complete when its manifest can be read, every file that the manifest lists is there, and nothing about them
has changed since somebody looked before. Whether the drop can be loaded is for landing to judge: a complete drop that
will be refused has arrived as well, and its refusal should be seen.

A drop is known by a hash over center, folder and manifest; folder names stay in the restricted store.
"""

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from orchestration.builds import BuildStore
from orchestration.code_version import hash_texts
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.landing.contract import Contract
    from orchestration.landing.drops import DropFolder


@dataclass(frozen=True)
class ArrivedDrop:
    """A drop that has a manifest.

    Attributes:
        identity: Hash over center, folder and manifest: another manifest in the same folder is another drop.
        label: How it is named in messages.
        signature: Hash over names, sizes and times of its files; it changes while they are being written.
        missing_files: How many of the files that the manifest lists are not there.
    """

    identity: str
    label: str
    signature: str
    missing_files: int


@dataclass(frozen=True)
class Arrivals:
    """The drops of a raw folder, sorted by what a refresh would find in them."""

    new: tuple[ArrivedDrop, ...]  # complete, and not refreshed yet
    still_copied: tuple[ArrivedDrop, ...]
    known: tuple[ArrivedDrop, ...]
    without_manifest: int

    @property
    def request(self) -> str:
        """One identity for all new drops together."""
        return hash_texts(sorted(drop.identity for drop in self.new))[:16]


def drop_identity(center: str, folder_name: str, manifest_sha256: str) -> str:
    """16 hexadecimal digits that name a drop without its folder's name."""
    return hash_texts([center, folder_name, manifest_sha256])[:16]


def look_at_drops(raw: Path, contracts: Mapping[str, "Contract"]) -> tuple[list[ArrivedDrop], int]:
    """The drops with a manifest, and the number of folders that have none yet. Raises RawFolderError."""
    from orchestration.landing.drops import discover

    folders, notes = discover(raw, contracts)
    return [_look_at(folder) for folder in folders], sum(note.code == "folder_without_manifest" for note in notes)


def sort_arrivals(
    drops: Collection[ArrivedDrop], without_manifest: int, known: Collection[str], signatures: Mapping[str, str]
) -> Arrivals:
    """Tell new drops from known ones and from those still being copied.

    Args:
        drops: As they are now.
        without_manifest: Folders that have no manifest yet.
        known: Identities of drops that were refreshed, or for which a refresh was asked.
        signatures: Identity to signature of each drop when somebody looked before.
    """
    unknown = [drop for drop in drops if drop.identity not in known]
    new = [drop for drop in unknown if not drop.missing_files and signatures.get(drop.identity) == drop.signature]
    return Arrivals(
        new=tuple(new),
        still_copied=tuple(drop for drop in unknown if drop not in new),
        known=tuple(drop for drop in drops if drop.identity in known),
        without_manifest=without_manifest,
    )


def refreshed_drops(settings: Settings) -> tuple[str | None, frozenset[str]]:
    """The last finished build and the identities of the drops it was landed from, whoever started it."""
    latest = BuildStore(settings.builds).latest_finished()
    if latest is None or latest.record.landing is None:
        return None, frozenset()
    return latest.build_id, frozenset(latest.record.landing.drop_identities)


def _look_at(folder: "DropFolder") -> ArrivedDrop:
    digest = hashlib.sha256()
    missing = 0
    for name in sorted(file.name for file in folder.manifest.files):
        state = _state_of(folder.path, name)
        missing += state is None
        digest.update(f"{name}\0{state}\0".encode("utf-8", "surrogatepass"))
    return ArrivedDrop(
        identity=drop_identity(folder.center, folder.name, folder.manifest.content_sha256),
        label=f"{folder.center} drop {folder.number}",
        signature=digest.hexdigest()[:16],
        missing_files=missing,
    )


def _state_of(folder: Path, name: str) -> str | None:
    """Size and times of a listed file; None while it is not there. Nothing outside the drop is looked at."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        return "outside"  # landing refuses such a drop; there is nothing to wait for
    try:
        state = os.stat(folder / path)  # noqa: PTH116 - the name may be any text
    except (OSError, ValueError):
        return None
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ino}"
