"""Small and strange input to regressions gives an explained result without numbers, never a crash or an absurd one."""

import numpy as np
import pandas as pd
import pytest

from analytics.estimates import (
    area_under_curve,
    cox_regression,
    events_per_variable,
    factor_tests,
    hosmer_lemeshow,
    logistic_regression,
    proportional_hazards_test,
    variance_inflation,
)

TIMES = [1.0, 2.0, 2.0, 3.0, 5.0, 8.0]
WIDEST_STANDARD_ERROR = 10.0


def frame(**columns):
    length = max(len(values) for values in columns.values() if isinstance(values, list))
    base = {"time": TIMES[:length], "event": [1] * length, "y": [0, 1] * (length // 2) + [0] * (length % 2)}
    return pd.DataFrame(base | columns)


# 3. Cox regression


def assert_explained(fit, words):
    assert not fit.is_estimated
    assert words in fit.note
    numbers = fit.coefficients[["coef", "se", "ratio", "ci_low", "ci_high", "p_value"]]
    assert numbers.isna().all(axis=None)
    assert fit.coefficients["note"].notna().all()
    assert np.isnan(fit.likelihood_ratio_p)
    assert factor_tests(fit)["p_value"].isna().all()
    assert len(variance_inflation(fit)) == 0


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"x": [np.nan] * 6}, "no complete rows"),
        ({"x": [1, 2, 3, 4, 5, 6], "event": [0] * 6}, "no events"),
        ({"x": [2.0] * 6}, "no covariate varies"),
        ({"x": ["only"] * 6}, "no covariate varies"),
        ({"x": [None] * 6}, "no complete rows"),
        ({"x": [1, 2, 3, 4, 5, 5], "event": [0, 0, 0, 0, 0, 1]}, "no covariate varies"),
    ],
)
def test_3_1_nothing_to_estimate(columns, words):
    fit = cox_regression(frame(**columns), "time", "event", ["x"])
    assert_explained(fit, words)
    assert proportional_hazards_test(fit)["p_value"].isna().all()
    assert np.isnan(fit.concordance().value)
    assert np.isnan(events_per_variable(fit))


def test_3_2_no_rows_at_all():
    empty = pd.DataFrame({"time": [], "event": [], "x": []}, dtype=float)
    assert_explained(cox_regression(empty, "time", "event", ["x"]), "no complete rows")


def test_3_3_one_event_is_answered_by_a_penalised_estimate():
    fit = cox_regression(frame(x=[0, 1, 0, 1, 0, 1], event=[0, 1, 0, 0, 0, 0]), "time", "event", ["x"])
    assert fit.method == "firth"
    assert fit.separated == ("x",)
    assert fit.coefficients["se"].iloc[0] < WIDEST_STANDARD_ERROR
    assert proportional_hazards_test(fit)["note"].str.contains("maximum-likelihood").all()


def test_3_4_all_events_at_one_time():
    data = frame(x=[0.0, 1.0, 0.5, 1.5, 0.3, 2.0], time=[4.0] * 6, event=[1, 0, 1, 0, 1, 1])
    fit = cox_regression(data, "time", "event", ["x"])
    assert fit.is_estimated
    tests = proportional_hazards_test(fit)
    assert tests["p_value"].isna().all()
    assert tests["note"].str.contains("too few distinct event times").all()


def test_3_5_constant_and_collinear_columns_are_left_out_and_named():
    x = [1.0, 2.0, 4.0, 3.0, 6.0, 5.0]
    data = frame(x=x, constant=[3] * 6, twice=[2 * value for value in x], event=[1, 1, 0, 1, 1, 1])
    fit = cox_regression(data, "time", "event", ["constant", "x", "twice"])
    alone = cox_regression(data, "time", "event", ["x"])
    assert fit.aliased == ("constant", "twice")
    table = fit.coefficients.set_index("term")
    assert table.loc[["constant", "twice"], "coef"].isna().all()
    assert table.loc["x", "coef"] == pytest.approx(alone.coefficients["coef"].iloc[0])


def test_3_6_a_covariate_constant_within_strata_cannot_be_estimated():
    data = frame(x=[0, 0, 0, 1, 1, 1], stratum=["a"] * 3 + ["b"] * 3)
    assert_explained(cox_regression(data, "time", "event", ["x"], strata="stratum"), "no covariate varies")


def test_3_7_badly_scaled_covariates_are_estimated_like_well_scaled_ones():
    generator = np.random.default_rng(3)
    data = pd.DataFrame({"x": generator.normal(size=200), "time": generator.exponential(size=200), "event": 1})
    data["tiny"], data["far"] = data["x"] * 1e-9, data["x"] + 1e7
    plain, tiny, far = (
        cox_regression(data, "time", "event", [name]).coefficients.iloc[0] for name in ("x", "tiny", "far")
    )
    assert tiny["coef"] * 1e-9 == pytest.approx(plain["coef"], rel=1e-7)
    assert far["coef"] == pytest.approx(plain["coef"], rel=1e-6)
    assert tiny["p_value"] == pytest.approx(plain["p_value"], rel=1e-6)


def test_3_8_weights_whose_scale_is_small_change_no_estimate():
    generator = np.random.default_rng(4)
    data = pd.DataFrame({"x": generator.normal(size=80), "time": generator.exponential(size=80), "event": 1})
    data["weight"] = generator.uniform(0.5, 2, 80)
    data["share"] = data["weight"] / data["weight"].sum() * 1e-6
    whole, share = (cox_regression(data, "time", "event", ["x"], weights=name) for name in ("weight", "share"))
    assert share.method == "maximum_likelihood"
    assert share.coefficients["coef"].iloc[0] == pytest.approx(whole.coefficients["coef"].iloc[0])
    assert share.coefficients["se"].iloc[0] == pytest.approx(whole.coefficients["se"].iloc[0])


def test_3_9_rows_of_weight_zero_say_nothing():
    data = frame(x=[0.0, 1.0, 0.5, 1.5, 0.3, 2.0], weight=[1, 1, 1, 1, 1, 0])
    with_zero = cox_regression(data, "time", "event", ["x"], weights="weight")
    without = cox_regression(data.iloc[:5], "time", "event", ["x"])
    assert with_zero.n == 5
    assert with_zero.coefficients["coef"].iloc[0] == pytest.approx(without.coefficients["coef"].iloc[0])


def test_3_10_impossible_columns_are_refused_by_name():
    data = frame(x=[0, 1, 0, 1, 0, 1], entry=[9.0] * 6, weight=[-1.0] * 6)
    with pytest.raises(ValueError, match="no column 'y2'"):
        cox_regression(data, "time", "event", ["y2"])
    with pytest.raises(ValueError, match="6 rows end at or before their entry"):
        cox_regression(data, "time", "event", ["x"], entry="entry")
    with pytest.raises(ValueError, match="6 negative"):
        cox_regression(data, "time", "event", ["x"], weights="weight")
    with pytest.raises(ValueError, match="efron or breslow"):
        cox_regression(data, "time", "event", ["x"], ties="exact")
    with pytest.raises(ValueError, match="transform must be one of"):
        proportional_hazards_test(cox_regression(data, "time", "event", ["x"]), "square")


# 4. Logistic regression


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"x": [np.nan] * 6}, "no complete rows"),
        ({"x": [1, 2, 3, 4, 5, 6], "y": [0] * 6}, "no events"),
        ({"x": [1, 2, 3, 4, 5, 6], "y": [1] * 6}, "every row is an event"),
        ({"x": [1, 2], "y": [0, 1]}, "not more rows than coefficients"),
    ],
)
def test_4_1_nothing_to_estimate(columns, words):
    fit = logistic_regression(frame(**columns), "y", ["x"])
    assert_explained(fit, words)


def test_4_2_perfect_separation_is_answered_by_a_finite_estimate():
    fit = logistic_regression(frame(x=[0, 0, 0, 1, 1, 1], y=[0, 0, 0, 1, 1, 1]), "y", ["x"])
    slope = fit.coefficients.set_index("term").loc["x"]
    assert fit.method == "firth"
    assert fit.separated == ("x",)
    assert 0 < slope["se"] < WIDEST_STANDARD_ERROR
    assert 1 < slope["ci_low"] < slope["ratio"] < slope["ci_high"]


def test_4_3_one_level_without_events_is_named():
    levels = ["a"] * 20 + ["b"] * 20 + ["c"] * 5
    outcome = [0, 1] * 10 + [1, 1, 0, 0] * 5 + [0] * 5
    fit = logistic_regression(pd.DataFrame({"level": levels, "y": outcome}), "y", ["level"])
    assert fit.separated == ("level=c",)
    assert fit.method == "firth"
    assert fit.coefficients["se"].max() < WIDEST_STANDARD_ERROR


def test_4_4_a_constant_covariate_is_left_out():
    fit = logistic_regression(frame(x=[1, 2, 1, 2, 2, 1], one=["same"] * 6, y=[0, 1, 1, 0, 1, 0]), "y", ["x", "one"])
    assert fit.aliased == ("one",)
    assert fit.coefficients.set_index("term").loc["one", "note"].startswith("not estimated: constant")


def test_4_5_only_a_constant_covariate_leaves_the_intercept():
    fit = logistic_regression(frame(one=["same"] * 6), "y", ["one"])
    assert fit.df == 0
    assert np.isnan(fit.likelihood_ratio_p)
    assert fit.coefficients.loc[1:, "coef"].isna().all()


def test_4_6_the_fit_is_as_described_when_nothing_predicts():
    fit = logistic_regression(frame(x=[0, 0, 1, 1], y=[0, 1, 0, 1]), "y", ["x"])
    assert fit.coefficients.set_index("term").loc["x", "coef"] == pytest.approx(0.0, abs=1e-12)
    assert area_under_curve(fit.outcome, fit.fitted).value == 0.5
    assert "three groups" in hosmer_lemeshow(fit.outcome, fit.fitted).note


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("outcome", "risk", "groups"),
    [
        pytest.param([0, 1, 0, 1], [0.2, 0.3, 0.5, 0.9], 10, id="fewer rows than groups"),
        pytest.param([0, 0, 0, 1], [0.0, 0.3, 0.5, 0.9], 4, id="a risk of zero"),
        pytest.param([0, 0, 1, 1], [0.1, 0.3, 0.5, 1.0], 4, id="a risk of one"),
    ],
)
def test_4_6_calibration_is_not_tested_in_groups_that_expect_nothing(outcome, risk, groups):
    test = hosmer_lemeshow(outcome, risk, groups)
    assert np.isnan([test.statistic, test.p_value]).all()
    assert "expects no event" in test.note


def test_4_7_area_needs_both_outcomes():
    assert np.isnan(area_under_curve([1, 1], [0.2, 0.3]).value)
    lone = area_under_curve([1, 0, 0], [0.9, 0.3, 0.3])
    assert lone.value == 1.0
    assert np.isnan(lone.ci_low)
