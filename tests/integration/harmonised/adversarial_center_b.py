"""Rows of center B's tables (specification 1.4), any cell of which may be dirty."""

from collections.abc import Callable
from random import Random

from adversarial_cells import NATIONAL_IDS, identifier, pick
from adversarial_texts import CONCLUSIONS, COUNTS, DAYS, DIAMETERS_CM, DRUGS_B, LAB_VALUES, PROCEDURES_B, SITES, date_b

Row = dict[str, str]
LAB_COLUMNS_B = [
    *(
        "甲胎蛋白",
        "谷丙转氨酶(U/L)",
        "谷草转氨酶(U/L)",
        "谷氨酰转肽酶(U/L)",
        "碱性磷酸酶(U/L)",
        "总胆红素(μmol/L)",
        "白蛋白(g/L)",
    ),
    *("凝血酶原时间(s)", "国际标准化比值", "肌酐(μmol/L)", "血小板(10^9/L)", "白细胞(10^9/L)", "中性粒细胞(10^9/L)"),
    *("淋巴细胞(10^9/L)", "血红蛋白(g/L)", "乙肝病毒DNA(IU/mL)"),
]


def _patient_b(random: Random, size: int) -> Row:
    return {
        "患者主索引": identifier(random, size // 3),
        "身份证号": random.choice(NATIONAL_IDS) if random.random() < 0.1 else "",
        "姓名": "",
        "性别": pick(random, ["男", "女"], ["M", ""]),
        "出生日期": pick(
            random, ["1950-1-1", "19600229", "2019年6月1日", "20000"], ["", "1900/1/1", "2030-01-01", "2", "不详"]
        ),
        "诊断编码": random.choice(["C22.0", ""]),
        "诊断名称": "肝细胞癌",
        "确诊日期": date_b(random),
        "病因": pick(random, ["乙肝", "丙肝", "乙肝＋丙肝", "酒精性", "代谢性", "其他", "不详", ""], ["HBV"]),
    }


def _admission_b(random: Random, size: int) -> Row:
    return {"住院号": identifier(random, size // 2), "患者主索引": identifier(random, size // 3)}


def _visit_b(random: Random, size: int) -> Row:
    return {
        "就诊号": identifier(random, size),
        "住院号": identifier(random, size // 2),
        "就诊日期": date_b(random),
        "ECOG": pick(random, ["0", "1.0", "２", "4", ""], ["5", "一"]),
        "腹水": pick(random, ["无", "少量", "中大量", ""], ["大量"]),
        "肝性脑病": pick(random, ["无", "1-2级", "３－４级", ""], ["1级"]),
        "体重": "",
    }


def _order_b(random: Random, size: int) -> Row:
    return {
        "医嘱号": identifier(random, size),
        "住院号": identifier(random, size // 2),
        "药品名称": random.choice(DRUGS_B),
        "单次剂量": "",
        "剂量单位": "",
        "开始时间": date_b(random),
        "用药天数": random.choice(DAYS),
        "医嘱状态": pick(random, ["已执行", "停止"], ["作废", "取消", "退费", "", "完成"], 0.1),
    }


def _procedure_b(random: Random, size: int) -> Row:
    return {
        "操作号": identifier(random, size),
        "住院号": identifier(random, size // 2),
        "操作名称": random.choice(PROCEDURES_B),
        "操作日期": date_b(random),
    }


def _lab_b(random: Random, size: int) -> Row:
    row = {
        "标本号": identifier(random, size),
        "住院号": identifier(random, size // 2),
        "采样时间": date_b(random),
        "审核时间": date_b(random, 0.2),
        "甲胎蛋白单位": random.choice(["ng/mL", "μg/L", "IU/mL", "", "mg/L"]),
    }
    return row | {column: random.choice(["", random.choice(LAB_VALUES)]) for column in LAB_COLUMNS_B}


def _imaging_b(random: Random, size: int) -> Row:
    row = {
        "检查号": identifier(random, size),
        "住院号": identifier(random, size // 2),
        "检查日期": date_b(random),
        "检查类型": pick(random, ["增强CT", "增强MRI", "平扫CT", "平扫MRI", "超声", "PET-CT", "增强ＣＴ"], ["CT", ""]),
        "质量": pick(random, ["合格", "不合格"], ["", "良"]),
        "非靶病灶": pick(random, ["完全缓解", "未完全缓解", "进展", "无法评估", "无", ""], ["稳定"]),
        "新病灶": pick(random, ["有", "无", ""], ["可疑"]),
        "门静脉癌栓": pick(random, ["无", "Vp1", "Vp4", "Ｖｐ２", ""], ["vp1"]),
        "肝外转移": random.choice(["", "无", "肺", "肺、骨"]),
        "肿瘤数目": random.choice(COUNTS),
        "影像结论": random.choice(CONCLUSIONS),
    }
    for number in range(1, 6):
        row[f"靶病灶{number}部位"] = random.choice(SITES)
        row[f"靶病灶{number}长径(cm)"] = random.choice(DIAMETERS_CM)
        row[f"靶病灶{number}活性径(cm)"] = random.choice(DIAMETERS_CM)
    return row


def _contact_b(random: Random, size: int) -> Row:
    return {
        "随访号": identifier(random, size),
        "患者主索引": identifier(random, size // 3),
        "随访日期": date_b(random),
        "生存状态": pick(random, ["存活", "存活", "失访", "死亡"], ["", "dead"]),
        "死亡日期": random.choice(["", date_b(random), date_b(random, 0.4)]),
        "死因": pick(random, ["肝癌", "肝衰竭", "其他", "不详", ""], ["肺癌"]),
    }


TABLES: dict[str, Callable[[Random, int], Row]] = {
    "患者信息": _patient_b,
    "住院号对照": _admission_b,
    "查体": _visit_b,
    "医嘱": _order_b,
    "手术介入": _procedure_b,
    "检验": _lab_b,
    "影像": _imaging_b,
    "随访": _contact_b,
}
