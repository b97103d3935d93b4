"""Single cells and what specification 1.3 to 1.6 reads in them, worked out by hand.

Each list is (text, expectation): a reason code, or what the text means. Text stands as delivered, before NFKC and
trimming: full-width signs, no-break and ideographic blanks, superscripts.
"""

from __future__ import annotations

INVALID, IMPLAUSIBLE = "invalid_value", "implausible_value"

# Alpha-fetoprotein in ng/mL, plausible from 0 to 10,000,000 (1.5).
NUMBERS: list[tuple[str, float | str]] = [
    ("0", 0), ("0.0", 0), ("007", 7), ("00.5", 0.5), ("12.5", 12.5), ("１２．５", 12.5), ("①", 1),
    ("\u00a05\u3000", 5),
    ("-0", INVALID), ("+5", INVALID), (".5", INVALID), ("5.", INVALID), ("5.e1", INVALID), ("5 6", INVALID),
    ("", INVALID), ("5%", INVALID), ("½", INVALID), ("٣", INVALID), ("inf", INVALID), ("nan", INVALID),
    ("0x10", INVALID),
    ("1_000", INVALID), ("5\u200b", INVALID), ("1.5.2", INVALID),
    # Thousands groups
    ("1,234", 1234), ("1，234", 1234), ("1,234,567.25", 1234567.25), ("012,345", 12345), ("1,234e1", 12340),
    ("1234,567", INVALID), ("1,23", INVALID), ("1,2345", INVALID), (",123", INVALID), ("1.234,567", INVALID),
    # Exponents
    ("1e3", 1000), ("1E+3", 1000), ("2E003", 2000), ("５ｅ１", 50), ("1e-3", 0.001), ("2×10^3", 2000),
    ("2*10^3", 2000),
    ("2×10^0", 2), ("1e", INVALID), ("2e 3", INVALID), ("2x10^3", INVALID), ("2×10³", INVALID), ("2×10^-3", INVALID),
    ("2×10^+3", INVALID), ("2×10^", INVALID), ("×10^3", INVALID), ("2 ×10^3", INVALID),
    # Magnitude and significant digits
    ("1e-9", 1e-9), ("9.99e-10", INVALID), ("0e-99", 0), ("0e400", 0), ("1e15", IMPLAUSIBLE), ("1e16", INVALID),
    ("1e400", INVALID), ("1e99999999999999999999", INVALID), ("1e-99999999999999999999", INVALID),
    ("9" * 200, INVALID),
    ("0" * 200 + "5", 5), ("0.0000000000000000000", 0), ("1234567.12345678", 1234567.12345678),
    ("1234567.123456789", INVALID), ("0.000123456789012345", 0.000123456789012345),
    ("0.0001234567890123456", INVALID),
    ("10000000", 1e7), ("10000000.1", IMPLAUSIBLE), (">99999999", IMPLAUSIBLE),
    # Comparators
    ("<5", 5), ("< 5", 5), ("<　5", 5), ("<=5", 5), ("＜＝5", 5), ("≤5", 5), ("≥ 5", 5), ("＞400", 400),
    ("=5", INVALID),
    ("<>5", INVALID), ("> =5", INVALID), ("~5", INVALID), ("<", INVALID), ("<-5", INVALID), ("≦5", INVALID),
    ("阴性", INVALID),
]  # fmt: skip

# (test code, unit, value, expectation in the analyte's unit)
UNITS: list[tuple[str, str, str, float | str]] = [
    ("AFP", "NG / ML", "2", 2), ("AFP", "μg/L", "2", 2), ("AFP", "µg/L", "2", 2), ("AFP", "ｎｇ/ｍＬ", "2", 2),
    ("AFP", "IU/mL", "2", 2.42), ("AFP", "kIU/l", "2", 2.42), ("ALT", "μkat/L", "1", 60), ("ALT", "UKAT/L",
    "0.016", IMPLAUSIBLE),
    ("GGT", "IU/L", "5", "unmapped_unit"), ("PT", "sec", "9", "unmapped_unit"),
    # A unit is judged before its number
    ("AFP", "", "x", "missing_unit"), ("AFP", "ml", "x", "unmapped_unit"), ("CEA", "", "x", "unmapped_analyte"),
    ("alt", "U/L", "5", "unmapped_analyte"), ("ＡＬＴ", "U/L", "5", 5), ("", "U/L", "5", "unmapped_analyte"),
    # Powers of ten
    *[("PLT", unit, "5", 5.0) for unit in (
        "10^9/L", "×10^9/L", "X10^9/L", "* 10 ^ 9 / L", "10⁹/L", "109/L", "10x9/L", "10×9/l", "10*9/L", "10³/μL",
        "10^3/uL",
    )],
    *[("PLT", unit, "5", "unmapped_unit") for unit in ("10**9/L", "10^09/L", "10^12/L", "10E9/L", "xx10^9/L", "G/L")],
    # The unit of a ratio may be left out, not be wrong
    *[("INR", unit, "1.2", 1.2) for unit in ("", "1", "１", "Ratio", "inr", "r")],
    ("INR", "s", "1.2", "unmapped_unit"), ("INR", "%", "1.2", "unmapped_unit"),
    # Words for below detection
    ("HBVDNA", "", "negative", 0), ("HBVDNA", "zzz", "NEGATIVE", 0), ("HBVDNA", "copies/mL", "未检出", 0),
    ("HBVDNA", "", "阴性(-)", "missing_unit"), ("HBVDNA", "IU/mL", "neg", INVALID), ("HBVDNA", "", "5",
    "missing_unit"),
    ("HBVDNA", "Copies/mL", "10", 1.71821306),
    # Plausible ranges hold after conversion, bounds included
    ("TBIL", "MG/DL", "1", 17.104), ("TBIL", "mg/dL", "0.058", IMPLAUSIBLE), ("CREA", "mg/dl", "1", 88.42),
    ("ALB", "g/dL", "6.5", 65), ("ALB", "g/dL", "6.51", IMPLAUSIBLE), ("ALB", "g/L", "<9", IMPLAUSIBLE),
    ("ALB", "g/L", "10", 10), ("ALB", "g/L", "9.9999", IMPLAUSIBLE), ("NEUT", "10^9/L", "0", 0),
]  # fmt: skip

# The patient was born on 1960-01-01; center A's drop was extracted on 2023-07-01, center B's on 2023-06-20.
DATES_A = {
    "kept": [
        "2021-03-01", "2021-03-01 08:00", "2021-03-01 08:00:59", "2020-02-29", "2023-07-01 23:59:59", "1960-01-01",
        "２０２１-０３-０１", "2021－03－01",
    ],
    "invalid_date": [
        "", "2021-3-1", "2021/03/01", "20210301", "44260", "2021-03-01T08:00", "2021-03-01 8:00", "2021-03-01 08",
        "2021-03-01  08:00", "2021-03-01 24:00", "2021-03-01 08:00:60", "2021-03-01 08:00:00.0", "2021-03-01Z",
        "2021-02-29", "2021-00-10", "0000-01-01", "1900-01-01", "1900-01-01 08:00", "infinity", "epoch",
        "2021-03-01 (BC)", "12021-03-01", "2021–03–01",
    ],
    "future_date": ["2023-07-02", "9999-12-31"],
    "before_birth": ["1959-12-31", "1900-01-02", "0001-01-01"],
}  # fmt: skip
DATES_B = {
    "kept": [
        "2021-03-05", "2021-3-5", "2021/3/5", "2021/03/05 08:30", "2021年3月5日", "2021年03月05日 08:30:15",
        "20210305",
        "20210305 08:30", "44260", "44260.0", "44260.375", "４４２６０．５", "２０２１／３／５",
        "２０２１年３月５日　０８：３０", "21916",
        "45097.9999999", "44260.99999999999999999999999",
    ],
    "invalid_date": [
        "", "4426", "442600", "44260.", "44260 08:30", "44,260", "1e4", "00002", "1900年1月1日", "1900/1/1 00:00",
        "2021-3/5", "2021.3.5", "2021年3月", "2021年3月5号", "2021年3月5日08:30", "2021 年3月5日", "2021-003-05",
        "21-3-5",
        "2021035", "20210230", "2021年2月30日", "2021/03/05 8:30", "2021-03-05T08:30", "20210305083000", "0000-1-1",
    ],
    "future_date": ["2023/6/21", "45098", "99999", "9999/12/31"],
    "before_birth": ["1959年12月31日", "21915", "00001", "0001-1-1"],
}  # fmt: skip

# A drug text and the agents in it; none is unmapped_agent.
DRUGS = {
    "LENVATINIB8MG": "lenvatinib", "8lenvatinib4": "lenvatinib", "甲磺酸lenvatinib胶囊": "lenvatinib",
    "Ｓｏｒａｆｅｎｉｂ": "sorafenib", "sorafenib_tab": "sorafenib", "sorafenib sorafenib": "sorafenib",
    "lenvatinibum / sorafenib": "sorafenib", "lenvatinibmg": "", "nlenvatinib": "", "sorafenibsorafenib": "",
    "regorafenibsorafenib": "", "sora fenib": "", "": "", "aspirin": "",
    "5-FU": "fluorouracil", "15-fu": "fluorouracil", "５－ＦＵ": "fluorouracil", "x5-fu": "", "5-fux": "",
    "Tenofovir": "", "tenofovir  disoproxil": "", "Tenofovir Disoproxil fumarate": "tenofovir disoproxil",
    "富马酸丙酚替诺福韦": "tenofovir alafenamide", "替诺福韦二吡呋酯": "",
    # The longest alias goes first and its characters are used up: 卡博替尼 before 艾瑞卡
    "艾瑞卡博替尼": "cabozantinib", "艾瑞卡瑞利珠单抗": "camrelizumab", "安罗替尼仑伐替尼": "anlotinib+lenvatinib",
    "达伯舒/达攸同": "bevacizumab+sintilimab", "阿替利珠单抗+贝伐珠单抗": "atezolizumab+bevacizumab",
    "氟尿嘧啶,亚叶酸钙,奥沙利铂": "fluorouracil+leucovorin+oxaliplatin",
}  # fmt: skip

# Days supplied by a dispensing.
DAYS: list[tuple[str, int | str]] = [
    ("", 1), ("1", 1), ("30.0", 30), ("30.00", 30), ("１４", 14), ("1e1", 10), ("1×10^1", 10), ("1,000", 1000),
    ("3650", 3650),
    ("3651", INVALID), ("0", INVALID), ("1.5", INVALID), ("5e-1", INVALID), ("<5", INVALID), ("-1", INVALID),
    ("30天", INVALID),
    ("1e15", INVALID),
]  # fmt: skip

# Center B's procedures; none is invalid_code.
PROCEDURES = {
    "cTACE术": "TACE", "tace": "TACE", "ＴＡＣＥ": "TACE", "TACEHAIC": "HAIC+TACE",
    "肝动脉化疗栓塞+HAIC": "HAIC+TACE",
    "腹腔镜下肝切除术": "resection", "肝切除术+射频消融": "ablation+resection", "放疗科会诊": "radiotherapy",
    "同种异体肝移植术": "transplant", "肝动脉化疗": "", "肝部分切除": "", "T ACE": "", "": "",
}  # fmt: skip

# Conclusions of imaging and the response that they state.
CONCLUSIONS = {
    "完全缓解": "CR", "近乎完全缓解": "CR", "未 完全缓解": "CR", "未完全缓解;完全缓解": "CR", "未完全缓解": None,
    "未见完全缓解": None,
    "未达完全缓解": None, "未达到完全缓解": None, "未达到:部分缓解": "PR", "部分缓解,未见疾病进展": "PR",
    "部分缓解或疾病稳定": None,
    "无明显疾病进展,疾病稳定": "SD", "不疾病稳定": None, "并非疾病稳定": None, "疾病进展,疾病进展": "PD",
    "未部分缓解疾病进展": "PD",
    "未见明显疾病进展": "PD", "否认疾病进展": "PD", "不能排除疾病进展": None, "可除外疾病进展": None,
    "疾病 进展": None, "": None,
}  # fmt: skip

# Numbers of tumours at center A; center B has its own word for many.
COUNTS: list[tuple[str, int | str | None]] = [
    ("", None), ("0", 0), ("3.0", 3), ("3.00", 3), ("1e1", 10), ("1,000", 1000), ("１", 1), ("multiple", 4),
    ("1e15", 10**15), ("2.5", INVALID), ("<3", INVALID), ("≥4", INVALID), ("4+", INVALID), ("-1", INVALID),
    ("Multiple", INVALID), ("多发", INVALID), ("1e16", INVALID),
]  # fmt: skip

# Longest diameters at center A in mm, kept ones in tenths of a millimetre.
DIAMETERS: list[tuple[str, int | str]] = [
    ("30", 300), ("３０", 300), ("30.04", 300), ("30.05", 301), ("9.95", 100), ("9.949999999", 99), ("0", 0),
    ("1e-9", 0),
    ("1e2", 1000), ("400.04", 4000), ("400.05", IMPLAUSIBLE), ("1,000", IMPLAUSIBLE), ("1e15", IMPLAUSIBLE),
    ("1e16", INVALID), ("<5", INVALID), ("-3", INVALID), ("30mm", INVALID), ("", INVALID),
]  # fmt: skip
