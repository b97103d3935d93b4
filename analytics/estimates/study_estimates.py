"""All estimates of one study: the tables survival_estimates, survival_curves, group_tests, regression_results and
model_diagnostics (specification 4 and 5.1 items 3 to 5).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analytics.estimates.covariates import covariate_factors
from analytics.estimates.diagnostics import DIAGNOSTIC_COLUMNS
from analytics.estimates.regression_tables import RESULT_COLUMNS, cox_model, logistic_model, regression_tables
from analytics.estimates.survival_tables import (
    FOLLOW_UP,
    FROM_LANDMARK,
    FROM_PROGRESSION,
    NAIVE,
    Comparison,
    survival_tables,
)
from analytics.frames import RESISTANCE_LABELS
from analytics.protocol import Protocol
from analytics.resistance import analysed_groups

FIRST_LINE_ENDPOINTS = ("os", "pfs", "ttp", "pps")
SECOND_LINE_ENDPOINTS = ("second_line_pfs", "second_line_os")
COX_ENDPOINTS = ("os", "pfs")
PRIMARY_RESISTANCE = "primary_resistance"
RESISTANCE_GROUPS = ("primary", "secondary")


@dataclass(frozen=True)
class StudyEstimates:
    """The tables of one study (columns: ESTIMATE_COLUMNS, CURVE_COLUMNS, TEST_COLUMNS of survival_tables,
    RESULT_COLUMNS of regression_tables, DIAGNOSTIC_COLUMNS of diagnostics).
    """

    survival_estimates: pd.DataFrame
    survival_curves: pd.DataFrame
    group_tests: pd.DataFrame
    regression_results: pd.DataFrame
    model_diagnostics: pd.DataFrame


def study_estimates(
    cohort: pd.DataFrame,
    labels: pd.DataFrame,
    endpoints: pd.DataFrame,
    landmark: pd.DataFrame,
    second_line: pd.DataFrame,
    protocol: Protocol,
) -> StudyEstimates:
    """Every estimate of a study.

    cohort: the mart analysis_cohort (covariates at index); labels: resistance_labels; endpoints: survival_endpoints;
    landmark: landmark_survival; second_line: second_line_population; rows of other studies are left out.
    """
    survival = study_survival(labels, endpoints, landmark, second_line, protocol)
    regression = study_regressions(cohort, labels, endpoints, protocol)
    return StudyEstimates(*survival, *regression)


def study_survival(
    labels: pd.DataFrame,
    endpoints: pd.DataFrame,
    landmark: pd.DataFrame,
    second_line: pd.DataFrame,
    protocol: Protocol,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """survival_estimates, survival_curves and group_tests of one study (frames as of `study_estimates`)."""
    own = [_of_study(frame, protocol) for frame in (labels, endpoints, landmark, second_line)]
    comparisons = [
        *_first_line(own[0], own[1], protocol),
        _landmark(own[2]),
        *_second_line(own[1], own[3], protocol),
        *_follow_up(own[0], own[1], protocol),
    ]
    return survival_tables(comparisons, protocol.study_id)


def study_regressions(
    cohort: pd.DataFrame, labels: pd.DataFrame, endpoints: pd.DataFrame, protocol: Protocol
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """regression_results and model_diagnostics of one study (frames as of `study_estimates`)."""
    persons = _of_study(cohort, protocol)
    persons = persons[persons["is_eligible"].astype(bool)].set_index("person_id")
    factors = covariate_factors(persons.reset_index(drop=True), protocol.covariates).set_index(persons.index)
    own_labels = _of_study(labels, protocol)
    groups = analysed_groups(own_labels, protocol).set_axis(own_labels["person_id"]).dropna()
    outcome = (groups == "primary").astype(float).rename(PRIMARY_RESISTANCE)
    tables = [regression_tables(logistic_model(PRIMARY_RESISTANCE), factors.join(outcome, how="inner"), protocol)]
    own_endpoints = _of_study(endpoints, protocol)
    for endpoint in COX_ENDPOINTS:
        rows = own_endpoints[own_endpoints["endpoint"] == endpoint].set_index("person_id")
        frame = factors.join(rows[["time_days", "is_event"]], how="inner")
        tables.append(regression_tables(cox_model(endpoint), frame, protocol))
    results = pd.concat([table for table, _ in tables], ignore_index=True)[list(RESULT_COLUMNS)]
    diagnostics = pd.concat([table for _, table in tables], ignore_index=True)[list(DIAGNOSTIC_COLUMNS)]
    return results, diagnostics


def _of_study(frame: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The study's rows, a person's after the other's: sums of floats depend on the order of their terms."""
    order = [column for column in ("person_id", "endpoint") if column in frame.columns]
    return frame[frame["study_id"] == protocol.study_id].sort_values(order, ignore_index=True)


def _first_line(labels: pd.DataFrame, endpoints: pd.DataFrame, protocol: Protocol) -> list[Comparison]:
    analysed = analysed_groups(labels, protocol).set_axis(labels["person_id"])
    label = labels.set_index("person_id")["resistance"]
    comparisons = []
    for endpoint in FIRST_LINE_ENDPOINTS:
        rows = endpoints[endpoints["endpoint"] == endpoint]
        is_naive = endpoint != "pps"
        note = NAIVE if is_naive else FROM_PROGRESSION
        by_group, by_label = (rows.assign(group=rows["person_id"].map(groups)) for groups in (analysed, label))
        comparisons += [
            Comparison(endpoint, "all", rows.assign(group="all"), ("all",)),
            Comparison(endpoint, "resistance", by_group, RESISTANCE_GROUPS, is_naive, note),
            Comparison(endpoint, "resistance_label", by_label, RESISTANCE_LABELS, is_naive, note),
        ]
    return comparisons


def _landmark(landmark: pd.DataFrame) -> Comparison:
    rows = landmark.assign(group=landmark["landmark_group"])
    groups = ("progression", "no_progression")
    return Comparison("landmark_os", "progression_at_landmark", rows, groups, note=FROM_LANDMARK)


def _second_line(endpoints: pd.DataFrame, second_line: pd.DataFrame, protocol: Protocol) -> list[Comparison]:
    classes = second_line.set_index("person_id")["regimen_class"]
    comparisons = []
    for endpoint in SECOND_LINE_ENDPOINTS:
        rows = endpoints[(endpoints["endpoint"] == endpoint) & endpoints["person_id"].isin(classes.index)]
        rows = rows.assign(group=rows["person_id"].map(classes))
        note = "crude: the classes are not randomised"
        comparisons.append(Comparison(endpoint, "regimen_class", rows, protocol.second_line_classes, note=note))
    return comparisons


def _follow_up(labels: pd.DataFrame, endpoints: pd.DataFrame, protocol: Protocol) -> list[Comparison]:
    rows = endpoints[endpoints["endpoint"] == "os"]
    analysed = analysed_groups(labels, protocol).set_axis(labels["person_id"])
    return [
        Comparison("follow_up", "all", rows.assign(group="all"), ("all",), note=FOLLOW_UP, reverse=True),
        Comparison(
            "follow_up",
            "resistance",
            rows.assign(group=rows["person_id"].map(analysed)),
            RESISTANCE_GROUPS,
            note=FOLLOW_UP,
            reverse=True,
        ),
    ]
