"""Section 2.5: resistance to the first line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .parsing import add_months
from .response import Timepoint


@dataclass(frozen=True)
class Label:
    """primary, secondary, progression_free or indeterminate, with the PD date if there is one."""

    resistance: str
    progression: date | None


def first_progression(timepoints: list[Timepoint]) -> date | None:
    """The first timepoint with overall PD."""
    return min((point.day for point in timepoints if point.overall == "PD"), default=None)


def resistance_label(
    timepoints: list[Timepoint],
    index: date,
    next_start: date | None,
    death: date | None,
    protocol: dict[str, Any],
) -> Label:
    """The label of one person from the timepoints of line 1 (those after the next line's start do not count)."""
    within = [point for point in timepoints if point.is_within]
    window_end = add_months(index, protocol["resistance_window_months"])
    progression = first_progression(within)
    if progression is not None:
        return Label("primary" if progression <= window_end else "secondary", progression)
    if protocol["early_death_is_primary"] and death is not None and death <= window_end and next_start is None:
        return Label("primary", None)
    seen = [point.day for point in within if point.overall != "NE"]
    if seen and max(seen) > window_end:
        return Label("progression_free", None)
    return Label("indeterminate", None)


def analysed_group(label: Label, protocol: dict[str, Any]) -> str | None:
    """primary or secondary for the comparison, None for those outside it."""
    if label.resistance == "progression_free" and protocol["secondary_includes_progression_free"]:
        return "secondary"
    return label.resistance if label.resistance in ("primary", "secondary") else None
