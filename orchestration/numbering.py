"""Names of builds and releases: a running number first, and a time that stays when the clock goes back."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

_TIME = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(?P<prefix>[a-z])(?P<number>\d{6,})-(?P<time>\d{8}T\d{6}Z)")


def next_name(prefix: str, taken: Iterable[str], now: datetime | None = None) -> str:
    """The name after all those taken, such as `r000042-20240630T181500Z` (coordinated universal time).

    Its time is that of the name before where the clock, `now` in tests, shows an earlier one.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    newest = max(taken, key=number_of, default=None)
    if newest is None:
        return f"{prefix}{1:06d}-{moment:{_TIME}}"
    return f"{prefix}{number_of(newest) + 1:06d}-{max(moment, moment_of(newest)):{_TIME}}"


def is_name(name: str, prefix: str) -> bool:
    """Whether a folder's name is one of ours."""
    match = _NAME.fullmatch(name)
    return match is not None and match["prefix"] == prefix


def number_of(name: str) -> int:
    """The running number in a name."""
    return int(_parts(name)["number"])


def moment_of(name: str) -> datetime:
    """The time in a name."""
    return datetime.strptime(_parts(name)["time"], _TIME).replace(tzinfo=UTC)


def _parts(name: str) -> re.Match[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name} is not the name of a build or release")
    return match


def names_in(folder: Path, prefix: str) -> list[str]:
    """The names with this prefix in a folder, oldest first; a folder that is not there holds none."""
    if not folder.is_dir():
        return []
    return sorted((path.name for path in folder.iterdir() if is_name(path.name, prefix)), key=number_of)
