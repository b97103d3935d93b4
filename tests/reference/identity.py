"""Section 1.7: pseudonyms, and the one patient row that speaks for a person."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from .parsing import is_resident_id
from .rows import Row
from .terms import agents


@dataclass
class Person:
    """A person with at least one kept patient row."""

    person_id: str
    center_id: str
    sex: str
    birth_date: date
    diagnosis_code: str
    etiology: str


def person_id(key: bytes, center: str, patient_id: str, national_id: str) -> str:
    """First 16 hex digits of HMAC-SHA256 over the valid resident id, else over center and local id."""
    upper = national_id.upper()
    text = f"nid:{upper}" if is_resident_id(upper) else f"{center}:{patient_id}"
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).hexdigest()[:16]


def persons_of(patients: list[Row], key: bytes) -> dict[tuple[str, str], str]:
    """(center, local id) -> person_id for kept patient rows."""
    return {
        (row.spec.center, row.id): person_id(key, row.spec.center, row.id, row.text("national_id")) for row in patients
    }


def earliest_deaths(contacts: list[Row], persons: dict[tuple[str, str], str]) -> dict[str, date]:
    """A death reported by any kept contact counts, the earliest date if two."""
    deaths: dict[str, date] = {}
    for row in contacts:
        death = row.facts.get("death")
        if death is not None:
            person = persons[row.spec.center, row.facts["patient"].id]
            deaths[person] = min(death, deaths.get(person, date.max))
    return deaths


def build_persons(patients: list[Row], orders: list[Row], persons: dict[tuple[str, str], str]) -> dict[str, Person]:
    """The row under which the first systemic anticancer order started speaks; ties: center, then local id."""
    first_order: dict[tuple[str, str], date] = {}
    for order in orders:
        if any(agents()[name].is_systemic_anticancer for name in order.facts["agents"]):
            local = (order.spec.center, order.facts["patient"].id)
            first_order[local] = min(order.day, first_order.get(local, date.max))
    speaking: dict[str, Row] = {}
    ranked = sorted(
        patients, key=lambda row: (first_order.get((row.spec.center, row.id), date.max), row.spec.center, row.id)
    )
    for row in ranked:
        speaking.setdefault(persons[row.spec.center, row.id], row)
    return {
        identity: Person(
            person_id=identity,
            center_id=row.spec.center,
            sex=row.facts["sex"],
            birth_date=row.day,
            diagnosis_code=row.text("diagnosis_code"),
            etiology=row.facts["etiology"],
        )
        for identity, row in speaking.items()
    }
