"""Tables and columns of center A (specification 1.3)."""

from __future__ import annotations

from analytics.simulation.delivered import TableShape

SHAPES = {
    shape.name: shape
    for shape in (
        TableShape(
            "patients",
            ("patient_id",),
            (
                "patient_id",
                "national_id",
                "full_name",
                "sex",
                "birth_date",
                "diagnosis_code",
                "diagnosis_date",
                "etiology",
            ),
        ),
        TableShape(
            "visits",
            ("visit_id",),
            ("visit_id", "patient_id", "visit_date", "ecog", "ascites", "encephalopathy", "weight_kg"),
        ),
        TableShape(
            "medication_orders",
            ("order_id",),
            ("order_id", "patient_id", "drug_name", "dose", "dose_unit", "start_date", "stop_date", "status"),
        ),
        TableShape(
            "procedures", ("procedure_id",), ("procedure_id", "patient_id", "procedure_type", "performed_on", "status")
        ),
        TableShape(
            "lab_results",
            ("result_id",),
            (
                "result_id",
                "patient_id",
                "test_code",
                "test_name",
                "value",
                "unit",
                "collected_at",
                "reported_at",
                "status",
            ),
        ),
        TableShape(
            "imaging_studies",
            ("study_id",),
            (
                "study_id",
                "patient_id",
                "study_date",
                "modality",
                "quality",
                "non_target_status",
                "new_lesion",
                "portal_vein_invasion",
                "extrahepatic_sites",
                "tumor_count",
                "reported_response",
            ),
        ),
        TableShape(
            "target_lesions",
            ("study_id", "lesion_no"),
            ("study_id", "lesion_no", "organ", "is_lymph_node", "status", "diameter_mm", "viable_diameter_mm"),
        ),
        TableShape(
            "follow_up",
            ("contact_id",),
            ("contact_id", "patient_id", "contact_date", "vital_status", "death_date", "cause_of_death"),
        ),
    )
}
