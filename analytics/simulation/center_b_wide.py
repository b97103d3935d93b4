"""Center B's two wide tables: one row a specimen, one row a scan (specification 1.4)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation import rendering as text
from analytics.simulation.center_b_habits import DateHabit
from analytics.simulation.center_b_shapes import ANALYTE_COLUMNS
from analytics.simulation.delivered import delivered
from analytics.simulation.facts import (
    ABSENT,
    ANALYTES,
    MAX_LESIONS,
    MEASURED,
    MULTIPLE_TUMORS,
    NO_DIAMETER,
    NO_LESION,
    TOO_SMALL,
    ClinicalFacts,
)
from analytics.simulation.parameters import Parameters

AFP_UNITS = tomllib.loads(Path(__file__).with_name("units.toml").read_text(encoding="utf-8"))["center_b"]["afp"]
DECIMALS = {
    "total_bilirubin": 1,
    "albumin": 1,
    "prothrombin_time": 1,
    "inr": 2,
    "white_cells": 2,
    "neutrophils": 2,
    "lymphocytes": 2,
}
ORGAN_NAMES = ("肝S8", "肝右叶S6", "肝S4", "肝左叶", "肝", "肺", "肝门淋巴结")
SITE_NAMES = ("无", "肺", "淋巴结", "骨", "肺、骨", "肾上腺")
NON_TARGET_NAMES = ("完全缓解", "未完全缓解", "进展", "无法评估", "无")
MODALITY_NAMES = ("平扫CT", "平扫MRI", "超声", "PET-CT", "增强CT", "增强MRI", "超声", "PET-CT")
# Conclusions by reported response (CR, PR, SD, PD, NE, none): negated words state nothing, a statement may stand twice.
CONCLUSIONS: tuple[tuple[str | None, ...], ...] = (
    ("靶病灶消失,完全缓解。", "综合评价完全缓解"),
    ("与前片比较病灶缩小,部分缓解。", "未达完全缓解,评效:部分缓解", "部分缓解"),
    (
        "病灶大小相仿,疾病稳定。",
        "未见疾病进展,疾病稳定。",
        "疾病稳定;疾病稳定",
        "综合评价疾病稳定",
        "未达到部分缓解，疾病稳定",
    ),
    ("病灶增大,考虑疾病进展。", "不考虑疾病稳定,疾病进展", "评效：疾病进展", "除外部分缓解，疾病进展"),
    ("图像伪影明显，无法比较",),
    (
        None,
        "肝内多发占位,请结合临床。",
        "排除疾病进展",
        "未见疾病进展。",
        "术后改变",
        "疾病稳定或疾病进展,建议复查",
        "病灶未完全缓解",
    ),
)


def lab_results(
    rng: np.random.Generator,
    parameters: Parameters,
    facts: ClinicalFacts,
    number: pa.Array,
    admission: pa.Array,
    habit: DateHabit,
) -> pa.Table:
    """检验: each analyte in its column, AFP in several units, hepatitis B DNA also as a word."""
    specimens = facts.specimens
    day, minute = specimens["day"].to_numpy(), specimens["minute"].to_numpy()
    serial_minute = minute // 90 * 90  # the same time in every date form
    reported = day * 1440 + minute + specimens["reported_delay_minutes"].to_numpy()
    columns = {
        "标本号": number,
        "住院号": admission,
        "采样时间": habit.timestamps(rng, day, serial_minute),
        "审核时间": text.timestamps(reported // 1440, reported % 1440, with_seconds=True),
    }
    columns["甲胎蛋白"], columns["甲胎蛋白单位"] = _afp(rng, parameters, facts.results[:, 0])
    for position, analyte in enumerate(ANALYTES[1:], start=1):
        values = facts.results[:, position]
        decimals = DECIMALS.get(analyte, 0)
        written = [text.fixed(values, decimals), text.fixed(values, max(decimals, 1))]
        cells = text.mixed((rng.random(len(values)) < 0.15 * bool(habit.untidy)).astype(int), written)
        if analyte == "hbv_dna":
            below = text.pick_from(["未检出", "阴性", "<20"], rng.integers(0, 3, len(values)))
            with np.errstate(invalid="ignore"):
                cells = pc.if_else(pa.array(values < 20), below, cells)
        columns[ANALYTE_COLUMNS[analyte]] = cells
    return delivered(columns, reported // 1440)


def _afp(rng: np.random.Generator, parameters: Parameters, values: np.ndarray) -> tuple[pa.Array, pa.Array]:
    settings = parameters["laboratory"]
    low, high = settings["afp_low_limit"]["center_b"], settings["afp_high_limit"]["center_b"]
    choice = np.where(rng.random(values.size) < 0.7, 0, rng.integers(0, len(AFP_UNITS), values.size))
    factor = np.array([unit[1] for unit in AFP_UNITS])[choice]
    cells = text.fixed(values / factor, 1)
    with np.errstate(invalid="ignore"):
        above, below = values > high, values < low
        cells = pc.if_else(pa.array(above), text.join(">", text.numbers(high / factor, 0)), cells)
        cells = pc.if_else(pa.array(below), text.join("<", text.fixed(low / factor, 2)), cells)
    missing = np.isnan(values)
    cells = pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), cells)
    rows = np.flatnonzero((values >= 1000) & ~above & ~missing & (np.arange(values.size) % 3 == 0))
    cells = text.replace_cells(cells, rows, {int(row): text.in_thousands(cells[int(row)].as_py()) for row in rows})
    return cells, text.pick_from([unit[0] for unit in AFP_UNITS], np.where(missing, -1, choice))


def imaging(
    rng: np.random.Generator, facts: ClinicalFacts, number: pa.Array, admission: pa.Array, habit: DateHabit
) -> pa.Table:
    """影像: up to five target lesions in centimetres, the conclusion as free text."""
    scans, size = facts.scans, len(facts.scans)
    count = scans["tumor_count"].to_numpy()
    columns = {
        "检查号": number,
        "住院号": admission,
        "检查日期": habit.dates(rng, scans["day"].to_numpy()),
        "检查类型": text.pick_from(MODALITY_NAMES, scans["modality"].to_numpy() + 4 * scans["is_enhanced"].to_numpy()),
        "质量": text.pick_from(["不合格", "合格"], scans["is_adequate"].to_numpy().astype(int)),
    }
    for lesion in range(MAX_LESIONS):
        columns |= _lesion(rng, facts, lesion)
    columns |= {
        "非靶病灶": text.pick_from(NON_TARGET_NAMES, scans["non_target"].to_numpy()),
        "新病灶": text.pick_from(["无", "有"], scans["has_new_lesion"].to_numpy().astype(int)),
        "门静脉癌栓": text.pick_from(["无", "Vp1", "Vp2", "Vp3", "Vp4"], scans["vascular_invasion"].to_numpy()),
        "肝外转移": text.pick_from(SITE_NAMES, scans["sites"].to_numpy()),
        "肿瘤数目": text.mixed(
            (count == MULTIPLE_TUMORS).astype(int), [text.identifiers("", count), text.constant("多发", size)]
        ),
        "影像结论": _conclusions(rng, scans["reported_response"].to_numpy()),
    }
    delay = np.where(rng.random(size) < 0.02, rng.integers(3, 15, size), rng.integers(0, 2, size))
    return delivered(columns, scans["day"].to_numpy() + delay)


def _lesion(rng: np.random.Generator, facts: ClinicalFacts, lesion: int) -> dict[str, pa.Array]:
    status, longest, viable = facts.lesion_status[:, lesion], facts.longest[:, lesion], facts.viable[:, lesion]
    two_decimals = (rng.random(status.size) < 0.3).astype(int)

    def centimetres(tenths: np.ndarray, present: np.ndarray) -> pa.Array:
        values = np.where(present, tenths / 100, np.nan)
        return text.mixed(two_decimals, [text.fixed(values, 1), text.fixed(values, 2)])

    measured = (status == MEASURED) & (longest != NO_DIAMETER)
    words = np.select(
        [status == ABSENT, status == TOO_SMALL, (status != NO_LESION) & ~measured & (two_decimals == 1)], [0, 1, 2], -1
    )
    diameter = pc.coalesce(centimetres(longest, measured), text.pick_from(["消失", "过小", "无法评估"], words))
    gone = text.pick_from(["消失"], np.where(viable == 0, 0, -1))
    named = np.where(status == NO_LESION, -1, facts.organs[:, lesion])
    return {
        f"靶病灶{lesion + 1}部位": text.pick_from(ORGAN_NAMES, named),
        f"靶病灶{lesion + 1}长径(cm)": diameter,
        f"靶病灶{lesion + 1}活性径(cm)": pc.coalesce(gone, centimetres(viable, viable > 0)),
    }


def _conclusions(rng: np.random.Generator, response: np.ndarray) -> pa.Array:
    # code -1, nothing reported, is the last group
    many = np.array([len(group) for group in CONCLUSIONS])
    start = (np.cumsum(many) - many)[response]
    position = start + (rng.random(response.size) * many[response]).astype(int)
    return text.pick_from([sentence for group in CONCLUSIONS for sentence in group], position)
