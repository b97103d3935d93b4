"""Numbers of the report by hand or against R, and texts that could do harm in a spreadsheet."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analytics.estimates.kaplan_meier import kaplan_meier
from analytics.report.cells import Cell, Table, interval, months, p_value
from analytics.report.companions import cumulative_incidence, restricted_mean, time_varying_fit
from analytics.report.figures import draw_curves
from analytics.report.files import safe_text, write_csv
from analytics.report.response import clopper_pearson
from analytics.report.survival import curve_figure

CHOSEN = {"endpoint": ["os"], "grouping": ["all"]}
CURVES = pd.DataFrame(
    CHOSEN
    | {"group_name": ["all"], "time_days": [0.0], "at_risk": [9], "events": [0]}
    | {"survival": [1.0], "ci_low": [np.nan], "ci_high": [np.nan]}
)
TESTS = pd.DataFrame({"endpoint": [], "grouping": []})


def test_clopper_pearson_as_in_r():
    # R: binom.test(7, 20)$conf.int; binom.test(0, 10)$conf.int
    assert clopper_pearson(7, 20) == pytest.approx((0.1539092, 0.5921885), abs=1e-6)
    assert clopper_pearson(0, 10) == pytest.approx((0.0, 0.3084971), abs=1e-6)
    assert all(math.isnan(limit) for limit in clopper_pearson(0, 0))


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "@SUM(A1)", "-2+3", "\tx", "\rx"])
def test_what_a_spreadsheet_takes_for_a_formula_is_disarmed(text, tmp_path):
    assert safe_text(text) == f"'{text}"
    path = write_csv(Table("t", "T", ["a", text], [["x", text]]), tmp_path / "t.csv")
    assert f"'{text[0]}".encode() in path.read_bytes()


def test_negative_numbers_stay_numbers():
    assert safe_text("-0.40") == "-0.40"


def test_a_cell_with_a_hidden_count_shows_the_mark():
    table = Table("t", "T", ["", "n"], [["a", Cell("3 (10%)", ("a",))], ["b", Cell("30", ("b",))]])
    assert table.shown({"a"}).rows == [["a", "·"], ["b", "30"]]
    assert table.shown({"a"}).is_suppressed
    assert not table.shown(set()).is_suppressed


def test_numbers_in_print():
    assert p_value(0.0004) == "<0.001"
    assert p_value(float("nan")) == "–"
    assert interval(0.62, 0.45, 0.85) == "0.62 (0.45 to 0.85)"
    assert interval(2.0, 1.0, float("inf")) == "2.00 (1.00 to >1000)"
    assert months(float("nan"), 12.3, float("nan")) == "not reached (12.3 to NR)"


def test_restricted_mean_by_hand():
    # Survival 1 until 2, 3/4 until 4, 1/2 after: area to 6 = 2 + 1.5 + 1.
    fit = kaplan_meier([2.0, 4.0, 8.0, 8.0], [1.0, 1.0, 0.0, 0.0])
    mean, variance = restricted_mean(fit, 6.0)
    assert mean == pytest.approx(4.5)
    # Greenwood: remaining areas 2.5 and 1.0, terms 1/(4*3) and 1/(3*2).
    assert variance == pytest.approx(2.5**2 / 12 + 1.0 / 6)
    assert math.isnan(restricted_mean(fit, 9.0)[0])


def test_curves_that_end_where_they_begin_are_drawn_without_warnings(recwarn):
    study = SimpleNamespace(min_cell=5, frame=lambda name: CURVES if name == "survival_curves" else TESTS)
    content = curve_figure(study, "km", "Title", "os", "all", ["all"], "first line")
    draw_curves(content, False)
    assert content.ticks[-1] > 0
    assert not [str(entry.message) for entry in recwarn if "identical" in str(entry.message)]


def test_cumulative_incidence_by_hand():
    # At 1 one of four progresses (1/4), at 2 one of three dies, at 3 one of two progresses: 1/4 + 1/2 * 1/2.
    times, incidence, _ = cumulative_incidence(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 2, 1, 0]), 1)
    assert dict(zip(times, incidence, strict=True))[3.0] == pytest.approx(0.5)


def test_progression_is_a_covariate_from_its_day_on():
    # R: coxph(Surv(start, stop, event) ~ progressed) on the split rows below: coef 1.040164841 (Efron).
    survival = pd.DataFrame(
        {
            "time_days": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
            "is_event": [1.0, 1.0, 1.0, 0.0, 1.0, 1.0],
            "progression_day": [5.0, np.nan, 15.0, 35.0, np.nan, 45.0],
        }
    )
    fit = time_varying_fit(survival)
    assert fit.coefficients["coef"].iloc[0] == pytest.approx(1.040164841, rel=1e-6)
