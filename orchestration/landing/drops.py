"""Finding the drops of a raw folder and settling what becomes of each (specification 1.1)."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.landing.contract import Contract
from orchestration.landing.errors import Problem, RawFolderError
from orchestration.landing.inventory import DropState, Note
from orchestration.landing.manifest import MANIFEST_FILE, Manifest, read_manifest


@dataclass(frozen=True)
class DropFolder:
    """A folder with a manifest; `name` is text that any store can hold, also where the folder's bytes are none."""

    center: str
    name: str
    number: int
    path: Path
    manifest: Manifest


@dataclass(frozen=True)
class Judged:
    """A drop with the problem that its own content has, if any."""

    folder: DropFolder
    problem: Problem | None


@dataclass(frozen=True)
class Settled:
    """What becomes of a drop among the others of its center."""

    state: DropState
    problem: Problem | None
    rank: int | None


def discover(raw_dir: Path, contracts: Mapping[str, Contract]) -> tuple[list[DropFolder], list[Note]]:
    """All drops of all configured centers, by center and number, and notes about what was passed over.

    Raises:
        RawFolderError: The raw folder does not exist or holds the folder of no configured center.
    """
    try:
        names = _folders(raw_dir)
    except OSError as error:
        raise RawFolderError(f"{raw_dir}: cannot be read as the raw folder: {error.strerror}") from None
    centers = [name for name in names if name in contracts]
    if not centers:
        expected = ", ".join(sorted(contracts))
        raise RawFolderError(f"{raw_dir}: holds no folder of a configured center ({expected})")
    notes = [
        Note("unknown_center", _text(name), f"the folder {_text(name)} belongs to no configured center; it is ignored")
        for name in names
        if name not in contracts and not name.startswith(".")
    ]
    folders: list[DropFolder] = []
    for center in centers:
        found, passed_over = _discover_center(raw_dir / center, center)
        folders += found
        notes += passed_over
    return folders, notes


def _discover_center(center_dir: Path, center: str) -> tuple[list[DropFolder], list[Note]]:
    try:
        names = _folders(center_dir)
    except OSError as error:
        raise RawFolderError(f"{center_dir}: cannot be read: {error.strerror}") from None
    with_manifest = [name for name in names if os.path.lexists(center_dir / name / MANIFEST_FILE)]
    folders = [
        DropFolder(
            center, _text(name), number, center_dir / name, read_manifest(center_dir / name / MANIFEST_FILE, center)
        )
        for number, name in enumerate(with_manifest, start=1)
    ]
    notes = [
        Note(
            "folder_without_manifest",
            _text(name),
            f"the folder {_text(name)} of {center} has no manifest.json yet; it is taken to be still arriving",
            center_id=center,
        )
        for name in names
        if name not in with_manifest
    ]
    return folders, notes


def _folders(path: Path) -> list[str]:
    """The names of the folders in a folder; links that lead nowhere or in a circle are none. Raises OSError."""
    with os.scandir(path) as entries:
        return sorted(entry.name for entry in entries if _is_folder(entry))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _text(name: str) -> str:
    """A folder's name as storable text; bytes that are no UTF-8 are shown escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def settle(judged: Sequence[Judged]) -> list[Settled]:
    """What becomes of the drops of one center, in the order given.

    The newest full drop that is not refused is the base; what is older and not refused is replaced, what is newer is
    loaded on top. A delta with no full drop before it that could be loaded is refused. Order is by time of extraction,
    then by the folder's name.
    """
    in_time_order = sorted(
        (position for position, drop in enumerate(judged) if drop.problem is None),
        key=lambda position: (judged[position].folder.manifest.extracted_at, judged[position].folder.path.name),
    )
    full = [position for position in in_time_order if judged[position].folder.manifest.kind == "full"]
    first_full = in_time_order.index(full[0]) if full else len(in_time_order)
    base = in_time_order.index(full[-1]) if full else len(in_time_order)
    settled = [Settled(DropState.REFUSED, drop.problem, None) for drop in judged]
    for order, position in enumerate(in_time_order):
        if order < first_full:
            settled[position] = Settled(DropState.REFUSED, _delta_without_full(), None)
        elif order < base:
            settled[position] = Settled(DropState.REPLACED, None, None)
        else:
            settled[position] = Settled(DropState.LOADED, None, order - base + 1)
    return settled


def _delta_without_full() -> Problem:
    return Problem(
        "delta_without_full",
        "the delta comes with no loadable full drop before it; deliver a full drop that precedes it",
    )


@dataclass(frozen=True)
class SimulatedMarks:
    """Which readable manifests of a raw folder are marked as simulated."""

    any_simulated: bool
    all_simulated: bool


def simulated_marks(raw_dir: Path, contracts: Mapping[str, Contract]) -> SimulatedMarks:
    """Look only at the manifests; without a readable one both answers are False.

    Raises:
        RawFolderError: See `discover`.
    """
    folders, _ = discover(raw_dir, contracts)
    marks = [folder.manifest.is_simulated for folder in folders if folder.manifest.is_simulated is not None]
    return SimulatedMarks(any_simulated=any(marks), all_simulated=bool(marks) and all(marks))


def is_simulated_raw(raw_dir: Path, contracts: Mapping[str, Contract]) -> bool:
    """Whether the publicly known demonstration key may be used: every readable manifest is marked as simulated.

    A release, in contrast, is marked as simulated when any of its drops is.

    Raises:
        RawFolderError: See `discover`.
    """
    return simulated_marks(raw_dir, contracts).all_simulated
