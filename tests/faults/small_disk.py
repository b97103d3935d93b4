"""Disks that are full or cannot be written, for real: a small tmpfs, and a bind mount that is read-only (both as root).

Who is not root gets a limit on the size of files, which the system reports as it does a full disk, and folders without
permission to write.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

IS_ROOT = os.geteuid() == 0


@contextlib.contextmanager
def tmpfs(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system of this size on a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(folder: Path, megabytes: int) -> None:
    """Give the file system another size: somebody fills or cleans the disk."""
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(folder)], check=True)


def used_megabytes(folder: Path) -> int:
    """What is in use on the file system of a folder."""
    state = os.statvfs(folder)
    return (state.f_blocks - state.f_bfree) * state.f_frsize // 2**20 + 1


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody can write into the folder, not even root."""
    if IS_ROOT:
        subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    else:
        folder.chmod(0o500)
    try:
        yield
    finally:
        if IS_ROOT:
            subprocess.run(["umount", str(folder)], check=True)
        else:
            folder.chmod(0o700)
