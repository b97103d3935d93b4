"""Random patients that crowd the edges: dates at window limits, diameters at response limits, values at class limits.

Not realistic on purpose. Small domains make coincidences (two scans a day, a death on the day of a scan, an order on
the 28th day) frequent, where rules differ from one another. Rows are in the shapes of specification 1.3 and 1.4, still
clean; `edge_drops` dirties and delivers them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

Row = dict[str, str]
Tables = dict[str, list[Row]]
AGENT_TEXTS = {
    "lenvatinib": ["Lenvatinib 8 mg", "LENVIMA cap", "甲磺酸仑伐替尼胶囊(乐卫玛)4mg"],
    "sorafenib": ["Sorafenib tosylate tab 200mg", "Nexavar", "多吉美 0.2g"],
    "regorafenib": ["regorafenib", "瑞戈非尼片(拜万戈)"],
    "apatinib": ["Apatinib (Rivoceranib) 250 mg", "甲磺酸阿帕替尼片(艾坦)"],
    "camrelizumab": ["Camrelizumab 200mg", "注射用卡瑞利珠单抗(艾瑞卡)"],
    "tislelizumab": ["Tislelizumab inj", "替雷利珠单抗注射液"],
    "atezolizumab": ["Tecentriq", "阿替利珠单抗(泰圣奇)"],
    "bevacizumab": ["Avastin 400", "贝伐珠单抗(安可达)"],
    "entecavir": ["Entecavir 0.5 mg", "恩替卡韦分散片"],
    "two": ["Atezolizumab + Bevacizumab", "阿替利珠单抗+贝伐珠单抗"],
}
AGENTS = list(AGENT_TEXTS)
GAPS = [0, 1, 2, 14, 21, 27, 28, 29, 30, 31, 32, 57, 58, 59, 60, 61, 62, 90, 91, 92]
SCAN_DAYS = [
    -60,
    -43,
    -42,
    -41,
    -7,
    -1,
    0,
    1,
    6,
    7,
    8,
    27,
    28,
    41,
    42,
    43,
    60,
    70,
    88,
    89,
    90,
    91,
    92,
    93,
    120,
    150,
    180,
    240,
    300,
]
DIAMETERS = [
    "5",
    "9.9",
    "10",
    "10.04",
    "10.05",
    "14.9",
    "15",
    "20",
    "24",
    "25",
    "30",
    "35",
    "36",
    "42",
    "49.95",
    "50",
    "60",
    "0",
    "3",
]
LAB_DAYS = [-29, -28, -27, -1, 0, 0, 1, 2, 3, 4]
LAB_VALUES = {
    "AFP": (
        ["400", "400.1", "399.9", ">400", ">1210", "<0.605", "1,200", "330.58", ">200", "≥400", "<=400", "4×10^2"],
        ["ng/mL", "IU/mL", "ug/L", "μg/L"],
    ),
    "ALT": (["40", "40.0", "41", "<40", ">40", "39.999"], ["U/L", "IU/L", "ukat/L", "μkat/L"]),
    "AST": (["35", "80", "<15"], ["U/L"]),
    "TBIL": (["34", "33.99", "51", "51.01", "<34", ">51", "1.988", "3.0", "17.1"], ["umol/L", "μmol/L", "mg/dL"]),
    "ALB": (["35", "35.01", "28", "27.9", "3.5", "2.8", "<28", ">35", "40"], ["g/L", "g/dL", "g/L"]),
    "INR": (["1.7", "1.69", "2.3", "2.31", "1.0", "<1.7"], ["", "1", "ratio", "R"]),
    "CREA": (["88.42", "60", "400", "1.0"], ["umol/L", "mg/dL", "umol/L"]),
    "PLT": (["100", "150", "99.9", "85"], ["10^9/L", "×10^9/L", "10⁹/L", "10*3/uL"]),
    "NEUT": (["3.1", "0", "<0.5"], ["10^9/L"]),
    "LYMPH": (["1.2", "0", "2"], ["10^9/L"]),
    "HBVDNA": (["negative", "1000", "<20", "1e5", "2.5E+6", "未检出"], ["IU/mL", "copies/mL", ""]),
    "PT": (["12.5"], ["s"]),
    "GGT": (["90"], ["U/L"]),
    "ALP": (["120"], ["U/L"]),
    "WBC": (["5.5"], ["10^9/L"]),
    "HGB": (["130", "13"], ["g/L", "g/dL"]),
}
B_COLUMNS = {
    "ALT": "谷丙转氨酶(U/L)",
    "AST": "谷草转氨酶(U/L)",
    "GGT": "谷氨酰转肽酶(U/L)",
    "ALP": "碱性磷酸酶(U/L)",
    "TBIL": "总胆红素(μmol/L)",
    "ALB": "白蛋白(g/L)",
    "PT": "凝血酶原时间(s)",
    "INR": "国际标准化比值",
    "CREA": "肌酐(μmol/L)",
    "PLT": "血小板(10^9/L)",
    "WBC": "白细胞(10^9/L)",
    "NEUT": "中性粒细胞(10^9/L)",
    "LYMPH": "淋巴细胞(10^9/L)",
    "HGB": "血红蛋白(g/L)",
    "HBVDNA": "乙肝病毒DNA(IU/mL)",
}


@dataclass
class Person:
    """A generated person's facts before they take a center's shape."""

    national_id: str
    birth: date
    start: date
    death: date | None
    rows: dict[str, list[Row]] = field(default_factory=dict)


def national_id(rng: random.Random, birth: date) -> str:
    """A valid fictitious 18-character resident id (ISO 7064 MOD 11-2)."""
    body = f"110101{birth:%Y%m%d}{rng.randrange(1000):03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def make_person(rng: random.Random) -> Person:
    """A person with an age near 18, 60 or 90 as often as not, and a start of treatment near month ends."""
    start = date(2019, 1, 28) + timedelta(days=rng.randrange(0, 1400))
    age = rng.choice([17, 18, 18, 59, 60, 61, 70, 89, 90, 91])
    birth = date(start.year - age, start.month, min(start.day, 28)) + timedelta(days=rng.choice([-1, 0, 1]))
    death = start + timedelta(days=rng.choice([*SCAN_DAYS[10:], 400, 600])) if rng.random() < 0.5 else None
    return Person(national_id(rng, birth), birth, start, death)


def treatment(rng: random.Random, person: Person) -> list[tuple[str, date, date | None, str]]:
    """Orders as (agent, start, stop, status); the first agent is one of the two studies' most of the time."""
    orders = []
    agent = rng.choice(["lenvatinib", "sorafenib", "lenvatinib", "sorafenib", rng.choice(AGENTS)])
    day = person.start
    for _ in range(rng.randrange(1, 7)):
        length = rng.choice([1, 1, 14, 28, 29, 30, 31, 60, 90])
        stop: date | None = day + timedelta(days=length - 1)
        status = rng.choice(["completed", "completed", "active", "cancelled" if rng.random() < 0.2 else "active"])
        if rng.random() < 0.15:
            stop = None
        orders.append((agent, day, stop, status))
        day = day + timedelta(days=rng.choice(GAPS) if rng.random() < 0.5 else length - 1 + rng.choice(GAPS))
        if rng.random() < 0.5:
            agent = rng.choice(AGENTS)
    return orders


def scans(
    rng: random.Random, person: Person, anchors: list[date]
) -> list[tuple[date, list[tuple[str, bool, str, str, str]]]]:
    """Scans as (date, lesions); a lesion is (organ, is node, status, diameter mm, viable diameter mm)."""
    lesions_of_person = [
        (rng.choice(["liver", "Liver S8", "lung", "liver"]), rng.random() < 0.2)
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 6]))
    ]
    result = []
    for anchor in anchors[:3]:
        for offset in rng.sample(SCAN_DAYS, k=rng.randrange(2, 7)):
            lesions = []
            for organ, is_node in lesions_of_person:
                status = rng.choice(["measured"] * 8 + ["absent", "absent", "too_small", "not_evaluable"])
                diameter = rng.choice(DIAMETERS) if status == "measured" or rng.random() < 0.1 else ""
                viable = rng.choice(DIAMETERS) if rng.random() < 0.5 else ""
                lesions.append((organ, is_node, status, diameter, viable))
            result.append((anchor + timedelta(days=offset), lesions))
    return result


def anchors_of(orders: list[tuple[str, date, date | None, str]]) -> list[date]:
    """The dates at which agents change: the likely line starts."""
    return sorted(
        {start for index, (agent, start, _, _) in enumerate(orders) if index == 0 or orders[index - 1][0] != agent}
    )
