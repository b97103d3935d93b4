"""Private files: 0600 in folders of 0700 whatever the umask, complete on disk before they get their name."""

import os
import shutil
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
TEMPORARY_PREFIX = ".unfinished-"


def make_private_folder(path: Path) -> None:
    """Create a folder (and what is missing above it) that only its owner may enter."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path.chmod(FOLDER_MODE)


def make_private_file(path: Path) -> None:
    """Create an empty file that only its owner may read; writing to it later keeps its mode."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    try:
        os.fchmod(descriptor, FILE_MODE)
    finally:
        os.close(descriptor)


def write_private_text(path: Path, text: str) -> None:
    """Write a small private file."""
    make_private_file(path)
    path.write_text(text, encoding="utf-8")


def flush_to_disk(path: Path) -> None:
    """Wait until a file or a folder's list of names is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish_folder(unfinished: Path, final: Path) -> None:
    """Give a finished folder its name in one step; a folder already there, torn by an earlier crash, is removed.

    Args:
        unfinished: A folder beside `final`, its name beginning with `.unfinished-`.
        final: The name under which readers find it.
    """
    for path in unfinished.iterdir():
        flush_to_disk(path)
    flush_to_disk(unfinished)
    if final.exists():
        torn = final.with_name(f"{TEMPORARY_PREFIX}torn-{final.name}")
        shutil.rmtree(torn, ignore_errors=True)
        final.rename(torn)
        shutil.rmtree(torn)
    unfinished.rename(final)
    flush_to_disk(final.parent)


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed run left behind. The caller holds the lock of the refresh."""
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)
