"""Kaplan-Meier equals R's survfit with log-log limits: curves, quantiles, fixed times, weights (specification 5)."""

import numpy as np
import pytest
from expected_values import assert_estimates, cases, dataset, numbers

from analytics.estimates import kaplan_meier, median_follow_up


def _fit(specification):
    frame = dataset(specification)
    weights = frame[specification["weights"]] if "weights" in specification else None
    if specification.get("reverse"):
        return median_follow_up(frame[specification["duration"]], frame[specification["event"]], weights)
    return kaplan_meier(
        frame[specification["duration"]],
        frame[specification["event"]],
        weights,
        robust=specification.get("robust"),
    )


@pytest.mark.parametrize("case", cases("kaplan_meier"))
def test_curve_equals_survfit(case):
    fit = _fit(case["specification"])
    curve = fit.curve.set_index("time").loc[case["curve"]["time"]]
    assert fit.n == case["n"]
    for name in ("at_risk", "events", "censored", "survival", "ci_low", "ci_high"):
        assert_estimates(curve[name], numbers(case["curve"][name]))
    alive = curve["survival"] > 0
    assert_estimates(curve["std_error"][alive], numbers(case["curve"]["std_error"])[alive.to_numpy()])


@pytest.mark.parametrize("case", cases("kaplan_meier"))
def test_quantiles_equal_survfit_with_plateaus_and_unreached(case):
    fit = _fit(case["specification"])
    expected = case["quantiles"]
    for index, probability in enumerate((0.25, 0.5, 0.75)):
        estimate, low, high = fit.quantile(probability)
        assert_estimates(estimate, numbers(expected["quantile"])[index])
        assert_estimates(low, numbers(expected["lower"])[index])
        assert_estimates(high, numbers(expected["upper"])[index])


@pytest.mark.parametrize("case", cases("kaplan_meier"))
def test_survival_at_fixed_times_equals_survfit_and_is_unknown_beyond_follow_up(case):
    fit = _fit(case["specification"])
    wanted = np.atleast_1d(np.array(case["specification"]["times"], dtype=float))
    reading = fit.survival_at(wanted).set_index("time")
    # R leaves times beyond the last observed one out.
    known = [time for time in wanted if time in case["at"]["time"]]
    assert_estimates(reading.loc[known, "survival"], numbers(case["at"]["survival"]))
    assert_estimates(reading.loc[known, "at_risk"], numbers(case["at"]["at_risk"]))
    beyond = reading.drop(index=known)
    assert (beyond["survival"].isna() | (beyond["survival"] == 0.0)).all()
