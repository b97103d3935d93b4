"""Results of checks as people read them: one in a line, or equal ones together with the places where they stand."""

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.checks.declared import LANDING_REMARKS, UNMAPPED_TERMS
from orchestration.checks.model import CheckResult
from orchestration.checks.places import Places

Row = Mapping[str, Any]  # a row of the table `checks`

NOT_PASSED = ("fail", "warn")
COUNTS_ALONE = (LANDING_REMARKS.name, UNMAPPED_TERMS.name)  # count something without saying of how many
MOST_FILES = 3  # named behind a count of remarks


@dataclass(frozen=True)
class Finding:
    """Results of one check that say the same of several places."""

    check_name: str
    status: str
    places: tuple[str, ...]
    note: str | None

    def line(self, most_places: int | None = None, longest_note: int | None = None) -> str:
        """The finding in one line; of more places, or a longer note, only the beginning."""
        shown = list(self.places[:most_places])
        left = len(self.places) - len(shown)
        places = ", ".join(shown) + (f" and {left} more" if left else "")
        note = self.note
        if note and longest_note:
            note = textwrap.shorten(note, longest_note, placeholder=" ...")
        return ": ".join(part for part in (self.check_name, places, note) if part)


def as_row(result: CheckResult) -> Row:
    """A result as a row of the table `checks`."""
    return {
        "check_name": result.check.name,
        "center_id": result.center_id,
        "subject": result.subject,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "status": result.status.value,
        "note": result.note,
    }


def findings(rows: Iterable[Row], places: Places) -> list[Finding]:
    """What failed or warns, failed checks first; results of one check with the same note are one finding."""
    together: dict[tuple[str, str, str | None], list[str]] = {}
    for row in sorted((row for row in rows if row["status"] in NOT_PASSED), key=_order):
        place, note = place_of(row, places), row["note"]
        if row["check_name"] == UNMAPPED_TERMS.name:  # its notes are counts, which belong to the place
            place, note = f"{place} ({note})", None
        of_note = together.setdefault((row["check_name"], row["status"], note), [])
        if place:
            of_note.append(place)
    return [Finding(name, status, tuple(found), note) for (name, status, note), found in together.items()]


def place_of(row: Row, places: Places) -> str:
    """Where a result stands, and how many are meant where they are counted."""
    about = places.about(row["center_id"], row["subject"])
    numerator, denominator = row["numerator"], row["denominator"]
    is_counted = denominator is not None or row["check_name"] in COUNTS_ALONE
    if numerator is None or not is_counted or (numerator, denominator) == (1, 1):
        return about
    count = f"{numerator}" if denominator is None else f"{numerator} of {denominator}"
    where = places.where(row["check_name"], row["center_id"], row["subject"])
    more = ", ..." if len(where) > MOST_FILES else ""
    files = f" ({', '.join(where[:MOST_FILES])}{more})" if where else ""
    return f"{about} {count}{files}".strip()


def in_words(row: Row, places: Places) -> str:
    """One result in a line, without counts: name, place, note."""
    about = places.about(row["center_id"], row["subject"])
    return ": ".join(part for part in (row["check_name"], about, row["note"]) if part)


def _order(row: Row) -> tuple[Any, ...]:
    """By status, check, center and subject; `drop 10` comes after `drop 9`."""
    parts = re.split(r"([0-9]+)", row["subject"] or "")
    natural = [(int(part), "") if place % 2 else (-1, part) for place, part in enumerate(parts)]
    return (row["status"], row["check_name"], row["center_id"] or "", natural, row["note"] or "")
