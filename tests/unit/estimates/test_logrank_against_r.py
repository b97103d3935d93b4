"""Log-rank tests equal R's survdiff, plain and stratified (specification 5)."""

import pytest
from expected_values import assert_estimates, assert_p_values, cases, dataset

from analytics.estimates import logrank


@pytest.mark.parametrize("case", cases("logrank"))
def test_logrank_equals_survdiff(case):
    specification = case["specification"]
    frame = dataset(specification)
    strata = frame[specification["strata"]] if "strata" in specification else None
    (row,) = logrank(
        frame[specification["duration"]], frame[specification["event"]], frame[specification["groups"]], strata
    ).to_dict("records")
    assert row["test"] == ("logrank" if strata is None else "stratified_logrank")
    assert row["n"] == case["n"]
    assert row["df"] == case["df"]
    assert_estimates(row["statistic"], case["statistic"])
    assert_p_values(row["p_value"], case["p_value"])
