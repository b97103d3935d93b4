"""What the multiverse tells of a small group."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.report.multiverse import COLUMNS, EXCLUDED, _ratio_of, multiverse_table

ROW = dict.fromkeys(COLUMNS, float("nan")) | {
    "window": 3,
    "criteria": "mRECIST",
    "policy": "ignore",
    "grouping": EXCLUDED,
    "n_primary": 41,
    "n_pfs": 60,
    "median_primary": 8.04,
    "is_protocol": True,
}


@pytest.mark.parametrize("persons", [0, 1, 4])
def test_nothing_is_told_of_a_group_of_few(persons):
    table = multiverse_table(pd.DataFrame([ROW | {"n_secondary": persons}]), 5)
    cells = dict(zip(table.columns, table.rows[0], strict=True))
    assert cells["Secondary, n"] == "<5"
    assert cells["Median OS, secondary"] == "–"
    assert (cells["Primary, n"], cells["Median OS, primary"]) == ("≈40", "8.0")


def test_a_large_group_whose_curve_stays_high_is_not_reached():
    table = multiverse_table(pd.DataFrame([ROW | {"n_secondary": 22}]), 5)
    cells = dict(zip(table.columns, table.rows[0], strict=True))
    assert (cells["Secondary, n"], cells["Median OS, secondary"]) == ("≈20", "not reached")


@pytest.mark.parametrize(("few", "is_told"), [(4, False), (5, True)])
def test_no_ratio_is_told_of_a_group_of_few(few, is_told):
    group = ["primary"] * 10 + ["secondary"] * few
    times = [3.0, 8.0, 5.0, 12.0, 9.0, 4.0, 7.0, 2.0, 11.0, 6.0, 6.5, 13.0, 10.0, 3.5, 14.0][: len(group)]
    frame = pd.DataFrame({"time": times, "event": 1.0, "group": group})
    frame["secondary"] = (frame["group"] == "secondary").astype(float)
    assert pd.notna(_ratio_of(frame, 5)["ratio"]) == is_told
