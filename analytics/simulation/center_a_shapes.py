"""Tables and columns of center A (specification 1.3)."""

from __future__ import annotations

from analytics.simulation.delivered import DATE, DECIMAL, TIMESTAMP, WHOLE, TableShape

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
            {"birth_date": DATE, "diagnosis_date": DATE},
        ),
        TableShape(
            "visits",
            ("visit_id",),
            ("visit_id", "patient_id", "visit_date", "ecog", "ascites", "encephalopathy", "weight_kg"),
            {"visit_date": DATE, "ecog": WHOLE, "weight_kg": DECIMAL},
        ),
        TableShape(
            "medication_orders",
            ("order_id",),
            ("order_id", "patient_id", "drug_name", "dose", "dose_unit", "start_date", "stop_date", "status"),
            {"start_date": DATE, "stop_date": DATE, "dose": DECIMAL},
        ),
        TableShape(
            "procedures",
            ("procedure_id",),
            ("procedure_id", "patient_id", "procedure_type", "performed_on", "status"),
            {"performed_on": DATE},
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
            {"collected_at": TIMESTAMP, "reported_at": TIMESTAMP},
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
            {"study_date": DATE},
        ),
        TableShape(
            "target_lesions",
            (
                "study_id",
                "lesion_no",
            ),
            ("study_id", "lesion_no", "organ", "is_lymph_node", "status", "diameter_mm", "viable_diameter_mm"),
            {"lesion_no": WHOLE, "diameter_mm": DECIMAL, "viable_diameter_mm": DECIMAL},
        ),
        TableShape(
            "follow_up",
            ("contact_id",),
            ("contact_id", "patient_id", "contact_date", "vital_status", "death_date", "cause_of_death"),
            {"contact_date": DATE, "death_date": DATE},
        ),
    )
}
