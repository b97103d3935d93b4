"""Center B's export: Chinese headers, wide tables, several admission numbers a patient (specification 1.4)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.simulation import rendering as text
from analytics.simulation.center_b_habits import DateHabit
from analytics.simulation.center_b_shapes import (
    ADMISSIONS,
    FOLLOW_UP,
    IMAGING,
    LAB_RESULTS,
    ORDERS,
    PATIENTS,
    PROCEDURES,
    VISITS,
)
from analytics.simulation.center_b_wide import imaging, lab_results
from analytics.simulation.delivered import delivered
from analytics.simulation.facts import AGENTS, NO_DAY, ClinicalFacts
from analytics.simulation.orders import drug_names, order_periods
from analytics.simulation.parameters import Parameters

DRUG_NAMES = tomllib.loads(Path(__file__).with_name("drug_names.toml").read_text(encoding="utf-8"))["center_b"]
JOINT_ORDERS = tuple(name for name in DRUG_NAMES if "+" in name)
ORDERED = AGENTS + JOINT_ORDERS
ETIOLOGIES = {
    "HBV": "乙肝",
    "HCV": "丙肝",
    "HBV+HCV": "乙肝+丙肝",
    "alcohol": "酒精性",
    "MASLD": "代谢性",
    "other": "其他",
    "unknown": "不详",
}
PROCEDURE_NAMES = {
    "TACE": ("肝动脉化疗栓塞术", "经导管TACE术", "肝动脉化疗栓塞(tace)"),
    "HAIC": ("肝动脉灌注化疗", "HAIC(FOLFOX)"),
    "resection": ("腹腔镜肝切除术", "右半肝切除"),
    "ablation": ("超声引导下肝肿瘤消融", "微波消融术"),
    "radiotherapy": ("立体定向放疗", "门静脉癌栓放射治疗"),
    "transplant": ("同种异体肝移植术",),
}
CAUSES = {"hcc": "肝癌", "liver_failure": "肝衰竭", "other": "其他", "unknown": "不详", "": None}
FAMILY_NAMES = ("王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "韦", "覃", "陆", "农")
GIVEN_NAMES = ("敏", "建国", "桂芳", "丽华", "强", "海涛", "永福", "秀英", "国庆", "军", "平", "燕")
DISPENSED_DAYS = 28
ANTIVIRAL_DAYS = 90
DAYS_PER_ADMISSION = 270
MAX_ADMISSIONS = 20
ORDER_MINUTE = 8 * 60 + 30


class Admissions:
    """Local patient and admission numbers: a new admission about every nine months from the first contact on."""

    def __init__(self, facts: ClinicalFacts, first_person: int) -> None:
        records = facts.records
        record = records["record"].to_numpy()
        size = int(record.max(initial=0)) + 1
        self.first = first_person * 1000 + 1
        self.patient_number, self.from_day = np.full(size, -1, dtype=np.int64), np.zeros(size, dtype=np.int64)
        self.patient_number[record] = 70_000_000 + records["person"].to_numpy() * 2 + record % 2 + 1
        self.from_day[record] = records["from_day"].to_numpy()
        self.used: dict[int, int] = {}

    def patients(self, records: pd.Series) -> pa.Array:
        """患者主索引 of each event."""
        return text.identifiers("", self.patient_number[records.to_numpy()])

    def numbers(self, records: pd.Series, day: np.ndarray) -> np.ndarray:
        """住院号 of each event, as a number; noted as used from its first day on."""
        record = records.to_numpy()
        ordinal = np.clip((day - self.from_day[record]) // DAYS_PER_ADMISSION, 0, MAX_ADMISSIONS - 1)
        number = (self.patient_number[record] - 50_000_000) * MAX_ADMISSIONS + ordinal
        frame = pd.DataFrame({"number": number, "day": day}).groupby("number")["day"].min()
        for admission, first_day in zip(frame.index, frame, strict=True):
            self.used[admission] = min(first_day, self.used.get(admission, first_day))
        return number

    def of(self, records: pd.Series, day: np.ndarray) -> pa.Array:
        """住院号 of each event as text."""
        return text.identifiers("", self.numbers(records, day))

    def events(self, prefix: int, size: int) -> pa.Array:
        """Running numbers of one table."""
        return text.identifiers(str(prefix), self.first + np.arange(size), 9)

    def table(self) -> pa.Table:
        """住院号对照: every admission number that an event used."""
        number = np.array(sorted(self.used), dtype=np.int64)
        columns = {
            "住院号": text.identifiers("", number),
            "患者主索引": text.identifiers("", number // MAX_ADMISSIONS + 50_000_000),
        }
        return delivered(columns, np.array([self.used[admission] for admission in number], dtype=np.int64))


def center_b_tables(
    rng: np.random.Generator,
    parameters: Parameters,
    facts: ClinicalFacts,
    first_person: int,
    drop_days: list[int],
    habits: dict[str, DateHabit],
) -> dict[str, pa.Table]:
    """All eight tables of a batch, clean, with the first day each row is in an export."""
    admissions = Admissions(facts, first_person)
    tables = {
        PATIENTS.name: _patients(rng, admissions, facts, habits[PATIENTS.name]),
        VISITS.name: _visits(rng, admissions, facts.visits, habits[VISITS.name]),
        ORDERS.name: _orders(rng, admissions, facts.exposures, drop_days[-1], habits[ORDERS.name]),
        PROCEDURES.name: _procedures(rng, admissions, facts.procedures, habits[PROCEDURES.name]),
        LAB_RESULTS.name: lab_results(
            rng,
            parameters,
            facts,
            admissions.events(8, len(facts.specimens)),
            admissions.of(facts.specimens["record"], facts.specimens["day"].to_numpy()),
            habits[LAB_RESULTS.name],
        ),
        IMAGING.name: imaging(
            rng,
            facts,
            admissions.events(9, len(facts.scans)),
            admissions.of(facts.scans["record"], facts.scans["day"].to_numpy()),
            habits[IMAGING.name],
        ),
        FOLLOW_UP.name: _follow_up(rng, admissions, facts.contacts, habits[FOLLOW_UP.name]),
    }
    return tables | {ADMISSIONS.name: admissions.table()}


def _patients(rng: np.random.Generator, admissions: Admissions, facts: ClinicalFacts, habit: DateHabit) -> pa.Table:
    records = facts.records
    person = records["person"].to_numpy()
    family = text.pick_from(FAMILY_NAMES, person * 7 % len(FAMILY_NAMES))
    columns = {
        "患者主索引": admissions.patients(records["record"]),
        "身份证号": text.words(records["national_id"].to_numpy()),
        "姓名": text.join(family, text.pick_from(GIVEN_NAMES, person * 11 % len(GIVEN_NAMES))),
        "性别": text.pick_from(["女", "男"], records["is_male"].to_numpy().astype(int)),
        "出生日期": habit.dates(rng, records["birth_day"].to_numpy()),
        "诊断编码": text.words(records["diagnosis_code"].to_numpy()),
        "诊断名称": text.constant("肝细胞癌", len(records)),
        "确诊日期": habit.dates(rng, records["diagnosis_day"].to_numpy()),
        "病因": text.translate(records["etiology"].to_numpy(), ETIOLOGIES),
    }
    return delivered(columns, records["from_day"].to_numpy())


def _visits(rng: np.random.Generator, admissions: Admissions, visits: pd.DataFrame, habit: DateHabit) -> pa.Table:
    day = visits["day"].to_numpy()
    columns = {
        "就诊号": admissions.events(3, len(visits)),
        "住院号": admissions.of(visits["record"], day),
        "就诊日期": habit.dates(rng, day),
        "ECOG": text.identifiers("", visits["ecog"].to_numpy()),
        "腹水": text.pick_from(["无", "少量", "中大量"], visits["ascites"].to_numpy()),
        "肝性脑病": text.pick_from(["无", "1-2级", "3-4级"], visits["encephalopathy"].to_numpy()),
        "体重": text.numbers(visits["weight_kg"].to_numpy(), 1),
    }
    return delivered(columns, day)


def with_joint_orders(exposures: pd.DataFrame) -> pd.DataFrame:
    """A TKI and an antibody that start together and whose pair has a name of its own become one order of both."""
    frame = exposures.reset_index(drop=True)
    for pair in JOINT_ORDERS:
        left, right = (frame[frame["agent"] == AGENTS.index(agent)] for agent in pair.split("+"))
        both = left.reset_index().merge(right.reset_index(), on=["record", "line_number", "start_day", "stop_day"])
        frame.loc[both["index_y"], "agent"] = ORDERED.index(pair)
        frame = frame.drop(index=both["index_x"].to_list()).reset_index(drop=True)
    return frame


def _orders(
    rng: np.random.Generator, admissions: Admissions, exposures: pd.DataFrame, cut_off: int, habit: DateHabit
) -> pa.Table:
    """One row a dispensing of up to four weeks (antivirals ninety days), or an infusion."""
    exposures = with_joint_orders(exposures).assign(cut_off=cut_off)
    is_antiviral = exposures["line_number"] == 0
    orders = pd.concat(
        [
            order_periods(exposures[~is_antiviral], DISPENSED_DAYS),
            order_periods(exposures[is_antiviral], ANTIVIRAL_DAYS),
        ],
        ignore_index=True,
    ).sort_values(["record", "start_day"], kind="stable", ignore_index=True)
    start, stop, size = orders["start_day"].to_numpy(), orders["stop_day"].to_numpy(), len(orders)
    days = np.where(
        stop == NO_DAY, np.where(orders["line_number"] == 0, ANTIVIRAL_DAYS, DISPENSED_DAYS), stop - start + 1
    )
    names, name = drug_names(rng, DRUG_NAMES, ORDERED, orders["agent"].to_numpy())
    supplied = text.identifiers("", np.where(days == 1, -1, days))
    as_decimal = text.join(text.identifiers("", np.where(days == 1, -1, days)), ".0")
    columns = {
        "医嘱号": admissions.events(4, size),
        "住院号": admissions.of(orders["record"], start),
        "药品名称": text.pick_from(names, name),
        "单次剂量": text.pick_from(["8", "12", "400", "0.5", "200"], name % 5),
        "剂量单位": text.constant("mg", size),
        "开始时间": habit.timestamps(rng, start, np.full(size, ORDER_MINUTE)),
        "用药天数": text.mixed((rng.random(size) < habit.untidy).astype(int), [supplied, as_decimal]),
        "医嘱状态": text.pick_from(["已执行", "停止"], (rng.random(size) < 0.08).astype(int)),
    }
    return delivered(columns, start)


def _procedures(
    rng: np.random.Generator, admissions: Admissions, procedures: pd.DataFrame, habit: DateHabit
) -> pa.Table:
    day, size = procedures["day"].to_numpy(), len(procedures)
    kinds = procedures["procedure_type"].to_numpy().astype(str)
    names = [PROCEDURE_NAMES[kind][position % len(PROCEDURE_NAMES[kind])] for position, kind in enumerate(kinds)]
    columns = {
        "操作号": admissions.events(5, size),
        "住院号": admissions.of(procedures["record"], day),
        "操作名称": pa.array(names, pa.string()),
        "操作日期": habit.dates(rng, day),
    }
    return delivered(columns, day)


def _follow_up(rng: np.random.Generator, admissions: Admissions, contacts: pd.DataFrame, habit: DateHabit) -> pa.Table:
    day = contacts["day"].to_numpy()
    columns = {
        "随访号": admissions.events(6, len(contacts)),
        "患者主索引": admissions.patients(contacts["record"]),
        "随访日期": habit.dates(rng, day),
        "生存状态": text.pick_from(["存活", "死亡", "失访"], contacts["vital_status"].to_numpy()),
        "死亡日期": habit.dates(rng, contacts["death_day"].to_numpy()),
        "死因": text.translate(contacts["cause"].to_numpy(), CAUSES),
    }
    return delivered(columns, day)
