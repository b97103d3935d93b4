"""Survival by group: tables and Kaplan-Meier figures from the release's tables (specification 5.1 item 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.dates import DAYS_PER_MONTH
from analytics.disclosure import MARK, Key, last_shown_time, shown_curve, shown_readings, shown_risk_numbers
from analytics.estimates.results import records
from analytics.report.cells import Cell, Table, known, months, p_value
from analytics.report.cells import survival as survival_words
from analytics.report.study import COHORT, LABEL_WORDS, Study

ENDPOINT_WORDS = {
    "os": "Overall survival",
    "pfs": "Progression-free survival",
    "ttp": "Time to progression",
    "pps": "Survival after progression",
    "landmark_os": "Overall survival from the landmark",
    "second_line_pfs": "Progression-free survival on second line",
    "second_line_os": "Overall survival from second line",
    "follow_up": "Follow-up (reverse Kaplan-Meier)",
}
GROUP_WORDS = LABEL_WORDS | {
    "all": "All eligible patients",
    "progression": "Progression before the landmark",
    "no_progression": "No progression before the landmark",
}
READINGS = (12, 24, 36)
NAIVE_WORDS = "naive"
LANDMARK_GROUPS = ("progression", "no_progression")


@dataclass(frozen=True)
class CurveGroup:
    """One curve as it may be drawn: steps in months (starting at 0 and 1), limits, where it ends, numbers at risk,
    and the name of its number of persons.
    """

    name: str
    time: np.ndarray
    survival: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    end: float
    at_risk: Sequence[int | None]
    key: Key


@dataclass(frozen=True)
class CurveFigure:
    """A Kaplan-Meier figure: curves in order, ticks in months, words."""

    slug: str
    title: str
    ylabel: str
    origin: str
    ticks: np.ndarray
    groups: Sequence[CurveGroup]
    annotation: str


def survival_table(
    study: Study, slug: str, title: str, chosen: Sequence[tuple[str, str]], notes: Sequence[str] = ()
) -> Table:
    """Persons, events, median and 12/24/36-month survival of the chosen (endpoint, grouping), with log-rank p. A group
    that an earlier grouping of the endpoint has told of is not told of again.
    """
    estimates, tests = study.frame("survival_estimates"), study.frame("group_tests")
    rows: list[list[Cell | str]] = []
    told: set[tuple[str, ...]] = set()
    for endpoint, grouping in chosen:
        part = _chosen(estimates, endpoint, grouping)
        if part.empty:
            continue
        naive = f" ({NAIVE_WORDS})" if bool(part["is_naive"].any()) else ""
        further = " of further groups" if grouping == "resistance_label" else ""
        heading: list[Cell | str] = [f"{ENDPOINT_WORDS[endpoint]}{further}{naive}"]
        test = _chosen(tests, endpoint, grouping)
        p_text = f"log-rank P {p_value(test['p_value'].iloc[0])}" if len(test) else ""
        made = [
            (_identity(row), _row(study, row, p_text if order == 0 else "")) for order, row in enumerate(records(part))
        ]
        fresh = [cells for identity, cells in made if identity not in told]
        told |= {identity for identity, _ in made}
        rows += [heading, *fresh] if fresh else []
    columns = ["", "Patients", "Events", "Median, months (95% CI)", *(f"{m} months, %" for m in READINGS), "Test"]
    return Table(slug, title, columns, rows, notes)


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    """What tells a group's estimate from others: the same persons of an endpoint have the same."""
    return tuple(str(row[name]) for name in ("endpoint", "group_name", "n", "events", "median_months"))


def _chosen(frame: pd.DataFrame, endpoint: str, grouping: str) -> pd.DataFrame:
    return frame.loc[(frame["endpoint"] == endpoint) & (frame["grouping"] == grouping)]


def _row(study: Study, row: dict[str, Any], p_text: str) -> list[Cell | str]:
    keys = enter_events(study, row["endpoint"], row["grouping"], row["group_name"], int(row["n"]), int(row["events"]))
    words = GROUP_WORDS.get(row["group_name"], row["group_name"])
    readings: list[Cell | str] = []
    is_shown = _shown_readings(study, row)
    for m in READINGS:
        columns = [f"survival_{m}_months{suffix}" for suffix in ("", "_ci_low", "_ci_high")]
        readings.append(survival_words(*(row[column] for column in columns)) if is_shown[m] else MARK)
    median = months(row["median_months"], row["median_months_ci_low"], row["median_months_ci_high"])
    if row["n"] == 0:
        median, readings = "no patients", [""] * 3
    cells = [Cell(f"{int(value):,}", (key,)) for value, key in zip((row["n"], row["events"]), keys, strict=True)]
    if 0 < row["n"] < study.min_cell:
        # What a handful of persons lived through is not to be read from a median either.
        return [f"  {words}", *cells, *(Cell(str(text), (keys[0],)) for text in (median, *readings)), p_text]
    return [f"  {words}", *cells, median, *readings, p_text]


def _shown_readings(study: Study, row: dict[str, Any]) -> dict[int, bool]:
    """Month -> whether the survival at it may stand beside the number of persons; where it is unknown it may."""
    curves = _chosen(study.frame("survival_curves"), row["endpoint"], row["grouping"])
    curve = curves.loc[curves["group_name"] == row["group_name"]]
    told = [m for m in READINGS if known(row[f"survival_{m}_months"])]
    shown = shown_readings(curve, "time_days", [m * DAYS_PER_MONTH for m in told], study.min_cell)
    return dict.fromkeys(READINGS, True) | dict(zip(told, shown, strict=True))


def enter_events(study: Study, endpoint: str, grouping: str, group: str, n: int, events: int) -> tuple[Key, Key]:
    """Enter persons, events and the persons without event of a group; returns the first two names."""
    whole: Key = ("persons", endpoint, grouping, group)
    is_new = whole not in study.counts.values
    study.counts.add(whole, n)
    study.counts.add(("events", endpoint, grouping, group), events)
    study.counts.add(("without_event", endpoint, grouping, group), n - events)
    if is_new:
        study.sum_of(whole, [("events", endpoint, grouping, group), ("without_event", endpoint, grouping, group)])
        _link_to_cohort(study, whole, endpoint, grouping, group)
    return whole, ("events", endpoint, grouping, group)


def _link_to_cohort(study: Study, whole: Key, endpoint: str, grouping: str, group: str) -> None:
    """State which of the groups named elsewhere these persons are a part of, so that tables cannot be subtracted."""
    known = study.counts.values
    containing: dict[str, Key] = {
        "resistance": ("baseline", group),
        "resistance_label": ("label", group),
        "all": COHORT,
    }
    if endpoint.startswith("second_line"):
        containing = {"regimen_class": ("line_2", group)}
    container = containing.get(grouping)
    if container in known and known[container] >= known[whole]:
        study.subset(container, whole)


def link_survival(study: Study) -> None:
    """State how the persons and events of the survival tables hang together, so that none can be subtracted."""
    # Whoever is not dead is an event of the follow-up.
    study.same_sum("follow-up", [("events", "follow_up", "all", "all")], [("without_event", "os", "all", "all")])
    for kind in ("persons", "events", "without_event"):
        labels: list[Key] = [(kind, "os", "resistance_label", label) for label in LABEL_WORDS]
        study.same_sum(f"{kind} of labels", [(kind, "os", "all", "all")], labels)
        for group in ("primary", "secondary"):
            of_group: Key = (kind, "os", "resistance", group)
            study.same_sum(f"{kind} {group}", [of_group], [(kind, "os", "resistance_label", group)])
            if kind != "without_event":
                study.possible_subset(of_group, (kind, "pps", "resistance", group))
        landmark: list[Key] = [(kind, "landmark_os", "progression_at_landmark", g) for g in LANDMARK_GROUPS]
        if kind != "without_event":
            study.possible_subset((kind, "os", "resistance", "primary"), landmark[0])
        if all(key in study.counts.values for key in landmark):
            study.counts.add((kind, "landmark"), sum(study.counts.values[key] for key in landmark))
            study.sum_of((kind, "landmark"), landmark)
            study.possible_subset((kind, "os", "all", "all"), (kind, "landmark"))


def curve_figure(
    study: Study, slug: str, title: str, endpoint: str, grouping: str, groups: Sequence[str], origin: str
) -> CurveFigure:
    """A Kaplan-Meier figure from the table survival_curves, as far as it may be drawn."""
    curves = _chosen(study.frame("survival_curves"), endpoint, grouping)
    parts = {group: curves.loc[curves["group_name"] == group].sort_values("time_days") for group in groups}
    ends = [last_shown_time(part, "time_days", study.min_cell) for part in parts.values()]
    longest = max([end for end in ends if not np.isnan(end)], default=DAYS_PER_MONTH) / DAYS_PER_MONTH
    step = next(width for width in (1, 2, 3, 6, 12, 24, 48, 120) if longest / width <= 8 or width == 120)
    # Where everybody leaves on the first day there is nothing to draw but an axis of one step.
    ticks = np.arange(0, max(longest, 1.0) + step * 0.999, step)
    drawn = [
        _curve(GROUP_WORDS.get(group, group), part, ticks, ("persons", endpoint, grouping, group), study.min_cell)
        for group, part in parts.items()
        if len(part)
    ]
    test = _chosen(study.frame("group_tests"), endpoint, grouping)
    annotation = f"Log-rank P {p_value(test['p_value'].iloc[0])}" if len(test) else ""
    return CurveFigure(slug, title, ENDPOINT_WORDS[endpoint], origin, ticks, drawn, annotation)


def without_hidden(content: CurveFigure, hidden: frozenset[Key]) -> CurveFigure:
    """The figure without the numbers at risk of groups whose size is hidden: the first of them is that size."""
    groups = [
        replace(group, at_risk=[None] * len(group.at_risk)) if group.key in hidden else group
        for group in content.groups
    ]
    return replace(content, groups=groups)


def _curve(name: str, curve: pd.DataFrame, ticks: np.ndarray, key: Key, min_cell: int) -> CurveGroup:
    steps = shown_curve(curve, min_cell)
    end = _end_of_steps(curve, steps, last_shown_time(curve, "time_days", min_cell)) / DAYS_PER_MONTH
    times = np.concatenate([[0.0], _middle_of_steps(curve, steps) / DAYS_PER_MONTH])
    at_risk_at = _at_risk(curve, ticks * DAYS_PER_MONTH)
    survival, low, high = (
        np.concatenate([[1.0], steps[column].to_numpy(dtype=float)]) for column in ("survival", "ci_low", "ci_high")
    )
    return CurveGroup(
        name, times, survival, low, high, end=end, at_risk=shown_risk_numbers(at_risk_at, min_cell), key=key
    )


def _middle_of_steps(curve: pd.DataFrame, steps: pd.DataFrame) -> np.ndarray:
    """Days midway between the first and the last event of each step: at the last, a curve would lie too high."""
    events = np.sort(curve.loc[curve["events"] > 0, "time_days"].to_numpy(dtype=float))
    last = steps["time_days"].to_numpy(dtype=float)
    first = events[np.searchsorted(events, np.concatenate([[-np.inf], last[:-1]]), side="right")[: len(last)]]
    return (first + last) / 2


def _end_of_steps(curve: pd.DataFrame, steps: pd.DataFrame, last_shown: float) -> float:
    """Day to which a curve may be drawn: no further than its last step where events follow that are too few for one."""
    last_step = float(steps["time_days"].max()) if len(steps) else 0.0
    time = curve["time_days"].to_numpy(dtype=float)
    follows = (time > last_step) & (time <= last_shown) & (curve["events"].to_numpy(dtype=float) > 0)
    return last_step if follows.any() else last_shown


def _at_risk(curve: pd.DataFrame, days: np.ndarray) -> list[float]:
    times, numbers = curve["time_days"].to_numpy(dtype=float), curve["at_risk"].to_numpy(dtype=float)
    return list(np.append(numbers, 0.0)[np.searchsorted(times, days, side="left")])
