"""Center A's laboratory table: one row a result, several units, corrections (specification 1.3, 1.5)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation import rendering as text
from analytics.simulation.delivered import FOREVER, delivered
from analytics.simulation.facts import ANALYTES, ClinicalFacts
from analytics.simulation.parameters import Parameters

UNITS = tomllib.loads(Path(__file__).with_name("units.toml").read_text(encoding="utf-8"))["center_a"]
TESTS = {
    "afp": ("AFP", "Alpha-fetoprotein"),
    "alt": ("ALT", "Alanine aminotransferase"),
    "ast": ("AST", "Aspartate aminotransferase"),
    "ggt": ("GGT", "Gamma-glutamyl transferase"),
    "alp": ("ALP", "Alkaline phosphatase"),
    "total_bilirubin": ("TBIL", "Bilirubin, total"),
    "albumin": ("ALB", "Albumin"),
    "prothrombin_time": ("PT", "Prothrombin time"),
    "inr": ("INR", "International normalised ratio"),
    "creatinine": ("CREA", "Creatinine"),
    "platelets": ("PLT", "Platelets"),
    "white_cells": ("WBC", "White cells"),
    "neutrophils": ("NEUT", 'Neutrophils ("absolute")'),
    "lymphocytes": ("LYMPH", "Lymphocytes"),
    "haemoglobin": ("HGB", "Haemoglobin"),
    "hbv_dna": ("HBVDNA", "HBV DNA"),
}
HBV_DNA_DETECTION_LIMIT = 20.0
CORRECTED_AFTER_DAYS = 2


def lab_results(
    rng: np.random.Generator, parameters: Parameters, facts: ClinicalFacts, local: np.ndarray, first_number: int
) -> pa.Table:
    """One row a result, by specimen, then analyte; a corrected result has two versions."""
    settings = parameters["laboratory"]
    parts = []
    for position, analyte in enumerate(ANALYTES):
        specimen = np.flatnonzero(~np.isnan(facts.results[:, position]))
        values = facts.results[specimen, position]
        other = np.where(
            rng.random(specimen.size) < settings["other_units"]["center_a"], rng.integers(1, 10, specimen.size), 0
        )
        value, unit = rendered(analyte, values, other, settings)
        parts.append((specimen, np.full(specimen.size, position), value, unit))
    specimen, analyte_position = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    value, unit = (pa.concat_arrays([part[i] for part in parts]) for i in (2, 3))
    order = np.lexsort((analyte_position, specimen))
    corrected = rng.random(order.size) < settings["corrected_share"]
    return _with_versions(facts, specimen, analyte_position, value, unit, order, corrected, local, first_number)


def rendered(analyte: str, values: np.ndarray, other: np.ndarray, settings: Parameters) -> tuple[pa.Array, pa.Array]:
    """Value and unit as text; `other` 0 is the usual unit, larger numbers take the others in turn."""
    units = UNITS[analyte]
    choice = np.where(other > 0, 1 + other % max(len(units) - 1, 1), 0) % len(units)
    candidates = [text.fixed(values / factor, decimals) for _, factor, decimals in units]
    value = text.mixed(choice, candidates)
    if analyte == "afp":
        value = _within_assay(value, values, choice, settings)
    if analyte == "hbv_dna":
        value = pc.if_else(pa.array(values < HBV_DNA_DETECTION_LIMIT), _below_detection(other), value)
        value = pc.if_else(
            pa.array(values >= 1e6), _in_exponents(values / np.array([unit[1] for unit in units])[choice]), value
        )
    return value, text.pick_from([unit or None for unit, _, _ in units], choice)


def _within_assay(value: pa.Array, values: np.ndarray, choice: np.ndarray, settings: Parameters) -> pa.Array:
    low, high = settings["afp_low_limit"]["center_a"], settings["afp_high_limit"]["center_a"]
    factor = np.array([unit[1] for unit in UNITS["afp"]])[choice]
    value = pc.if_else(pa.array(values > high), text.join(">", text.numbers(high / factor, 0)), value)
    value = pc.if_else(pa.array(values < low), text.join("<", text.fixed(low / factor, 3)), value)
    # the analyser prints some large results with thousands separators
    rows = np.flatnonzero((values >= 10_000) & (values <= high) & (np.arange(values.size) % 4 == 0))
    cells = {int(row): text.in_thousands(value[int(row)].as_py()) for row in rows}
    return text.replace_cells(value, rows, cells)


def _below_detection(other: np.ndarray) -> pa.Array:
    return text.pick_from(["<20", "Negative", "未检出", "≤ 20", "negative"], np.where(other > 0, other % 5, 0))


def _in_exponents(values: np.ndarray) -> pa.Array:
    exponent = np.floor(np.log10(np.maximum(values, 1))).astype(int)
    mantissa = text.fixed(values / 10.0**exponent, 2)
    power = text.identifiers("", exponent)
    return text.mixed(
        np.arange(values.size) % 3, [text.join(mantissa, sign, power) for sign in ("E+0", "×10^", "*10^")]
    )


def _with_versions(
    facts: ClinicalFacts,
    specimen: np.ndarray,
    analyte: np.ndarray,
    value: pa.Array,
    unit: pa.Array,
    order: np.ndarray,
    corrected: np.ndarray,
    local: np.ndarray,
    first_number: int,
) -> pa.Table:
    # positions into `order`, a corrected result twice: first version, then the correction
    position = np.repeat(np.arange(order.size), 1 + corrected)
    is_second = np.zeros(position.size, dtype=bool)
    is_second[1:] = position[1:] == position[:-1]
    is_first = corrected[position] & ~is_second
    source = order[position]
    row, day = (
        facts.specimens["record"].to_numpy()[specimen[source]],
        facts.specimens["day"].to_numpy()[specimen[source]],
    )
    minute = facts.specimens["minute"].to_numpy()[specimen[source]]
    reported = day * 1440 + minute + facts.specimens["reported_delay_minutes"].to_numpy()[specimen[source]]
    reported = reported + np.where(is_second, CORRECTED_AFTER_DAYS * 1440, 0)
    delivered_value = value.take(pa.array(source))
    # the first version of a corrected result shows a tenfold slip of the decimal point
    slip = text.join("0.", text.identifiers("", position % 9 + 1))
    usable = is_first & np.isin(analyte[source], [ANALYTES.index("afp"), ANALYTES.index("lymphocytes")])
    columns = {
        "result_id": text.identifiers("R", first_number * 16 + specimen[source] * 16 + analyte[source], 12),
        "patient_id": text.identifiers("A", local[row], 7),
        "test_code": text.pick_from([TESTS[name][0] for name in ANALYTES], analyte[source]),
        "test_name": text.pick_from([TESTS[name][1] for name in ANALYTES], analyte[source]),
        "value": pc.if_else(pa.array(usable), slip, delivered_value),
        "unit": unit.take(pa.array(source)),
        "collected_at": text.timestamps(day, minute),
        "reported_at": text.timestamps(reported // 1440, reported % 1440),
        "status": text.pick_from(["final", "corrected"], is_second.astype(int)),
    }
    available = reported // 1440
    until = np.where(is_first, available + CORRECTED_AFTER_DAYS, FOREVER)
    return delivered(columns, available, until)
