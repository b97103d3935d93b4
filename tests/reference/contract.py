"""The tables of sections 1.3 and 1.4: columns, keys, references, closed lists and dates."""

from __future__ import annotations

from dataclasses import dataclass, field


def _same(*codes: str) -> dict[str, str]:
    return {code: code for code in codes}


@dataclass(frozen=True)
class TableSpec:
    """One delivered table. `fields` names, in the harmonised words used here, each delivered column."""

    center: str
    name: str
    kind: str
    fields: dict[str, str]
    key: tuple[str, ...]
    reference: str | None
    date: str | None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    void: frozenset[str] = frozenset()
    version: str | None = None
    more_columns: tuple[str, ...] = ()

    @property
    def columns(self) -> set[str]:
        """Every column the table must have."""
        return {*self.fields.values(), *self.more_columns}


BLANK_IS_UNKNOWN = frozenset(
    {
        "reported_response",
        "cause_of_death",
        "etiology",
        "ecog",
        "ascites",
        "encephalopathy",
        "non_target_status",
        "new_lesion",
        "portal_vein_invasion",
    }
)

# Void whatever the table's own list holds: void is settled before rejected (1.6).
VOID_A = frozenset({"cancelled", "entered_in_error", "preliminary"})

ECOG = _same("0", "1", "2", "3", "4")
VEIN = _same("none", "Vp1", "Vp2", "Vp3", "Vp4")

TEST_CODES = {
    "AFP": "afp",
    "ALT": "alt",
    "AST": "ast",
    "GGT": "ggt",
    "ALP": "alp",
    "TBIL": "total_bilirubin",
    "ALB": "albumin",
    "PT": "prothrombin_time",
    "INR": "inr",
    "CREA": "creatinine",
    "PLT": "platelets",
    "WBC": "white_cells",
    "NEUT": "neutrophils",
    "LYMPH": "lymphocytes",
    "HGB": "haemoglobin",
    "HBVDNA": "hbv_dna",
}

AFP_COLUMN, AFP_UNIT_COLUMN = "甲胎蛋白", "甲胎蛋白单位"
LAB_COLUMNS_B = {  # delivered column -> (analyte, unit); the unit of alpha-fetoprotein has its own column
    AFP_COLUMN: ("afp", None),
    "谷丙转氨酶(U/L)": ("alt", "U/L"),
    "谷草转氨酶(U/L)": ("ast", "U/L"),
    "谷氨酰转肽酶(U/L)": ("ggt", "U/L"),
    "碱性磷酸酶(U/L)": ("alp", "U/L"),
    "总胆红素(μmol/L)": ("total_bilirubin", "μmol/L"),
    "白蛋白(g/L)": ("albumin", "g/L"),
    "凝血酶原时间(s)": ("prothrombin_time", "s"),
    "国际标准化比值": ("inr", ""),
    "肌酐(μmol/L)": ("creatinine", "μmol/L"),
    "血小板(10^9/L)": ("platelets", "10^9/L"),
    "白细胞(10^9/L)": ("white_cells", "10^9/L"),
    "中性粒细胞(10^9/L)": ("neutrophils", "10^9/L"),
    "淋巴细胞(10^9/L)": ("lymphocytes", "10^9/L"),
    "血红蛋白(g/L)": ("haemoglobin", "g/L"),
    "乙肝病毒DNA(IU/mL)": ("hbv_dna", "IU/mL"),
}
LESION_COLUMNS_B = [(f"靶病灶{n}部位", f"靶病灶{n}长径(cm)", f"靶病灶{n}活性径(cm)") for n in range(1, 6)]


def _fields(*names: str) -> dict[str, str]:
    return {name: name for name in names}


CENTER_A = [
    TableSpec(
        "center_a",
        "patients",
        "patients",
        {
            "id": "patient_id",
            "date": "birth_date",
            **_fields("national_id", "full_name", "sex", "diagnosis_code", "diagnosis_date", "etiology"),
        },
        ("id",),
        None,
        "date",
        {"sex": _same("M", "F"), "etiology": _same("HBV", "HCV", "HBV+HCV", "alcohol", "MASLD", "other", "unknown")},
    ),
    TableSpec(
        "center_a",
        "visits",
        "visits",
        {
            "id": "visit_id",
            "patient": "patient_id",
            "date": "visit_date",
            **_fields("ecog", "ascites", "encephalopathy", "weight_kg"),
        },
        ("id",),
        "patient",
        "date",
        {
            "ecog": ECOG,
            "ascites": _same("none", "mild", "moderate_severe"),
            "encephalopathy": _same("none", "grade_1_2", "grade_3_4"),
        },
    ),
    TableSpec(
        "center_a",
        "medication_orders",
        "orders",
        {
            "id": "order_id",
            "patient": "patient_id",
            "drug": "drug_name",
            "date": "start_date",
            "stop": "stop_date",
            **_fields("dose", "dose_unit", "status"),
        },
        ("id",),
        "patient",
        "date",
        {"status": _same("active", "completed", "cancelled", "entered_in_error")},
        VOID_A,
    ),
    TableSpec(
        "center_a",
        "procedures",
        "procedures",
        {
            "id": "procedure_id",
            "patient": "patient_id",
            "procedure": "procedure_type",
            "date": "performed_on",
            "status": "status",
        },
        ("id",),
        "patient",
        "date",
        {
            "procedure": _same("TACE", "HAIC", "resection", "ablation", "radiotherapy", "transplant"),
            "status": _same("done", "cancelled"),
        },
        VOID_A,
    ),
    TableSpec(
        "center_a",
        "lab_results",
        "labs",
        {
            "id": "result_id",
            "patient": "patient_id",
            "date": "collected_at",
            "version": "reported_at",
            **_fields("test_code", "test_name", "value", "unit", "status"),
        },
        ("id",),
        "patient",
        "date",
        {"status": _same("final", "corrected", "preliminary", "cancelled")},
        VOID_A,
        "version",
    ),
    TableSpec(
        "center_a",
        "imaging_studies",
        "imaging",
        {
            "id": "study_id",
            "patient": "patient_id",
            "date": "study_date",
            **_fields("modality", "quality", "non_target_status", "new_lesion", "portal_vein_invasion"),
            **_fields("extrahepatic_sites", "tumor_count", "reported_response"),
        },
        ("id",),
        "patient",
        "date",
        {
            "modality": _same("CT", "MRI", "US", "PET"),
            "quality": _same("adequate", "inadequate"),
            "non_target_status": _same("CR", "NON-CR/NON-PD", "PD", "NE", "NA"),
            "new_lesion": _same("Y", "N"),
            "portal_vein_invasion": VEIN,
            "reported_response": _same("CR", "PR", "SD", "PD", "NE"),
        },
    ),
    TableSpec(
        "center_a",
        "target_lesions",
        "lesions",
        {
            "study": "study_id",
            "number": "lesion_no",
            **_fields("organ", "is_lymph_node", "status", "diameter_mm", "viable_diameter_mm"),
        },
        ("study", "number"),
        "study",
        None,
        {"is_lymph_node": _same("Y", "N"), "status": _same("measured", "absent", "too_small", "not_evaluable")},
    ),
    TableSpec(
        "center_a",
        "follow_up",
        "contacts",
        {
            "id": "contact_id",
            "patient": "patient_id",
            "date": "contact_date",
            **_fields("vital_status", "death_date", "cause_of_death"),
        },
        ("id",),
        "patient",
        "date",
        {
            "vital_status": _same("alive", "dead", "lost"),
            "cause_of_death": _same("hcc", "liver_failure", "other", "unknown"),
        },
    ),
]
