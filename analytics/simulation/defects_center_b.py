"""Every row disposition and reason of specification 1.6 at center B, and every reason of the value ledger."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation.center_b_shapes import SHAPES
from analytics.simulation.defects import (
    KEPT,
    LAST_DELTA,
    REJECTED,
    SUPERSEDED,
    VOID,
    Case,
    Cells,
    Planting,
    Version,
    kept,
    rejected,
    shifted,
    void,
)
from analytics.simulation.defects_center_a import wrong_check_character
from analytics.simulation.defects_wide import IMAGING_CASES, LAB_CASES
from analytics.simulation.delivered import EMPTY_LINE_AFTER

DATE_COLUMNS = {
    "查体": "就诊日期",
    "医嘱": "开始时间",
    "手术介入": "操作日期",
    "检验": "采样时间",
    "影像": "检查日期",
    "随访": "随访日期",
}
KEY_PREFIX = {
    "患者信息": 98,
    "住院号对照": 97,
    "查体": 39,
    "医嘱": 49,
    "手术介入": 59,
    "检验": 89,
    "影像": 99,
    "随访": 69,
}
CHINESE = "{0.year}年{0.month}月{0.day}日"
NO_PATIENT, REJECTED_PATIENT = "79999999", "78888888"
NO_ADMISSION, REJECTED_ADMISSION, ADMISSION_OF_REJECTED_PATIENT = "999999999", "988888888", "977777777"


def fresh_key(table: str, number: int) -> Cells:
    """A key no clean row has: shorter than theirs."""
    return {SHAPES[table].key[0]: f"{KEY_PREFIX[table]}{number:06d}"}


def _reference(table: str) -> str:
    return "患者主索引" if table == "随访" else "住院号"


def _date_cases() -> list[Case]:
    cases = []
    for table, column in DATE_COLUMNS.items():
        reference = _reference(table)
        cases += [
            rejected(f"{table}: date blank", table, "invalid_date", {column: None}),
            rejected(f"{table}: placeholder date", table, "invalid_date", {column: "1900/1/1"}),
            rejected(f"{table}: unreadable date", table, "invalid_date", {column: "2021年2月30日"}),
            rejected(f"{table}: serial of six digits", table, "invalid_date", {column: "442600"}),
            rejected(f"{table}: future date", table, "future_date", {column: shifted("_extracted", 15, CHINESE)}),
            rejected(
                f"{table}: before birth", table, "before_birth", {column: shifted("_birth", -500, "{0:%Y/%m/%d}")}
            ),
            rejected(f"{table}: key blank", table, "missing_key", {SHAPES[table].key[0]: "　"}),
            rejected(f"{table}: reference blank", table, "missing_key", {reference: None}),
            rejected(
                f"{table}: reference unknown",
                table,
                "unknown_patient",
                {reference: NO_PATIENT if table == "随访" else NO_ADMISSION},
            ),
            Case(f"{table}: exact duplicate", table, (Version({}, SUPERSEDED), Version({}, KEPT))),
            Case(
                f"{table}: delivered again in a delta",
                table,
                (Version({}, SUPERSEDED), Version({}, KEPT, drop=LAST_DELTA)),
            ),
            Case(f"{table}: key with decimals in a delta", table, (Version({}, SUPERSEDED), _key_with_decimals(table))),
        ]
        if table != "随访":
            cases += [
                rejected(f"{table}: admission rejected", table, "unknown_patient", {"住院号": REJECTED_ADMISSION}),
                rejected(
                    f"{table}: patient rejected", table, "unknown_patient", {"住院号": ADMISSION_OF_REJECTED_PATIENT}
                ),
                rejected(
                    f"{table}: after death",
                    table,
                    "after_death",
                    {column: shifted("_death", 20, "{0:%Y%m%d}")},
                    donor="dead",
                ),
            ]
    return cases


def _key_with_decimals(table: str) -> Version:
    key = SHAPES[table].key[0]
    return Version({key: lambda cells: f"{cells[key]}.0"}, KEPT, drop=LAST_DELTA)


def _malformed(table: str) -> list[Case]:
    return [
        Case(f"{table}: field missing", table, (Version({}, REJECTED, "malformed_row", extra_fields=-1),)),
        Case(f"{table}: field too many", table, (Version({}, REJECTED, "malformed_row", extra_fields=1),)),
        Case(f"{table}: empty line after the record", table, (Version({}, KEPT, extra_fields=EMPTY_LINE_AFTER),)),
    ]


PATIENT_CASES = [
    rejected("患者信息: sex not listed", "患者信息", "invalid_code", {"性别": "未知"}),
    rejected("患者信息: etiology not listed", "患者信息", "invalid_code", {"病因": "HBV"}),
    rejected("患者信息: birth date unreadable", "患者信息", "invalid_date", {"出生日期": "19610230"}),
    rejected("患者信息: placeholder birth date", "患者信息", "invalid_date", {"出生日期": "1900年1月1日"}),
    rejected(
        "患者信息: born in the future", "患者信息", "future_date", {"出生日期": shifted("_extracted", 3, CHINESE)}
    ),
    rejected("患者信息: key blank", "患者信息", "missing_key", {"患者主索引": None}),
    kept("患者信息: etiology blank", "患者信息", {"病因": None, "身份证号": None}),
    kept("患者信息: wrong check character", "患者信息", {"身份证号": wrong_check_character}),
    Case(
        "患者信息: corrected in a delta",
        "患者信息",
        (Version({"病因": "不详", "身份证号": None}, SUPERSEDED), Version({"身份证号": None}, drop=LAST_DELTA)),
    ),
    rejected("住院号对照: number blank", "住院号对照", "missing_key", {"住院号": None}),
    rejected("住院号对照: patient blank", "住院号对照", "missing_key", {"患者主索引": " "}),
    rejected("住院号对照: patient unknown", "住院号对照", "unknown_patient", {"患者主索引": NO_PATIENT}),
    Case(
        "住院号对照: delivered again in a delta", "住院号对照", (Version({}, SUPERSEDED), Version({}, drop=LAST_DELTA))
    ),
]

CODE_CASES = [
    rejected("查体: ECOG 5", "查体", "invalid_code", {"ECOG": "５"}),
    rejected("查体: ascites not listed", "查体", "invalid_code", {"腹水": "大量"}),
    rejected("影像: quality blank", "影像", "invalid_code", {"质量": None}),
    rejected("影像: modality not listed", "影像", "invalid_code", {"检查类型": "CT"}),
    rejected("影像: count no whole number", "影像", "invalid_value", {"肿瘤数目": "约3"}),
    rejected("影像: negative count", "影像", "invalid_value", {"肿瘤数目": "-1"}),
    rejected("随访: vital status blank", "随访", "invalid_code", {"生存状态": None, "死亡日期": None}),
    rejected("随访: cause not listed", "随访", "invalid_code", {"死因": "肿瘤"}, donor="dead_contact"),
    kept("随访: dead without a date", "随访", {"死亡日期": None}, donor="dead_contact"),
    kept("随访: dead with the placeholder date", "随访", {"死亡日期": "1900-01-01"}, donor="dead_contact"),
    kept("随访: alive after the death date", "随访", {"随访日期": shifted("_extracted", -2, CHINESE)}, donor="dead"),
    rejected(
        "随访: death before birth",
        "随访",
        "before_birth",
        {"死亡日期": shifted("_birth", -9, CHINESE)},
        donor="dead_contact",
    ),
    rejected(
        "随访: death in the future",
        "随访",
        "future_date",
        {"死亡日期": shifted("_extracted", 5, CHINESE)},
        donor="dead_contact",
    ),
    rejected("手术介入: no known procedure", "手术介入", "invalid_code", {"操作名称": "肝穿刺活检"}),
    rejected("手术介入: name blank", "手术介入", "invalid_code", {"操作名称": None}),
    kept("查体: ECOG with decimals", "查体", {"ECOG": lambda cells: f"{str(cells['ECOG'] or 0).strip()}.0"}),
]

ORDER_CASES = [
    *(void(f"医嘱: {status}", "医嘱", {"医嘱状态": status}) for status in ("作废", "取消", "退费")),
    void("医嘱: 作废, name unmapped", "医嘱", {"医嘱状态": "作废", "药品名称": "？"}),
    rejected("医嘱: status not listed", "医嘱", "invalid_code", {"医嘱状态": "执行中"}),
    rejected("医嘱: status blank", "医嘱", "invalid_code", {"医嘱状态": None}),
    *(
        rejected(f"医嘱: {name or 'blank name'}", "医嘱", "unmapped_agent", {"药品名称": name})
        for name in (
            "注射用胸腺法新 1.6mg",
            "异甘草酸镁注射液 50mg",
            "索凡替尼胶囊(苏泰达)50mg",
            "甲磺酸nlenvatinib胶囊",
            "奥美拉唑肠溶胶囊 20mg",
            None,
        )
    ),
    *(
        rejected(f"医嘱: days {days}", "医嘱", "invalid_value", {"用药天数": days})
        for days in ("0", "3651", "28天", "<28", "7.5", "-1")
    ),
    kept("医嘱: days blank", "医嘱", {"用药天数": None}),
    Case(
        "医嘱: refunded in a delta",
        "医嘱",
        (Version({}, SUPERSEDED), Version({"医嘱状态": "退费"}, VOID, drop=LAST_DELTA)),
    ),
]

# rows that others refer to, each once: a rejected patient with an admission, and a rejected admission
REFERRED = [
    rejected(
        "患者信息: rejected, has events",
        "患者信息",
        "invalid_code",
        {"患者主索引": REJECTED_PATIENT, "性别": None, "身份证号": None},
    ),
    rejected(
        "住院号对照: of a rejected patient",
        "住院号对照",
        "unknown_patient",
        {"住院号": ADMISSION_OF_REJECTED_PATIENT, "患者主索引": REJECTED_PATIENT},
    ),
    rejected(
        "住院号对照: rejected, has events",
        "住院号对照",
        "missing_key",
        {"住院号": REJECTED_ADMISSION, "患者主索引": None},
    ),
]

CASES = [
    *_date_cases(),
    *_malformed("查体"),
    *_malformed("医嘱"),
    *_malformed("影像"),
    *PATIENT_CASES,
    *CODE_CASES,
    *ORDER_CASES,
    *LAB_CASES,
    *IMAGING_CASES,
]


def planting(cases: list[Case]) -> Planting:
    """Center B's way to plant the given cases (CASES, or REFERRED)."""
    return Planting("center_b", SHAPES, cases, fresh_key)


def patient_of_rows(tables: dict[str, pa.Table]) -> dict[str, pa.Array]:
    """The 患者主索引 behind each row of each table."""
    admissions = tables["住院号对照"]
    numbers, patients = admissions["住院号"].combine_chunks(), admissions["患者主索引"].combine_chunks()
    found = {}
    for name, table in tables.items():
        if "患者主索引" in table.column_names:
            found[name] = table["患者主索引"].combine_chunks()
        else:
            found[name] = patients.take(pc.index_in(table["住院号"].combine_chunks(), numbers))
    return found


def special_rows(tables: dict[str, pa.Table]) -> dict[tuple[str, str], np.ndarray]:
    """Rows that may only be copied for a purpose: ultrasound scans, contacts that report a death."""
    ultrasound = pc.equal(tables["影像"]["检查类型"], "超声").to_numpy()
    dead = pc.equal(tables["随访"]["生存状态"], "死亡").to_numpy()
    return {("影像", "ultrasound"): ultrasound, ("随访", "dead_contact"): dead}
