"""Cell texts of both centers that sit on the edges of specification 1.3 to 1.5, drawn at random."""

from random import Random

LAB_VALUES = [
    *("12", "12.0", "0", "0.0", "007", "1,234", "1,234,567.8", "12,34", "1,2345", ".5", "5.", "-5", "+5", "", "12.3.4"),
    *(
        "<0.5",
        "< 0.5",
        "<= 7",
        "≤7",
        "≥ 400",
        ">1210",
        "＞400",
        "=5",
        "<<5",
        "< ",
        "1e3",
        "1E+3",
        "1.5e-3",
        "2E",
        "1e-9",
    ),
    *("9.9e-10", "1e15", "1.0000000000000001e15", "1e16", "0e99999", "1e00003", "1×10^3", "1*10^4", "1×10^-3", "10^3"),
    *("123456789012345", "1234567890123456", "0.00000123456789012345", "100000000000000", "1000000000000000"),
    *(
        "１２．５",
        "12 ",
        "45↑",
        "阴性",
        "未检出",
        "Negative",
        "NEGATIVE",
        "neg",
        "see note",
        "nan",
        "1_000",
        "0x1F",
        "٣",
    ),
    *("40", "40.0000000001", "400", "20000", "20000.0001", "65", "9.9999", "150", "0.5", "0.4999", "33.1", "17.1"),
]

UNITS = [
    *("ng/mL", "NG/ML", "ug/L", "μg/L", "µg/l", "IU/mL", "kU/L", "KIU/L", "U/L", "u / l", "IU/L", "ukat/L", "µkat/L"),
    *("umol/L", "μmol/L", "mg/dL", "g/L", "g/dL", "s", "S", "1", "ratio", "INR", "R", "", "%", "10*9/L", "10^9/L"),
    *("×10^9/L", "x10⁹/L", "10⁹/L", "* 10 ^ 9 / L", "10^3/uL", "10³/µL", "10*3/μl", "10x9/L", "10^12/L", "109/L"),
    *("[IU]/mL", "copies/mL", "COPIES/ML", "mmol/L", "10^9", "K/uL"),
]

DRUGS_A = [
    *("Lenvatinib 4mg cap", "LENVIMA 4 mg", "lenva (ward stock)", "Lenvatinibum 4mg", "nlenvatinib", "sorafenib"),
    *("Sorafenib 0.2g; lenvatinib?", "Nexavar/Stivarga", "5-FU 500mg", "x5-fu", "5-fluorouracil", "15-fu", "5-fux"),
    *("Atezolizumab+Bevacizumab", "Tenofovir disoproxil 300 mg", "Tenofovir", "tenofovir alafenamide (Vemlidy)", ""),
    *("ENTECAVIR 0.5", "entecavir-lenvatinib-entecavir", "ｌｅｎｖａｔｉｎｉｂ", "Camrelizumab 200mg", "omeprazole"),
    *("_sorafenib_", "sorafenib2", "2sorafenib", "sorafenibsorafenib", "Oxaliplatin", "nivolumab / ipilimumab"),
]

DRUGS_B = [
    *("甲磺酸仑伐替尼胶囊(乐卫玛) 4mg", "多吉美 0.2g", "索拉非尼片", "甲磺酸nlenvatinib胶囊", "lenvatinib胶囊", ""),
    *(
        "注射用卡瑞利珠单抗(艾瑞卡)",
        "艾瑞卡瑞利珠单抗",
        "艾瑞卡博替尼",
        "信迪利单抗注射液（达伯舒）",
        "富马酸替诺福韦二吡呋酯片",
    ),
    *(
        "替诺福韦片",
        "丙酚替诺福韦+恩替卡韦",
        "氟尿嘧啶注射液",
        "5-FU注射液",
        "贝伐珠单抗,阿替利珠单抗",
        "奥美拉唑",
        "阿帕替尼",
    ),
    *("仑伐替尼仑伐替尼", "帕博利珠单抗(可瑞达)", "纳武利尤单抗/伊匹木单抗", "奥沙利铂", "亚叶酸钙", "瑞戈非尼片 40mg"),
]

PROCEDURES_B = [
    *(
        "肝动脉化疗栓塞术",
        "经导管TACE术",
        "tace+HAIC",
        "肝动脉灌注化疗",
        "腹腔镜肝切除术",
        "右半肝切除",
        "肝肿瘤射频消融术",
    ),
    *(
        "放疗",
        "放射治疗",
        "肝移植",
        "肝动脉化疗栓塞联合微波消融",
        "胆囊切除",
        "",
        "ＴＡＣＥ",
        "肝动脉化疗",
        "肝部分切除",
    ),
]

CONCLUSIONS = [
    *(
        "完全缓解",
        "病灶未完全缓解",
        "未见疾病进展,疾病稳定。",
        "疾病稳定;疾病稳定",
        "不考虑疾病进展",
        "除外疾病进展,部分缓解",
    ),
    *(
        "未达部分缓解",
        "未达到部分缓解",
        "没有完全缓解",
        "无明显疾病进展",
        "疾病进展,未见完全缓解",
        "完全缓解,部分缓解",
        "",
    ),
    *(
        "未 完全缓解",
        "排除疾病进展",
        "非完全缓解,疾病稳定",
        "未完全缓解完全缓解",
        "可见疾病进展",
        "不疾病稳定",
        "综合评价疾病进展",
    ),
    *("肝内多发占位,请结合临床。", "未部分缓解疾病进展", "无疾病进展证据,疾病稳定"),
]

COUNTS = ["", "1", "3", "4.0", "2.5", "-2", "<5", "0", "multiple", "多发", "Multiple", "1e1", "1,000", "12", "x", "３"]
DAYS = ["", "1", "30", "30.0", "0", "3650", "3651", "1e1", "7.5", "-7", "<5", "abc", "１４", "1,000", "0.0"]
DIAMETERS_MM = [
    *("", "15", "15.04", "15.05", "9.95", "9.94", "0", "400", "400.04", "400.05", "450", "-3", "<10", "abc", "1e1"),
    *("12.345", "99.95", "7.0", "１２", "1,000"),
]
DIAMETERS_CM = [
    *("", "1.5", "1.504", "1.505", "0.995", "0.9949", "0", "40", "40.004", "40.005", "45", "-3", "<1", "abc", "消失"),
    *("过小", "无法评估", "2.60", "1e1", "１．２", "消失了"),
]
SITES = ["", "肝", "肝S8", "肝门淋巴结", "腹膜后淋巴结", "淋巴结转移", "肺", "liver"]

_DATE_FORMS_B = [
    "{y}-{m:02}-{d:02}",
    "{y}-{m}-{d}",
    "{y}/{m}/{d}",
    "{y}/{m:02}/{d:02}",
    "{y}年{m}月{d}日",
    "{y}年{m:02}月{d:02}日",
]
_DATE_FORMS_B += ["{y}{m:02}{d:02}"]
_TIMES = ["", "", " 08:30", " 23:59:59", " 00:00"]
_BAD_TIMES = [" 24:00", " 8", "T08:30", " 12:60", " 08:30:61"]
_DIRTY_A = [
    "",
    "1900-01-01",
    "1900-01-01 08:00",
    "2023-02-30",
    "2021-13-01",
    "2021/03/05",
    "20210305",
    "2021-3-5",
    "unknown",
]
_DIRTY_A += ["2031-01-01", "1931-01-01", "0000-01-01", "44260"]
_DIRTY_B = [
    "",
    "1900/1/1",
    "2",
    "00002",
    "2021年2月30日",
    "2021-3/5",
    "20211301",
    "不详",
    "2031/1/1",
    "1931年1月1日",
    "4426",
    "442600",
]
_DIRTY_B += [
    "44260.",
    "2021-03-05 08:30:00.5",
    "５００００",
    "2021年3月",
    "２０２１年３月５日",
    "44260.999999",
    "44260.0",
]


def date_a(random: Random, dirt: float = 0.06) -> str:
    """A date or timestamp as center A writes them, sometimes one that cannot be used."""
    if random.random() < dirt:
        return random.choice(_DIRTY_A)
    text = f"{random.randint(2018, 2023)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return text + random.choice(_TIMES)


def date_b(random: Random, dirt: float = 0.06) -> str:
    """A date in one of center B's forms, sometimes one that cannot be used."""
    if random.random() < dirt:
        return random.choice(_DIRTY_B)
    if random.random() < 0.2:
        return str(random.randint(43200, 45200)) + random.choice(["", ".0", ".375", ".354167"])
    form = random.choice(_DATE_FORMS_B)
    text = form.format(y=random.randint(2018, 2023), m=random.randint(1, 12), d=random.randint(1, 28))
    return text + (random.choice(_BAD_TIMES) if random.random() < dirt / 2 else random.choice(_TIMES))
