"""Checks that compare a build with the last release: nobody may vanish unnoticed."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from orchestration.checks.declared import (
    CENTER_STILL_THERE,
    LAST_RELEASE_READABLE,
    PERSONS_STILL_THERE,
    REAL_DATA_STILL_THERE,
    STUDIES_STILL_THERE,
)
from orchestration.checks.model import CheckResult, Status
from orchestration.errors import RefreshError
from orchestration.parameters import OPERATIONAL
from orchestration.release.catalog import Release, persons_by_center, query
from orchestration.release.overview import study_ids
from orchestration.words import counted


class LastRelease(NamedTuple):
    """What a build is compared with: center to persons, whether any drop was simulated, and the studies."""

    persons: dict[str, int]
    is_simulated: bool
    studies: list[str]


def first_readable(releases: Iterable[Release]) -> tuple[LastRelease | None, list[str]]:
    """The first of these releases that can be read, and the names of those before it that cannot."""
    unreadable: list[str] = []
    for release in releases:
        try:
            provenance = query(release.database, "select is_simulated from release")[0]
            persons, studies = persons_by_center(release.database), study_ids(release.database)
        except RefreshError:
            unreadable.append(release.release_id)
            continue
        return LastRelease(persons, bool(provenance["is_simulated"]), studies), unreadable
    return None, unreadable


def readable_check(unreadable: Collection[str]) -> CheckResult:
    """Whether the last release could be read: a damaged one must not keep the next from being made."""
    if not unreadable:
        return CheckResult(LAST_RELEASE_READABLE, Status.PASS, None, None, 0, None, 0.0)
    note = f"cannot be read: {', '.join(unreadable)}; restore them from the backup, and look at the disk"
    return CheckResult(LAST_RELEASE_READABLE, Status.WARN, None, None, len(unreadable), None, 0.0, note)


def persons_checks(last: Mapping[str, int] | None, now: Mapping[str, int], is_accepted: bool) -> list[CheckResult]:
    """Persons of each center now against the last release.

    Args:
        last: Center to persons in the last release; None where there is none.
        now: Center to persons in the build.
        is_accepted: A person allowed for this run that centers shrink or go: what would fail is then a warning.
    """
    if last is None:
        note = "there is no earlier release"
        return [
            CheckResult(check, Status.NOT_APPLICABLE, note=note) for check in (CENTER_STILL_THERE, PERSONS_STILL_THERE)
        ]
    refusal = Status.WARN if is_accepted else Status.FAIL
    hint = "accepted for this run" if is_accepted else "if that is right, refresh with --accept-shrinkage"
    results = []
    for center in sorted(last):
        before, after = last[center], now.get(center, 0)
        if after == 0:
            note = f"the center has nobody any more, {counted(before, 'person')} before; {hint}"
            results.append(CheckResult(CENTER_STILL_THERE, refusal, center, None, 0, before, None, note))
            continue
        results.append(CheckResult(CENTER_STILL_THERE, Status.PASS, center, None, after, before))
        is_shrunk = has_shrunk(before, after)
        limit = 1 - OPERATIONAL.largest_fall_of_persons
        results.append(
            CheckResult(
                PERSONS_STILL_THERE,
                refusal if is_shrunk else Status.PASS,
                center,
                None,
                after,
                before,
                limit,
                f"{counted(after, 'person')}, {before} before; {hint}" if is_shrunk else None,
            )
        )
    return results


def real_data_check(was_simulated: bool | None, is_all_simulated: bool, is_accepted: bool) -> CheckResult:
    """Whether simulated drops alone would replace real data, as after a mistyped or unmounted raw folder.

    Args:
        was_simulated: Whether the last release was made from any simulated drop; None where there is none.
        is_all_simulated: Whether every loaded drop of the build is marked as simulated.
        is_accepted: A person allowed it for this run.
    """
    if was_simulated is not False or not is_all_simulated:
        return CheckResult(REAL_DATA_STILL_THERE, Status.PASS)
    hint = "accepted for this run" if is_accepted else "look at the raw folder; if that is right, --accept-shrinkage"
    note = f"the last release was made from real data, all drops are simulated now; {hint}"
    return CheckResult(REAL_DATA_STILL_THERE, Status.WARN if is_accepted else Status.FAIL, note=note)


def studies_check(last: Collection[str], now: Collection[str]) -> list[CheckResult]:
    """A warning for each study of the last release that has no protocol any more: a forgotten folder looks like this.

    Args:
        last: Studies of the last release; empty where there is none.
        now: Studies of the build.
    """
    note = "the last release had this study; look at --protocols or HCC_PROTOCOLS if it should still be there"
    gone = sorted(set(last) - set(now))
    if not gone:
        return [CheckResult(STUDIES_STILL_THERE, Status.PASS)]
    return [CheckResult(STUDIES_STILL_THERE, Status.WARN, None, study, note=note) for study in gone]


def has_shrunk(before: int, after: int) -> bool:
    """Whether persons fell by more than the accepted share; exactly that share is accepted."""
    return round((before - after) * 1000) > round(OPERATIONAL.largest_fall_of_persons * 1000) * before
