"""Section 4: columns, keys and types of the eleven compared tables."""

from __future__ import annotations

from typing import Any

import pandas

# column -> type letter: t text, i whole number, f double, b boolean; KEYS are the columns that make a row unique
SHAPES: dict[str, str] = {
    "persons": "person_id:t center_id:t sex:t etiology:t",
    "cohort": (
        "study_id:t person_id:t center_id:t index_year:i is_eligible:b failed_step:t age_years:i sex:t etiology:t "
        "ecog:i ascites:t encephalopathy:t child_pugh_score:i child_pugh_class:t albi_score:f albi_grade:i "
        "bclc_stage:t portal_vein_invasion:t has_extrahepatic_spread:b tumor_count:i largest_diameter_mm:f "
        "prior_procedure:t afp_ng_ml:f afp_comparator:t afp_gt_400:b alt_u_l:f alt_gt_40:b ast_u_l:f "
        "total_bilirubin_umol_l:f albumin_g_l:f inr:f creatinine_umol_l:f platelets_10_9_l:f ggt_u_l:f alp_u_l:f "
        "prothrombin_time_s:f white_cells_10_9_l:f neutrophils_10_9_l:f lymphocytes_10_9_l:f haemoglobin_g_l:f "
        "hbv_dna_iu_ml:f hbv_dna_comparator:t nlr:f plr:f fib_4:f meld_score:f cnlc_stage:t antiviral_at_index:b"
    ),
    "treatment_lines": ("person_id:t line_number:i regimen:t regimen_class:t start_day:i end_day:i is_ongoing:b"),
    "responses": (
        "person_id:t line_number:i criteria:t assessment_day:i target_response:t non_target_response:t new_lesion:t "
        "overall_response:t response_source:t reported_response:t sum_mm:f baseline_sum_mm:f nadir_mm:f "
        "change_from_nadir_pct:f"
    ),
    "resistance_labels": "study_id:t person_id:t resistance:t progression_day:i",
    "survival_endpoints": "study_id:t person_id:t endpoint:t time_days:i is_event:b reason:t",
    "best_responses": "study_id:t person_id:t line_number:i best_response:t confirmed_best_response:t",
    "attrition": ("study_id:t center_id:t step_number:i step:t persons_entering:i persons_failing:i persons_unknown:i"),
    "row_ledger": "center_id:t drop_number:i table_name:t disposition:t reason:t row_count:i",
    "value_ledger": ("center_id:t drop_number:i table_name:t column_name:t disposition:t reason:t value_count:i"),
    "drops": "center_id:t drop_number:i kind:t extraction_year:i state:t reason:t row_count:i",
}

KEYS: dict[str, tuple[str, ...]] = {
    "persons": ("person_id",),
    "cohort": ("study_id", "person_id"),
    "treatment_lines": ("person_id", "line_number"),
    "responses": ("person_id", "line_number", "criteria", "assessment_day"),
    "resistance_labels": ("study_id", "person_id"),
    "survival_endpoints": ("study_id", "person_id", "endpoint"),
    "best_responses": ("study_id", "person_id", "line_number"),
    "attrition": ("study_id", "center_id", "step_number"),
    "row_ledger": ("center_id", "drop_number", "table_name", "disposition", "reason"),
    "value_ledger": ("center_id", "drop_number", "table_name", "column_name", "disposition", "reason"),
    "drops": ("center_id", "drop_number"),
}

DTYPES = {"t": "object", "i": "Int64", "f": "Float64", "b": "boolean"}


def columns(table: str) -> dict[str, str]:
    """Column name -> type letter of one table, in order."""
    return dict(part.split(":") for part in SHAPES[table].split())


def to_frame(table: str, records: list[dict[str, Any]]) -> pandas.DataFrame:
    """A frame with exactly the columns of section 4, sorted by its key, NULL as None or NA."""
    shape = columns(table)
    ordered = sorted(records, key=lambda record: ["" if record[name] is None else record[name] for name in KEYS[table]])
    return pandas.DataFrame(
        {
            name: pandas.Series([record[name] for record in ordered], dtype=DTYPES[letter])
            for name, letter in shape.items()
        }
    )
