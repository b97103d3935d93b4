"""Names of builds and releases: a running number first, so that their order survives a clock that goes back."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

_NAME = re.compile(r"(?P<prefix>[a-z])(?P<number>\d{6,})-\d{8}T\d{6}Z")


def next_name(prefix: str, taken: Iterable[str], now: datetime | None = None) -> str:
    """The name after all those taken, such as `r000042-20240630T181500Z` (coordinated universal time)."""
    number = max((number_of(name) for name in taken), default=0) + 1
    return f"{prefix}{number:06d}-{(now or datetime.now(UTC)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def is_name(name: str, prefix: str) -> bool:
    """Whether a folder's name is one of ours."""
    match = _NAME.fullmatch(name)
    return match is not None and match["prefix"] == prefix


def number_of(name: str) -> int:
    """The running number in a name."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name} is not the name of a build or release")
    return int(match["number"])


def names_in(folder: Path, prefix: str) -> list[str]:
    """The names with this prefix in a folder, oldest first; a folder that is not there holds none."""
    if not folder.is_dir():
        return []
    return sorted((path.name for path in folder.iterdir() if is_name(path.name, prefix)), key=number_of)
