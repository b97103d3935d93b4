"""Small and strange input to curves and their tests gives an explained result, never a crash or an absurd number."""

import numpy as np
import pandas as pd
import pytest

from analytics.estimates import (
    kaplan_meier,
    logrank,
    median_follow_up,
)

# 1. Kaplan-Meier


def test_1_1_no_rows_at_all():
    fit = kaplan_meier([], [])
    assert (fit.n, fit.n_events, len(fit.curve)) == (0, 0, 0)
    assert np.isnan(fit.median)
    assert fit.survival_at([0, 12])["survival"].isna().all()
    assert fit.at_risk_at([0, 12]).tolist() == [0, 0]


def test_1_2_no_events_stays_at_one_without_limits():
    fit = kaplan_meier([1, 3, 5], [0, 0, 0])
    assert fit.curve["survival"].tolist() == [1, 1, 1]
    assert fit.curve["ci_low"].isna().all()
    assert np.isnan(fit.median)
    assert fit.survival_at([4, 6])["survival"].tolist()[0] == 1
    assert np.isnan(fit.survival_at([6])["survival"].iloc[0])


def test_1_3_one_person_with_event():
    fit = kaplan_meier([7], [1])
    assert fit.curve[["time", "at_risk", "events", "survival"]].to_numpy().tolist() == [[7, 1, 1, 0]]
    assert fit.quantile(0.5)[0] == 7
    assert np.isnan(fit.quantile(0.5)[1:]).all()


def test_1_4_all_events_at_one_time():
    fit = kaplan_meier([3, 3, 3], [1, 1, 1])
    assert fit.median == 3
    assert fit.survival_at([2, 3, 99])["survival"].tolist() == [1, 0, 0]


def test_1_5_events_at_time_zero_count_at_zero():
    fit = kaplan_meier([0, 0, 4, 9], [1, 0, 1, 0])
    assert fit.curve["time"].tolist() == [0, 4, 9]
    assert fit.curve["at_risk"].tolist() == [4, 2, 1]
    assert fit.survival_at([0])["survival"].iloc[0] == pytest.approx(0.75)


def test_1_6_missing_rows_are_counted_and_left_out():
    fit = kaplan_meier(pd.array([1, None, 3], "Int64"), pd.array([True, True, None], "boolean"))
    assert (fit.n, fit.n_missing) == (1, 2)


def test_1_7_rounding_does_not_part_equal_times():
    months = np.array([30, 60, 90]) / 30.4375
    noisy = np.concatenate([months, months * (1 + 1e-13)])
    assert kaplan_meier(noisy, np.ones(6)).curve["events"].tolist() == [2, 2, 2]


def test_1_8_reverse_estimate_of_complete_deaths_has_no_median():
    assert np.isnan(median_follow_up([1, 2, 3], [1, 1, 1]).median)


@pytest.mark.parametrize(
    ("durations", "events", "words"),
    [
        ([-1, 2], [1, 0], "1 negative"),
        ([np.inf, 2], [1, 0], "1 infinite"),
        ([1, 2], [1, 2], "must be 0 or 1"),
        ([1, 2], [1], "1 rows"),
        (["soon", 2], [1, 0], "must be numbers"),
    ],
)
def test_1_9_impossible_input_is_refused_without_showing_values(durations, events, words):
    with pytest.raises(ValueError, match=words) as refusal:
        kaplan_meier(durations, events)
    assert "soon" not in str(refusal.value)


# 2. Log-rank


@pytest.mark.parametrize(
    ("durations", "events", "groups", "words"),
    [
        ([], [], [], "fewer than two groups"),
        ([1, 2, 3], [1, 1, 0], ["a", "a", "a"], "fewer than two groups"),
        ([1, 2, 3], [0, 0, 0], ["a", "b", "a"], "no events"),
        ([5, 6, 1], [1, 1, 0], ["a", "a", "b"], "only one group is at risk"),
        ([1, 1], [1, 1], ["a", "b"], "one group alone"),
    ],
)
def test_2_1_no_test_where_there_is_nothing_to_compare(durations, events, groups, words):
    row = logrank(durations, events, groups).iloc[0]
    assert np.isnan(row["statistic"])
    assert np.isnan(row["p_value"])
    assert words in row["note"]


def test_2_2_a_group_never_at_risk_takes_no_degree_of_freedom():
    durations, events, groups = [1, 5, 6, 7, 8], [0, 1, 1, 1, 1], ["never", "a", "b", "a", "b"]
    row = logrank(durations, events, groups).iloc[0]
    without = logrank(durations[1:], events[1:], groups[1:]).iloc[0]
    assert row["df"] == 1
    assert row["statistic"] == pytest.approx(without["statistic"])


def test_2_3_tiny_p_values_are_not_rounded_to_zero():
    times = np.concatenate([np.arange(1, 301), np.arange(1001, 1301)])
    row = logrank(times, np.ones(600), np.repeat(["early", "late"], 300)).iloc[0]
    assert 0 < row["p_value"] < 1e-50
