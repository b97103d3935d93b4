"""Tables and columns of center B (specification 1.4)."""

from __future__ import annotations

from analytics.simulation.delivered import DATE, DECIMAL, TIMESTAMP, WHOLE, TableShape
from analytics.simulation.facts import ANALYTES, MAX_LESIONS

ANALYTE_COLUMNS = dict(
    zip(
        ANALYTES,
        (
            "甲胎蛋白",
            "谷丙转氨酶(U/L)",
            "谷草转氨酶(U/L)",
            "谷氨酰转肽酶(U/L)",
            "碱性磷酸酶(U/L)",
            "总胆红素(μmol/L)",
            "白蛋白(g/L)",
            "凝血酶原时间(s)",
            "国际标准化比值",
            "肌酐(μmol/L)",
            "血小板(10^9/L)",
            "白细胞(10^9/L)",
            "中性粒细胞(10^9/L)",
            "淋巴细胞(10^9/L)",
            "血红蛋白(g/L)",
            "乙肝病毒DNA(IU/mL)",
        ),
        strict=True,
    )
)
LESION_COLUMNS = tuple(
    column
    for n in range(1, MAX_LESIONS + 1)
    for column in (f"靶病灶{n}部位", f"靶病灶{n}长径(cm)", f"靶病灶{n}活性径(cm)")
)
MEASUREMENT_COLUMNS = {
    "检验": tuple(ANALYTE_COLUMNS.values()),
    "影像": tuple(column for column in LESION_COLUMNS if not column.endswith("部位")),
}

PATIENTS = TableShape(
    "患者信息",
    ("患者主索引",),
    ("患者主索引", "身份证号", "姓名", "性别", "出生日期", "诊断编码", "诊断名称", "确诊日期", "病因"),
    {"患者主索引": WHOLE, "出生日期": DATE, "确诊日期": DATE},
)
ADMISSIONS = TableShape("住院号对照", ("住院号",), ("住院号", "患者主索引"), {"住院号": WHOLE, "患者主索引": WHOLE})
VISITS = TableShape(
    "查体",
    ("就诊号",),
    ("就诊号", "住院号", "就诊日期", "ECOG", "腹水", "肝性脑病", "体重"),
    {"就诊号": WHOLE, "住院号": WHOLE, "就诊日期": DATE, "ECOG": WHOLE, "体重": DECIMAL},
)
ORDERS = TableShape(
    "医嘱",
    ("医嘱号",),
    ("医嘱号", "住院号", "药品名称", "单次剂量", "剂量单位", "开始时间", "用药天数", "医嘱状态"),
    {"医嘱号": WHOLE, "住院号": WHOLE, "开始时间": TIMESTAMP, "用药天数": DECIMAL},
)
PROCEDURES = TableShape(
    "手术介入",
    ("操作号",),
    ("操作号", "住院号", "操作名称", "操作日期"),
    {"操作号": WHOLE, "住院号": WHOLE, "操作日期": DATE},
)
LAB_RESULTS = TableShape(
    "检验",
    ("标本号",),
    ("标本号", "住院号", "采样时间", "审核时间", "甲胎蛋白", "甲胎蛋白单位", *list(ANALYTE_COLUMNS.values())[1:]),
    {"标本号": WHOLE, "住院号": WHOLE, "采样时间": TIMESTAMP, "审核时间": TIMESTAMP},
)
IMAGING = TableShape(
    "影像",
    ("检查号",),
    (
        "检查号",
        "住院号",
        "检查日期",
        "检查类型",
        "质量",
        *LESION_COLUMNS,
        "非靶病灶",
        "新病灶",
        "门静脉癌栓",
        "肝外转移",
        "肿瘤数目",
        "影像结论",
    ),
    {"检查号": WHOLE, "住院号": WHOLE, "检查日期": DATE},
)
FOLLOW_UP = TableShape(
    "随访",
    ("随访号",),
    ("随访号", "患者主索引", "随访日期", "生存状态", "死亡日期", "死因"),
    {"随访号": WHOLE, "患者主索引": WHOLE, "随访日期": DATE, "死亡日期": DATE},
)
SHAPES = {
    shape.name: shape for shape in (PATIENTS, ADMISSIONS, VISITS, ORDERS, PROCEDURES, LAB_RESULTS, IMAGING, FOLLOW_UP)
}
