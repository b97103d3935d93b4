"""Writes patients as one full drop a center, in the shapes of specification 1.3 and 1.4."""

import csv
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from course_patients import CENTERS, CUT_OFFS, Patient, make_patient

Row = dict[str, str]
Tables = dict[str, list[Row]]
DRUGS_B = {
    "lenvatinib": "甲磺酸仑伐替尼胶囊", "sorafenib": "甲苯磺酸索拉非尼片", "regorafenib": "瑞戈非尼片",
    "camrelizumab": "注射用卡瑞利珠单抗", "atezolizumab": "阿替利珠单抗注射液", "bevacizumab": "贝伐珠单抗注射液",
    "ipilimumab": "伊匹木单抗注射液", "entecavir": "恩替卡韦片",
}  # fmt: skip
CODES_A = {
    "afp": ("AFP", "ng/mL"), "alt": ("ALT", "U/L"), "ast": ("AST", "U/L"), "ggt": ("GGT", "U/L"),
    "alp": ("ALP", "U/L"), "total_bilirubin": ("TBIL", "umol/L"), "albumin": ("ALB", "g/L"),
    "prothrombin_time": ("PT", "s"), "inr": ("INR", ""), "creatinine": ("CREA", "umol/L"),
    "platelets": ("PLT", "10^9/L"), "white_cells": ("WBC", "10^9/L"), "neutrophils": ("NEUT", "10^9/L"),
    "lymphocytes": ("LYMPH", "10^9/L"), "haemoglobin": ("HGB", "g/L"), "hbv_dna": ("HBVDNA", "IU/mL"),
}  # fmt: skip
COLUMNS_B = {
    "alt": "谷丙转氨酶(U/L)", "ast": "谷草转氨酶(U/L)", "ggt": "谷氨酰转肽酶(U/L)", "alp": "碱性磷酸酶(U/L)",
    "total_bilirubin": "总胆红素(μmol/L)", "albumin": "白蛋白(g/L)", "prothrombin_time": "凝血酶原时间(s)",
    "inr": "国际标准化比值", "creatinine": "肌酐(μmol/L)", "platelets": "血小板(10^9/L)",
    "white_cells": "白细胞(10^9/L)", "neutrophils": "中性粒细胞(10^9/L)", "lymphocytes": "淋巴细胞(10^9/L)",
    "haemoglobin": "血红蛋白(g/L)", "hbv_dna": "乙肝病毒DNA(IU/mL)",
}  # fmt: skip
NON_TARGET_B = {"CR": "完全缓解", "NON-CR/NON-PD": "未完全缓解", "PD": "进展", "NE": "无法评估", "NA": "无", None: ""}
CONCLUSIONS_B = {"CR": "完全缓解", "PR": "较前缩小,部分缓解", "SD": "疾病稳定", "PD": "疾病进展", None: "未见疾病进展"}
ETIOLOGIES_B = {"HBV": "乙肝", "HCV": "丙肝", "HBV+HCV": "乙肝+丙肝", "unknown": "不详", "": ""}
ASCITES_B = {"none": "无", "mild": "少量", "moderate_severe": "中大量", None: ""}
ENCEPHALOPATHY_B = {"none": "无", "grade_1_2": "1-2级", "grade_3_4": "3-4级", None: ""}
PROCEDURES_B = {"TACE": "经导管肝动脉化疗栓塞", "HAIC": "HAIC", "resection": "肝切除术", "ablation": "射频消融"}


def write_course_drops(raw: Path, seed: int, patients: int) -> None:
    """Write one full drop a center with the given number of patients, on whichever centers they were seen at."""
    random = Random(seed)
    people = [make_patient(random, number) for number in range(patients)]
    for center in CENTERS:
        tables: Tables = {}
        for person in people:
            if center in person.centers:
                _add_rows(random, tables, person, center)
        _write(raw / center / "full", center, tables)


def _add_rows(random: Random, tables: Tables, person: Patient, center: str) -> None:
    writers = WRITERS[center]
    tables.setdefault(writers["person"][0], []).append(writers["person"][1](person))
    if center == "center_b":
        tables.setdefault("住院号对照", []).append({"住院号": f"Z{person.number}", "患者主索引": f"P{person.number}"})
    for kind, events in person.events.items():
        for event in events:
            if event["center"] == center:
                table, write = writers[kind]
                # Ids are drawn at random, so that ties by id do not follow the order of the events.
                rows = write(f"{random.randint(1, 10**9)}", person, event)
                for name, row in rows if isinstance(rows, list) else [(table, rows)]:
                    tables.setdefault(name, []).append(row)


def _write(folder: Path, center: str, tables: Tables) -> None:
    folder.mkdir(parents=True)
    files = {}
    for table, rows in tables.items():
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        content = buffer.getvalue().encode("utf-8" if center == "center_a" else "gb18030")
        (folder / f"{table}.csv").write_bytes(content)
        files[f"{table}.csv"] = {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {"center": center, "extracted_at": f"{CUT_OFFS[center]}T01:00:00+08:00", "kind": "full", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _national_id(person: Patient) -> str:
    """A valid resident id, so that one person is one at both centers."""
    digits = f"110101{person.birth_date:%Y%m%d}{person.number % 1000:03d}"
    weight = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(digits))
    return digits + "10X98765432"[weight % 11]


def _person_a(person: Patient) -> Row:
    return {
        "patient_id": f"P{person.number}", "national_id": _national_id(person), "full_name": "", "sex": person.sex,
        "birth_date": str(person.birth_date), "diagnosis_code": person.diagnosis_code, "diagnosis_date": "",
        "etiology": person.etiology,
    }  # fmt: skip


def _person_b(person: Patient) -> Row:
    return {
        "患者主索引": f"P{person.number}", "身份证号": _national_id(person), "姓名": "",
        "性别": {"M": "男", "F": "女"}[person.sex], "出生日期": str(person.birth_date),
        "诊断编码": person.diagnosis_code, "诊断名称": "", "确诊日期": "", "病因": ETIOLOGIES_B[person.etiology],
    }  # fmt: skip


def _order_a(number: str, person: Patient, event: dict[str, Any]) -> Row:
    span = event["span"]
    stop = "" if span is None else str(event["day"] + timedelta(span - 1))
    return {
        "order_id": number, "patient_id": f"P{person.number}", "drug_name": " + ".join(event["agents"]), "dose": "",
        "dose_unit": "", "start_date": str(event["day"]), "stop_date": stop,
        "status": "active" if span is None else "completed",
    }  # fmt: skip


def _order_b(number: str, person: Patient, event: dict[str, Any]) -> Row:
    return {
        "医嘱号": number, "住院号": f"Z{person.number}", "药品名称": "、".join(DRUGS_B[one] for one in event["agents"]),
        "单次剂量": "", "剂量单位": "", "开始时间": str(event["day"]), "用药天数": str(event["span"] or 600),
        "医嘱状态": "已执行",
    }  # fmt: skip


def _imaging_a(number: str, person: Patient, event: dict[str, Any]) -> list[tuple[str, Row]]:
    study = {
        "study_id": number, "patient_id": f"P{person.number}", "study_date": str(event["day"]),
        "modality": event["modality"], "quality": "adequate" if event["is_adequate"] else "inadequate",
        "non_target_status": event["non_target"] or "", "new_lesion": event["new_lesion"] or "",
        "portal_vein_invasion": event["portal_vein"] or "", "extrahepatic_sites": "lung" if event["is_spread"] else "",
        "tumor_count": event["tumor_count"] or "", "reported_response": event["reported"] or "",
    }  # fmt: skip
    rows = [("imaging_studies", study)]
    for lesion in event["lesions"]:
        row = {
            "study_id": number, "lesion_no": str(lesion["number"]), "organ": lesion["organ"],
            "is_lymph_node": "Y" if lesion["is_node"] else "N", "status": lesion["status"],
            "diameter_mm": _millimetres(lesion["diameter"]), "viable_diameter_mm": _millimetres(lesion["viable"]),
        }  # fmt: skip
        rows.append(("target_lesions", row))
    return rows


def _millimetres(tenths: int | None) -> str:
    return "" if tenths is None else str(tenths / 10)


def _imaging_b(number: str, person: Patient, event: dict[str, Any]) -> Row:
    kinds = {"CT": "CT", "MRI": "MRI"}
    contrast = "增强" if event["is_enhanced"] else "平扫"
    row = {
        "检查号": number, "住院号": f"Z{person.number}", "检查日期": str(event["day"]),
        "检查类型": contrast + kinds[event["modality"]] if event["modality"] in kinds else "超声",
        "质量": "合格" if event["is_adequate"] else "不合格",
    }  # fmt: skip
    lesions = {lesion["number"]: lesion for lesion in event["lesions"]}
    words = {"absent": "消失", "too_small": "过小", "not_evaluable": "无法评估"}
    for n in range(1, 6):
        lesion = lesions.get(n)
        row[f"靶病灶{n}部位"] = lesion["organ"] if lesion else ""
        row[f"靶病灶{n}长径(cm)"] = words.get(lesion["status"]) or str(lesion["diameter"] / 100) if lesion else ""
        has_viable = lesion is not None and lesion["viable"] is not None
        row[f"靶病灶{n}活性径(cm)"] = str(lesion["viable"] / 100) if lesion and has_viable else ""
    count = {"multiple": "多发", None: ""}.get(event["tumor_count"], event["tumor_count"])
    return row | {
        "非靶病灶": NON_TARGET_B[event["non_target"]], "新病灶": {"Y": "有", "N": "无", None: ""}[event["new_lesion"]],
        "门静脉癌栓": {"none": "无", None: ""}.get(event["portal_vein"], event["portal_vein"]),
        "肝外转移": "肺、骨" if event["is_spread"] else "无", "肿瘤数目": count,
        "影像结论": CONCLUSIONS_B[event["reported"]],
    }  # fmt: skip


def _labs_a(number: str, person: Patient, event: dict[str, Any]) -> list[tuple[str, Row]]:
    moment = f"{event['day']} {event['hour']:02d}:00:00"
    return [
        (
            "lab_results",
            {
                "result_id": f"{number}{place}", "patient_id": f"P{person.number}", "test_code": CODES_A[analyte][0],
                "test_name": "", "value": value, "unit": CODES_A[analyte][1], "collected_at": moment,
                "reported_at": moment, "status": "final",
            },
        )
        for place, (analyte, value) in enumerate(event["values"].items())
    ]  # fmt: skip


def _labs_b(number: str, person: Patient, event: dict[str, Any]) -> Row:
    moment = f"{event['day']} {event['hour']:02d}:00:00"
    afp = event["values"].get("afp", "")
    row = {
        "标本号": number, "住院号": f"Z{person.number}", "采样时间": moment, "审核时间": moment, "甲胎蛋白": afp,
        "甲胎蛋白单位": "ng/mL" if afp else "",
    }  # fmt: skip
    return row | {column: event["values"].get(analyte, "") for analyte, column in COLUMNS_B.items()}


def _visit_a(number: str, person: Patient, event: dict[str, Any]) -> Row:
    return {
        "visit_id": number, "patient_id": f"P{person.number}", "visit_date": str(event["day"]), "ecog": event["ecog"],
        "ascites": event["ascites"] or "", "encephalopathy": event["encephalopathy"] or "", "weight_kg": "",
    }  # fmt: skip


def _visit_b(number: str, person: Patient, event: dict[str, Any]) -> Row:
    return {
        "就诊号": number, "住院号": f"Z{person.number}", "就诊日期": str(event["day"]), "ECOG": event["ecog"],
        "腹水": ASCITES_B[event["ascites"]], "肝性脑病": ENCEPHALOPATHY_B[event["encephalopathy"]], "体重": "",
    }  # fmt: skip


def _procedure_a(number: str, person: Patient, event: dict[str, Any]) -> Row:
    return {
        "procedure_id": number, "patient_id": f"P{person.number}", "procedure_type": event["type"],
        "performed_on": str(event["day"]), "status": "done",
    }  # fmt: skip


def _procedure_b(number: str, person: Patient, event: dict[str, Any]) -> Row:
    return {
        "操作号": number, "住院号": f"Z{person.number}", "操作名称": PROCEDURES_B[event["type"]],
        "操作日期": str(event["day"]),
    }  # fmt: skip


def _contact_a(number: str, person: Patient, event: dict[str, Any]) -> Row:
    is_death = "death" in person.events and event in person.events["death"]
    return {
        "contact_id": number, "patient_id": f"P{person.number}", "contact_date": str(event["day"]),
        "vital_status": "dead" if is_death else "alive", "death_date": str(event["day"]) if is_death else "",
        "cause_of_death": "",
    }  # fmt: skip


def _contact_b(number: str, person: Patient, event: dict[str, Any]) -> Row:
    is_death = "death" in person.events and event in person.events["death"]
    return {
        "随访号": number, "患者主索引": f"P{person.number}", "随访日期": str(event["day"]),
        "生存状态": "死亡" if is_death else "存活", "死亡日期": str(event["day"]) if is_death else "", "死因": "",
    }  # fmt: skip


WRITERS: dict[str, dict[str, tuple[str, Any]]] = {
    "center_a": {
        "person": ("patients", _person_a),
        "order": ("medication_orders", _order_a),
        "imaging": ("imaging_studies", _imaging_a),
        "labs": ("lab_results", _labs_a),
        "visit": ("visits", _visit_a),
        "procedure": ("procedures", _procedure_a),
        "contact": ("follow_up", _contact_a),
        "death": ("follow_up", _contact_a),
    },
    "center_b": {
        "person": ("患者信息", _person_b),
        "order": ("医嘱", _order_b),
        "imaging": ("影像", _imaging_b),
        "labs": ("检验", _labs_b),
        "visit": ("查体", _visit_b),
        "procedure": ("手术介入", _procedure_b),
        "contact": ("随访", _contact_b),
        "death": ("随访", _contact_b),
    },
}
