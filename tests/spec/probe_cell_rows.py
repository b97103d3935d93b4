"""Delivers the texts of `probe_cells`, one row each, under identifiers that name the list and the place in it."""

from __future__ import annotations

import probe_cells as cells
from probe_drops import Drop

PATIENT, ADMISSION = "cells", "cells"


def deliver(center_a: Drop, center_b: Drop) -> None:
    """Deliver every text at the center it belongs to."""
    center_a.add("patients", patient_id=PATIENT)
    center_b.add("患者信息", 患者主索引=PATIENT)
    center_b.add("住院号对照", 住院号=ADMISSION, 患者主索引=PATIENT)
    _center_a(center_a)
    _center_b(center_b)


def _reason_or_kept(expectation: object) -> str:
    return expectation if isinstance(expectation, str) else "kept"


def _center_a(drop: Drop) -> None:
    results = [("AFP", "ng/mL", text, expected) for text, expected in cells.NUMBERS]
    for name, rows in (("number", results), ("unit", cells.UNITS)):
        for place, (test_code, unit, value, expected) in enumerate(rows):
            row = {"result_id": f"{name} {place}", "patient_id": PATIENT, "test_code": test_code}
            drop.add("lab_results", _reason_or_kept(expected), **row, value=value, unit=unit)
    for outcome, texts in cells.DATES_A.items():
        for place, text in enumerate(texts):
            drop.add("visits", outcome, visit_id=f"{outcome} {place}", patient_id=PATIENT, visit_date=text)
    for place, (text, count) in enumerate(cells.COUNTS):
        study = {"study_id": f"count {place}", "patient_id": PATIENT, "tumor_count": text}
        drop.add("imaging_studies", _reason_or_kept(count), **study)
    drop.add("imaging_studies", study_id="diameters", patient_id=PATIENT)
    for place, (text, tenths) in enumerate(cells.DIAMETERS):
        lesion = {"study_id": "diameters", "lesion_no": f"{place}", "diameter_mm": text}
        drop.add("target_lesions", _reason_or_kept(tenths), **lesion)


def _center_b(drop: Drop) -> None:
    for outcome, texts in cells.DATES_B.items():
        for place, text in enumerate(texts):
            drop.add("查体", outcome, 就诊号=f"{outcome} {place}", 住院号=ADMISSION, 就诊日期=text)
    for place, (text, agents) in enumerate(cells.DRUGS.items()):
        order = {"医嘱号": f"drug {place}", "住院号": ADMISSION, "药品名称": text, "开始时间": "2021-03-01"}
        drop.add("医嘱", "kept" if agents else "unmapped_agent", **order)
    for place, (text, days) in enumerate(cells.DAYS):
        order = {"医嘱号": f"days {place}", "住院号": ADMISSION, "用药天数": text, "开始时间": "2021-03-01"}
        drop.add("医嘱", _reason_or_kept(days), **order)
    for place, (text, types) in enumerate(cells.PROCEDURES.items()):
        procedure = {"操作号": f"procedure {place}", "住院号": ADMISSION, "操作名称": text}
        drop.add("手术介入", "kept" if types else "invalid_code", **procedure)
    for place, text in enumerate(cells.CONCLUSIONS):
        drop.add("影像", 检查号=f"conclusion {place}", 住院号=ADMISSION, 影像结论=text)
