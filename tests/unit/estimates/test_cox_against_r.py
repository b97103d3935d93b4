"""Cox regression equals R's coxph, concordance and cox.zph: ties, strata, weights, clusters, start-stop data."""

import pytest
from expected_values import assert_estimates, assert_p_values, by_r_term, cases, dataset

from analytics.estimates import cox_regression, proportional_hazards_test


def _fit(specification):
    arguments = {
        name: specification[name]
        for name in ("strata", "weights", "robust", "entry", "cluster", "ties")
        if name in specification
    }
    return cox_regression(
        dataset(specification),
        specification["duration"],
        specification["event"],
        specification["covariates"],
        **arguments,
    )


@pytest.mark.parametrize("case", cases("cox"))
def test_coefficients_equal_coxph(case):
    fit = _fit(case["specification"])
    table = by_r_term(fit.coefficients).loc[case["term"]]
    assert (fit.n, fit.n_events) == (case["n"], case["n_events"])
    for name in ("coef", "se", "naive_se", "ci_low", "ci_high"):
        assert_estimates(table[name], case[name])
    assert_p_values(table["p_value"], case["p_value"])
    assert_estimates(
        [fit.log_likelihood, fit.null_log_likelihood], [case["log_likelihood"], case["null_log_likelihood"]]
    )


@pytest.mark.parametrize("case", cases("cox"))
def test_concordance_equals_r(case):
    agreement = _fit(case["specification"]).concordance()
    assert_estimates(agreement.value, case["concordance"])
    if "cluster" not in case["specification"]:  # R sums a clustered fit's influence by cluster; ours is by row
        assert_estimates(agreement.std_error, case["concordance_se"])


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
@pytest.mark.parametrize("case", cases("cox"))
def test_proportional_hazards_equal_cox_zph(case, transform):
    expected = case["proportional_hazards"][transform]
    table = proportional_hazards_test(_fit(case["specification"]), transform).set_index("covariate")
    table = table.loc[expected["covariate"]]
    assert_estimates(table["statistic"], expected["statistic"])
    assert table["df"].tolist() == expected["df"]
    assert_p_values(table["p_value"], expected["p_value"])


@pytest.mark.parametrize("case", cases("cox"))
def test_proportional_hazards_by_term_equal_cox_zph(case):
    fit = _fit(case["specification"])
    expected = dict(
        zip(
            case["proportional_hazards"]["by_term"]["covariate"],
            case["proportional_hazards"]["by_term"]["statistic"],
            strict=True,
        )
    )
    tests = proportional_hazards_test(fit, by_term=True).set_index("covariate")["statistic"]
    for name, row in by_r_term(fit.coefficients).iterrows():
        assert_estimates(tests[row["term"]], expected[name])
    assert_estimates(tests["GLOBAL"], expected["GLOBAL"])
