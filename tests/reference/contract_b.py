"""Center B's tables (section 1.4), with the codes of center A behind each Chinese term."""

from __future__ import annotations

from .contract import (
    AFP_COLUMN,
    AFP_UNIT_COLUMN,
    CENTER_A,
    ECOG,
    LAB_COLUMNS_B,
    LESION_COLUMNS_B,
    VEIN,
    TableSpec,
)

ETIOLOGY_B = {
    "乙肝": "HBV",
    "丙肝": "HCV",
    "乙肝+丙肝": "HBV+HCV",
    "酒精性": "alcohol",
    "代谢性": "MASLD",
    "其他": "other",
    "不详": "unknown",
}
MODALITY_B = {  # 平扫 studies are CT or MRI without contrast: never assessments (2.2)
    "增强CT": "CT",
    "增强MRI": "MRI",
    "平扫CT": "plain CT",
    "平扫MRI": "plain MRI",
    "超声": "US",
    "PET-CT": "PET",
}
NON_TARGET_B = {"完全缓解": "CR", "未完全缓解": "NON-CR/NON-PD", "进展": "PD", "无法评估": "NE", "无": "NA"}

CENTER_B = [
    TableSpec(
        "center_b",
        "患者信息",
        "patients",
        {
            "id": "患者主索引",
            "national_id": "身份证号",
            "full_name": "姓名",
            "sex": "性别",
            "date": "出生日期",
            "diagnosis_code": "诊断编码",
            "diagnosis_name": "诊断名称",
            "diagnosis_date": "确诊日期",
            "etiology": "病因",
        },
        ("id",),
        None,
        "date",
        {"sex": {"男": "M", "女": "F"}, "etiology": ETIOLOGY_B},
    ),
    TableSpec(
        "center_b",
        "住院号对照",
        "admissions",
        {"id": "住院号", "patient": "患者主索引"},
        ("id",),
        "patient",
        None,
    ),
    TableSpec(
        "center_b",
        "查体",
        "visits",
        {
            "id": "就诊号",
            "admission": "住院号",
            "date": "就诊日期",
            "ecog": "ECOG",
            "ascites": "腹水",
            "encephalopathy": "肝性脑病",
            "weight_kg": "体重",
        },
        ("id",),
        "admission",
        "date",
        {
            "ecog": ECOG,
            "ascites": {"无": "none", "少量": "mild", "中大量": "moderate_severe"},
            "encephalopathy": {"无": "none", "1-2级": "grade_1_2", "3-4级": "grade_3_4"},
        },
    ),
    TableSpec(
        "center_b",
        "医嘱",
        "orders",
        {
            "id": "医嘱号",
            "admission": "住院号",
            "drug": "药品名称",
            "dose": "单次剂量",
            "dose_unit": "剂量单位",
            "date": "开始时间",
            "days": "用药天数",
            "status": "医嘱状态",
        },
        ("id",),
        "admission",
        "date",
        {
            "status": {
                "已执行": "completed",
                "停止": "completed",
                "作废": "cancelled",
                "取消": "cancelled",
                "退费": "cancelled",
            }
        },
        frozenset({"作废", "取消", "退费"}),
    ),
    TableSpec(
        "center_b",
        "手术介入",
        "procedures",
        {"id": "操作号", "admission": "住院号", "procedure": "操作名称", "date": "操作日期"},
        ("id",),
        "admission",
        "date",
    ),
    TableSpec(
        "center_b",
        "检验",
        "labs",
        {"id": "标本号", "admission": "住院号", "date": "采样时间", "version": "审核时间"},
        ("id",),
        "admission",
        "date",
        version="version",
        more_columns=(AFP_COLUMN, AFP_UNIT_COLUMN, *LAB_COLUMNS_B),
    ),
    TableSpec(
        "center_b",
        "影像",
        "imaging",
        {
            "id": "检查号",
            "admission": "住院号",
            "date": "检查日期",
            "modality": "检查类型",
            "quality": "质量",
            "non_target_status": "非靶病灶",
            "new_lesion": "新病灶",
            "portal_vein_invasion": "门静脉癌栓",
            "extrahepatic_sites": "肝外转移",
            "tumor_count": "肿瘤数目",
            "conclusion": "影像结论",
        },
        ("id",),
        "admission",
        "date",
        {
            "modality": MODALITY_B,
            "quality": {"合格": "adequate", "不合格": "inadequate"},
            "non_target_status": NON_TARGET_B,
            "new_lesion": {"有": "Y", "无": "N"},
            "portal_vein_invasion": {"无": "none", **{code: code for code in VEIN if code != "none"}},
        },
        more_columns=tuple(column for lesion in LESION_COLUMNS_B for column in lesion),
    ),
    TableSpec(
        "center_b",
        "随访",
        "contacts",
        {
            "id": "随访号",
            "patient": "患者主索引",
            "date": "随访日期",
            "vital_status": "生存状态",
            "death_date": "死亡日期",
            "cause_of_death": "死因",
        },
        ("id",),
        "patient",
        "date",
        {
            "vital_status": {"存活": "alive", "死亡": "dead", "失访": "lost"},
            "cause_of_death": {"肝癌": "hcc", "肝衰竭": "liver_failure", "其他": "other", "不详": "unknown"},
        },
    ),
]

TABLES: dict[str, dict[str, TableSpec]] = {
    "center_a": {spec.name: spec for spec in CENTER_A},
    "center_b": {spec.name: spec for spec in CENTER_B},
}
