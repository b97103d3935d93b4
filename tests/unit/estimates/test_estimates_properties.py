"""What must hold for any data: against brute force, against other engines, and between our own functions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from lifelines.statistics import multivariate_logrank_test
from scipy.optimize import linprog

from analytics.estimates import (
    area_under_curve,
    cox_regression,
    kaplan_meier,
    logistic_regression,
    logrank,
)
from analytics.estimates.concordance import concordance
from analytics.estimates.inputs import survival_data
from analytics.estimates.partial_likelihood import PartialLikelihood

seeds = st.integers(0, 2**32 - 1)


def _survival(seed, rows=40, distinct_times=12):
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "time": generator.integers(0, distinct_times, rows).astype(float),
            "event": generator.integers(0, 2, rows).astype(float),
            "x": generator.normal(size=rows).round(1),
            "z": generator.integers(0, 2, rows).astype(float),
            "stratum": generator.integers(0, 3, rows),
            "weight": generator.integers(1, 4, rows).astype(float),
            "entry": 0.0,
        }
    )


def _brute_force_concordance(frame, score, entry):
    pairs = {"concordant": 0.0, "discordant": 0.0, "tied": 0.0}
    rows = frame.assign(score=score, entry=entry).to_dict("records")
    for early in rows:
        for late in rows:
            outlives = late["time"] > early["time"] or (late["time"] == early["time"] and not late["event"])
            at_risk = late["entry"] < early["time"] and late["stratum"] == early["stratum"]
            if early["event"] and outlives and at_risk:
                difference = early["score"] - late["score"]
                name = "concordant" if difference > 0 else "discordant" if difference < 0 else "tied"
                pairs[name] += early["weight"] * late["weight"]
    return pairs


@settings(max_examples=30, deadline=None)
@given(seeds, st.booleans())
def test_concordance_equals_counting_every_pair(seed, late_entry):
    frame = _survival(seed, rows=25)
    frame["time"] += 1
    entry = np.minimum(frame["x"].abs(), frame["time"] - 0.5) if late_entry else pd.Series(-1.0, frame.index)
    score = frame["x"].round(0).to_numpy()
    expected = _brute_force_concordance(frame, score, entry)
    data = survival_data(
        frame["time"],
        frame["event"],
        weights=frame["weight"],
        strata=frame["stratum"],
        entry=entry if late_entry else None,
    )
    found = concordance(data, score)
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_cox_equals_lifelines(seed):
    # lifelines stops at a Newton decrement of 1e-7; R, which ours equals to 1e-6, goes further.
    frame = _survival(seed, rows=60)
    assume(frame["event"].sum() > 10)
    ours = cox_regression(frame, "time", "event", ["x", "z"], weights="weight")
    columns = ["time", "event", "x", "z", "weight"]
    theirs = CoxPHFitter().fit(frame[columns], "time", "event", weights_col="weight", fit_options={"precision": 1e-12})
    np.testing.assert_allclose(ours.coefficients["coef"], theirs.params_, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours.coefficients["se"], theirs.standard_errors_, rtol=1e-5)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, rel=1e-10)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_logrank_equals_lifelines(seed):
    frame = _survival(seed)
    ours = logrank(frame["time"], frame["event"], frame["stratum"]).iloc[0]
    assume(not np.isnan(ours["statistic"]))
    assume(ours["df"] == 2)
    theirs = multivariate_logrank_test(frame["time"], frame["stratum"], frame["event"])
    assert ours["statistic"] == pytest.approx(theirs.test_statistic, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_start_stop_rows_say_the_same_as_the_whole_row(seed):
    frame = _survival(seed, rows=50)
    frame["time"] += 1
    assume(frame["event"].sum() > 10)
    first = frame.assign(time=frame["time"] / 2, event=0.0)
    second = frame.assign(entry=frame["time"] / 2)
    halves = pd.concat([first, second], ignore_index=True)
    whole = cox_regression(frame, "time", "event", ["x", "z"], strata="stratum")
    split = cox_regression(halves, "time", "event", ["x", "z"], strata="stratum", entry="entry")
    np.testing.assert_allclose(split.coefficients["coef"], whole.coefficients["coef"], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(split.coefficients["se"], whole.coefficients["se"], rtol=1e-7)
    assert split.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-10)
    assert split.concordance().value == pytest.approx(whole.concordance().value)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_whole_weights_say_the_same_as_repeated_rows(seed):
    frame = _survival(seed)
    repeated = frame.loc[frame.index.repeat(frame["weight"].astype(int))]
    weighted = kaplan_meier(frame["time"], frame["event"], frame["weight"]).curve
    plain = kaplan_meier(repeated["time"], repeated["event"]).curve
    pd.testing.assert_frame_equal(weighted, plain, rtol=1e-10)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_score_residuals_add_up_to_the_score_and_follow_the_value(seed):
    frame = _survival(seed)
    data = survival_data(frame["time"], frame["event"], weights=frame["weight"], strata=frame["stratum"])
    assume(data.n_events > 0)
    partial = PartialLikelihood(data, frame[["x", "z"]].to_numpy())
    beta = np.array([0.3, -0.6])
    value, score, information = partial.evaluate(beta)
    np.testing.assert_allclose(data.weights @ partial.score_residuals(beta), score, atol=1e-9)
    step = 1e-6 * np.eye(2)
    slope = [(partial.evaluate(beta + move)[0] - partial.evaluate(beta - move)[0]) / 2e-6 for move in step]
    bend = [(partial.evaluate(beta + move)[1] - partial.evaluate(beta - move)[1]) / 2e-6 for move in step]
    np.testing.assert_allclose(score, slope, atol=1e-5 * (1 + abs(value)))
    np.testing.assert_allclose(information, -np.array(bend), atol=1e-5)


def _is_separated(design, outcome):
    """Linear programme of Konis (2007): whether a direction never contradicts the outcome and once agrees."""
    signed = np.where(outcome == 1, 1.0, -1.0)[:, None] * np.column_stack([np.ones(len(design)), design])
    solution = linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=[(-1, 1)] * signed.shape[1]
    )
    return -solution.fun > 1e-7


@settings(max_examples=150, deadline=None)
@given(seeds, st.integers(6, 25))
def test_separation_is_found_exactly_where_it_is(seed, rows):
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(generator.integers(0, 2, (rows, 3)).astype(float), columns=["a", "b", "y"])
    frame["c"] = generator.normal(size=rows).round(1)
    assume(0 < frame["y"].sum() < rows)
    fit = logistic_regression(frame, "y", ["a", "b", "c"], on_separation="refuse")
    assume(not fit.aliased)
    assume(fit.is_estimated or fit.separated)  # else there are not more rows than coefficients
    assert bool(fit.separated) == _is_separated(frame[["a", "b", "c"]].to_numpy(), frame["y"].to_numpy())


def _is_monotone(frame, columns):
    """The same for the partial likelihood: a direction in which no event's score is below that of its risk set."""
    x = frame[columns].to_numpy()
    differences = [
        x[event] - x[other]
        for event in np.flatnonzero(frame["event"] == 1)
        for other in np.flatnonzero(frame["time"] >= frame["time"].iloc[event])
        # Under Efron's ties two events of one time take turns, so neither may be ahead.
        if other != event
    ]
    if not differences:
        return False
    matrix = np.array(differences)
    solution = linprog(
        -matrix.sum(axis=0), A_ub=-matrix, b_ub=np.zeros(len(matrix)), bounds=[(-1, 1)] * matrix.shape[1]
    )
    return -solution.fun > 1e-7


@settings(max_examples=100, deadline=None)
@given(seeds, st.integers(5, 20))
def test_monotone_likelihood_is_found_exactly_where_it_is(seed, rows):
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(generator.integers(0, 2, (rows, 3)).astype(float), columns=["a", "b", "event"])
    frame["time"] = generator.permutation(rows) + 1.0
    assume(frame["event"].sum() > 0)
    fit = cox_regression(frame, "time", "event", ["a", "b"], on_separation="refuse")
    assume(fit.is_estimated or fit.separated)
    assume(not fit.aliased)
    assert bool(fit.separated) == _is_monotone(frame, ["a", "b"])


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_area_under_curve_equals_counting_every_pair(seed):
    generator = np.random.default_rng(seed)
    outcome = generator.integers(0, 2, 30)
    score = generator.integers(0, 6, 30) / 6
    assume(0 < outcome.sum() < 30)
    events, others = score[outcome == 1], score[outcome == 0]
    difference = events[:, None] - others
    expected = ((difference > 0) + 0.5 * (difference == 0)).mean()
    area = area_under_curve(outcome, score)
    assert area.value == pytest.approx(expected)
    assert np.isnan(area.ci_low) or 0 <= area.ci_low <= area.value <= area.ci_high <= 1
