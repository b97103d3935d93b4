"""Gives generated persons the shape of center B's tables (specification 1.4)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from edge_patients import (
    AGENT_TEXTS,
    B_COLUMNS,
    LAB_DAYS,
    LAB_VALUES,
    SCAN_DAYS,
    Person,
    Row,
    Tables,
    anchors_of,
    scans,
    treatment,
)

CONCLUSIONS = [
    "",
    "",
    "考虑疾病进展",
    "未见疾病进展,疾病稳定。",
    "部分缓解与疾病稳定待鉴别",
    "综合评价部分缓解",
    "病灶未完全缓解",
    "完全缓解",
    "排除疾病进展",
]


def chinese_date(rng: random.Random, day: date, time: str = "") -> str:
    """One of the date forms of specification 1.4."""
    serial = (day - date(1899, 12, 30)).days
    if rng.random() < 0.25:
        return rng.choice([f"{serial}", f"{serial}.0", f"{serial}.375"])
    text = rng.choice(
        [
            f"{day}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}",
            f"{day.year}-{day.month}-{day.day}",
        ]
    )
    return text + time


class CenterB:
    """Wide tables in Chinese, several admissions a patient."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.count = rng, 10_000_000
        self.tables: Tables = {}

    def add(self, table: str, row: Row) -> None:
        self.tables.setdefault(table, []).append(row)

    def number(self) -> str:
        self.count += 1
        return f"{self.count}"

    def person(self, person: Person) -> None:
        rng, patient = self.rng, self.number()
        self.add(
            "患者信息",
            {
                "患者主索引": patient,
                "身份证号": person.national_id,
                "姓名": "某",
                "性别": rng.choice("男女"),
                "出生日期": chinese_date(rng, person.birth),
                "诊断编码": rng.choice(["C22.0", "C22.0", "Ｃ22.0", "C22.9"]),
                "诊断名称": "肝癌",
                "确诊日期": "",
                "病因": rng.choice(["乙肝", "乙肝", "丙肝", "乙肝+丙肝", "乙肝＋丙肝", "不详", "", "代谢性"]),
            },
        )
        self.admissions = [self.number() for _ in range(rng.randrange(1, 4))]
        for admission in self.admissions:
            self.add("住院号对照", {"住院号": admission, "患者主索引": patient + rng.choice(["", ".0"])})
        orders = treatment(rng, person)
        for agent, start, stop, status in orders:
            days = "" if stop is None else f"{(stop - start).days + 1}"
            self.add(
                "医嘱",
                {
                    "医嘱号": self.number(),
                    "住院号": self.admission(),
                    "药品名称": rng.choice(AGENT_TEXTS[agent]),
                    "单次剂量": "8",
                    "剂量单位": "mg",
                    "开始时间": chinese_date(rng, start, rng.choice(["", " 08:30", " 08:30:00"])),
                    "用药天数": days + rng.choice(["", ".0"]) if days else "",
                    "医嘱状态": "作废" if status == "cancelled" else rng.choice(["已执行", "停止"]),
                },
            )
        for day, lesions in scans(rng, person, anchors_of(orders)):
            self.imaging(day, lesions)
        self.clinic(person, patient, anchors_of(orders))

    def admission(self) -> str:
        return self.rng.choice(self.admissions) + self.rng.choice(["", "", ".0"])

    def imaging(self, day: date, lesions: list[tuple[str, bool, str, str, str]]) -> None:
        rng = self.rng
        row = {
            "检查号": self.number(),
            "住院号": self.admission(),
            "检查日期": chinese_date(rng, day),
            "检查类型": rng.choice(["增强CT", "增强CT", "增强MRI", "平扫CT", "超声"]),
            "质量": rng.choice(["合格"] * 6 + ["不合格"]),
        }
        for number in range(1, 6):
            organ, is_node, status, diameter, viable = (
                lesions[number - 1] if number <= len(lesions) and rng.random() < 0.95 else ("", False, "", "", "")
            )
            site = (
                ""
                if not organ
                else ("腹腔淋巴结" if is_node else ("肝S8" if organ.lower().startswith("liver") else "左肺"))
            )
            centimetres = {"absent": "消失", "too_small": "过小", "not_evaluable": rng.choice(["", "无法评估"])}.get(
                status, f"{float(diameter) / 10:g}" if diameter else ""
            )
            row |= {
                f"靶病灶{number}部位": site,
                f"靶病灶{number}长径(cm)": centimetres,
                f"靶病灶{number}活性径(cm)": rng.choice([f"{float(viable) / 10:g}", "消失", "过小", "无法评估"])
                if viable
                else "",
            }
        row |= {
            "非靶病灶": rng.choice(
                ["无", "无", "完全缓解", "未完全缓解", "无法评估", "", "进展" if rng.random() < 0.3 else "无"]
            ),
            "新病灶": rng.choice(["无", "无", "", "有" if rng.random() < 0.3 else "无"]),
            "门静脉癌栓": rng.choice(["无", "无", "Vp3", ""]),
            "肝外转移": rng.choice(["", "无", "肺、骨"]),
            "肿瘤数目": rng.choice(["1", "2", "3.0", "多发", "", "5"]),
            "影像结论": rng.choice(CONCLUSIONS),
        }
        self.add("影像", row)

    def clinic(self, person: Person, patient: str, anchors: list[date]) -> None:
        rng = self.rng
        for anchor in anchors[:2]:
            for _ in range(rng.randrange(0, 4)):
                day = anchor + timedelta(days=rng.choice(LAB_DAYS))
                row = {
                    "标本号": self.number(),
                    "住院号": self.admission(),
                    "采样时间": chinese_date(rng, day, rng.choice(["", " 07:15"])),
                    "审核时间": chinese_date(rng, day, " 18:00"),
                    "甲胎蛋白": rng.choice([*LAB_VALUES["AFP"][0], ""]),
                    "甲胎蛋白单位": rng.choice(["ng/mL", "ng/ml", "IU/mL", "KIU/L"]),
                }
                for code, column in B_COLUMNS.items():
                    row[column] = rng.choice([*LAB_VALUES[code][0], "", ""])
                self.add("检验", row)
            for _ in range(rng.randrange(0, 3)):
                self.add(
                    "查体",
                    {
                        "就诊号": self.number(),
                        "住院号": self.admission(),
                        "就诊日期": chinese_date(rng, anchor + timedelta(days=rng.choice(LAB_DAYS))),
                        "ECOG": rng.choice(["0", "1", "１", "2", "3.0", ""]),
                        "腹水": rng.choice(["无", "无", "少量", "中大量", ""]),
                        "肝性脑病": rng.choice(["无", "无", "1-2级", ""]),
                        "体重": "60",
                    },
                )
            if rng.random() < 0.3:
                self.add(
                    "手术介入",
                    {
                        "操作号": self.number(),
                        "住院号": self.admission(),
                        "操作名称": rng.choice(["肝动脉化疗栓塞术", "tace+消融", "肝切除", "放疗"]),
                        "操作日期": chinese_date(rng, anchor + timedelta(days=rng.choice([-100, -1, 0, 5]))),
                    },
                )
        for _ in range(rng.randrange(0, 3)):
            self.add(
                "随访",
                {
                    "随访号": self.number(),
                    "患者主索引": patient,
                    "随访日期": chinese_date(rng, person.start + timedelta(days=rng.choice(SCAN_DAYS))),
                    "生存状态": rng.choice(["存活", "失访"]),
                    "死亡日期": "",
                    "死因": "",
                },
            )
        if person.death:
            self.add(
                "随访",
                {
                    "随访号": self.number(),
                    "患者主索引": patient,
                    "随访日期": chinese_date(rng, person.death + timedelta(days=rng.choice([0, 0, 5]))),
                    "生存状态": "死亡",
                    "死亡日期": rng.choice(
                        [chinese_date(rng, person.death), chinese_date(rng, person.death), "", "不详"]
                    ),
                    "死因": rng.choice(["肝癌", "", "其他"]),
                },
            )
