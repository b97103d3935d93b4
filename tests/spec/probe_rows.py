"""Rows, versions and references, and what specification 1.1, 1.2, 1.6 and 1.7 make of them, worked out by hand.

Center A delivers four drops whose order is that of their instants, then of their folders' names; center B two. The
newest full drop of center A is refused, so the one before it stands.
"""

from __future__ import annotations

from probe_drops import Drop

FULL = Drop("center_a", "m-full", extracted_at="2023-05-31T17:00:00Z")  # 1 June in Shanghai
SAME_INSTANT = Drop("center_a", "n-delta", "delta", extracted_at="2023-06-01T01:00:00+08:00")
NAIVE_TIME = Drop("center_a", "b-delta", "delta", extracted_at="2023-06-10T23:59:59")
LAST = Drop("center_a", "a-delta", "delta", extracted_at="2023-06-30T20:00:00-05:00")  # 1 July in Shanghai
CENTER_B = Drop("center_b", "1", extracted_at="2023-06-15T00:00:00+08:00")
LATER_B = Drop("center_b", "2", "delta", extracted_at="2023-06-20T00:00:00+08:00")
DROPS = [FULL, SAME_INSTANT, NAIVE_TIME, LAST, CENTER_B, LATER_B]

# Made-up resident ids; the last character of the second is the check character X.
BOTH_CENTERS, WITH_X = "110101195505050012", "11010119550506019X"


def deliver() -> None:
    """Fill the drops; calling it twice would deliver everything twice."""
    FULL.add("patients", patient_id="P1")
    CENTER_B.add("患者信息", 患者主索引="77.0")
    CENTER_B.add("住院号对照", 住院号="100.0", 患者主索引="77")
    for section in (_visits, _identifiers, _future, _laboratory, _orders, _deaths, _patients, _studies, _admissions):
        section()
    _laboratory_of_center_b()
    _persons()


def _visit(identifier: str, outcome: str = "kept", drop: Drop = FULL, patient: str = "P1", **cells: str) -> None:
    drop.add("visits", outcome, visit_id=identifier, patient_id=patient, **cells)


def _visits() -> None:
    _visit("newer drop", "superseded")
    _visit("newer drop", drop=SAME_INSTANT)
    for outcome in ("superseded", "superseded", "kept"):
        _visit("exact duplicates", outcome)
    _visit("a rejected version stands", "superseded")
    _visit("a rejected version stands", "invalid_code", ecog="9")
    FULL.add_record("visits", "malformed_row", ["malformed takes no part", "P1", "2021-03-01"])
    FULL.add_record("visits", "malformed_row", ["malformed takes no part", "P1", "2021-03-01", *"0", "", "", "", "x"])
    _visit("malformed takes no part")
    _visit("", "missing_key")
    _visit("", "missing_key")
    # The first reason counts
    _visit("no reference", "missing_key", patient="　", ecog="9")
    _visit("unknown before code", "unknown_patient", patient="nobody", ecog="9", visit_date="2099-01-01")
    _visit("code before date", "invalid_code", ecog="9", visit_date="")
    _visit("placeholder date", "invalid_date", visit_date="1900-01-01")


def _identifiers() -> None:
    _visit("7.0", "superseded")
    _visit("7", "superseded", drop=SAME_INSTANT)
    _visit("７.0", "unknown_patient", drop=NAIVE_TIME, patient="nobody")
    for other in ("7.00", "07", "7.5", "7.0.0", "A7.0", "A7", "a7"):
        _visit(other)
    FULL.add("patients", patient_id="500.0")
    _visit("whole reference", patient="500")
    _visit("reference with .0", patient="500.0")
    _visit("reference with .00", "unknown_patient", patient="500.00")


def _future() -> None:
    """An event is in the future of its own drop, by local date."""
    _visit("last minute", visit_date="2023-06-01 23:59")
    _visit("next day", "future_date", visit_date="2023-06-02")
    _visit("next day of the delta", "future_date", drop=SAME_INSTANT, visit_date="2023-06-02")
    _visit("same day of the last", drop=LAST, visit_date="2023-07-01")
    _visit("next day of the last", "future_date", drop=LAST, visit_date="2023-07-02")


def _result(identifier: str, reported: str, status: str, outcome: str, drop: Drop = FULL, **cells: str) -> None:
    row = {"result_id": identifier, "patient_id": "P1", "reported_at": reported, "status": status} | cells
    drop.add("lab_results", outcome, **row)


def _laboratory() -> None:
    _result("newest time", "2021-03-01 10:01", "final", "kept")
    _result("newest time", "2021-03-01 10:00", "final", "superseded")
    _result("newest time", "2021-03-01", "final", "superseded")
    _result("unreadable is oldest", "1900-01-01", "final", "kept")
    _result("unreadable is oldest", "bad", "final", "superseded")
    _result("unreadable is oldest", "", "final", "superseded")
    _result("highest row", "bad", "final", "superseded")
    _result("highest row", "", "final", "kept")
    _result("drop before time", "2021-03-09", "final", "superseded")
    _result("drop before time", "2021-03-01", "cancelled", "void", SAME_INSTANT)
    _result("preliminary after final", "2021-03-01", "final", "kept")
    _result("preliminary after final", "2021-03-02", "preliminary", "superseded", SAME_INSTANT)
    _result("preliminary after rejected", "2021-03-01", "corrected", "unmapped_analyte", test_code="CEA")
    _result("preliminary after rejected", "2021-03-02", "preliminary", "superseded")
    _result("preliminary after cancelled", "2021-03-01", "cancelled", "void")
    _result("preliminary after cancelled", "2021-03-02", "preliminary", "superseded")
    _result("preliminary after no listed one", "2021-03-01", "Final", "superseded")
    _result("preliminary after no listed one", "2021-03-02", "preliminary", "void")
    _result("wrong case", "2021-03-01", "Preliminary", "invalid_code")
    _result("void outside its list", "2021-03-01", "entered_in_error", "void")
    _result("", "2021-03-01", "preliminary", "void")
    _result("", "2021-03-01", "final", "missing_key")
    _result("void before rejected", "2021-03-01", "cancelled", "void", patient_id="", test_code="CEA")


def _order(identifier: str, outcome: str = "kept", drop: Drop = FULL, **cells: str) -> None:
    drop.add("medication_orders", outcome, **({"order_id": identifier, "patient_id": "P1"} | cells))


def _orders() -> None:
    _order("entered in error", "void", status="entered_in_error", patient_id="")
    _order("wrong case", "invalid_code", status="Cancelled")
    _order("cancelled later", "superseded")
    _order("cancelled later", "void", SAME_INSTANT, status="cancelled")
    _order("one day", stop_date="2021-03-01")
    _order("stop earlier the same day", start_date="2021-03-01 10:00", stop_date="2021-03-01 09:00")
    _order("stop before start", "stop_before_start", stop_date="2021-02-28", drug_name="aspirin")
    _order("placeholder stop can be read", "stop_before_start", stop_date="1900-01-01")
    _order("unreadable stop", "invalid_date", stop_date="soon")
    _order("a stop is no event", stop_date="9999-12-31")
    _order("birth before stop", "before_birth", start_date="1950-01-01", stop_date="1940-01-01")
    _order("no drug", "unmapped_agent", drug_name="")
    CENTER_B.add("医嘱", "void", 医嘱号="", 住院号="", 医嘱状态="作废 ")
    CENTER_B.add("医嘱", "missing_key", 医嘱号="", 住院号="")
    CENTER_B.add("医嘱", "unmapped_agent", 医嘱号="1", 住院号="100", 药品名称="阿司匹林", 用药天数="x")
    CENTER_B.add("医嘱", "invalid_code", 医嘱号="2", 住院号="100", 医嘱状态="")


def _contact(patient: str, outcome: str = "kept", drop: Drop = FULL, **cells: str) -> None:
    identifier = f"{patient} {len(drop.records.get('follow_up', []))}"
    cells = {"contact_id": identifier, "contact_date": "2022-01-10", "vital_status": "dead"} | cells
    drop.add("follow_up", outcome, patient_id=patient, **cells)


def _deaths() -> None:
    for patient in (
        "stated",
        "undated",
        "in the future",
        "before birth",
        "of the living",
        "of no kept contact",
        "twice",
    ):
        FULL.add("patients", patient_id=patient, birth_date="1950-01-01")
    _contact("stated", death_date="2022-01-05")
    _contact("stated", vital_status="alive", contact_date="2022-02-01")
    _visit("on the day of death", patient="stated", visit_date="2022-01-05 23:00")
    _visit("after death", "after_death", patient="stated", visit_date="2022-01-06")
    _contact("undated", death_date="1900-01-01")
    _visit("on the day of the contact", patient="undated", visit_date="2022-01-10")
    _visit("after the contact", "after_death", patient="undated", visit_date="2022-01-11")
    _contact("in the future", "future_date", death_date="2023-06-02")
    _contact("before birth", "before_birth", death_date="1949-12-31")
    _contact("of the living", vital_status="alive", death_date="2021-01-01")
    _contact("of the living", vital_status="lost", death_date="2099-01-01")
    _contact("of the living", "invalid_code", vital_status="alive", cause_of_death="HCC")
    _contact("of no kept contact", "invalid_date", contact_date="", death_date="2022-01-01")
    _contact("of no kept contact", "invalid_code", vital_status="", death_date="2022-01-01")
    for patient in ("in the future", "before birth", "of the living", "of no kept contact"):
        _visit(f"alive: {patient}", patient=patient, visit_date="2022-05-11")
    _contact("twice", contact_date="2022-03-01", death_date="2022-03-05")
    _contact("twice", contact_date="2022-04-01", death_date="2022-02-30")
    after = {"patient_id": "twice"}
    FULL.add("procedures", "after_death", procedure_id="after", performed_on="2022-03-06", **after)
    FULL.add("imaging_studies", "after_death", study_id="after", study_date="2022-03-06", **after)
    FULL.add("target_lesions", "unknown_patient", study_id="after", lesion_no="1")
    _order("after", "after_death", start_date="2022-03-06", stop_date="2022-01-01", patient_id="twice")
    _result(
        "after",
        "2022-03-06",
        "final",
        "after_death",
        collected_at="2022-03-06 00:00",
        test_code="CEA",
        patient_id="twice",
    )


def _patients() -> None:
    FULL.add("patients", "invalid_code", patient_id="sex", sex="男")
    FULL.add("patients", "invalid_code", patient_id="etiology", etiology="hbv")
    FULL.add("patients", patient_id="blank etiology", etiology="", diagnosis_date="rubbish", diagnosis_code="")
    FULL.add("patients", "invalid_date", patient_id="placeholder", birth_date="1900-01-01")
    FULL.add("patients", "future_date", patient_id="unborn", birth_date="2023-06-02")
    FULL.add("patients", "missing_key", patient_id="")
    FULL.add("patients", "superseded", patient_id="gone")
    NAIVE_TIME.add("patients", "invalid_code", patient_id="gone", sex="")
    _visit("older versions do not come back", "unknown_patient", patient="gone")


def _studies() -> None:
    def lesion(study: str, number: str, outcome: str = "kept", drop: Drop = FULL) -> None:
        drop.add("target_lesions", outcome, study_id=study, lesion_no=number)

    FULL.add("imaging_studies", study_id="88.0", patient_id="P1")
    lesion("88", "1.0", "superseded")
    lesion("88.0", "1")
    lesion("88", "01")
    lesion("88", "", "missing_key")
    lesion("", "1", "missing_key")
    lesion("888", "1", "unknown_patient")
    lesion("88", "9", drop=SAME_INSTANT)
    FULL.add("imaging_studies", "superseded", study_id="89", patient_id="P1")
    SAME_INSTANT.add("imaging_studies", "invalid_code", study_id="89", patient_id="P1", quality="")
    lesion("89", "1", "unknown_patient")


def _admissions() -> None:
    CENTER_B.add("住院号对照", "superseded", 住院号="101", 患者主索引="77")
    CENTER_B.add("住院号对照", "unknown_patient", 住院号="101", 患者主索引="78")
    CENTER_B.add("住院号对照", "missing_key", 住院号="102", 患者主索引="")
    CENTER_B.add("住院号对照", "missing_key", 住院号="", 患者主索引="77")
    CENTER_B.add_record("住院号对照", "malformed_row", ["103"])
    LATER_B.add("住院号对照", 住院号="104", 患者主索引="77.0")
    for number, (admission, outcome) in enumerate(
        [("100", "kept"), ("100.0", "kept"), ("104", "kept")]
        + [(admission, "unknown_patient") for admission in ("101", "102", "103", "77")]
    ):
        CENTER_B.add("查体", outcome, 就诊号=f"{number}", 住院号=admission)
    CENTER_B.add("随访", "unknown_patient", 随访号="an admission is no patient", 患者主索引="100")


def _laboratory_of_center_b() -> None:
    def specimen(number: str, reviewed: str, outcome: str = "kept", **cells: str) -> None:
        CENTER_B.add("检验", outcome, 标本号=number, 住院号="100", 审核时间=reviewed, **cells)

    specimen("noon", "2021/3/1 10:00", "superseded")
    specimen("noon", "44256.5")
    specimen("noon", "20210301", "superseded")
    specimen("serials have seconds", "2021-3-1 08:30:00")
    specimen("serials have seconds", "44256.3541", "superseded")
    specimen("serials have seconds", "2021年3月1日 08:29:59", "superseded")
    specimen(
        "cells", "", **{"甲胎蛋白": "5", "国际标准化比值": "x", "血红蛋白(g/L)": "19", "乙肝病毒DNA(IU/mL)": "阴性"}
    )
    specimen("rejected row", "", "invalid_date", 采样时间="", **{"甲胎蛋白": "5"})
    sites = {"靶病灶1长径(cm)": "3", "靶病灶2部位": "肝", "靶病灶2长径(cm)": "40.005", "靶病灶2活性径(cm)": "x"}
    CENTER_B.add("影像", 检查号="cells", 住院号="100", **sites)
    CENTER_B.add("影像", "invalid_value", 检查号="rejected row", 住院号="100", 肿瘤数目="x", **sites)


def _persons() -> None:
    """One person at both centers: a death that only center B knows ends center A's rows as well."""
    FULL.add("patients", patient_id="I1", national_id=BOTH_CENTERS, birth_date="1955-05-05")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in BOTH_CENTERS)
    CENTER_B.add("患者信息", 患者主索引="I1", 身份证号=f" {wide}", 性别="女", 出生日期="1955/5/6", 病因="丙肝")
    CENTER_B.add("住院号对照", 住院号="I1", 患者主索引="I1")
    CENTER_B.add("随访", 随访号="I1", 患者主索引="I1", 随访日期="2022年1月1日", 生存状态="死亡", 死亡日期="44562")
    _visit("known dead elsewhere", "after_death", patient="I1", visit_date="2022-01-02")
    _visit("born by its own row", patient="I1", visit_date="1955-05-05")
    CENTER_B.add("查体", "before_birth", 就诊号="I1", 住院号="I1", 就诊日期="1955-05-05")
    CENTER_B.add("医嘱", 医嘱号="I1", 住院号="I1", 开始时间="2021-03-05")
    _order("speaks", patient_id="I1", start_date="2021-03-05", drug_name="entecavir")
    FULL.add("patients", patient_id="I2", national_id=WITH_X.lower(), birth_date="1955-05-06")
    CENTER_B.add("患者信息", 患者主索引="I2", 身份证号=WITH_X, 出生日期="1955-05-06", 病因="丙肝")
    for center, table, name, number in (
        (FULL, "patients", "patient_id", "national_id"),
        (CENTER_B, "患者信息", "患者主索引", "身份证号"),
    ):
        center.add(table, **{name: "I3", number: BOTH_CENTERS[:17] + "5"})
