"""The simulator's parameters: one readable file, every number with its source or reason."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

PARAMETERS_FILE = Path(__file__).with_name("parameters.toml")
EPOCH = dt.date(1970, 1, 1)
CENTERS = ("center_a", "center_b")

Parameters = dict[str, Any]


def load_parameters(path: Path = PARAMETERS_FILE) -> Parameters:
    """The parameter file as nested dictionaries."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01: the simulator's dates are whole numbers."""
    return (date - EPOCH).days


def date_of(day: int) -> dt.date:
    """The calendar date of a day number."""
    return EPOCH + dt.timedelta(days=int(day))


def by_center(table: dict[str, float]) -> list[float]:
    """A parameter given per center, in the order of CENTERS."""
    return [table[center] for center in CENTERS]
