"""Logistic regression equals R's glm; AUC pROC's, variance inflation car's, factor tests drop1's (specification 5)."""

import numpy as np
import pytest
from expected_values import assert_estimates, assert_p_values, by_r_term, cases, dataset

from analytics.estimates import (
    area_under_curve,
    factor_tests,
    hosmer_lemeshow,
    logistic_regression,
    variance_inflation,
)


def _fit(specification):
    return logistic_regression(
        dataset(specification),
        specification["outcome"],
        specification["covariates"],
        weights=specification.get("weights"),
    )


def _unweighted(name):
    return [case for case in cases("logistic") if name in case.values[0]]


@pytest.mark.parametrize("case", cases("logistic"))
def test_coefficients_equal_glm(case):
    fit = _fit(case["specification"])
    table = by_r_term(fit.coefficients).loc[case["term"]]
    assert (fit.method, fit.n, fit.n_events) == ("maximum_likelihood", case["n"], case["n_events"])
    for name in ("coef", "se", "ci_low", "ci_high"):
        assert_estimates(table[name], case[name])
    assert_p_values(table["p_value"], case["p_value"])
    assert_estimates(
        [fit.log_likelihood, fit.null_log_likelihood], [case["log_likelihood"], case["null_log_likelihood"]]
    )


@pytest.mark.parametrize("case", cases("logistic"))
def test_likelihood_ratio_tests_of_whole_factors_equal_drop1(case):
    expected = case["factor_tests"]
    table = factor_tests(_fit(case["specification"])).set_index("covariate").loc[expected["covariate"]]
    assert_estimates(table["statistic"], expected["statistic"])
    assert table["df"].tolist() == expected["df"]
    assert_p_values(table["p_value"], expected["p_value"])


@pytest.mark.parametrize("case", _unweighted("auc"))
def test_area_under_curve_with_delong_limits_equals_proc(case):
    fit = _fit(case["specification"])
    area = area_under_curve(fit.outcome, fit.fitted)
    expected = case["auc"]
    assert_estimates([area.ci_low, area.value, area.ci_high], [expected["low"], expected["auc"], expected["high"]])


@pytest.mark.parametrize("case", _unweighted("hosmer_lemeshow"))
def test_hosmer_lemeshow_equals_r(case):
    fit = _fit(case["specification"])
    test = hosmer_lemeshow(fit.outcome, fit.fitted)
    expected = case["hosmer_lemeshow"]
    if expected["df"] < 1:
        assert np.isnan(test.statistic)
        assert test.note
        return
    assert test.df == expected["df"]
    assert_estimates(test.statistic, expected["statistic"])
    assert_p_values(test.p_value, expected["p_value"])


@pytest.mark.parametrize("case", _unweighted("variance_inflation"))
def test_generalised_variance_inflation_equals_car(case):
    expected = case["variance_inflation"]
    table = variance_inflation(_fit(case["specification"])).set_index("covariate").loc[expected["covariate"]]
    assert_estimates(table["gvif"], expected["gvif"])
    assert table["df"].tolist() == expected["df"]
