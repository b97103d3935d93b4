"""Kept releases made with an earlier pseudonym key: a withdrawn patient bears another pseudonym there.

With the old key at hand the patients are found again, from the hospitals' drops; without it nobody can say whether a
release holds them, so that it is set aside (docs/operations.md).
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestration.errors import RefreshError
from orchestration.landing.land import land
from orchestration.landing.storage import make_private_folder
from orchestration.pseudonym_key import PseudonymKey
from orchestration.release.catalog import Release, ReleaseCatalog, query
from orchestration.settings import Settings
from orchestration.withdrawal.kept_releases import clean_release
from orchestration.withdrawal.persons import LandedPatient, Named, landed_patients, person_table, pseudonyms_of
from orchestration.withdrawal.set_aside import set_aside

if TYPE_CHECKING:
    from orchestration.landing.contract import Contract

# Landed with an old key, for this search alone.
SCRATCH = ".landed-with-old-key"


class SearchedOfOtherKeys(NamedTuple):
    """Identifiers of the releases that held the patients, and of those that were set aside."""

    changed: list[str]
    set_aside: list[str]


def releases_of_other_keys(settings: Settings, key_fingerprint: str) -> dict[str, list[Release]]:
    """Kept releases made with another key, by its fingerprint."""
    found: dict[str, list[Release]] = defaultdict(list)
    for release in ReleaseCatalog(settings).all():
        with suppress(RefreshError):  # one that cannot be read is set aside by the search with the present key
            fingerprint = query(release.database, "select key_fingerprint from release")[0]["key_fingerprint"]
            if fingerprint != key_fingerprint:
                found[str(fingerprint)].append(release)
    return dict(found)


def take_out_of_other_keys(
    settings: Settings,
    names: Iterable[Named],
    landed: Iterable[LandedPatient],
    contracts: Mapping[str, "Contract"],
    key: PseudonymKey,
    old_keys: Iterable[PseudonymKey],
) -> SearchedOfOtherKeys:
    """Take patients out of releases made with other keys than the present one; to be called under the lock.

    Args:
        settings: The warehouse.
        names: The patients, as they were named.
        landed: Every patient number landed with the present key.
        contracts: By center.
        key: The present key.
        old_keys: Those at hand; releases of any other are set aside.

    Raises:
        RefreshError: Where a report of a release cannot be removed.
    """
    others = releases_of_other_keys(settings, key.fingerprint)
    at_hand = {old.fingerprint: old for old in old_keys}
    numbers = _numbers(names, list(landed))
    changed = []
    for fingerprint in others.keys() & at_hand.keys():
        secret = at_hand[fingerprint].secret
        before = _landed_with(settings, contracts, secret)
        pseudonyms = set().union(*(pseudonyms_of(number, before, secret)[0] for number in numbers))
        changed += [one.release_id for one in others[fingerprint] if clean_release(one, pseudonyms)]
    unknown = [one.release_id for fingerprint in others.keys() - at_hand.keys() for one in others[fingerprint]]
    set_aside(settings, unknown)
    return SearchedOfOtherKeys(sorted(changed), sorted(unknown))


def _numbers(names: Iterable[Named], landed: list[LandedPatient]) -> list[Named]:
    """Each named patient by every number of theirs: a person_id of the present key says nothing under another one."""
    numbers: set[Named] = set()
    for named in names:
        persons = {one.person_id for one in landed if (one.center, one.local_id) == (named.center, named.local_id)}
        persons |= {named.person_id} if named.person_id else set()
        numbers |= {
            Named(named.line, center=one.center, local_id=one.local_id) for one in landed if one.person_id in persons
        }
        if named.center:
            numbers.add(named)
    return sorted(numbers, key=lambda number: (str(number.center), str(number.local_id), number.line))


def _landed_with(settings: Settings, contracts: Mapping[str, "Contract"], secret: bytes) -> list[LandedPatient]:
    """Every patient number of the drops with the person_id that an old key gives, from the tables of patients alone."""
    scratch: Path = settings.restricted / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    make_private_folder(scratch)
    tables_of_patients = {
        center: contract.model_copy(update={"tables": {person_table(contract).table_name: person_table(contract)}})
        for center, contract in contracts.items()
    }
    try:
        land(settings.raw, scratch, tables_of_patients, secret)
        return landed_patients(scratch, contracts)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
