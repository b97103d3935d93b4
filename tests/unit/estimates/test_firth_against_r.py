"""Firth's penalised estimates equal brglm2's, with profile limits as logistf and coxphf have them."""

import numpy as np
import pytest
from expected_values import assert_estimates, assert_p_values, by_r_term, cases, dataset

from analytics.estimates import cox_regression, firth_cox, firth_logistic, logistic_regression


def _fit(case):
    specification = case["specification"]
    frame = dataset(specification)
    if case["model"] == "logistic":
        return firth_logistic(frame, specification["outcome"], specification["covariates"])
    optional = {name: specification[name] for name in ("strata", "ties") if name in specification}
    return firth_cox(frame, specification["duration"], specification["event"], specification["covariates"], **optional)


@pytest.mark.parametrize("case", cases("firth"))
def test_penalised_estimates_and_profile_limits(case):
    fit = _fit(case)
    table = by_r_term(fit.coefficients).loc[case["term"]]
    assert fit.method == "firth"
    assert_estimates(table["coef"], case["coef"])
    assert_estimates(table["se"], case["se"])
    slopes = table[table["covariate"] != "(Intercept)"]
    assert_estimates(slopes["ci_low"], case["slope_ci_low"])
    assert_estimates(slopes["ci_high"], case["slope_ci_high"])
    assert_p_values(slopes["p_value"], case["slope_p_value"])


def test_endometrial_study_as_published():
    """Heinze and Schemper (2002), table 2: Firth estimates and profile limits of the endometrial cancer study."""
    frame = dataset({"data": "endometrial"})
    fit = logistic_regression(frame, "HG", ["NV", "PI", "EH"])
    assert fit.method == "firth"
    assert fit.separated == ("NV",)
    table = fit.coefficients.set_index("term")
    assert table["coef"].round(2).tolist() == [3.77, 2.93, -0.03, -2.60]
    assert np.log(table.loc["NV", ["ci_low", "ci_high"]].astype(float)).round(2).tolist() == [0.61, 7.85]
    assert table.loc["EH", "p_value"] < 0.001


def test_separation_may_be_refused_instead():
    frame = dataset({"data": "endometrial"})
    fit = logistic_regression(frame, "HG", ["NV", "PI", "EH"], on_separation="refuse")
    assert not fit.is_estimated
    assert fit.separated == ("NV",)
    assert "separate" in fit.note
    assert fit.coefficients[["coef", "se", "ratio", "p_value"]].isna().all(axis=None)


def test_monotone_likelihood_is_answered_by_the_penalised_estimate():
    frame = dataset({"data": "monotone"})
    fit = cox_regression(frame, "time", "event", ["treated", "age"])
    penalised = firth_cox(frame, "time", "event", ["treated", "age"])
    assert fit.method == "firth"
    assert fit.separated == ("treated",)
    assert_estimates(fit.coefficients["coef"], penalised.coefficients["coef"])
    assert fit.coefficients["se"].max() < 3
    refused = cox_regression(frame, "time", "event", ["treated", "age"], on_separation="refuse")
    assert "monotone" in refused.note
