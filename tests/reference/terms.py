"""The facts of section 1.5: agents and their aliases, analytes and their units."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from .units import fold_unit

FOLDER = Path(__file__).parent / "vocabulary"


@dataclass(frozen=True)
class Agent:
    """One row of agents.csv, as far as the derivations need it."""

    name: str
    agent_class: str
    is_systemic_anticancer: bool
    minimum_exposure_days: int


@dataclass(frozen=True)
class Analyte:
    """One row of analytes.csv with the units that convert to it (folded unit -> factor)."""

    name: str
    unit: str
    plausible_low: Decimal
    plausible_high: Decimal
    factors: dict[str, Decimal]


def _records(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def agents() -> dict[str, Agent]:
    """Agents by name."""
    return {
        row["agent"]: Agent(
            name=row["agent"],
            agent_class=row["agent_class"],
            is_systemic_anticancer=row["systemic_anticancer"] == "true",
            minimum_exposure_days=int(row["minimum_exposure_days"]),
        )
        for row in _records("agents.csv")
    }


@cache
def aliases() -> list[tuple[str, str]]:
    """(alias, agent), longest alias first."""
    pairs = [(row["alias"].lower(), row["agent"]) for row in _records("agent_aliases.csv")]
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0]))


@cache
def analytes() -> dict[str, Analyte]:
    """Analytes by name."""
    factors: dict[str, dict[str, Decimal]] = {}
    for row in _records("analyte_units.csv"):
        factors.setdefault(row["analyte"], {})[fold_unit(row["source_unit"])] = Decimal(row["factor_to_unit"])
    return {
        row["analyte"]: Analyte(
            name=row["analyte"],
            unit=row["unit"],
            plausible_low=Decimal(row["plausible_low"]),
            plausible_high=Decimal(row["plausible_high"]),
            factors=factors[row["analyte"]],
        )
        for row in _records("analytes.csv")
    }
