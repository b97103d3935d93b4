"""E-values by hand, and samples too small or too strange to compare."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.balance import balance, largest_difference
from analytics.comparison.e_value import e_value, e_value_of_limit
from analytics.comparison.matching import match_pairs
from analytics.comparison.propensity import (
    Propensity,
    effective_sample_size,
    positivity,
    propensity_model,
    with_missing_as_level,
)
from analytics.comparison.subgroups import subgroup_effects


def test_e_value_of_the_published_example():
    # VanderWeele and Ding 2017: a risk ratio of 3.9 (1.8 to 8.7) has E-values 7.26 and 3.00.
    assert e_value(3.9, 0.01) == pytest.approx(7.2633, abs=5e-4)
    assert e_value_of_limit(1.8, 8.7, 0.01) == pytest.approx(3.0, abs=5e-4)


def test_e_value_of_a_common_outcome_and_its_mirror():
    ratio = (1 - 0.5 ** math.sqrt(0.6)) / (1 - 0.5 ** math.sqrt(1 / 0.6))
    assert e_value(0.6, 0.5) == pytest.approx(1 / ratio + math.sqrt(1 / ratio * (1 / ratio - 1)))
    assert e_value(1 / 0.6, 0.5) == pytest.approx(e_value(0.6, 0.5))


def test_e_value_of_nothing():
    assert e_value(1.0, 0.5) == 1.0
    assert e_value_of_limit(0.8, 1.3, 0.5) == 1.0
    assert math.isnan(e_value(float("nan"), 0.5))
    with pytest.raises(ValueError, match="positive"):
        e_value(0.0, 0.5)


def test_one_arm_has_no_scores_no_pairs_no_overlap():
    frame = pd.DataFrame({"arm": [1.0, 1.0], "age": [50.0, 60.0]})
    propensity = propensity_model(frame, "arm", ["age"])
    assert propensity.note == "not estimated: fewer than two arms have patients"
    assert match_pairs(propensity, 0.2).tolist() == [-1, -1]
    assert math.isnan(positivity(propensity).extreme)


def test_nobody():
    frame = pd.DataFrame({"arm": pd.Series(dtype=float), "age": pd.Series(dtype=float)})
    propensity = propensity_model(frame, "arm", ["age"])
    assert not propensity.is_estimated
    assert math.isnan(largest_difference(balance(frame, propensity.treatment, ["age"])))
    assert effective_sample_size(np.empty(0)) == 0.0


def test_separated_arms_keep_scores_between_nought_and_one():
    frame = pd.DataFrame({"arm": [0.0] * 5 + [1.0] * 5, "age": np.arange(10.0)})
    propensity = propensity_model(frame, "arm", ["age"])
    assert propensity.is_estimated
    assert ((propensity.score > 0) & (propensity.score < 1)).all()
    assert positivity(propensity).outside_support == 1.0


def test_partners_within_the_caliper_only():
    # Logits 0, 0.1 | 0.05, 3: the highest treated has no partner within half a standard deviation.
    logit = np.array([0.0, 0.1, 0.05, 3.0])
    propensity = Propensity(np.array([0.0, 0.0, 1.0, 1.0]), 1 / (1 + np.exp(-logit)), None)
    assert match_pairs(propensity, 0.5).tolist() == [0, -1, 0, -1]


def test_pairs_are_sought_for_the_smaller_arm():
    propensity = Propensity(np.array([0.0, 1.0, 1.0, 1.0]), np.array([0.5, 0.9, 0.51, 0.2]), None)
    assert match_pairs(propensity, 1.0).tolist() == [0, -1, 0, -1]


def test_unknown_values_become_a_level_and_numbers_stay():
    factors = pd.DataFrame({"sex": pd.Categorical(["F", None, "M"]), "days": [1.0, 2.0, 3.0]})
    result = with_missing_as_level(factors)
    assert result["sex"].tolist() == ["F", "missing", "M"]
    assert result["days"].tolist() == [1.0, 2.0, 3.0]


def test_balance_by_hand():
    frame = pd.DataFrame({"x": [1.0, 3.0, 4.0, 6.0], "sex": ["F", "M", "M", "M"], "same": ["a"] * 4})
    table = balance(frame, np.array([0.0, 0.0, 1.0, 1.0]), ["x", "sex", "same"])
    # Means 2 and 5, both variances 2; shares 0.5 and 1 with variances 0.25 and 0.
    assert table["difference"].tolist() == pytest.approx([3 / math.sqrt(2), 0.5 / math.sqrt(0.125), 0.0])


def test_small_subgroups_are_shown_without_an_estimate():
    frame = pd.DataFrame(
        {
            "time": np.arange(1.0, 13.0),
            "event": [1.0] * 12,
            "arm": [0.0, 1.0] * 5 + [1.0, 1.0],
            "sex": ["F"] * 6 + ["M"] * 4 + ["X"] * 2,
        }
    )
    table = subgroup_effects(frame, "time", "event", "arm", ["sex"], min_events=5).set_index("level")
    assert table["events"].tolist() == [6, 4, 2]
    assert table.loc["F", "ratio"] > 0
    assert table.loc["M", "note"] == "not estimated: fewer than 5 events"
    assert table.loc["X", "note"] == "not estimated: one arm has nobody"
    assert table["interaction_p"].isna().all()
