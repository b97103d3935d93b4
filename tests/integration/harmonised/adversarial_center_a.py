"""Rows of center A's tables (specification 1.3), any cell of which may be dirty."""

from collections.abc import Callable
from random import Random

from adversarial_cells import NATIONAL_IDS, identifier, pick
from adversarial_texts import COUNTS, DIAMETERS_MM, DRUGS_A, LAB_VALUES, UNITS, date_a

Row = dict[str, str]
TEST_CODES = [
    *(
        "AFP",
        "ALT",
        "AST",
        "GGT",
        "ALP",
        "TBIL",
        "ALB",
        "PT",
        "INR",
        "CREA",
        "PLT",
        "WBC",
        "NEUT",
        "LYMPH",
        "HGB",
        "HBVDNA",
    ),
    *("", "CEA", "alt"),
]


def _patient_a(random: Random, size: int) -> Row:
    return {
        "patient_id": identifier(random, size // 3),
        "national_id": random.choice(NATIONAL_IDS) if random.random() < 0.1 else "",
        "full_name": "",
        "sex": pick(random, ["M", "F"], ["m", "", "男"]),
        "birth_date": pick(
            random, ["1950-01-01", "1960-02-29", "2019-06-01"], ["", "1900-01-01", "2030-01-01", "1961-02-29"]
        ),
        "diagnosis_code": random.choice(["C22.0", "C22.9", ""]),
        "diagnosis_date": date_a(random),
        "etiology": pick(
            random, ["HBV", "HCV", "HBV+HCV", "alcohol", "MASLD", "other", "unknown", ""], ["hbv", "none"]
        ),
    }


def _visit_a(random: Random, size: int) -> Row:
    return {
        "visit_id": identifier(random, size),
        "patient_id": identifier(random, size // 3),
        "visit_date": date_a(random),
        "ecog": pick(random, ["0", "1", "2.0", "4", ""], ["5", "1.5", "01", "１"]),
        "ascites": pick(random, ["none", "mild", "moderate_severe", ""], ["None", "severe"]),
        "encephalopathy": pick(random, ["none", "grade_1_2", "grade_3_4", ""], ["grade_9"]),
        "weight_kg": "x",
    }


def _order_a(random: Random, size: int) -> Row:
    return {
        "order_id": identifier(random, size),
        "patient_id": identifier(random, size // 3),
        "drug_name": random.choice(DRUGS_A),
        "dose": "?",
        "dose_unit": "",
        "start_date": date_a(random),
        "stop_date": random.choice(["", "", date_a(random), date_a(random)]),
        "status": pick(
            random, ["active", "completed", "completed"], ["cancelled", "entered_in_error", "", "Active", "done"], 0.1
        ),
    }


def _procedure_a(random: Random, size: int) -> Row:
    return {
        "procedure_id": identifier(random, size),
        "patient_id": identifier(random, size // 3),
        "procedure_type": pick(
            random, ["TACE", "HAIC", "resection", "ablation", "radiotherapy", "transplant"], ["tace", ""]
        ),
        "performed_on": date_a(random),
        "status": pick(random, ["done"], ["cancelled", "", "planned"], 0.1),
    }


def _lab_a(random: Random, size: int) -> Row:
    return {
        "result_id": identifier(random, size),
        "patient_id": identifier(random, size // 3),
        "test_code": random.choice(TEST_CODES),
        "test_name": "",
        "value": random.choice(LAB_VALUES),
        "unit": random.choice(UNITS),
        "collected_at": date_a(random),
        "reported_at": date_a(random, 0.2),
        "status": pick(random, ["final", "corrected", "preliminary"], ["cancelled", "", "Final"], 0.1),
    }


def _imaging_a(random: Random, size: int) -> Row:
    return {
        "study_id": identifier(random, size),
        "patient_id": identifier(random, size // 3),
        "study_date": date_a(random),
        "modality": pick(random, ["CT", "MRI", "US", "PET"], ["ct", "", "XR"]),
        "quality": pick(random, ["adequate", "inadequate"], ["", "good"]),
        "non_target_status": pick(random, ["CR", "NON-CR/NON-PD", "PD", "NE", "NA", ""], ["SD"]),
        "new_lesion": pick(random, ["Y", "N", ""], ["maybe"]),
        "portal_vein_invasion": pick(random, ["none", "Vp1", "Vp2", "Vp3", "Vp4", ""], ["vp1", "Vp5"]),
        "extrahepatic_sites": random.choice(["", "lung", "lung;bone", "无"]),
        "tumor_count": random.choice(COUNTS),
        "reported_response": pick(random, ["CR", "PR", "SD", "PD", "NE", ""], ["cr", "mixed"]),
    }


def _lesion_a(random: Random, size: int) -> Row:
    return {
        "study_id": identifier(random, size),
        "lesion_no": identifier(random, 4),
        "organ": random.choice(["liver", "Liver S8", "lung", ""]),
        "is_lymph_node": pick(random, ["Y", "N"], ["", "y"]),
        "status": pick(
            random, ["measured", "measured", "absent", "too_small", "not_evaluable"], ["gone", "", "cancelled"]
        ),
        "diameter_mm": random.choice(DIAMETERS_MM),
        "viable_diameter_mm": random.choice(DIAMETERS_MM),
    }


def _contact_a(random: Random, size: int) -> Row:
    return {
        "contact_id": identifier(random, size),
        "patient_id": identifier(random, size // 3),
        "contact_date": date_a(random),
        "vital_status": pick(random, ["alive", "alive", "lost", "dead"], ["", "Dead"]),
        "death_date": random.choice(["", date_a(random), date_a(random, 0.4)]),
        "cause_of_death": pick(random, ["hcc", "liver_failure", "other", "unknown", ""], ["HCC"]),
    }


TABLES: dict[str, Callable[[Random, int], Row]] = {
    "patients": _patient_a,
    "visits": _visit_a,
    "medication_orders": _order_a,
    "procedures": _procedure_a,
    "lab_results": _lab_a,
    "imaging_studies": _imaging_a,
    "target_lesions": _lesion_a,
    "follow_up": _contact_a,
}
