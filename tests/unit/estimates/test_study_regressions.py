"""regression_results and model_diagnostics of a study (specification 4, 5.1 items 4 and 5)."""

import numpy as np
import pandas as pd
import pytest
from made_up_study import STUDY, frames, protocol

from analytics.estimates import cox_regression, factor_tests, logistic_regression
from analytics.estimates.covariates import covariate_factors
from analytics.estimates.study_estimates import study_estimates, study_regressions

KEY = ["study_id", "model", "analysis", "term"]
MODELS = ["logistic_primary_resistance", "cox_os", "cox_pfs"]
NUMBERS = ["coef", "se", "ratio", "ci_low", "ci_high", "p_value"]


@pytest.fixture(scope="module")
def study():
    return frames()


def tables_of(study, **changes):
    inputs = {name: study[name] for name in ("cohort", "labels", "endpoints")}
    return study_regressions(**inputs, protocol=protocol(**changes))


@pytest.fixture(scope="module")
def tables(study):
    return tables_of(study)


def model_frame(study, model):
    cohort = study["cohort"].set_index("person_id")
    factors = covariate_factors(cohort, protocol().covariates)
    if model == "logistic_primary_resistance":
        label = study["labels"].set_index("person_id")["resistance"]
        analysed = label[label.isin(["primary", "secondary"])]
        return factors.join((analysed == "primary").astype(int).rename("outcome"), how="inner")
    rows = study["endpoints"]
    rows = rows[rows["endpoint"] == model.removeprefix("cox_")].set_index("person_id")
    return factors.join(rows[["time_days", "is_event"]], how="inner")


def direct_fit(study, model, covariates):
    frame = model_frame(study, model)
    if model == "logistic_primary_resistance":
        return logistic_regression(frame, "outcome", covariates)
    return cox_regression(frame, "time_days", "is_event", covariates)


def test_every_covariate_has_its_univariable_rows_once(tables):
    results, _ = tables
    assert not results.duplicated(KEY).any()
    for model in MODELS:
        rows = results[(results["model"] == model) & (results["analysis"] == "univariable")]
        assert list(dict.fromkeys(rows["covariate"])) == list(protocol().covariate_names)
    assert results.groupby("model")["outcome"].first().to_dict() == {
        "logistic_primary_resistance": "primary_resistance",
        "cox_os": "os",
        "cox_pfs": "pfs",
    }


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("covariate", ["afp_gt_400", "sex", "etiology"])
def test_a_univariable_row_is_the_fit_on_its_complete_cases(study, tables, model, covariate):
    fit = direct_fit(study, model, [covariate])
    expected = fit.coefficients[fit.coefficients["covariate"] == covariate].set_index("term")
    results = tables[0]
    rows = results[(results["model"] == model) & (results["analysis"] == "univariable")].set_index("term")
    rows = rows.loc[expected.index]
    np.testing.assert_allclose(rows[NUMBERS].astype(float), expected[NUMBERS].astype(float))
    assert set(rows["n"]) == {fit.n}
    assert set(rows["n_missing"]) == {fit.n_missing}
    assert set(rows["events"]) == {fit.n_events}
    assert rows["factor_p_value"].to_numpy() == pytest.approx(fit.likelihood_ratio_p)
    assert set(rows["reference_level"]) == {{"afp_gt_400": "no", "sex": "F", "etiology": "HBV"}[covariate]}


@pytest.mark.parametrize("model", MODELS)
def test_the_entry_rule_takes_what_is_below_entry_p_on_the_complete_cases(study, tables, model):
    results = tables[0][tables[0]["model"] == model]
    univariable = results[results["analysis"] == "univariable"].drop_duplicates("covariate")
    entering = univariable.loc[univariable["factor_p_value"] < 0.05, "covariate"].tolist()
    multivariable = results[(results["analysis"] == "multivariable") & results["coef"].notna()]
    left_out = results[(results["analysis"] == "multivariable") & results["coef"].isna()]["covariate"].tolist()
    assert list(dict.fromkeys(multivariable["covariate"])) == [name for name in entering if name not in left_out]
    assert "afp_gt_400" in entering
    fit = direct_fit(study, model, list(dict.fromkeys(multivariable["covariate"])))
    expected = fit.coefficients[fit.coefficients["covariate"] != "(Intercept)"]
    np.testing.assert_allclose(multivariable[NUMBERS].astype(float), expected[NUMBERS].astype(float))
    assert set(multivariable["n"]) == {fit.n}
    tests = factor_tests(fit).set_index("covariate")["p_value"]
    assert multivariable["factor_p_value"].to_numpy() == pytest.approx(tests[multivariable["covariate"]].to_numpy())


def test_forced_covariates_enter_whatever_their_p(study):
    results, _ = tables_of(study, forced_covariates=["sex"], entry_p=1e-12)
    for model in MODELS:
        rows = results[(results["model"] == model) & (results["analysis"] == "multivariable")]
        assert rows["covariate"].tolist() == ["sex"]
    assert results.loc[results["covariate"] == "sex", "is_in_multivariable"].all()


def test_a_composite_and_its_parts_never_share_a_model_and_this_is_reported(study):
    forced = ["bclc_c", "ecog_ge_1", "portal_vein_invasion"]
    results, diagnostics = tables_of(study, forced_covariates=forced, entry_p=1e-12)
    rows = results[(results["model"] == "cox_os") & (results["analysis"] == "multivariable")].set_index("covariate")
    assert rows["coef"].notna().to_dict() == {"ecog_ge_1": True, "portal_vein_invasion": True, "bclc_c": False}
    assert "ecog_ge_1" in rows.loc["bclc_c", "note"]
    row = diagnostics.set_index(["model", "diagnostic"]).loc[("cox_os", "structural_collinearity:bclc_c")]
    assert row["status"] == "warn"


def test_no_covariate_entering_is_said_and_no_crash(study):
    results, diagnostics = tables_of(study, entry_p=1e-12)
    assert (results["analysis"] == "univariable").all()
    rows = diagnostics[diagnostics["diagnostic"] == "covariates_entered"]
    assert len(rows) == 3
    assert (rows["status"] == "not_applicable").all()
    assert rows["note"].str.contains("no multivariable model").all()


def test_diagnostics_have_every_check_once_and_only_the_four_states(tables):
    _, diagnostics = tables
    assert not diagnostics.duplicated(["study_id", "model", "diagnostic"]).any()
    assert set(diagnostics["status"]) <= {"pass", "warn", "fail", "not_applicable"}
    multivariable = diagnostics[diagnostics["analysis"] == "multivariable"]
    found = multivariable[multivariable["covariate"].isna()].groupby("model")["diagnostic"].agg(set).to_dict()
    shared = {"covariates_entered", "convergence", "separation", "events_per_variable", "vif", "complete_cases"}
    assert found["logistic_primary_resistance"] == shared | {"hosmer_lemeshow", "auc"}
    assert found["cox_os"] == found["cox_pfs"] == shared | {"proportional_hazards", "concordance"}
    area = multivariable[multivariable["diagnostic"] == "auc"].iloc[0]
    assert 0.5 < area["ci_low"] < area["value"] < area["ci_high"] < 1


def test_a_covariate_that_separates_gets_a_finite_estimate_and_a_failed_diagnostic(study):
    cohort = study["cohort"].copy()
    label = study["labels"].set_index("person_id")["resistance"]
    primary = cohort["person_id"].map(label) == "primary"
    cohort["tumor_count"] = np.where(primary, 4, np.where(cohort["tumor_count"] > 3, 4, 1))
    results, diagnostics = tables_of(study | {"cohort": cohort})
    row = results.set_index(KEY).loc[(STUDY, "logistic_primary_resistance", "univariable", "tumors_gt_3")]
    assert row["method"] == "firth"
    assert row["se"] < 3
    assert np.isfinite(row[["ratio", "ci_low", "ci_high"]].astype(float)).all()
    checks = diagnostics[diagnostics["model"] == "logistic_primary_resistance"].set_index("diagnostic")
    assert checks.loc["separation:univariable:tumors_gt_3", "status"] == "fail"
    assert checks.loc["separation", "status"] == "fail"
    assert "Firth" in checks.loc["separation", "note"]


def test_non_proportional_hazards_and_scarce_events_fail(study):
    endpoints = study["endpoints"].copy()
    is_os = endpoints["endpoint"] == "os"
    female = endpoints["person_id"].map(study["cohort"].set_index("person_id")["sex"]) == "F"
    # Women die early or not at all, men in the middle: hazards cross.
    rng = np.random.default_rng(1)
    early = rng.random(len(endpoints)) < 0.5
    time = np.where(female, np.where(early, 20, 900), 200) + rng.integers(0, 50, len(endpoints))
    endpoints.loc[is_os, "time_days"] = time[is_os]
    endpoints.loc[is_os, "is_event"] = True
    _, diagnostics = tables_of(study | {"endpoints": endpoints})
    checks = diagnostics[diagnostics["model"] == "cox_os"].set_index("diagnostic")
    assert checks.loc["proportional_hazards:univariable:sex", "status"] == "fail"
    few = endpoints.copy()
    few.loc[is_os & (few.groupby("endpoint").cumcount() > 2), "is_event"] = False
    _, diagnostics = tables_of(study | {"endpoints": few})
    scarce = diagnostics[diagnostics["diagnostic"].str.startswith("events_per_variable") & (diagnostics["value"] < 5)]
    assert len(scarce) > 0
    assert (scarce["status"] == "fail").all()


@pytest.mark.parametrize("persons", [0, 1, 2, 5])
def test_studies_too_small_have_explained_rows_and_failed_diagnostics(study, persons):
    kept = set(study["cohort"]["person_id"].iloc[:persons])
    small = {name: frame[frame["person_id"].isin(kept)] for name, frame in study.items()}
    estimates = study_estimates(**small, protocol=protocol())
    results, diagnostics = estimates.regression_results, estimates.model_diagnostics
    assert set(results["model"]) == set(MODELS)
    unknown = results["coef"].isna()
    assert results.loc[unknown, "note"].notna().all()
    assert results.loc[~unknown, "se"].max() < 10 or (~unknown).sum() == 0
    convergence = diagnostics[diagnostics["diagnostic"].str.startswith("convergence")]
    failed = convergence[convergence["status"] == "fail"]
    assert failed["note"].notna().all()
    assert len(failed) > 0


def test_only_eligible_persons_of_the_study_count(study, tables):
    cohort = study["cohort"]
    others = cohort.assign(study_id="other")
    ineligible = cohort.iloc[:30].assign(is_eligible=False, person_id=lambda rows: "x" + rows["person_id"])
    more = pd.concat([cohort, others, ineligible], ignore_index=True)
    again = tables_of(study | {"cohort": more})
    for table, expected in zip(again, tables, strict=True):
        pd.testing.assert_frame_equal(table, expected)
