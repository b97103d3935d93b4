"""Section 2.2: best and confirmed best response of one line."""

from __future__ import annotations

from datetime import date
from typing import Any

from .response import Timepoint

RANKING = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")


def best_responses(timepoints: list[Timepoint], start: date, protocol: dict[str, Any]) -> tuple[str, str]:
    """(best response, confirmed best response) over the line's timepoints up to and including the first PD."""
    considered: list[Timepoint] = []
    for point in sorted((point for point in timepoints if point.is_within), key=lambda point: point.day):
        considered.append(point)
        if point.overall == "PD":
            break
    plain = [_counted(point.overall, point.day, start, protocol) for point in considered]
    confirmed = [_counted(_confirmed(point, considered, protocol), point.day, start, protocol) for point in considered]
    return _best(plain), _best(confirmed)


def _counted(response: str, day: date, start: date, protocol: dict[str, Any]) -> str:
    """SD and NON-CR/NON-PD count only from day min_stable_days on, else NE."""
    too_early = (day - start).days < protocol["min_stable_days"]
    return "NE" if response in ("SD", "NON-CR/NON-PD") and too_early else response


def _confirmed(point: Timepoint, considered: list[Timepoint], protocol: dict[str, Any]) -> str:
    """CR and PR need the same or a better response confirmation_days later; unconfirmed falls to SD."""
    if point.overall not in ("CR", "PR"):
        return point.overall
    enough = ("CR",) if point.overall == "CR" else ("CR", "PR")
    for later in considered:
        if later.overall in enough and (later.day - point.day).days >= protocol["confirmation_days"]:
            return point.overall
    return "SD"


def _best(responses: list[str]) -> str:
    return min(responses, key=RANKING.index, default="NE")
