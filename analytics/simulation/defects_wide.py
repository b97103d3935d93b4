"""Planted rows of center B's two wide tables: cells judged one by one (specification 1.4 to 1.6)."""

from __future__ import annotations

from analytics.simulation.center_b_shapes import SHAPES
from analytics.simulation.defects import (
    SUPERSEDED,
    Case,
    Cells,
    Version,
    kept,
)

BLANK_RESULTS: Cells = dict.fromkeys(SHAPES["检验"].columns[4:])
LAB_CASES = [
    kept("检验: no measurement at all", "检验", BLANK_RESULTS),
    kept(
        "检验: AFP without a unit", "检验", BLANK_RESULTS | {"甲胎蛋白": "120.5"}, values={"甲胎蛋白": "missing_unit"}
    ),
    kept(
        "检验: AFP in an unknown unit",
        "检验",
        BLANK_RESULTS | {"甲胎蛋白": "120.5", "甲胎蛋白单位": "mg/dL"},
        values={"甲胎蛋白": "unmapped_unit"},
    ),
    kept(
        "检验: words and signs for numbers",
        "检验",
        BLANK_RESULTS
        | {
            "甲胎蛋白": "升高",
            "甲胎蛋白单位": "ng/mL",
            "谷丙转氨酶(U/L)": "－40",
            "白蛋白(g/L)": "39.1g/L",
            "国际标准化比值": "1.10",
        },
        values={"甲胎蛋白": "invalid_value", "谷丙转氨酶(U/L)": "invalid_value", "白蛋白(g/L)": "invalid_value"},
    ),
    kept(
        "检验: implausible values",
        "检验",
        BLANK_RESULTS | {"血小板(10^9/L)": "156000", "白蛋白(g/L)": "4.1", "肌酐(μmol/L)": "70"},
        values={"血小板(10^9/L)": "implausible_value", "白蛋白(g/L)": "implausible_value"},
    ),
    kept(
        "检验: comparators and exponents",
        "检验",
        BLANK_RESULTS | {"甲胎蛋白": "＞１，２１０", "甲胎蛋白单位": "μg／L", "乙肝病毒DNA(IU/mL)": "3.4×10^6"},
    ),
    Case(
        "检验: later report time in the same drop",
        "检验",
        (Version({"审核时间": "2024-05-03 10:00:00"}), Version({"审核时间": "2024/5/2 11:00"}, SUPERSEDED)),
    ),
    Case(
        "检验: unreadable report time is the oldest",
        "检验",
        (Version({"审核时间": "2024-05-03 10:00:00"}), Version({"审核时间": "待审"}, SUPERSEDED)),
    ),
]

FIRST, VIABLE = "靶病灶1长径(cm)", "靶病灶1活性径(cm)"
LESION: Cells = {"靶病灶1部位": "肝S8", FIRST: "3.2", VIABLE: None}
IMAGING_CASES = [
    kept("影像: diameter no number", "影像", LESION | {FIRST: "3.2cm"}, "ultrasound", {FIRST: "invalid_value"}),
    kept("影像: comparator in a diameter", "影像", LESION | {FIRST: "＜1.0"}, "ultrasound", {FIRST: "invalid_value"}),
    kept("影像: negative viable diameter", "影像", LESION | {VIABLE: "-0.4"}, "ultrasound", {VIABLE: "invalid_value"}),
    kept("影像: diameter above 400 mm", "影像", LESION | {FIRST: "52.0"}, "ultrasound", {FIRST: "implausible_value"}),
    kept(
        "影像: millimetres for centimetres",
        "影像",
        LESION | {FIRST: "32", VIABLE: "410"},
        "ultrasound",
        {VIABLE: "implausible_value"},
    ),
]
