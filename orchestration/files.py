"""Files that are never seen half-written, and a restricted store that only its owner can read."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.landing.storage import FILE_MODE, FOLDER_MODE, flush_to_disk

PUBLIC_FOLDER_MODE = 0o755
PUBLIC_FILE_MODE = 0o444  # a release never changes, and DuckDB must not open it for writing


@contextlib.contextmanager
def restricted_umask() -> Iterator[None]:
    """While this holds, files and folders are made for their owner alone, whatever the umask was."""
    previous = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(previous)


def make_public_folder(folder: Path) -> Path:
    """Make a folder that everybody can enter (mode 0755), and what is missing above it, whatever the umask.

    An existing one stays as it is.
    """
    if not folder.is_dir():
        make_public_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(PUBLIC_FOLDER_MODE)
    return folder


def tighten(folder: Path) -> None:
    """Give every folder below (and this one) mode 0700 and every file 0600; links are not followed."""
    for parent, folders, names in os.walk(folder):
        _set_mode(Path(parent), FOLDER_MODE)
        del folders
        for name in names:
            _set_mode(Path(parent) / name, FILE_MODE)


def _set_mode(path: Path, mode: int) -> None:
    # A file may vanish meanwhile: Dagster's daemon keeps its journals in the same store.
    with contextlib.suppress(FileNotFoundError):
        state = path.lstat()
        if not path.is_symlink() and state.st_mode & 0o777 != mode:
            path.chmod(mode)


def write_text(path: Path, text: str, mode: int = FILE_MODE) -> None:
    """Write a small file in one step: readers see the old text or the new one."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.chmod(mode)
    flush_to_disk(partial)
    os.replace(partial, path)  # noqa: PTH105 - named as the operating system's atomic call
    flush_to_disk(path.parent)


def write_json(path: Path, content: Any, mode: int = FILE_MODE) -> None:
    """Write JSON in one step, keys sorted."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", mode)


def read_json(path: Path) -> Any:
    """Read JSON written by write_json; raises OSError or ValueError."""
    return json.loads(path.read_text(encoding="utf-8"))


def switch_link(link: Path, target: str) -> None:
    """Point a symbolic link at another target in one atomic step: it is never absent and never half-written."""
    partial = link.with_name(f".{link.name}.link")
    partial.unlink(missing_ok=True)
    partial.symlink_to(target)
    os.replace(partial, link)  # noqa: PTH105
    flush_to_disk(link.parent)


def copy_tree_by_links(source: Path, target: Path) -> None:
    """Make a folder with the same files as another without copying their content.

    Files are only ever replaced, never changed in place, so that the linked ones stay as they were.
    """
    shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True)
