"""Withdrawn patients under an earlier pseudonym key, with which kept releases were made.

With that key at hand the patients are found again, from the hospitals' drops (docs/operations.md).
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from orchestration.errors import RefreshError
from orchestration.landing.storage import make_private_folder
from orchestration.pseudonym_key import PseudonymKey
from orchestration.release.catalog import Release, ReleaseCatalog, query
from orchestration.settings import Settings
from orchestration.withdrawal.persons import (
    LandedPatient,
    Named,
    landed_patients,
    local_pseudonym,
    person_table,
    pseudonyms_of,
)

if TYPE_CHECKING:
    from orchestration.landing.contract import Contract

# Landed with an old key, for one search.
SCRATCH = ".landed-with-old-key"


def releases_of_other_keys(settings: Settings, key_fingerprint: str) -> dict[str, list[Release]]:
    """Kept releases made with another key, by its fingerprint; without those that cannot be read."""
    found: dict[str, list[Release]] = defaultdict(list)
    for release in ReleaseCatalog(settings).all():
        with suppress(RefreshError):
            fingerprint = query(release.database, "select key_fingerprint from release")[0]["key_fingerprint"]
            if fingerprint != key_fingerprint:
                found[str(fingerprint)].append(release)
    return dict(found)


def pseudonyms_under(
    settings: Settings,
    contracts: Mapping[str, "Contract"],
    key: PseudonymKey,
    old_key: PseudonymKey,
    patients: Iterable[Iterable[str]],
) -> set[str] | None:
    """The pseudonyms that an old key gives to patients known by those of the present one.

    None where any of them has no number in the drops, or had another one under the old key than can be found there:
    then nothing made with the old key can be searched for them.
    """
    landed = landed_patients(settings.landing, contracts)
    before = _landed_with(settings, contracts, old_key.secret)
    found: set[str] = set()
    for pseudonyms in patients:
        numbers = _numbers_of(set(pseudonyms), landed, key.secret)
        if not numbers:
            return None
        for number in numbers:
            old_pseudonyms, is_landed = pseudonyms_of(number, before, old_key.secret)
            if not is_landed:
                return None
            found |= old_pseudonyms
    return found


def remove_scratch(settings: Settings) -> None:
    """Remove what a killed search left; to be called under the lock."""
    shutil.rmtree(settings.restricted / SCRATCH, ignore_errors=True)


def _numbers_of(pseudonyms: set[str], landed: Iterable[LandedPatient], key: bytes) -> list[Named]:
    """Every number under which a patient came."""
    numbers = {
        (one.center, one.local_id)
        for one in landed
        if one.person_id in pseudonyms or local_pseudonym(key, one.center, one.local_id) in pseudonyms
    }
    return [Named(0, center=center, local_id=number) for center, number in sorted(numbers)]


def _landed_with(settings: Settings, contracts: Mapping[str, "Contract"], secret: bytes) -> list[LandedPatient]:
    """Every patient number of the drops with the person_id that an old key gives, from the tables of patients alone."""
    from orchestration.landing.land import land

    remove_scratch(settings)
    scratch = settings.restricted / SCRATCH
    make_private_folder(scratch)
    tables_of_patients = {
        center: contract.model_copy(update={"tables": {person_table(contract).table_name: person_table(contract)}})
        for center, contract in contracts.items()
    }
    try:
        land(settings.raw, scratch, tables_of_patients, secret)
        return landed_patients(scratch, contracts)
    finally:
        remove_scratch(settings)
