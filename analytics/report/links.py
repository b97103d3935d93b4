"""How the counts of different tables hang together: what a reader could subtract is a count as well (specification 4).

Sums within a table are stated where the table is made; here are those that need two or more of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from analytics.disclosure import Key
from analytics.report.study import GROUPS, Study
from analytics.report.survival import CurveFigure

# Endpoint -> the one whose numbers at risk it can be subtracted from, or that from it: the same persons.
SAME_PERSONS = {"pfs": "os", "second_line_os": "second_line_pfs"}
KINDS = ("persons", "events", "without_event")
# Numbers at risk shown so far: (endpoint, group) -> month -> number.
RiskNumbers = dict[tuple[str, str], dict[float, int]]


def link_tables(study: Study) -> None:
    """State what can be subtracted between the tables on centers, arms, groups and models, as far as they are there."""
    values = study.counts.values
    for endpoint in ("os", "pfs"):
        parts: list[Key] = [("events", endpoint, "resistance", group) for group in GROUPS]
        _remainder(study, (f"cox_{endpoint}", "all events"), parts)
    arms: list[Key] = [("line_2", arm) for arm in study.protocol.second_line_classes]
    _remainder(study, _sum(study, "analysed", [("baseline", group) for group in GROUPS]), arms)
    for center in dict.fromkeys(center for key in values if (center := _center_of(key)) is not None):
        of_center: Key = ("persons", "os", "analysed_center", center)
        _remainder(study, ("flow", center, "end"), [of_center])
        second_line: list[Key] = [("line_2_center", center, arm) for arm in study.protocol.second_line_classes]
        _remainder(study, of_center, second_line)
        for kind in KINDS:
            _remainder(study, (kind, "os", "analysed_center", center), [(kind, "pps", "analysed_center", center)])


def _center_of(key: Key) -> str | None:
    """The center whose persons with either kind of resistance are counted; None of other counts."""
    return str(key[3]) if isinstance(key, tuple) and len(key) == 4 and key[2] == "analysed_center" else None


def _sum(study: Study, name: str, parts: Sequence[Key]) -> Key:
    """Enter the sum of counts, where all are there."""
    key: Key = ("sum of", name)
    if all(part in study.counts.values for part in parts):
        study.counts.add(key, sum(study.counts.values[part] for part in parts))
        study.sum_of(key, parts)
    return key


def _remainder(study: Study, total: Key, parts: Sequence[Key]) -> None:
    """State that counts are parts of another, where all are there and can be: what remains is a count as well."""
    values = study.counts.values
    if total not in values or any(part not in values for part in parts):
        return
    rest = values[total] - sum(values[part] for part in parts)
    if rest >= 0:
        key: Key = ("remainder", total, tuple(parts))
        study.counts.add(key, rest)
        study.sum_of(total, [*parts, key])


def without_small_differences(content: CurveFigure, shown: RiskNumbers, min_cell: int) -> CurveFigure:
    """The figure without the numbers at risk that differ from those of other figures by 1 to min_cell - 1 persons.

    shown: what earlier figures show; this figure's numbers are added to it.
    """
    groups = []
    for group in content.groups:
        endpoint, name = _endpoint_and_group(group.key)
        numbers = [
            None if number is None or _gives_away(number, tick, endpoint, name, shown, min_cell) else number
            for tick, number in zip(content.ticks, group.at_risk, strict=True)
        ]
        shown[(endpoint, name)] = _by_month(content, numbers)
        groups.append(replace(group, at_risk=numbers))
    return replace(content, groups=groups)


def _endpoint_and_group(key: Key) -> tuple[str, str]:
    """Of the name of a curve's persons: ("persons", endpoint, grouping, group)."""
    assert isinstance(key, tuple)
    return str(key[1]), str(key[3])


def _gives_away(number: int, tick: float, endpoint: str, name: str, shown: RiskNumbers, min_cell: int) -> bool:
    others = [shown.get((SAME_PERSONS.get(endpoint, ""), name), {}).get(tick)]
    if name == "all":
        same = [months for (of, group), months in shown.items() if of == endpoint and group != name]
        parts = [months[tick] for months in same if tick in months]
        others += [sum(chosen) for size in (1, 2) for chosen in combinations(parts, size)]
    return any(other is not None and 0 < abs(number - other) < min_cell for other in others)


def _by_month(content: CurveFigure, numbers: Sequence[int | None]) -> dict[float, int]:
    return {float(tick): number for tick, number in zip(content.ticks, numbers, strict=True) if number is not None}
