"""Every row disposition and reason of specification 1.6 at center A, each planted in the tables where it can occur."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation.center_a_shapes import SHAPES
from analytics.simulation.defects import (
    KEPT,
    LAST_DELTA,
    REJECTED,
    SUPERSEDED,
    Case,
    Cells,
    Planting,
    Version,
    kept,
    rejected,
    shifted,
)
from analytics.simulation.defects_laboratory import LAB_CASES
from analytics.simulation.defects_orders import ORDER_CASES
from analytics.simulation.delivered import EMPTY_LINE_AFTER

DATE_COLUMNS = {
    "visits": "visit_date",
    "medication_orders": "start_date",
    "procedures": "performed_on",
    "lab_results": "collected_at",
    "imaging_studies": "study_date",
    "follow_up": "contact_date",
}
KEY_PREFIX = {
    "patients": "AX",
    "visits": "VX",
    "medication_orders": "OX",
    "procedures": "PX",
    "lab_results": "RX",
    "imaging_studies": "SX",
    "follow_up": "FX",
}
NOBODY = "A9999999"


def fresh_key(table: str, number: int) -> Cells:
    """A key no clean row has; a planted lesion belongs to a study of its own donor, under a number no reader gives."""
    if table == "target_lesions":
        return {"lesion_no": str(100 + number)}
    return {SHAPES[table].key[0]: f"{KEY_PREFIX[table]}{number:07d}"}


def wrong_check_character(cells: Cells) -> str:
    """The donor's national id with another last character: a typing error that makes another person of it."""
    text = str(cells["_national_id"])
    return text[:-1] + ("1" if text[-1] == "0" else "0")


def _date_cases() -> list[Case]:
    cases = []
    for table, column in DATE_COLUMNS.items():
        cases += [
            rejected(f"{table}: date blank", table, "invalid_date", {column: None}),
            rejected(f"{table}: placeholder date", table, "invalid_date", {column: "1900-01-01"}),
            rejected(
                f"{table}: future date",
                table,
                "future_date",
                {column: shifted("_extracted", 20), "stop_date": None, "status": _status(table)},
            ),
            rejected(
                f"{table}: before birth",
                table,
                "before_birth",
                {column: shifted("_birth", -200), "stop_date": None, "status": _status(table)},
            ),
            rejected(f"{table}: key blank", table, "missing_key", {SHAPES[table].key[0]: None}),
            rejected(f"{table}: patient blank", table, "missing_key", {"patient_id": None}),
            rejected(f"{table}: patient unknown", table, "unknown_patient", {"patient_id": NOBODY}),
            rejected(f"{table}: patient row rejected", table, "unknown_patient", {"patient_id": "AR000001"}),
            _duplicate(table),
            _corrected_in_delta(table),
        ]
        if table not in ("follow_up", "imaging_studies"):
            cases.append(rejected(f"{table}: unreadable date", table, "invalid_date", {column: "2021-02-30"}))
        if table != "follow_up":
            late = {column: shifted("_death", 12), "stop_date": None, "status": _status(table)}
            cases.append(rejected(f"{table}: after death", table, "after_death", late, donor="dead"))
    return cases


def _status(table: str) -> str:
    return {"procedures": "done", "lab_results": "final"}.get(table, "active")


def _duplicate(table: str) -> Case:
    return Case(f"{table}: exact duplicate", table, (Version({}, SUPERSEDED), Version({}, KEPT)))


def _corrected_in_delta(table: str) -> Case:
    return Case(
        f"{table}: delivered again in a delta", table, (Version({}, SUPERSEDED), Version({}, KEPT, drop=LAST_DELTA))
    )


def _harmless(table: str) -> str:
    """A kept extra lesion may stand on a scan that is no response assessment only."""
    return "ultrasound" if table == "target_lesions" else "alive"


def _malformed(table: str) -> list[Case]:
    return [
        Case(f"{table}: field missing", table, (Version({}, REJECTED, "malformed_row", extra_fields=-1),)),
        Case(f"{table}: field too many", table, (Version({}, REJECTED, "malformed_row", extra_fields=1),)),
        Case(
            f"{table}: empty line after the record",
            table,
            (Version({}, KEPT, extra_fields=EMPTY_LINE_AFTER),),
            _harmless(table),
        ),
    ]


PATIENT_CASES = [
    rejected("patients: sex unknown", "patients", "invalid_code", {"sex": "U"}),
    rejected("patients: sex blank", "patients", "invalid_code", {"sex": None}),
    rejected("patients: etiology not listed", "patients", "invalid_code", {"etiology": "hbv"}),
    rejected("patients: birth date blank", "patients", "invalid_date", {"birth_date": None}),
    rejected("patients: placeholder birth date", "patients", "invalid_date", {"birth_date": "1900-01-01"}),
    rejected("patients: born in the future", "patients", "future_date", {"birth_date": shifted("_extracted", 40)}),
    rejected("patients: key blank", "patients", "missing_key", {"patient_id": None}),
    kept("patients: etiology blank", "patients", {"etiology": None, "national_id": None}),
    kept("patients: wrong check character", "patients", {"national_id": wrong_check_character}),
    Case(
        "patients: corrected in a delta",
        "patients",
        (
            Version({"etiology": "unknown", "national_id": None}, SUPERSEDED),
            Version({"national_id": None}, drop=LAST_DELTA),
        ),
    ),
]

CODE_CASES = [
    rejected("visits: ecog 5", "visits", "invalid_code", {"ecog": "5"}),
    rejected("visits: ascites in another case", "visits", "invalid_code", {"ascites": "None"}),
    rejected(
        "medication_orders: status not listed",
        "medication_orders",
        "invalid_code",
        {"status": "done", "stop_date": None},
    ),
    rejected("procedures: status blank", "procedures", "invalid_code", {"status": None}),
    rejected("procedures: type not listed", "procedures", "invalid_code", {"procedure_type": "biopsy"}),
    rejected("lab_results: status not listed", "lab_results", "invalid_code", {"status": "amended"}),
    rejected("imaging_studies: modality not listed", "imaging_studies", "invalid_code", {"modality": "XR"}),
    rejected("imaging_studies: quality blank", "imaging_studies", "invalid_code", {"quality": None}),
    rejected("imaging_studies: negative tumour count", "imaging_studies", "invalid_value", {"tumor_count": "-2"}),
    rejected("imaging_studies: half a tumour", "imaging_studies", "invalid_value", {"tumor_count": "2.5"}),
    rejected("follow_up: vital status blank", "follow_up", "invalid_code", {"vital_status": None, "death_date": None}),
    rejected(
        "follow_up: cause not listed", "follow_up", "invalid_code", {"cause_of_death": "cancer"}, donor="dead_contact"
    ),
    kept("visits: ecog with decimals", "visits", {"ecog": lambda cells: f"{cells['ecog'] or 0}.0"}),
    kept("visits: nothing noted", "visits", {"ecog": None, "ascites": None, "encephalopathy": None}),
    kept(
        "follow_up: alive after the death date", "follow_up", {"contact_date": shifted("_extracted", -3)}, donor="dead"
    ),
]

LESIONS = "target_lesions"
LESION: Cells = {"status": "measured", "diameter_mm": "20", "viable_diameter_mm": None}
LESION_CASES = [
    rejected("target_lesions: measured without diameter", LESIONS, "invalid_value", LESION | {"diameter_mm": None}),
    rejected("target_lesions: negative diameter", LESIONS, "invalid_value", LESION | {"diameter_mm": "-12"}),
    rejected("target_lesions: comparator", LESIONS, "invalid_value", LESION | {"diameter_mm": "<10"}),
    rejected(
        "target_lesions: viable diameter no number", LESIONS, "invalid_value", LESION | {"viable_diameter_mm": "n/a"}
    ),
    rejected("target_lesions: above 400 mm", LESIONS, "implausible_value", LESION | {"diameter_mm": "520"}),
    rejected("target_lesions: status not listed", LESIONS, "invalid_code", LESION | {"status": "seen"}),
    rejected("target_lesions: node flag blank", LESIONS, "invalid_code", LESION | {"is_lymph_node": None}),
    rejected("target_lesions: number blank", LESIONS, "missing_key", LESION | {"lesion_no": None}),
    rejected("target_lesions: study unknown", LESIONS, "unknown_patient", LESION | {"study_id": "S9999999999"}),
    rejected("target_lesions: study rejected", LESIONS, "unknown_patient", LESION | {"study_id": "SR0000001"}),
    *_malformed(LESIONS),
    Case(
        "target_lesions: exact duplicate", LESIONS, (Version(LESION, SUPERSEDED), Version(LESION)), donor="ultrasound"
    ),
]

FOLLOW_UP_CASES = [
    kept("follow_up: dead without a date", "follow_up", {"death_date": None}, donor="dead_contact"),
    rejected(
        "follow_up: death before birth",
        "follow_up",
        "before_birth",
        {"death_date": shifted("_birth", -20)},
        donor="dead_contact",
    ),
    rejected(
        "follow_up: death in the future",
        "follow_up",
        "future_date",
        {"death_date": shifted("_extracted", 9)},
        donor="dead_contact",
    ),
]

# rows that others refer to: a rejected patient and a rejected study, each once
REFERRED = [
    rejected(
        "patients: rejected, has events",
        "patients",
        "invalid_code",
        {"patient_id": "AR000001", "sex": "male", "national_id": None},
    ),
    rejected(
        "imaging_studies: rejected, has lesions",
        "imaging_studies",
        "invalid_code",
        {"study_id": "SR0000001", "modality": "ct"},
    ),
]

CASES = [
    *_date_cases(),
    *_malformed("visits"),
    *_malformed("lab_results"),
    *PATIENT_CASES,
    *CODE_CASES,
    *ORDER_CASES,
    *LAB_CASES,
    *LESION_CASES,
    *FOLLOW_UP_CASES,
]


def planting(cases: list[Case]) -> Planting:
    """Center A's way to plant the given cases (CASES, or REFERRED)."""
    return Planting("center_a", SHAPES, cases, fresh_key)


def patient_of_rows(tables: dict[str, pa.Table]) -> dict[str, pa.Array]:
    """The patient_id behind each row of each table."""
    found = {
        name: table["patient_id"].combine_chunks()
        for name, table in tables.items()
        if "patient_id" in table.column_names
    }
    position = pc.index_in(tables["target_lesions"]["study_id"], tables["imaging_studies"]["study_id"].combine_chunks())
    return found | {"target_lesions": found["imaging_studies"].take(position.combine_chunks())}


def special_rows(tables: dict[str, pa.Table]) -> dict[tuple[str, str], np.ndarray]:
    """Rows that may only be copied for a purpose: lesions on ultrasound scans, contacts that report a death."""
    studies = tables["imaging_studies"]
    ultrasound = studies["study_id"].filter(pc.equal(studies["modality"], "US")).combine_chunks()
    on_ultrasound = pc.is_in(tables["target_lesions"]["study_id"], ultrasound).to_numpy()
    dead = pc.equal(tables["follow_up"]["vital_status"], "dead").to_numpy()
    return {("target_lesions", "ultrasound"): on_ultrasound, ("follow_up", "dead_contact"): dead}
