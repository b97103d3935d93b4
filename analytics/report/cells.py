"""Tables of the report: cells that know which counts they would give away, and how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analytics.disclosure import MARK, Key

DASH = "–"
NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Cell:
    """Text that may be shown only if none of these counts is hidden; otherwise: what stands there then, made from fewer
    of the counts (the mark, where not given).
    """

    text: str
    keys: tuple[Key, ...] = ()
    otherwise: Cell | None = None

    def shown(self, hidden: Collection[Key]) -> str:
        """The text, or what stands in its place."""
        if not any(key in hidden for key in self.keys):
            return self.text
        return MARK if self.otherwise is None else self.otherwise.shown(hidden)


@dataclass(frozen=True)
class Table:
    """A table: `slug` names its files; a row that consists of one cell is a heading within the table.

    warnings: failed diagnostics of the numbers in the table, shown beside it. footnotes: words of each sign that a cell
    may bear, shown where one does.
    """

    slug: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    notes: Sequence[str] = ()
    warnings: Sequence[str] = ()
    is_suppressed: bool = field(default=False)
    footnotes: Mapping[str, str] = field(default_factory=dict)

    def shown(self, hidden: Collection[Key]) -> Table:
        """The same table with text in every cell, hidden counts marked."""
        rows = [[cell.shown(hidden) if isinstance(cell, Cell) else cell for cell in row] for row in self.rows]
        signs = [sign for sign in self.footnotes if any(sign in text for row in rows for text in row)]
        notes = [*self.notes, *(f"{sign} {self.footnotes[sign]}" for sign in signs)]
        return replace(self, rows=rows, notes=notes, is_suppressed=any(MARK in row for row in rows))


def pretty(label: str) -> str:
    """A covariate's label in print: comparison signs, powers and units as they are written."""
    for plain, printed in ((">=", "≥"), ("<=", "≤"), ("10^9", "10⁹"), ("umol", "µmol")):
        label = label.replace(plain, printed)
    return label


def known(value: Any) -> bool:
    """Whether a value is there (not None, NA or NaN)."""
    return value is not None and not bool(pd.isna(value))


def number(value: Any, digits: int = 1) -> str:
    """A number with fixed decimals; a dash where it is unknown."""
    return f"{round(float(value), digits) + 0.0:.{digits}f}" if known(value) else DASH


def percent(part: float, whole: float) -> str:
    """A share as `12.3%`; a dash where there is no whole."""
    return f"{100 * part / whole:.1f}%" if whole else DASH


def p_value(value: Any) -> str:
    """A p value as journals print it."""
    if not known(value):
        return DASH
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def interval(value: Any, low: Any, high: Any, digits: int = 2) -> str:
    """An estimate with its limits, `0.62 (0.45 to 0.85)`; limits that are unknown are dashes."""
    if not known(value):
        return DASH
    if not known(low) and not known(high):
        return number(value, digits)
    return f"{number(value, digits)} ({limit(low, digits)} to {limit(high, digits)})"


def limit(value: Any, digits: int) -> str:
    """A confidence limit; very large ones are not spelled out."""
    if not known(value):
        return "NR"
    return ">1000" if math.isinf(value) or value > 1000 else number(value, digits)


def months(value: Any, low: Any, high: Any) -> str:
    """A median in months with its limits; `not reached` where the curve does not come down to one half."""
    if not known(value):
        return f"{NOT_REACHED} ({limit(low, 1)} to {limit(high, 1)})" if known(low) else NOT_REACHED
    return interval(value, low, high, 1)


def survival(value: Any, low: Any, high: Any) -> str:
    """A survival probability in percent with its limits."""
    middle, lower, upper = (100 * part if known(part) else None for part in (value, low, high))
    return interval(middle, lower, upper, digits=1)
