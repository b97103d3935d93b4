"""Disclosure control of everything that leaves the restricted warehouse as an aggregate (specification 4).

Counts of 1 to min_cell - 1 persons (an operational parameter, passed in) are hidden, and further counts with them
until nobody can conclude from what is shown that a hidden count is that small: neither by subtraction within a table
nor between tables, because all tables of a report are one system of counts and sums. A hidden count bears one mark
whether it is small itself or hides another, so that the mark says nothing. Nought is shown: it is a statement about
nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

MARK = "·"
# Integer programmes solved to show again what need not be hidden; a few milliseconds each.
MOST_TRIALS = 500
# One that takes longer is given up; the count concerned then counts as unsafe, and more is hidden.
MOST_SECONDS = 10.0

Key = Hashable
Relation = tuple[Key, tuple[Key, ...]]


@dataclass
class Counts:
    """Counts of persons by name, and which is the sum of which; one object for all tables of a report."""

    values: dict[Key, int] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def add(self, key: Key, count: int) -> None:
        """A count. Raises ValueError if the same name already stands for another number."""
        if self.values.setdefault(key, int(count)) != int(count):
            raise ValueError(f"one name stands for two counts: {key!r}")

    def add_sum(self, total: Key, parts: Sequence[Key]) -> None:
        """State that a count is the sum of others. Raises ValueError if it is not."""
        if self.values[total] != sum(self.values[part] for part in parts):
            raise ValueError(f"the parts do not add up: {total!r}")
        self.relations.append((total, tuple(parts)))

    def hidden(self, min_cell: int, displayed: Collection[Key] | None = None) -> frozenset[Key]:
        """The names whose counts must not be shown; displayed: those that any table shows (all, where not given)."""
        return suppressed(self.values, self.relations, min_cell, displayed)


def suppressed(
    values: Mapping[Key, int],
    relations: Sequence[Relation],
    min_cell: int,
    displayed: Collection[Key] | None = None,
) -> frozenset[Key]:
    """Names of the counts to hide: those from 1 to min_cell - 1, and what would give them away.

    values: counts by name; relations: (total, parts) with total = sum of parts; displayed: counts that stand in a table
    (all, where not given): hiding one that stands nowhere costs nothing. After it, for every hidden small count
    there are whole numbers for all hidden counts that fit what is shown and in which it is min_cell or more.
    """
    system = _System(values, relations, min_cell, values.keys() if displayed is None else displayed)
    small = [key for key, count in values.items() if 0 < count < min_cell]
    hidden = set(small)
    pending = list(small)
    while pending:
        key = pending[-1]
        if system.may_be_large(key, hidden):
            pending.pop()  # hiding more never makes a count less certain to be safe
            continue
        hidden.add(system.cheapest(key, hidden))
    return frozenset(system.without_needless(hidden, set(small)))


def shown_risk_numbers(at_risk: Sequence[float], min_cell: int) -> list[int | None]:
    """Numbers at risk as they may stand under a curve; None where one is hidden.

    Hidden: a number from 1 to min_cell - 1, and one that differs from the number shown before it by fewer than
    min_cell persons, since the difference is a count as well. Nought is shown by the same rule.
    """
    shown: list[int | None] = []
    last: int | None = None
    for number in (round(value) for value in at_risk):
        is_safe = (number == 0 or number >= min_cell) and (last is None or number == last or last - number >= min_cell)
        shown.append(number if is_safe else None)
        last = number if is_safe else last
    return shown


def shown_curve(curve: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    """The rows of a curve that may be drawn: it ends where fewer than min_cell are at risk, and each of its steps holds
    min_cell events or more, so that no step is one person.

    curve: rows in the order of time, columns at_risk, events and the curve's own (survival, limits ...).
    """
    visible = curve.loc[curve["at_risk"].to_numpy(dtype=float) >= min_cell]
    chosen: list[int] = []
    since = 0.0
    for position, events in enumerate(visible["events"].to_numpy(dtype=float)):
        since += events
        if since >= min_cell:
            chosen.append(position)
            since = 0.0
    return visible.iloc[chosen]


def last_shown_time(curve: pd.DataFrame, time: str, min_cell: int) -> float:
    """The last time at which min_cell or more are at risk; NaN where there is none."""
    visible = curve.loc[curve["at_risk"].to_numpy(dtype=float) >= min_cell, time]
    return float(visible.max()) if len(visible) else float("nan")


def shown_readings(curve: pd.DataFrame, time: str, wanted: Sequence[float], min_cell: int) -> list[bool]:
    """Which of a curve's readings at fixed times, in order, may stand beside the group's numbers of persons and events.

    Without early censoring persons times (1 - survival) is the number of events until then, exactly. So the events
    since the reading shown before it (or the start), those after it, and those still at risk after it must each be
    nought or min_cell or more. With censoring that is stricter than needed.
    """
    times, events, at_risk = (curve[name].to_numpy(dtype=float) for name in (time, "events", "at_risk"))
    shown: list[bool] = []
    last = 0.0
    for moment in wanted:
        is_past = times <= moment * (1 + 1e-9)
        until = float(events[is_past].sum())
        after = float(events[~is_past].sum())
        remaining = float(at_risk[~is_past].max(initial=0.0))
        is_safe = all(count == 0 or count >= min_cell for count in (until - last, after, remaining))
        shown.append(is_safe)
        last = until if is_safe else last
    return shown


class _System:
    """Counts and sums, and what can be concluded of hidden ones."""

    def __init__(
        self, values: Mapping[Key, int], relations: Sequence[Relation], min_cell: int, displayed: Collection[Key]
    ) -> None:
        self.values, self.relations, self.min_cell, self.displayed = values, relations, min_cell, displayed
        self.sums_of: dict[Key, list[int]] = {}
        for number, (total, parts) in enumerate(relations):
            for name in dict.fromkeys((total, *parts)):
                self.sums_of.setdefault(name, []).append(number)

    def may_be_large(self, key: Key, hidden: set[Key]) -> bool:
        """Whether what is shown leaves open that a hidden count is min_cell or more."""
        linked, used = self.linked(key, hidden)
        if not used:
            return True
        position = {name: index for index, name in enumerate(linked)}
        matrix = np.zeros((len(used), len(linked)))
        known = np.zeros(len(used))
        for row, number in enumerate(used):
            total, parts = self.relations[number]
            for name, sign in [(total, -1.0), *((part, 1.0) for part in parts)]:
                if name in position:
                    matrix[row, position[name]] += sign
                else:
                    known[row] -= sign * self.values[name]
        lower = np.zeros(len(linked))
        lower[position[key]] = self.min_cell
        answer = milp(
            np.zeros(len(linked)),
            constraints=LinearConstraint(matrix, known, known),
            bounds=Bounds(lower, np.inf),
            integrality=np.ones(len(linked)),
            options={"time_limit": MOST_SECONDS},
        )
        return bool(answer.success)

    def linked(self, key: Key, hidden: set[Key]) -> tuple[list[Key], list[int]]:
        """The hidden counts that sums connect with this one, and the numbers of those sums."""
        found, used = {key: None}, dict[int, None]()
        waiting = [key]
        while waiting:
            for number in self.sums_of.get(waiting.pop(), ()):
                if number in used:
                    continue
                used[number] = None
                total, parts = self.relations[number]
                new = [name for name in (total, *parts) if name in hidden and name not in found]
                found.update(dict.fromkeys(new))
                waiting += new
        return list(found), sorted(used)

    def cheapest(self, key: Key, hidden: set[Key]) -> Key:
        """The count still shown, in a sum with one of the hidden counts concerned, that costs least to hide: one that
        stands in few sums (the total of a group stands in many, and much would have to go with it), then one that no
        table displays, then the smallest.
        """
        candidates = []
        for number in self.linked(key, hidden)[1]:
            total, parts = self.relations[number]
            for order, name in enumerate((total, *parts)):
                if name not in hidden:
                    cost = (len(self.sums_of[name]), name in self.displayed, name == total, self.values[name])
                    candidates.append((self.values[name] == 0, *cost, number, order, name))
        return min(candidates, key=lambda candidate: candidate[:-1])[-1]

    def without_needless(self, hidden: set[Key], small: set[Key]) -> set[Key]:
        """Show again what was hidden on the way and need not be: each displayed count without which every small one
        stays safe, those that stand in many sums first. Of a cohort so small that most is hidden, only some are tried.
        """
        candidates = [key for key in self.values if key in hidden and key not in small and key in self.displayed]
        trials = 0
        for key in sorted(candidates, key=lambda name: (-len(self.sums_of[name]), -self.values[name])):
            concerned = [name for name in self.linked(key, hidden)[0] if name in small]
            trials += len(concerned)
            if trials > MOST_TRIALS:
                break
            fewer = hidden - {key}
            if all(self.may_be_large(name, fewer) for name in concerned):
                hidden = fewer
        return hidden
