"""The protocol's covariates become factors; unknown stays missing; composites and their parts exclude each other."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from analytics.estimates.covariates import composite_conflicts, covariate_factors
from analytics.protocol import default_protocols
from analytics.protocol_covariates import DEFAULT_COVARIATES, Covariate


def factor(values, comparators=None, *, column="ast_u_l", **rule):
    cohort = pd.DataFrame({column: values}, index=[7 + number for number in range(len(values))])
    if comparators is not None:
        cohort["afp_comparator"] = comparators
    covariate = Covariate.model_validate({"name": "x", "label": "X", "column": column, **rule})
    result = covariate_factors(cohort, [covariate])["x"]
    assert result.index.equals(cohort.index)
    return [None if pd.isna(value) else value for value in result], list(result.cat.categories)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("above", ["no", "no", "yes", None]),
        ("at_least", ["no", "yes", "yes", None]),
        ("below", ["yes", "no", "no", None]),
        ("at_most", ["yes", "yes", "no", None]),
    ],
)
@pytest.mark.parametrize("kind", [float, Decimal])
def test_a_cut_off_is_exact_at_its_limit(rule, expected, kind):
    values = [kind("17.0"), kind("17.1"), kind("17.2"), None]
    assert factor(values, rule=rule, cutoff=17.1) == (expected, ["no", "yes"])


@pytest.mark.parametrize(
    ("rule", "sign", "number", "expected"),
    [
        ("above", ">", 1210, "yes"),
        ("above", ">", 400, "yes"),
        ("above", ">=", 400, None),
        ("above", ">", 200, None),
        ("above", "<", 0.605, "no"),
        ("above", "<", 400, "no"),
        ("above", "<=", 400, "no"),
        ("above", "<", 401, None),
        ("at_least", ">=", 400, "yes"),
        ("at_least", "<=", 400, None),
        ("at_least", "<", 400, "no"),
        ("below", "<", 400, "yes"),
        ("below", ">", 400, "no"),
        ("below", ">", 200, None),
        ("at_most", "<=", 400, "yes"),
        ("at_most", ">", 400, "no"),
        ("above", None, 401, "yes"),
    ],
)
def test_a_comparator_decides_only_what_it_implies(rule, sign, number, expected):
    found, _ = factor([float(number)], [sign], column="afp_ng_ml", rule=rule, cutoff=400)
    assert found == [expected]


def test_codes_flags_and_lists():
    assert factor(["A", "B", "C", None], column="child_pugh_class", rule="one_of", codes=["B", "C"])[0] == [
        "no",
        "yes",
        "yes",
        None,
    ]
    # Grades come as whole numbers, or as floats where some are missing.
    assert factor([1.0, 2.0, 3.0, np.nan], column="albi_grade", rule="one_of", codes=["2", "3"])[0] == [
        "no",
        "yes",
        "yes",
        None,
    ]
    flags = pd.array([True, False, None], "boolean")
    assert factor(flags, column="afp_gt_400", rule="flag")[0] == ["yes", "no", None]
    procedures = ["TACE+resection", "resection", "", None]
    found, _ = factor(procedures, column="prior_procedure", rule="contains_any", codes=["TACE", "HAIC"])
    assert found == ["yes", "no", "no", "no"]


def test_levels_put_the_reference_first_and_leave_the_unknown_out():
    found, levels = factor(
        ["HCV", "HBV", "unknown", "Wilson", None],
        column="etiology",
        rule="levels",
        codes=["HCV", "HBV"],
        reference="HBV",
        missing_codes=["unknown"],
    )
    assert found == ["HCV", "HBV", None, None, None]
    assert levels == ["HBV", "HCV"]
    assert factor(["center_b", "center_a"], column="center_id", rule="levels", reference="center_b") == (
        ["center_b", "center_a"],
        ["center_b", "center_a"],
    )


def test_yes_may_be_the_reference():
    assert factor([30.0, 50.0], rule="above", cutoff=40, reference="yes")[1] == ["yes", "no"]


def test_the_index_year_is_read_from_the_index_date():
    cohort = pd.DataFrame({"index_date": pd.to_datetime(["2019-05-01", "2021-01-31"])})
    late = Covariate.model_validate(
        {"name": "late", "label": "Late", "column": "index_year", "rule": "at_least", "cutoff": 2021}
    )
    assert covariate_factors(cohort, [late])["late"].tolist() == ["no", "yes"]


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="no column 'age_years'"):
        covariate_factors(pd.DataFrame({"sex": ["F"]}), DEFAULT_COVARIATES)


def test_every_default_covariate_has_columns_among_the_protocols():
    for protocol in default_protocols().values():
        assert [covariate.name for covariate in DEFAULT_COVARIATES] == list(protocol.covariate_names)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["bclc_c", "extrahepatic_spread"], {"extrahepatic_spread": "bclc_c"}),
        (
            ["bclc_c", "ecog_ge_1", "portal_vein_invasion"],
            {"bclc_c": "ecog_ge_1"},
        ),
        (["ecog_ge_1", "portal_vein_invasion", "extrahepatic_spread"], {}),
        (["bclc_c", "afp_gt_400"], {}),
        ([], {}),
    ],
)
def test_of_a_composite_and_its_parts_the_earlier_stays(names, expected):
    assert composite_conflicts(names, DEFAULT_COVARIATES) == expected
