"""Section 2.6: the six endpoints of one person, under both policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .labels import Label, first_progression
from .lines import Line
from .parsing import add_months
from .response import Timepoint


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of one person."""

    endpoint: str
    start: date
    end: date
    is_event: bool
    reason: str

    @property
    def time_days(self) -> int:
        """Days from start to end, never negative."""
        return max((self.end - self.start).days, 0)


@dataclass
class Course:
    """What the endpoints need: line starts in order, judged timepoints by line number, death, last known alive."""

    line_starts: list[date]
    timepoints: dict[int, list[Timepoint]] = field(default_factory=dict)
    death: date | None = None
    last_known_alive: date | None = None

    def start_of(self, number: int) -> date | None:
        """Start of a line, if there is one."""
        return self.line_starts[number - 1] if number <= len(self.line_starts) else None


def all_endpoints(course: Course, protocol: dict[str, Any]) -> list[Endpoint]:
    """Every endpoint whose start exists, by the protocol's policy and assessment gap."""
    found = [
        progression_endpoint("pfs", 1, course, protocol),
        progression_endpoint("ttp", 1, course, protocol),
        death_endpoint("os", course.start_of(1), course),
        death_endpoint("pps", first_progression(_counting(1, course, protocol)), course),
        progression_endpoint("second_line_pfs", 2, course, protocol),
        death_endpoint("second_line_os", course.start_of(2), course),
    ]
    return [endpoint for endpoint in found if endpoint is not None]


def _counting(number: int, course: Course, protocol: dict[str, Any]) -> list[Timepoint]:
    """Timepoints of a line that count: under `ignore` those after the next line's start as well."""
    ignore = protocol["new_therapy_policy"] == "ignore"
    return [point for point in course.timepoints.get(number, []) if ignore or point.is_within]


def progression_endpoint(name: str, number: int, course: Course, protocol: dict[str, Any]) -> Endpoint | None:
    """pfs, ttp (line 1) and second_line_pfs (line 2)."""
    start, next_start = course.start_of(number), course.start_of(number + 1)
    if start is None:
        return None
    ignore = protocol["new_therapy_policy"] == "ignore"
    points = _counting(number, course, protocol)
    seen = [point.day for point in points if point.overall != "NE"]
    end, reason = first_progression(points), "progression"
    death = course.death if ignore or next_start is None or (course.death or start) <= next_start else None
    if name != "ttp" and death is not None and (end is None or death < end):
        end, reason = death, "death"
    if end is not None:
        gap = protocol["max_assessment_gap_days"]
        last = max((day for day in seen if day < end or (day == end and reason == "death")), default=start)
        if gap is not None and (end - last).days > gap:
            return Endpoint(name, start, last, False, "assessment_gap")
        return Endpoint(name, start, end, True, reason)
    last = max(seen, default=start)
    if next_start is not None and not ignore:
        reason = "new_therapy"
    elif name == "ttp" and course.death is not None:
        reason = "death_without_progression"
    else:
        reason = "no_assessment" if last == start else "last_assessment"
    return Endpoint(name, start, last, False, reason)


def death_endpoint(name: str, start: date | None, course: Course) -> Endpoint | None:
    """os, pps and second_line_os: death, or the last date known alive."""
    if start is None:
        return None
    if course.death is not None:
        return Endpoint(name, start, course.death, True, "death")
    return Endpoint(name, start, course.last_known_alive or start, False, "last_known_alive")


def second_line_comparison(label: Label, lines: list[Line]) -> str | None:
    """The regimen class compared (TKI or TKI+PD-1), None outside the second-line population."""
    if label.resistance not in ("primary", "secondary") or label.progression is None or len(lines) < 2:
        return None
    second = lines[1]
    if second.start < label.progression or second.regimen_class not in ("TKI", "TKI+PD-1"):
        return None
    return second.regimen_class


def landmark(course: Course, label: Label, protocol: dict[str, Any]) -> tuple[Endpoint, str] | None:
    """Landmark OS and the group at the landmark; None where the person is not in the set."""
    moment = add_months(course.line_starts[0], protocol["resistance_window_months"])
    alive = course.last_known_alive
    if course.death is not None:
        if course.death <= moment:
            return None
    elif alive is None or alive < moment:
        return None
    survival = death_endpoint("landmark_os", moment, course)
    assert survival is not None
    progressed = label.progression is not None and label.progression <= moment
    return survival, "progression" if progressed else "no_progression"
