"""Neighbouring steps at which few persons left are told together (specification 4, 5.1.1)."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.report.flow import told_together

MIN_CELL = 5


def _part(*failing: int) -> pd.DataFrame:
    return pd.DataFrame({"step": list("abcdef")[: len(failing)], "persons_failing": failing})


@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        ((10, 0, 7), [["a"], ["b"], ["c"]]),
        ((10, 3, 7), [["a"], ["b", "c"]]),
        ((2, 0, 1, 9), [["a", "b", "c", "d"]]),
        ((10, 6, 2), [["a"], ["b", "c"]]),
        ((0, 2), [["a", "b"]]),
        ((), []),
    ],
)
def test_steps_are_joined_until_nobody_or_enough_left(failing, expected):
    groups = [[step] for step in "abcdef"[: len(failing)]]
    assert told_together(groups, [_part(*failing)], MIN_CELL) == expected


def test_every_center_counts():
    parts = [_part(10, 6, 8), _part(10, 2, 8)]
    assert told_together([["a"], ["b"], ["c"]], parts, MIN_CELL) == [["a"], ["b", "c"]]


def test_a_group_told_together_before_stays_together():
    assert told_together([["a", "b"], ["c"]], [_part(5, 1, 7)], MIN_CELL) == [["a", "b"], ["c"]]
