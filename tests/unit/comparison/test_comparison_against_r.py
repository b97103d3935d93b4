"""Propensity scores, weights, matching, balance and subgroups equal R (specification 5.1 items 6, 7).

R: glm(hormon ~ ..., binomial); coxph(Surv(dtime, death) ~ hormon, weights, robust = TRUE);
MatchIt::matchit(method = "nearest", distance = |differences of logits|, caliper); coxph(..., cluster = pair).
"""

from __future__ import annotations

import numpy as np
import pytest
from comparison_data import cases, data_of

from analytics.comparison.balance import balance
from analytics.comparison.matching import match_pairs
from analytics.comparison.propensity import WEIGHTINGS, effective_sample_size, propensity_model, weights
from analytics.comparison.subgroups import subgroup_effects
from analytics.estimates import cox_regression

pytestmark = pytest.mark.parametrize("case", cases())


def _propensity(case):
    frame = data_of(case)
    return frame, propensity_model(frame, "hormon", case["specification"]["covariates"])


def _assert_differences(frame, propensity, covariates, case_weights, expected):
    table = balance(frame, propensity.treatment, covariates, case_weights)
    names = table["covariate"] + table["level"].fillna("")
    assert set(names) == set(expected)
    np.testing.assert_allclose(table["difference"], [expected[name] for name in names], rtol=1e-6, atol=1e-9)


def _assert_effect(fit, expected):
    (row,) = fit.coefficients.to_dict("records")
    for name, tolerance in (("coef", 1e-6), ("se", 1e-4), ("ci_low", 1e-4), ("ci_high", 1e-4), ("p_value", 1e-3)):
        np.testing.assert_allclose(row[name], expected[name], rtol=tolerance)


def test_scores(case):
    _, propensity = _propensity(case)
    np.testing.assert_allclose(propensity.score[:20], case["score_first"], rtol=1e-6)
    np.testing.assert_allclose((propensity.score**2).sum(), case["score_sum_of_squares"], rtol=1e-6)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_weighted_effects_sizes_and_balance(case, weighting):
    frame, propensity = _propensity(case)
    frame["weight"] = weights(propensity, weighting)
    fit = cox_regression(frame, "dtime", "death", ["hormon"], weights="weight", robust=True)
    _assert_effect(fit, case[weighting])
    is_treated = frame["hormon"] == 1
    for name, chosen in (("ess_treated", is_treated), ("ess_reference", ~is_treated)):
        np.testing.assert_allclose(effective_sample_size(frame.loc[chosen, "weight"].to_numpy()), case[weighting][name])
    _assert_differences(
        frame,
        propensity,
        case["specification"]["covariates"],
        frame["weight"].to_numpy(),
        case[weighting]["differences"],
    )


def test_balance_before(case):
    frame, propensity = _propensity(case)
    _assert_differences(frame, propensity, case["specification"]["covariates"], None, case["crude"])


def test_the_same_pairs(case):
    _, propensity = _propensity(case)
    numbers = match_pairs(propensity, case["specification"]["caliper"])
    found = {frozenset(np.flatnonzero(numbers == pair) + 1) for pair in range(numbers.max() + 1)}
    assert found == {frozenset(pair) for pair in case["pairs"]}


def test_matched_effect_and_balance(case):
    frame, propensity = _propensity(case)
    frame["pair"] = match_pairs(propensity, case["specification"]["caliper"])
    matched = frame[frame["pair"] >= 0]
    fit = cox_regression(matched, "dtime", "death", ["hormon"], cluster="pair", robust=True)
    _assert_effect(fit, case["matched"])
    used = (frame["pair"] >= 0).astype(float).to_numpy()
    _assert_differences(frame, propensity, case["specification"]["covariates"], used, case["matched"]["differences"])


def test_subgroups_and_interaction(case):
    frame, propensity = _propensity(case)
    frame["weight"] = weights(propensity, "overlap")
    table = subgroup_effects(frame, "dtime", "death", "hormon", ["size"], "weight")
    expected = case["subgroups"]
    assert table["level"].tolist() == expected["levels"]
    np.testing.assert_allclose(table["ratio"], np.exp([effect["coef"] for effect in expected["effects"]]), rtol=1e-6)
    np.testing.assert_allclose(table["ci_low"], [effect["ci_low"] for effect in expected["effects"]], rtol=1e-4)
    np.testing.assert_allclose(table["interaction_p"], expected["interaction_p_value"], rtol=1e-3)
