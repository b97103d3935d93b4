"""Who is meant: from a center's own number or a person_id to every pseudonym of that patient.

Patient numbers are compared as landing compares them (specification 1.2, 1.7). Nothing of them is kept or shown.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import RefreshError
from orchestration.landing.pseudonym import identifier_text, person_id, person_text
from orchestration.landing.text import clean_text

if TYPE_CHECKING:
    import duckdb

    from orchestration.landing.contract import Contract, TableContract

_PERSON_ID = re.compile(r"[0-9a-f]{16}")
_SEPARATOR = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Named:
    """How somebody named a patient: by person_id, or by center and that center's own number."""

    line: int
    person_id: str | None = None
    center: str | None = None
    local_id: str | None = None


@dataclass(frozen=True)
class LandedPatient:
    """A patient number of a center and the person_id that one of its landed rows has."""

    center: str
    local_id: str
    person_id: str


def read_names(lines: Iterable[str], centers: Iterable[str]) -> list[Named]:
    """One patient a line: `<center> <patient number>`, or a person_id; blank lines count for nothing.

    Raises RefreshError for any other line; it names the line, never its text.
    """
    known = list(centers)
    names = []
    for number, line in enumerate(lines, start=1):
        parts = _SEPARATOR.split(line.strip().lstrip("\ufeff"), maxsplit=1)
        if parts == [""]:
            continue
        if len(parts) == 2 and parts[0] in known and parts[1]:
            names.append(Named(number, center=parts[0], local_id=identifier_text(clean_text(parts[1]))))
        elif len(parts) == 1 and _PERSON_ID.fullmatch(parts[0]):
            names.append(Named(number, person_id=parts[0]))
        else:
            raise RefreshError(
                f"line {number} names no patient: write `<center> <patient number>` (center: {', '.join(known)}) or a "
                "person_id of 16 hexadecimal digits; nothing was recorded"
            )
    return names


def person_table(contract: "Contract") -> "TableContract":
    """The table of a center that says who its patients are."""
    return next(table for table in contract.tables.values() if table.person is not None)


def landed_patients(landing: Path, contracts: Mapping[str, "Contract"]) -> list[LandedPatient]:
    """Every patient number of every landed drop with each person_id that it ever had there."""
    import duckdb

    found: list[LandedPatient] = []
    with duckdb.connect() as connection:
        for center, contract in contracts.items():
            table = person_table(contract)
            assert table.person is not None
            files = sorted(str(path) for path in (landing / center).glob(f"[!.]*/{table.dataset}.parquet"))
            for file in files:
                rows = connection.execute(
                    f"select distinct {quoted(table.person.local_id)}, _person_id from read_parquet(?) "
                    f"where {quoted(table.person.local_id)} is not null and _person_id is not null",
                    [[file]],
                ).fetchall()
                found += [LandedPatient(center, local_id, person) for local_id, person in rows]
    return found


def patients_of_build(
    connection: "duckdb.DuckDBPyConnection", contracts: Mapping[str, "Contract"]
) -> list[LandedPatient]:
    """Every patient number of the current state with each person_id that one of its versions has."""
    found: list[LandedPatient] = []
    for center, contract in contracts.items():
        table = person_table(contract)
        assert table.person is not None
        rows = connection.execute(
            f"select distinct {quoted(table.person.local_id)}, _person_id from landing.{center}__{table.dataset} "
            f"where {quoted(table.person.local_id)} is not null and _person_id is not null"
        ).fetchall()
        found += [LandedPatient(center, local_id, person) for local_id, person in rows]
    return found


def local_pseudonym(key: bytes, center: str, local_id: str) -> str:
    """The pseudonym of a center's own patient number, whatever national id comes with it."""
    return person_id(key, person_text(center, local_id, None))


def pseudonyms_of(named: Named, patients: Iterable[LandedPatient], key: bytes) -> tuple[set[str], bool]:
    """Every pseudonym of a named patient, and whether anybody landed is that patient.

    A patient is followed from a number to every person_id that its rows ever had, and from there to every number
    under which that person came, at any center: one person for the warehouse is one person here. A number whose rows
    once bore somebody else's national id takes that person along: better one too many than one left.
    """
    known = list(patients)
    persons = {named.person_id} if named.person_id else set()
    numbers = {(named.center, named.local_id)} if named.center else set()
    persons |= {one.person_id for one in known if (one.center, one.local_id) in numbers}
    others = {(one.center, one.local_id) for one in known if one.person_id in persons}
    is_landed = bool(others)
    local = {local_pseudonym(key, center, number) for center, number in numbers | others if center and number}
    return {*(person for person in persons if person), *local}, is_landed


def quoted_text(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'
