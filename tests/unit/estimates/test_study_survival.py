"""survival_estimates, survival_curves and group_tests of a study (specification 4, 5.1 item 3, 5.2 guarantee time)."""

import numpy as np
import pandas as pd
import pytest
from made_up_study import STUDY, frames, protocol

from analytics.dates import DAYS_PER_MONTH
from analytics.estimates import kaplan_meier, logrank, median_follow_up
from analytics.estimates.study_estimates import study_survival

KEY = ["study_id", "endpoint", "grouping", "group_name"]


@pytest.fixture(scope="module")
def study():
    return frames()


@pytest.fixture(scope="module")
def tables(study):
    inputs = {name: study[name] for name in ("labels", "endpoints", "landmark", "second_line")}
    return study_survival(**inputs, protocol=protocol())


def rows_of(study, endpoint, labels=("primary", "secondary")):
    persons = study["labels"][study["labels"]["resistance"].isin(labels)]
    rows = study["endpoints"][study["endpoints"]["endpoint"] == endpoint]
    return rows.merge(persons[["person_id", "resistance"]], on="person_id")


def test_every_endpoint_grouping_and_group_has_its_row(tables):
    estimates, _, tests = tables
    assert not estimates.duplicated(KEY).any()
    shown = estimates.groupby(["endpoint", "grouping"])["group_name"].agg(list).to_dict()
    by_label = ["primary", "secondary", "progression_free", "indeterminate"]
    expected = {("landmark_os", "progression_at_landmark"): ["progression", "no_progression"]}
    for endpoint in ("os", "pfs", "ttp", "pps"):
        expected |= {(endpoint, "all"): ["all"], (endpoint, "resistance"): by_label[:2]}
        expected[endpoint, "resistance_label"] = by_label
    expected |= {(endpoint, "regimen_class"): ["TKI", "TKI+PD-1"] for endpoint in ("second_line_pfs", "second_line_os")}
    expected |= {("follow_up", "all"): ["all"], ("follow_up", "resistance"): by_label[:2]}
    assert shown == expected
    assert not tests.duplicated(["study_id", "endpoint", "grouping"]).any()
    assert set(zip(tests["endpoint"], tests["grouping"], strict=True)) == {
        key for key, groups in expected.items() if len(groups) > 1 and key[0] != "follow_up"
    }


@pytest.mark.parametrize("endpoint", ["os", "pfs", "pps"])
@pytest.mark.parametrize("group", ["primary", "secondary"])
def test_an_estimate_is_that_of_its_persons(study, tables, endpoint, group):
    rows = rows_of(study, endpoint)
    rows = rows[rows["resistance"] == group]
    fit = kaplan_meier(rows["time_days"], rows["is_event"])
    row = tables[0].set_index(KEY).loc[(STUDY, endpoint, "resistance", group)]
    assert (row["n"], row["events"]) == (len(rows), rows["is_event"].sum())
    found = row[["median_months", "median_months_ci_low", "median_months_ci_high"]].astype(float)
    np.testing.assert_allclose(found, np.array(fit.quantile(0.5)) / DAYS_PER_MONTH)
    at_a_year = fit.survival_at([365.25]).iloc[0]
    names = [f"survival_12_months{limit}" for limit in ("", "_ci_low", "_ci_high")]
    np.testing.assert_allclose(row[names].astype(float), at_a_year[["survival", "ci_low", "ci_high"]].astype(float))


def test_median_follow_up_is_the_reverse_estimate_of_os(study, tables):
    rows = study["endpoints"][study["endpoints"]["endpoint"] == "os"]
    expected = median_follow_up(rows["time_days"], rows["is_event"]).median / DAYS_PER_MONTH
    row = tables[0].set_index(KEY).loc[(STUDY, "follow_up", "all", "all")]
    assert row["median_months"] == pytest.approx(expected)
    assert row["events"] == (~rows["is_event"]).sum()
    assert "reverse" in row["note"]


@pytest.mark.parametrize("endpoint", ["os", "pps"])
def test_a_test_compares_the_groups_shown(study, tables, endpoint):
    rows = rows_of(study, endpoint)
    expected = logrank(rows["time_days"], rows["is_event"], rows["resistance"]).iloc[0]
    row = tables[2].set_index(["endpoint", "grouping"]).loc[(endpoint, "resistance")]
    assert row["test"] == "logrank"
    assert row["df"] == 1
    assert row["statistic"] == pytest.approx(expected["statistic"])
    assert row["p_value"] == pytest.approx(expected["p_value"])


def test_curves_account_for_every_person(tables):
    estimates, curves, _ = tables
    estimates = estimates[estimates["endpoint"] != "follow_up"].set_index(KEY)
    for key, curve in curves.groupby(KEY):
        assert curve["time_days"].is_monotonic_increasing
        assert curve["time_days"].is_unique
        assert curve["at_risk"].iloc[0] == estimates.loc[key, "n"]
        assert curve["events"].sum() == estimates.loc[key, "events"]
        leaving = curve["events"] + curve["censored"]
        assert (curve["at_risk"] - leaving).iloc[:-1].tolist() == curve["at_risk"].iloc[1:].tolist()
        assert (curve["at_risk"] - leaving).iloc[-1] == 0
        assert curve["survival"].is_monotonic_decreasing
    assert set(curves.groupby(KEY).groups) == set(estimates[estimates["n"] > 0].index)


def test_groups_formed_after_index_are_labelled_naive_beside_landmark_and_pps(tables):
    for table in (tables[0], tables[2]):
        naive = table[table["is_naive"].astype(bool)]
        assert set(naive["endpoint"]) == {"os", "pfs", "ttp"}
        assert set(naive["grouping"]) == {"resistance", "resistance_label"}
        assert naive["note"].str.contains("guarantee time").all()
        beside = table[table["endpoint"].isin(["pps", "landmark_os"]) & (table["grouping"] != "all")]
        assert len(beside) > 0
        assert not beside["is_naive"].any()


def test_progression_free_join_the_secondary_group_where_the_protocol_says_so(study):
    inputs = {name: study[name] for name in ("labels", "endpoints", "landmark", "second_line")}
    joined = study_survival(**inputs, protocol=protocol(secondary_includes_progression_free=True))[0].set_index(KEY)
    expected = study["labels"]["resistance"].isin(["secondary", "progression_free"]).sum()
    assert joined.loc[(STUDY, "os", "resistance", "secondary"), "n"] == expected


def test_a_study_without_persons_has_explained_rows(study):
    nobody = {name: study[name].iloc[:0] for name in ("labels", "endpoints", "landmark", "second_line")}
    estimates, curves, tests = study_survival(**nobody, protocol=protocol())
    assert (estimates["n"] == 0).all()
    assert (estimates["note"] == "not estimated: no persons").all()
    assert estimates.filter(like="months").isna().all(axis=None)
    assert len(curves) == 0
    assert tests["p_value"].isna().all()
    assert tests["note"].str.startswith("not estimated").all()


def test_rows_of_other_studies_are_left_out(study, tables):
    inputs = {name: study[name] for name in ("labels", "endpoints", "landmark", "second_line")}
    both = {
        name: pd.concat([frame, frame.assign(study_id="other")], ignore_index=True) for name, frame in inputs.items()
    }
    again = study_survival(**both, protocol=protocol())
    for table, expected in zip(again, tables, strict=True):
        pd.testing.assert_frame_equal(table, expected)
