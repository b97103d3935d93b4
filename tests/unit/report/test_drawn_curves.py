"""How a curve is drawn whose steps hold several events each: neither too high nor beyond what is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics.dates import DAYS_PER_MONTH
from analytics.report.survival import _curve

MIN_CELL = 5


def _curve_of(days: list[float], persons: int) -> pd.DataFrame:
    """A Kaplan-Meier curve of persons of whom one dies on each day; the others leave after the last of them."""
    at_risk = np.arange(persons, persons - len(days), -1)
    survival = 1 - np.arange(1, len(days) + 1) / persons
    last = {"time_days": max(days) + 30, "at_risk": persons - len(days), "events": 0, "survival": survival[-1]}
    rows = pd.DataFrame({"time_days": days, "at_risk": at_risk, "events": 1, "survival": survival})
    curve = pd.concat([rows, pd.DataFrame([last])], ignore_index=True)
    return curve.assign(ci_low=curve["survival"], ci_high=curve["survival"])


def _drawn(days: list[float], persons: int = 30) -> tuple[list[float], list[float], float]:
    group = _curve("all", _curve_of(days, persons), np.array([0.0]), ("persons",), MIN_CELL)
    return list(np.round(group.time * DAYS_PER_MONTH, 6)), list(group.survival), round(group.end * DAYS_PER_MONTH, 6)


def test_1_a_step_is_drawn_midway_between_its_first_and_last_event() -> None:
    time, survival, end = _drawn([10, 20, 30, 40, 50, 100, 110, 120, 130, 140])
    assert time == [0, 30, 120]
    assert survival == pytest.approx([1, 25 / 30, 20 / 30])
    assert end == 170


def test_2_a_curve_ends_with_its_last_step_where_fewer_events_follow() -> None:
    time, _, end = _drawn([10, 20, 30, 40, 50, 100, 110])
    assert time == [0, 30]
    assert end == 50


def test_3_events_too_few_for_a_step_leave_nothing_to_draw() -> None:
    time, _, end = _drawn([10, 20])
    assert (time, end) == ([0], 0)


def test_4_without_events_the_curve_is_flat_to_its_end() -> None:
    curve = _curve_of([10], 30).iloc[1:]
    group = _curve("all", curve, np.array([0.0]), ("persons",), MIN_CELL)
    assert list(group.time) == [0]
    assert round(group.end * DAYS_PER_MONTH, 6) == 40


def test_5_drawn_and_estimated_survival_agree_on_average() -> None:
    days = [float(day) for day in range(10, 410, 10)]
    curve = _curve_of(days, 60)
    group = _curve("all", curve, np.array([0.0]), ("persons",), MIN_CELL)
    grid = np.arange(1, 400)
    drawn = group.survival[np.searchsorted(group.time * DAYS_PER_MONTH, grid, side="right") - 1]
    estimated = np.concatenate([[1.0], curve["survival"]])[np.searchsorted(curve["time_days"], grid, side="right")]
    assert abs((drawn - estimated).mean()) < 0.01
    assert np.abs(drawn - estimated).max() < MIN_CELL / 60
