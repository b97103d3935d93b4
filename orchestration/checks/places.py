"""Which folders and files the checks speak of.

A release shows drops by number and names no folder (specification 4). Whoever runs the warehouse knows folders: their
names come from the restricted build, and who may not read that is told numbers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.checks.declared import LANDING_REMARKS
from orchestration.settings import DBT_PROJECT
from orchestration.words import shown_drop, shown_text

if TYPE_CHECKING:
    import duckdb

_NUMBERED = re.compile(r"drop ([0-9]+)")
_IN_A_TEXT = re.compile(r"\b(\w+) drop ([0-9]+)\b")


@dataclass(frozen=True)
class Places:
    """The names behind the numbers.

    Attributes:
        folders: Center and number of a drop -> name of its folder.
        remarks: Center and kind of remark -> the folders and files that it is about.
    """

    folders: Mapping[tuple[str, int], str] = field(default_factory=dict)
    remarks: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def about(self, center_id: str | None, subject: str | None) -> str:
        """Center and subject of a check's result; a drop with its folder, such as `center_a/2024-06-30 (drop 2)`."""
        number = _NUMBERED.fullmatch(subject or "")
        if center_id is not None and number is not None:
            return shown_drop(center_id, self.folders.get((center_id, int(number[1]))), int(number[1]))
        return " ".join(part for part in (center_id, subject) if part)

    def in_text(self, text: str) -> str:
        """A message of a run, which goes by numbers, with the folders of the drops that it is about."""
        return _IN_A_TEXT.sub(
            lambda found: shown_drop(found[1], self.folders.get((found[1], int(found[2]))), int(found[2])), text
        )

    def where(self, check_name: str, center_id: str | None, subject: str | None) -> tuple[str, ...]:
        """The folders and files behind a count of remarks; empty for every other check."""
        return self.remarks.get((center_id or "", subject or ""), ()) if check_name == LANDING_REMARKS.name else ()


def places_of(connection: "duckdb.DuckDBPyConnection") -> Places:
    """The places of a build, from its database."""
    folders = {
        (center, number): name
        for center, number, name in connection.execute(
            "select center_id, drop_number, drop_name from landing.drops"
        ).fetchall()
    }
    remarks: dict[tuple[str, str], tuple[str, ...]] = {}
    for code, center, number, subject in connection.execute(
        "select code, center_id, drop_number, subject from landing.notes order by all"
    ).fetchall():
        folder = folders.get((center, number))
        place = shown_text(subject) if folder is None else f"{shown_text(folder)}/{shown_text(subject)}"
        remarks[(center or "", code)] = (*remarks.get((center or "", code), ()), place)
    return Places(folders, remarks)


def places_of_build(warehouse: Path) -> Places:
    """The places of a build that may be gone or closed to the reader: then there are none."""
    import duckdb

    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return places_of(connection)
    except (duckdb.Error, OSError):
        return Places()


def places_of_raw(raw: Path) -> Places:
    """The folders of the drops as they lie in the raw folder now: for a run that made no build."""
    from orchestration.landing.contract import load_contracts
    from orchestration.landing.drops import discover
    from orchestration.landing.errors import LandingError

    try:
        folders, _ = discover(raw, load_contracts(DBT_PROJECT / "models" / "staging"))
    except LandingError:
        return Places()
    return Places({(folder.center, folder.number): folder.name for folder in folders})
