"""Which tables a release holds, where each comes from, and the columns that it must begin with (specification 4)."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.builds import Build
from orchestration.run import CHECKS_TABLE
from orchestration.studies import REPORT_CHECKS_TABLE, STUDY_TABLES


@dataclass(frozen=True)
class PublishedTable:
    """A table of a release.

    Attributes:
        name: In the release.
        key: Columns that tell rows apart and give their order.
        columns: Columns that stand first, in this order.
        mart: The mart that it is, with its description in the dbt project; None for tables that Python made, which
            are described in columns.toml.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    mart: str | None = None

    @property
    def is_of_studies(self) -> bool:
        """Whether it is put together from one table a study."""
        return any(table.name == self.name for table in STUDY_TABLES)

    def files(self, build: Build, studies: list[str]) -> list[Path]:
        """The Parquet files of a build that hold its rows."""
        if self.mart is not None:
            return [build.mart(self.mart)]
        if self.is_of_studies:
            return [build.table(f"{study}/{self.name}") for study in studies]
        of_reports = [build.table(f"{study}/{REPORT_CHECKS_TABLE}") for study in studies]
        return [build.table(self.name), *(of_reports if self.name == CHECKS_TABLE else ())]


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _mart(name: str, key: str, columns: str = "") -> PublishedTable:
    return PublishedTable(name, _columns(key), _columns(columns or key), f"published_{name}")


def _python(name: str, key: str, columns: str) -> PublishedTable:
    return PublishedTable(name, _columns(key), _columns(columns))


PUBLISHED_TABLES = (
    _mart("persons", "person_id", "person_id, center_id, sex, etiology"),
    _mart(
        "cohort",
        "study_id, person_id",
        """study_id, person_id, center_id, index_year, is_eligible, failed_step, age_years, sex, etiology, ecog,
        ascites, encephalopathy, child_pugh_score, child_pugh_class, albi_score, albi_grade, bclc_stage,
        portal_vein_invasion, has_extrahepatic_spread, tumor_count, largest_diameter_mm, prior_procedure,
        afp_ng_ml, afp_comparator, afp_gt_400, alt_u_l, alt_gt_40, ast_u_l, total_bilirubin_umol_l,
        albumin_g_l, inr, creatinine_umol_l, platelets_10_9_l, ggt_u_l, alp_u_l, prothrombin_time_s,
        white_cells_10_9_l, neutrophils_10_9_l, lymphocytes_10_9_l, haemoglobin_g_l, hbv_dna_iu_ml,
        hbv_dna_comparator, nlr, plr, fib_4, meld_score, cnlc_stage, antiviral_at_index""",
    ),
    _mart(
        "treatment_lines",
        "person_id, line_number",
        "person_id, line_number, regimen, regimen_class, start_day, end_day, is_ongoing",
    ),
    _mart(
        "responses",
        "person_id, line_number, criteria, assessment_day",
        """person_id, line_number, criteria, assessment_day, target_response, non_target_response, new_lesion,
        overall_response, response_source, reported_response, sum_mm, baseline_sum_mm, nadir_mm,
        change_from_nadir_pct""",
    ),
    _python("resistance_labels", "study_id, person_id", "study_id, person_id, resistance, progression_day"),
    _python(
        "survival_endpoints",
        "study_id, person_id, endpoint",
        "study_id, person_id, endpoint, time_days, is_event, reason",
    ),
    _python(
        "best_responses",
        "study_id, person_id, line_number",
        "study_id, person_id, line_number, best_response, confirmed_best_response",
    ),
    _python(
        "landmark_survival",
        "study_id, person_id",
        "study_id, person_id, landmark_group, time_days, is_event, reason",
    ),
    _python(
        "second_line_population",
        "study_id, person_id",
        "study_id, person_id, center_id, resistance, regimen, regimen_class, days_on_first_line",
    ),
    _python(
        "survival_estimates",
        "study_id, endpoint, grouping, group_name",
        """study_id, endpoint, grouping, group_name, n, events, median_months, median_months_ci_low,
        median_months_ci_high, survival_12_months, survival_12_months_ci_low, survival_12_months_ci_high,
        survival_24_months, survival_24_months_ci_low, survival_24_months_ci_high, survival_36_months,
        survival_36_months_ci_low, survival_36_months_ci_high""",
    ),
    _python(
        "survival_curves",
        "study_id, endpoint, grouping, group_name, time_days",
        "study_id, endpoint, grouping, group_name, time_days, at_risk, events, censored, survival, ci_low, ci_high",
    ),
    _python(
        "group_tests",
        "study_id, endpoint, grouping, test",
        "study_id, endpoint, grouping, test, statistic, df, p_value",
    ),
    _python(
        "regression_results",
        "study_id, model, analysis, term",
        """study_id, model, analysis, term, outcome, level, reference_level, n, events, coef, se, ratio, ci_low,
        ci_high, p_value, n_missing""",
    ),
    _python(
        "model_diagnostics",
        "study_id, model, analysis, covariate, diagnostic",
        "study_id, model, diagnostic, value, threshold, status, note",
    ),
    _mart(
        "attrition",
        "study_id, center_id, step_number",
        "study_id, center_id, step_number, step, persons_entering, persons_failing, persons_unknown",
    ),
    _mart(
        "row_ledger",
        "center_id, drop_number, table_name, disposition, reason",
        "center_id, drop_number, table_name, disposition, reason, row_count",
    ),
    _mart(
        "value_ledger",
        "center_id, drop_number, table_name, column_name, disposition, reason",
        "center_id, drop_number, table_name, column_name, disposition, reason, value_count",
    ),
    _mart(
        "drops",
        "center_id, drop_number",
        "center_id, drop_number, kind, extraction_year, state, reason, row_count",
    ),
    _mart("exposures", "person_id"),
    _mart("lab_results", "person_id"),
    _mart("imaging_assessments", "person_id"),
    _mart("target_lesions", "person_id"),
    _mart("procedures", "person_id"),
    _mart("visits", "person_id"),
    _python(
        CHECKS_TABLE,
        "check_name, center_id, subject",
        "check_name, center_id, subject, numerator, denominator, threshold, status, note",
    ),
)

# Written by the release itself.
RELEASE_TABLE = PublishedTable("release", ("release_id",), ("release_id", "created_at", "is_simulated"))
DICTIONARY_TABLE = PublishedTable("data_dictionary", ("table_name", "column_name"), ("table_name", "column_name"))
