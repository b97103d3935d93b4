"""Small and strange studies: every table has its rows, those without numbers say why, no number is absurd."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from made_up_study import STUDY, frames, protocol

from analytics.estimates.study_estimates import StudyEstimates, study_estimates

Frames = dict[str, pd.DataFrame]
COVARIATES = {"sex", "etiology", "ecog_ge_1", "afp_gt_400", "albumin_lt_35", "center"}
WIDEST_STANDARD_ERROR = 10.0
LARGEST_LOG_RATIO = 15.0


def nobody_is_primary(study: Frames) -> Frames:
    labels = study["labels"].assign(resistance=study["labels"]["resistance"].replace("primary", "indeterminate"))
    return study | {"labels": labels, "landmark": study["landmark"].assign(landmark_group="no_progression")}


def with_events(study: Frames, is_event: Callable[[pd.DataFrame], pd.Series]) -> Frames:
    changed = {name: study[name].assign(is_event=is_event(study[name])) for name in ("endpoints", "landmark")}
    return study | changed


def no_event(study: Frames) -> Frames:
    return with_events(study, lambda rows: pd.Series(False, rows.index))


def one_event(study: Frames) -> Frames:
    return with_events(study, lambda rows: rows.groupby("endpoint").cumcount() == 7)


def at_one_time(study: Frames) -> Frames:
    return study | {name: study[name].assign(time_days=200) for name in ("endpoints", "landmark")}


def at_time_zero(study: Frames) -> Frames:
    return study | {name: study[name].assign(time_days=0) for name in ("endpoints", "landmark")}


def constant_covariates(study: Frames) -> Frames:
    first = study["cohort"].iloc[0].drop(["person_id", "study_id"])
    return study | {"cohort": study["cohort"].assign(**first)}


def unknown_covariates(study: Frames) -> Frames:
    cohort = study["cohort"].copy()
    kept = {"study_id", "person_id", "center_id", "index_date", "is_eligible", "prior_procedure", "age_years"}
    for name in set(cohort.columns) - kept:
        cohort[name] = pd.Series([None] * len(cohort), index=cohort.index, dtype=object)
    return study | {"cohort": cohort}


def separating_covariate(study: Frames) -> Frames:
    label = study["labels"].set_index("person_id")["resistance"]
    primary = study["cohort"]["person_id"].map(label) == "primary"
    return study | {"cohort": study["cohort"].assign(afp_gt_400=primary)}


STRANGE = [
    nobody_is_primary,
    no_event,
    one_event,
    at_one_time,
    at_time_zero,
    constant_covariates,
    unknown_covariates,
    separating_covariate,
]


@pytest.fixture(scope="module")
def estimates() -> dict[str, StudyEstimates]:
    study = frames(120)
    few = protocol(
        covariates=[covariate.model_dump() for covariate in protocol().covariates if covariate.name in COVARIATES]
    )
    return {change.__name__: study_estimates(**change(study), protocol=few) for change in STRANGE}


@pytest.fixture(params=[change.__name__ for change in STRANGE])
def each(request: pytest.FixtureRequest, estimates: dict[str, StudyEstimates]) -> StudyEstimates:
    return estimates[request.param]


# 1. What holds for all of them


def test_1_1_a_regression_row_without_numbers_says_why(each: StudyEstimates) -> None:
    results = each.regression_results
    assert set(results["model"]) == {"logistic_primary_resistance", "cox_os", "cox_pfs"}
    unknown = results["coef"].isna()
    assert results.loc[unknown, "note"].notna().all()
    assert results.loc[unknown, ["se", "ratio", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)


def test_1_2_no_ratio_and_no_standard_error_is_absurd(each: StudyEstimates) -> None:
    known = each.regression_results.dropna(subset=["coef"])
    assert (known["se"] < WIDEST_STANDARD_ERROR).all()
    assert (known["coef"].abs() < LARGEST_LOG_RATIO).all()
    assert known["p_value"].between(0, 1).all()
    assert (known["ci_low"] < known["ratio"]).all()
    assert (known["ratio"] < known["ci_high"]).all()


def test_1_3_survival_is_a_probability_within_its_limits(each: StudyEstimates) -> None:
    table = each.survival_estimates
    assert set(table["endpoint"]) >= {"os", "pfs", "ttp", "pps", "landmark_os", "second_line_os", "follow_up"}
    for months in (12, 24, 36):
        value, low, high = (table[f"survival_{months}_months{limit}"] for limit in ("", "_ci_low", "_ci_high"))
        assert value.dropna().between(0, 1).all()
        assert not ((low > value) | (high < value)).any()
    assert table.loc[table["n"] == 0, "note"].eq("not estimated: no persons").all()


def test_1_4_a_test_without_a_p_value_says_why(each: StudyEstimates) -> None:
    tests = each.group_tests
    assert tests["p_value"].dropna().between(0, 1).all()
    assert tests.loc[tests["p_value"].isna(), "note"].str.startswith("not estimated").all()


def test_1_5_a_diagnostic_without_a_value_is_explained(each: StudyEstimates) -> None:
    diagnostics = each.model_diagnostics
    assert set(diagnostics["status"]) <= {"pass", "warn", "fail", "not_applicable"}
    assert diagnostics.loc[diagnostics["value"].isna(), "note"].notna().all()
    assert (diagnostics.loc[diagnostics["value"].isna(), "status"] == "not_applicable").all()


# 2. What each of them says


def cox_os(made: StudyEstimates) -> pd.DataFrame:
    return made.regression_results.query("model == 'cox_os'")


def logistic(made: StudyEstimates) -> pd.DataFrame:
    return made.regression_results.query("model == 'logistic_primary_resistance'")


def test_2_1_an_empty_group(estimates: dict[str, StudyEstimates]) -> None:
    made = estimates["nobody_is_primary"]
    primary = made.survival_estimates.query("group_name == 'primary' and endpoint == 'os'")
    assert (primary["n"] == 0).all()
    test = made.group_tests.query("endpoint == 'os' and grouping == 'resistance'").iloc[0]
    assert "fewer than two groups" in test["note"]
    assert logistic(made)["note"].str.contains("no events").all()
    assert cox_os(made)["coef"].notna().any()


def test_2_2_no_event(estimates: dict[str, StudyEstimates]) -> None:
    made = estimates["no_event"]
    overall = made.survival_estimates.query("endpoint == 'os' and grouping == 'all'").iloc[0]
    assert overall["survival_12_months"] == 1
    assert np.isnan(overall["median_months"])
    assert "no events" in overall["note"]
    assert cox_os(made)["note"].str.contains("no events").all()
    assert made.group_tests["note"].str.contains("no events").all()


def test_2_3_one_event_is_answered_by_penalised_estimates(estimates: dict[str, StudyEstimates]) -> None:
    rows = cox_os(estimates["one_event"])
    assert (rows.loc[rows["coef"].notna(), "method"] == "firth").all()
    checks = estimates["one_event"].model_diagnostics.query("model == 'cox_os'").set_index("diagnostic")
    assert checks.loc["separation:univariable:sex", "status"] == "fail"
    assert checks.loc["events_per_variable:univariable:sex", "status"] == "fail"


@pytest.mark.parametrize("name", ["at_one_time", "at_time_zero"])
def test_2_4_all_at_one_time(estimates: dict[str, StudyEstimates], name: str) -> None:
    made = estimates[name]
    checks = made.model_diagnostics.query("model == 'cox_os'")
    hazards = checks[checks["diagnostic"].str.startswith("proportional_hazards")]
    assert (hazards["status"] == "not_applicable").all()
    curve = made.survival_curves.query("endpoint == 'os' and grouping == 'all'")
    assert len(curve) == 1


def test_2_5_constant_covariates_are_left_out_and_said(estimates: dict[str, StudyEstimates]) -> None:
    made = estimates["constant_covariates"]
    rows = made.regression_results[made.regression_results["covariate"] != "center"]
    assert rows["coef"].isna().all()
    entered = made.model_diagnostics.query("diagnostic == 'covariates_entered'")
    assert (entered["status"] == "not_applicable").all()


def test_2_6_unknown_covariates_have_no_complete_case(estimates: dict[str, StudyEstimates]) -> None:
    rows = cox_os(estimates["unknown_covariates"]).set_index("covariate")
    assert rows.loc["sex", "n"] == 0
    assert rows.loc["sex", "n_missing"] == 120
    assert "no complete rows" in rows.loc["sex", "note"]


def test_2_7_perfect_separation_fails_its_diagnostic_beside_a_finite_estimate(
    estimates: dict[str, StudyEstimates],
) -> None:
    made = estimates["separating_covariate"]
    row = logistic(made).query("analysis == 'univariable' and covariate == 'afp_gt_400'").iloc[0]
    assert row["method"] == "firth"
    assert row["study_id"] == STUDY
    checks = made.model_diagnostics.query("model == 'logistic_primary_resistance'").set_index("diagnostic")
    assert checks.loc["separation:univariable:afp_gt_400", "status"] == "fail"
    assert checks.loc["separation", "status"] == "fail"
