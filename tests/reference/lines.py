"""Section 2.1: exposures, eras and lines of therapy of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .parameters import WAREHOUSE, WarehouseParameters
from .terms import agents


@dataclass(frozen=True)
class Exposure:
    """Days (both included) covered by one order or dispensing of one agent."""

    agent: str
    first_day: date
    last_day: date
    center: str = "center_a"


@dataclass(frozen=True)
class Era:
    """Exposures of one agent joined over short gaps."""

    agent: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Line:
    """One line of therapy; `end` is set for an ongoing line too, the release hides it."""

    number: int
    start: date
    end: date
    regimen: tuple[str, ...]
    regimen_class: str
    is_ongoing: bool


def exposure(agent: str, start: date, stop: date, center: str, cut_off: date, death: date | None) -> Exposure:
    """At least the agent's minimum exposure, never past the center's cut-off or the death."""
    minimum = timedelta(days=agents()[agent].minimum_exposure_days - 1)
    last = min(max(stop, start + minimum), cut_off)
    if death is not None:
        last = min(last, death)
    return Exposure(agent, start, last, center)


def build_eras(exposures: list[Exposure], parameters: WarehouseParameters = WAREHOUSE) -> list[Era]:
    """Eras of the systemic anticancer agents: joined while start - last day - 1 <= era_gap_days."""
    eras: list[Era] = []
    for agent in sorted({item.agent for item in exposures if agents()[item.agent].is_systemic_anticancer}):
        of_agent = sorted((item for item in exposures if item.agent == agent), key=lambda item: item.first_day)
        first, last = of_agent[0].first_day, of_agent[0].last_day
        for item in of_agent[1:]:
            if (item.first_day - last).days - 1 <= parameters.era_gap_days:
                last = max(last, item.last_day)
            else:
                eras.append(Era(agent, first, last))
                first, last = item.first_day, item.last_day
        eras.append(Era(agent, first, last))
    return eras


def build_lines(
    exposures: list[Exposure], cut_offs: dict[str, date], parameters: WarehouseParameters = WAREHOUSE
) -> list[Line]:
    """Lines from line 1 on, with regimen, class, end and whether the last one is ongoing."""
    eras = build_eras(exposures, parameters)
    found = _starts_and_regimens(eras, parameters)
    lines = []
    for position, (start, regimen) in enumerate(found):
        is_last = position == len(found) - 1
        if is_last:
            end = max(era.last_day for era in eras if era.agent in regimen)
        else:
            end = found[position + 1][0] - timedelta(days=1)
        ongoing = is_last and any(
            item.agent in regimen and item.last_day == cut_offs.get(item.center) for item in exposures
        )
        lines.append(Line(position + 1, start, end, tuple(sorted(regimen)), regimen_class(regimen), ongoing))
    return lines


def _starts_and_regimens(eras: list[Era], parameters: WarehouseParameters) -> list[tuple[date, set[str]]]:
    """Line starts in order, each with its regimen."""
    found: list[tuple[date, set[str]]] = []
    start = min((era.first_day for era in eras), default=None)
    before: set[str] = set()
    while start is not None:
        window_end = start + timedelta(days=parameters.regimen_window_days)
        regimen = {era.agent for era in eras if start <= era.first_day <= window_end}
        regimen |= {
            era.agent for era in eras if era.agent in before and era.first_day < start and era.last_day >= window_end
        }
        found.append((start, regimen))
        later = [era.first_day for era in eras if era.first_day > window_end and era.agent not in regimen]
        start, before = min(later, default=None), regimen
    return found


def regimen_class(regimen: set[str] | tuple[str, ...]) -> str:
    """The class of a set of agents; PD-L1 counts as PD-1."""
    classes = {agents()[agent].agent_class.replace("PD-L1", "PD-1") for agent in regimen}
    named = {
        frozenset({"TKI"}): "TKI",
        frozenset({"PD-1"}): "PD-1",
        frozenset({"TKI", "PD-1"}): "TKI+PD-1",
        frozenset({"PD-1", "anti-VEGF"}): "PD-1+anti-VEGF",
    }
    return named.get(frozenset(classes), "other")
