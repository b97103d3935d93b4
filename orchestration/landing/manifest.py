"""The manifest of a drop: parsing and judging it (specification 1.1)."""

import datetime as dt
import hashlib
import json
import stat
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.landing import limits
from orchestration.landing.errors import Problem
from orchestration.landing.text import LOCAL_TIME, clean_text

MANIFEST_FILE = "manifest.json"
KINDS = ("full", "delta")
_LONGEST_KIND = 40


@dataclass(frozen=True)
class ListedFile:
    """One entry of a manifest's `files`; rows and checksum are None where they are missing or of another type."""

    position: int
    name: str
    rows: int | None
    sha256: str | None


@dataclass(frozen=True)
class Manifest:
    """What a manifest says, as far as it can be read.

    `problems` holds every reason that already the manifest gives to refuse its drop; `kind` and `extracted_at` are None
    where they cannot be read. `kind` is shown as delivered also where it is unknown.
    """

    content_sha256: str
    center: str | None = None
    kind: str | None = None
    extracted_at: dt.datetime | None = None
    is_simulated: bool | None = None
    files: tuple[ListedFile, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def extraction_date(self) -> dt.date | None:
        """The local date of the extraction (Asia/Shanghai)."""
        return self.extracted_at.astimezone(LOCAL_TIME).date() if self.extracted_at else None


def read_manifest(path: Path, center: str) -> Manifest:
    """Read and judge the manifest of a drop that lies in a center's folder. Never raises for what the file holds.

    Args:
        path: The manifest file.
        center: The center that the manifest must name.
    """
    try:
        if not path.resolve(strict=True).is_relative_to(path.parent.resolve(strict=True)):
            sentence = "manifest.json is a link that leads out of the drop; put the file itself there"
            return _unreadable(b"", sentence, code="unsafe_path")
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("no regular file")
        with path.open("rb") as file:
            content = file.read(limits.LIMITS.manifest_bytes + 1)
    except (OSError, RuntimeError) as error:  # a loop of links is the latter in older versions of Python
        cause = getattr(error, "strerror", None) or "no regular file"
        sentence = f"manifest.json cannot be opened ({cause}); make it a readable file"
        return _unreadable(b"", sentence, is_lasting=False)
    return parse_manifest(content, center)


def parse_manifest(content: bytes, center: str) -> Manifest:
    """Judge the bytes of a manifest; see `read_manifest`."""
    if len(content) > limits.LIMITS.manifest_bytes:
        megabytes = limits.LIMITS.manifest_bytes // limits.MEBIBYTE
        return _unreadable(content, f"manifest.json is larger than {megabytes} MiB; list only the files of this drop")
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        return _unreadable(content, "manifest.json is not valid JSON; write it again")
    if not isinstance(fields, dict):
        return _unreadable(content, "manifest.json must hold one JSON object; write it again")
    files, files_problem = _listed_files(fields.get("files"))
    extracted_at = _time(fields.get("extracted_at"))
    problems = [files_problem] if files_problem else []
    if fields.get("center") != center:
        problems.append(
            Problem(
                "manifest_other_center",
                "manifest.json names another center than the folder it lies in; move the drop or correct `center`",
            )
        )
    if fields.get("kind") not in KINDS:
        problems.append(
            Problem("manifest_unknown_kind", 'manifest.json must state `kind` as "full" or "delta"; correct it')
        )
    if extracted_at is None:
        problems.append(
            Problem(
                "manifest_no_time",
                "manifest.json lacks a readable `extracted_at`; write it as YYYY-MM-DDThh:mm:ss+08:00",
            )
        )
    return Manifest(
        content_sha256=hashlib.sha256(content).hexdigest(),
        center=fields["center"] if isinstance(fields.get("center"), str) else None,
        kind=_kind(fields.get("kind")),
        extracted_at=extracted_at,
        is_simulated=fields.get("simulated") is True,
        files=files,
        problems=tuple(problems),
    )


def _unreadable(
    content: bytes, sentence: str, *, code: str = "manifest_unreadable", is_lasting: bool = True
) -> Manifest:
    problem = Problem(code, sentence, MANIFEST_FILE, is_lasting)
    return Manifest(content_sha256=hashlib.sha256(content).hexdigest(), problems=(problem,))


def _listed_files(entries: object) -> tuple[tuple[ListedFile, ...], Problem | None]:
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
        sentence = "manifest.json must list under `files` each file with its `rows` and `sha256`; write it again"
        return (), Problem("manifest_unreadable", sentence, MANIFEST_FILE)
    if len(entries) > limits.LIMITS.manifest_files:
        sentence = f"manifest.json lists more than {limits.LIMITS.manifest_files} files; list only those of this drop"
        return (), Problem("too_large", sentence, MANIFEST_FILE)
    listed = [
        ListedFile(position, name, _row_count(entry.get("rows")), _checksum(entry.get("sha256")))
        for position, (name, entry) in enumerate(entries.items(), start=1)
    ]
    return tuple(listed), None


def _row_count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if value >= 0 and value % 1 == 0 else None


def _checksum(value: object) -> str | None:
    return value.strip().lower() if isinstance(value, str) else None


def _kind(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    printable = "".join(character for character in clean_text(value[:_LONGEST_KIND]) if character.isprintable())
    return printable[:_LONGEST_KIND] or None


def _time(value: object) -> dt.datetime | None:
    """A time of extraction as an instant; a time without a zone is local time (Asia/Shanghai)."""
    if not isinstance(value, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(value.strip())
        local = moment.replace(tzinfo=LOCAL_TIME) if moment.tzinfo is None else moment
        return local.astimezone(LOCAL_TIME)
    except (ValueError, OverflowError):
        return None
