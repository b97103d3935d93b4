"""Which drops have arrived since the last refresh, and which are still being copied.

A drop is complete when its manifest can be read, every file that the manifest lists is there, and nothing about them
has changed since somebody looked before. Whether the drop can be loaded is for landing to judge: a complete drop that
will be refused has arrived as well, and its refusal should be seen.

A drop is known by a hash over center, folder, manifest, and the sizes and times of the listed files: one whose files
were corrected is another drop, also under the same manifest.
"""

import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
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
        identity: Hash over center, folder, manifest and the state of its files; it changes while they are written, and
            when one of them is corrected.
        label: How it is named in messages.
        missing_files: How many of the files that the manifest lists are not there.
    """

    identity: str
    label: str
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


def look_at_drops(raw: Path, contracts: Mapping[str, "Contract"]) -> tuple[list[ArrivedDrop], int]:
    """The drops with a manifest, and the number of folders that have none yet. Raises RawFolderError."""
    from orchestration.landing.drops import discover

    folders, notes = discover(raw, contracts)
    drops = [_look_at(folder, contracts[folder.center]) for folder in folders]
    return drops, sum(note.code == "folder_without_manifest" for note in notes)


def sort_arrivals(
    drops: Collection[ArrivedDrop], without_manifest: int, known: Collection[str], seen: Collection[str]
) -> Arrivals:
    """Tell new drops from known ones and from those still being copied.

    Args:
        drops: As they are now.
        without_manifest: Folders that have no manifest yet.
        known: Identities of drops that were refreshed, or for which a refresh was asked.
        seen: Identities when somebody looked before: a drop among them has not changed since.
    """
    unknown = [drop for drop in drops if drop.identity not in known]
    new = [drop for drop in unknown if not drop.missing_files and drop.identity in seen]
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


def _look_at(folder: "DropFolder", contract: "Contract") -> ArrivedDrop:
    """Files are looked up as landing does it: nothing outside the drop is touched, also where a link leads there."""
    from orchestration.landing.listed_files import find_files

    found, problems = find_files(folder.path, folder.manifest, contract)
    missing = sum(problem.code == "missing_file" for problem in problems)
    states = [_state_of(one.path) for one in found]
    missing += states.count(None)
    places = [str(one.listed.position) for one in found]
    parts = [f"{place} {state}" for place, state in zip(places, states, strict=True)]
    identity = hash_texts([folder.center, folder.name, folder.manifest.content_sha256, *parts])[:16]
    return ArrivedDrop(identity, f"{folder.center} drop {folder.number}", missing)


def _state_of(path: Path) -> str | None:
    """What changes when a file is written again, or made readable; None where it has gone meanwhile."""
    try:
        state = path.stat()
    except OSError:
        return None
    return f"{state.st_size} {state.st_mtime_ns} {stat.S_IMODE(state.st_mode)}"
