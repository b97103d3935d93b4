"""The released regressions, computed again from the released persons with lifelines and statsmodels alone (5.1)."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from demonstration import Demonstration
from lifelines import CoxPHFitter

STUDIES = ("lenvatinib", "sorafenib")
MODELS = ("logistic_primary_resistance", "cox_os", "cox_pfs")
ENTRY_P = 0.05
TOLERANCE = 2e-5  # lifelines ends its steps early; against R the tolerance is 1e-6
# The default covariates with two levels, in SQL; unknown is NULL.
COVARIATES = {
    "age_ge_60": "age_years >= 60",
    "sex": "sex = 'M'",
    "ecog_ge_1": "ecog >= 1",
    "child_pugh_b": "child_pugh_class in ('B', 'C')",
    "albi_grade_ge_2": "albi_grade::varchar <> '1'",
    "bclc_c": "bclc_stage in ('C', 'D')",
    "afp_gt_400": "afp_gt_400",
    "alt_gt_40": "alt_gt_40",
    "ast_gt_40": "ast_u_l > 40",
    "platelets_lt_100": "platelets_10_9_l < 100",
    "bilirubin_gt_17_1": "total_bilirubin_umol_l > 17.1",
    "albumin_lt_35": "albumin_g_l < 35",
    "diameter_gt_50": "largest_diameter_mm > 50",
    "tumors_gt_3": "tumor_count > 3",
    "portal_vein_invasion": "portal_vein_invasion <> 'none'",
    "extrahepatic_spread": "has_extrahepatic_spread",
    "prior_locoregional": "regexp_matches(coalesce(prior_procedure, ''), 'TACE|HAIC|ablation|radiotherapy')",
    "center": "center_id = 'center_b'",
}


@pytest.fixture(scope="module", params=[(study, model) for study in STUDIES for model in MODELS], ids="-".join)
def each(request: pytest.FixtureRequest, demonstration: Demonstration) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """A model, its rows of regression_results, and its persons with outcome and covariates as 0, 1 or NaN."""
    study, model = request.param
    endpoint = "os" if model == "logistic_primary_resistance" else model.removeprefix("cox_")
    chosen = ", ".join(f"({rule})::int as {name}" for name, rule in COVARIATES.items())
    persons = demonstration.released(
        f"""
        select resistance, time_days, is_event::int as event, {chosen}
        from cohort join resistance_labels using (study_id, person_id)
        join survival_endpoints using (study_id, person_id)
        where study_id = '{study}' and endpoint = '{endpoint}'
        """
    )
    if model == "logistic_primary_resistance":
        persons = persons[persons["resistance"].isin(["primary", "secondary"])]
        persons["event"] = (persons["resistance"] == "primary").astype(int)
    results = demonstration.released(f"from regression_results where study_id = '{study}' and model = '{model}'")
    return model, results, persons.drop(columns="resistance").astype(float)


def refitted(model: str, persons: pd.DataFrame, covariates: list[str]) -> tuple[pd.DataFrame, float, pd.DataFrame]:
    """Coefficients and standard errors, the likelihood-ratio p of all covariates, and the persons used."""
    used = persons.dropna(subset=covariates)
    if model.startswith("cox"):
        columns = used[["time_days", "event", *covariates]]
        fit = CoxPHFitter().fit(columns, "time_days", "event", fit_options={"precision": 1e-12})
        p_value = float(fit.log_likelihood_ratio_test().p_value)
        return pd.DataFrame({"coef": fit.params_, "se": fit.standard_errors_}), p_value, used
    fit = sm.Logit(used["event"], sm.add_constant(used[covariates])).fit(disp=0)
    return pd.DataFrame({"coef": fit.params, "se": fit.bse}).drop(index="const"), float(fit.llr_pvalue), used


def test_every_univariable_fit_and_the_entry_rule(each: tuple[str, pd.DataFrame, pd.DataFrame]) -> None:
    model, results, persons = each
    rows = results[results["analysis"] == "univariable"].set_index("covariate")
    for name in COVARIATES:
        table, p_value, used = refitted(model, persons, [name])
        row = rows.loc[name]
        assert (row["n"], row["n_missing"]) == (len(used), len(persons) - len(used)), name
        assert row["coef"] == pytest.approx(table.loc[name, "coef"], rel=1e-4, abs=TOLERANCE), name
        assert row["factor_p_value"] == pytest.approx(p_value, rel=1e-3), name
    assert (rows["is_in_multivariable"] == (rows["factor_p_value"] < ENTRY_P)).all()


def test_the_multivariable_fit_on_the_complete_cases_of_its_covariates(
    each: tuple[str, pd.DataFrame, pd.DataFrame],
) -> None:
    model, results, persons = each
    rows = results[results["analysis"] == "multivariable"].set_index("covariate")
    assert len(rows) > 0
    table, _, used = refitted(model, persons, list(rows.index))
    assert set(rows["n"]) == {len(used)}
    assert set(rows["events"]) == {int(used["event"].sum())}
    np.testing.assert_allclose(rows["coef"], table.loc[rows.index, "coef"], rtol=1e-4, atol=TOLERANCE)
    np.testing.assert_allclose(rows["se"], table.loc[rows.index, "se"], rtol=1e-4)
    np.testing.assert_allclose(rows["ratio"], np.exp(rows["coef"]), rtol=1e-12)
