"""The demonstration data, run through the warehouse, lie near the two studies' published figures (specification 3)."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from demonstration import Demonstration
from lifelines import KaplanMeierFitter

DAYS_PER_MONTH = 30.4375
STUDIES = ("lenvatinib", "sorafenib")
PATIENTS = {"lenvatinib": 531, "sorafenib": 424}
PRIMARY_SHARE = {"lenvatinib": 0.318, "sorafenib": 0.389}
MEDIAN_OS = {
    ("lenvatinib", "primary"): 11.0,
    ("lenvatinib", "secondary"): 31.0,
    ("sorafenib", "primary"): 9.0,
    ("sorafenib", "secondary"): 23.0,
}
YEARLY_OS = {"primary": (46.3, 22.2, 10.1), "secondary": (82.3, 59.1, 44.9)}  # lenvatinib, per cent after 1, 2, 3 years
SECOND_LINE = {
    ("lenvatinib", "second_line_pfs", "TKI"): 4.0,
    ("lenvatinib", "second_line_pfs", "TKI+PD-1"): 7.0,
    ("lenvatinib", "second_line_os", "TKI"): 11.0,
    ("lenvatinib", "second_line_os", "TKI+PD-1"): 23.0,
    ("sorafenib", "second_line_pfs", "TKI"): 6.0,
    ("sorafenib", "second_line_pfs", "TKI+PD-1"): 10.0,
    ("sorafenib", "second_line_os", "TKI"): 13.0,
    ("sorafenib", "second_line_os", "TKI+PD-1"): 22.0,
}


@pytest.fixture(scope="module")
def endpoints(demonstration: Demonstration) -> pd.DataFrame:
    """Endpoints of the analysed persons, with their label and the class of their second line after progression."""
    return demonstration.released(
        """
        select study_id, person_id, endpoint, time_days, is_event, resistance, regimen_class as second_class
        from survival_endpoints
        join resistance_labels using (study_id, person_id)
        left join (select * from treatment_lines where line_number = 2) as second_lines
            on second_lines.person_id = survival_endpoints.person_id and start_day >= progression_day
        where resistance in ('primary', 'secondary')
        """
    )


def fitted(times: pd.DataFrame) -> KaplanMeierFitter:
    return KaplanMeierFitter().fit(times["time_days"] / DAYS_PER_MONTH, times["is_event"].astype(bool))


def overall_survival(endpoints: pd.DataFrame, study: str, label: str) -> KaplanMeierFitter:
    chosen = endpoints["study_id"].eq(study) & endpoints["endpoint"].eq("os") & endpoints["resistance"].eq(label)
    return fitted(endpoints[chosen])


@pytest.mark.parametrize("study", STUDIES)
def test_the_number_of_analysed_patients_is_within_five_per_cent(endpoints: pd.DataFrame, study: str) -> None:
    analysed = endpoints.loc[endpoints["study_id"] == study, "person_id"].nunique()
    assert analysed == pytest.approx(PATIENTS[study], rel=0.05)


@pytest.mark.parametrize("study", STUDIES)
def test_the_share_of_primary_resistance_is_within_two_points(endpoints: pd.DataFrame, study: str) -> None:
    labels = endpoints[endpoints["study_id"] == study].drop_duplicates("person_id")["resistance"]
    assert (labels == "primary").mean() == pytest.approx(PRIMARY_SHARE[study], abs=0.02)


@pytest.mark.parametrize(("study", "label"), MEDIAN_OS)
def test_median_overall_survival_is_within_15_per_cent(endpoints: pd.DataFrame, study: str, label: str) -> None:
    median = overall_survival(endpoints, study, label).median_survival_time_
    assert median == pytest.approx(MEDIAN_OS[study, label], rel=0.15)


@pytest.mark.parametrize("label", YEARLY_OS)
def test_yearly_survival_with_lenvatinib_is_within_five_points(endpoints: pd.DataFrame, label: str) -> None:
    curve = overall_survival(endpoints, "lenvatinib", label)
    found = 100 * curve.survival_function_at_times([12, 24, 36]).to_numpy()
    np.testing.assert_allclose(found, YEARLY_OS[label], atol=5)


@pytest.mark.parametrize(("study", "endpoint", "second_class"), SECOND_LINE)
def test_second_line_medians_are_within_20_per_cent(
    endpoints: pd.DataFrame, study: str, endpoint: str, second_class: str
) -> None:
    chosen = (
        endpoints["study_id"].eq(study)
        & endpoints["endpoint"].eq(endpoint)
        & endpoints["second_class"].eq(second_class)
    )
    median = fitted(endpoints[chosen]).median_survival_time_
    assert median == pytest.approx(SECOND_LINE[study, endpoint, second_class], rel=0.20)


@pytest.mark.parametrize(
    ("study", "factors"), [("lenvatinib", ["afp_gt_400"]), ("sorafenib", ["afp_gt_400", "alt_gt_40"])]
)
def test_published_risk_factors_are_independent(demonstration: Demonstration, study: str, factors: list[str]) -> None:
    cohort = demonstration.released(
        f"""
        select
            resistance = 'primary' as is_primary, afp_gt_400, alt_gt_40,
            age_years >= 60 as is_older, ecog >= 1 as is_unfit, child_pugh_class <> 'A' as has_poor_liver,
            largest_diameter_mm > 50 as is_large, portal_vein_invasion <> 'none' as has_invasion,
            has_extrahepatic_spread
        from cohort join resistance_labels using (study_id, person_id)
        where study_id = '{study}' and resistance in ('primary', 'secondary')
        """
    )
    complete = cohort.dropna().astype(float)
    assert len(complete) > 200
    model = sm.Logit(complete["is_primary"], sm.add_constant(complete.drop(columns="is_primary"))).fit(disp=False)
    assert (model.params[factors] > 0).all()
    assert (model.pvalues[factors] < 0.05).all()
