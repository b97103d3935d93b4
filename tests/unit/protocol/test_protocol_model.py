"""The parameters of a study: defaults, contradictions, variation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from analytics.protocol import MULTIVERSE_PARAMETERS, Covariate, Protocol, parameter_documentation
from analytics.protocol_covariates import DEFAULT_COVARIATES

REQUIRED: dict[str, Any] = {
    "study_id": "study",
    "index_agent": "sorafenib",
    "enrol_from": date(2020, 1, 1),
    "enrol_to": date(2020, 12, 31),
}


def protocol(**parameters: Any) -> Protocol:
    return Protocol(**(REQUIRED | parameters))


def covariate(**fields: Any) -> Covariate:
    return Covariate(**({"name": "age", "label": "Age", "column": "age_years"} | fields))


def test_defaults_are_those_of_the_specification() -> None:
    study = protocol()
    expected = {
        "diagnosis_prefix": "C22.0",
        "min_age": 18,
        "first_line_monotherapy": True,
        "etiologies": (),
        "bclc_stages": ("B", "C"),
        "child_pugh_max": 9,
        "require_follow_up_imaging": True,
        "baseline_days_before": 28,
        "baseline_days_after": 3,
        "criteria": "mRECIST",
        "min_stable_days": 42,
        "confirmation_days": 28,
        "resistance_window_months": 3,
        "early_death_is_primary": False,
        "secondary_includes_progression_free": False,
        "new_therapy_policy": "censor",
        "max_assessment_gap_days": None,
        "entry_p": 0.05,
        "forced_covariates": (),
        "second_line_classes": ("TKI", "TKI+PD-1"),
        "multiverse_windows": (2, 3, 4, 6),
        "imputations": 20,
    }
    assert {name: getattr(study, name) for name in expected} == expected


def test_default_covariates_are_those_of_section_5() -> None:
    assert protocol().covariate_names == (
        "age_ge_60",
        "sex",
        "etiology",
        "ecog_ge_1",
        "child_pugh_b",
        "albi_grade_ge_2",
        "bclc_c",
        "afp_gt_400",
        "alt_gt_40",
        "ast_gt_40",
        "platelets_lt_100",
        "bilirubin_gt_17_1",
        "albumin_lt_35",
        "diameter_gt_50",
        "tumors_gt_3",
        "portal_vein_invasion",
        "extrahepatic_spread",
        "prior_locoregional",
        "center",
    )


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("study_id", "a study"),
        ("study_id", ""),
        ("study_id", "../x"),
        ("index_agent", ""),
        ("enrol_from", "2020-02-30"),
        ("enrol_from", "2020-1-1"),
        ("enrol_from", "2020-01-01 00:00:00"),
        ("enrol_from", 20200101),
        ("enrol_to", date(2019, 12, 31)),
        ("diagnosis_prefix", ""),
        ("diagnosis_prefix", "c22.0"),
        ("min_age", -1),
        ("min_age", "18"),
        ("min_age", 18.5),
        ("min_age", True),
        ("first_line_monotherapy", "yes"),
        ("first_line_monotherapy", 1),
        ("etiologies", ["hbv"]),
        ("etiologies", ["HBV", "HBV"]),
        ("etiologies", "HBV"),
        ("bclc_stages", ["E"]),
        ("bclc_stages", [4]),
        ("child_pugh_max", 4),
        ("child_pugh_max", 16),
        ("baseline_days_before", -1),
        ("criteria", "RECIST"),
        ("min_stable_days", -1),
        ("confirmation_days", 0),
        ("resistance_window_months", 0),
        ("resistance_window_months", 3.0),
        ("new_therapy_policy", "none"),
        ("max_assessment_gap_days", 0),
        ("max_assessment_gap_days", "none"),
        ("entry_p", 0),
        ("entry_p", 1.01),
        ("entry_p", float("nan")),
        ("forced_covariates", ["afp"]),
        ("forced_covariates", ["sex", "sex"]),
        ("second_line_covariates", ["afp"]),
        ("second_line_subgroups", ["afp"]),
        ("second_line_classes", ["TKI"]),
        ("second_line_classes", ["TKI", "TKI"]),
        ("second_line_classes", ["TKI", "PD-L1"]),
        ("multiverse_windows", []),
        ("multiverse_windows", [3, 3]),
        ("multiverse_windows", [0]),
        ("imputations", 1),
        ("seed", -1),
        ("caliper_sd", 0),
        ("max_vif", float("inf")),
    ],
)
def test_a_wrong_value_is_refused_at_its_own_parameter(parameter: str, value: Any) -> None:
    with pytest.raises(ValidationError) as error:
        protocol(**{parameter: value})
    assert {detail["loc"][0] for detail in error.value.errors()} == {parameter}


@pytest.mark.parametrize("missing", REQUIRED)
def test_required_parameters(missing: str) -> None:
    parameters = {name: value for name, value in REQUIRED.items() if name != missing}
    with pytest.raises(ValidationError) as error:
        Protocol(**parameters)
    assert [(detail["type"], detail["loc"]) for detail in error.value.errors()] == [("missing", (missing,))]


def test_unknown_parameters_are_refused() -> None:
    with pytest.raises(ValidationError, match="min_agee"):
        protocol(min_agee=18)


def test_a_protocol_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        protocol().min_age = 20


def test_limits_that_are_allowed() -> None:
    study = protocol(
        enrol_from="2020-02-29", enrol_to="2020-02-29", child_pugh_max=15, min_age=0, bclc_stages=[0, "A"], entry_p=1
    )
    assert study.enrol_from == study.enrol_to == date(2020, 2, 29)
    assert study.bclc_stages == ("0", "A")


def test_codes_stand_in_the_order_of_their_list_whatever_the_order_of_the_file() -> None:
    assert protocol(etiologies=["HBV+HCV", "HBV"]) == protocol(etiologies=["HBV", "HBV+HCV"])
    assert protocol(bclc_stages=["C", "B"]).bclc_stages == ("B", "C")


def test_a_multiverse_varies_rules_and_nothing_else() -> None:
    study = protocol(min_age=40)
    other = study.vary(resistance_window_months=6, criteria="RECIST-1.1", max_assessment_gap_days=120)
    assert (other.resistance_window_months, other.criteria, other.max_assessment_gap_days) == (6, "RECIST-1.1", 120)
    same = {name for name in Protocol.model_fields if getattr(other, name) == getattr(study, name)}
    assert set(Protocol.model_fields) - same == {"resistance_window_months", "criteria", "max_assessment_gap_days"}
    assert same | set(MULTIVERSE_PARAMETERS) == set(Protocol.model_fields)
    with pytest.raises(ValueError, match="min_age may not vary; allowed: criteria"):
        study.vary(min_age=50)
    with pytest.raises(ValidationError):
        study.vary(resistance_window_months=0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"rule": "above"}, "needs a cutoff"),
        ({"rule": "flag", "cutoff": 3}, "takes no cutoff"),
        ({"rule": "one_of"}, "needs codes"),
        ({"rule": "contains_any"}, "needs codes"),
        ({"rule": "above", "cutoff": 3, "codes": ["a"]}, "takes no codes"),
        ({"rule": "one_of", "codes": ["a", "a"]}, "the same code twice"),
        ({"rule": "one_of", "codes": ["a"], "missing_codes": ["a"]}, "both codes and missing_codes"),
        ({"rule": "levels", "codes": ["a", "b"]}, "needs a reference level"),
        ({"rule": "levels", "codes": ["a", "b"], "reference": "c"}, "allowed: a, b"),
        ({"rule": "levels", "reference": "u", "missing_codes": ["u"]}, "stands in missing_codes"),
        ({"rule": "flag", "reference": "maybe"}, "allowed: no, yes"),
        ({"rule": "above", "cutoff": float("inf")}, "finite"),
        ({"rule": "more", "cutoff": 3}, "'above', 'at_least'"),
        ({"rule": "flag", "column": "shoe_size"}, "'center_id'"),
        ({"rule": "flag", "name": "Age 60"}, "pattern"),
    ],
)
def test_a_covariate_that_makes_no_sense(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        covariate(**fields)


def test_covariates_must_fit_together() -> None:
    age = covariate(rule="at_least", cutoff=60)
    with pytest.raises(ValidationError, match="names a covariate twice: age"):
        protocol(covariates=[age, age])
    for parts in (["sex"], ["age"]):
        with pytest.raises(ValidationError, match="age is composed of"):
            protocol(covariates=[age.model_copy(update={"composed_of": tuple(parts)})])


def test_a_number_with_comparator_goes_with_its_comparator_column() -> None:
    afp = covariate(name="afp_gt_200", column="afp_ng_ml", rule="above", cutoff=200)
    assert afp.comparator_column == "afp_comparator"
    assert covariate(rule="at_least", cutoff=60).comparator_column is None


def test_only_the_stage_is_structurally_collinear_by_default() -> None:
    composed = {one.name: one.composed_of for one in DEFAULT_COVARIATES if one.composed_of}
    assert composed == {"bclc_c": ("ecog_ge_1", "portal_vein_invasion", "extrahepatic_spread")}


def test_every_parameter_is_documented() -> None:
    rows = parameter_documentation()
    assert [row["parameter"] for row in rows] == list(Protocol.model_fields)
    for row in rows:
        assert row["meaning"].endswith(".")
        assert row["section"]
        assert row["origin"] in ("published", "our choice")
    by_name = {row["parameter"]: row for row in rows}
    assert by_name["resistance_window_months"]["unit"] == "months"
    assert by_name["resistance_window_months"]["default"] == "3"
    assert by_name["index_agent"]["default"] == "required"
