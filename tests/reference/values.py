"""Sections 1.4 to 1.6: drug names, analytes, units, numbers and plausibility of one row or one cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .contract import AFP_COLUMN, AFP_UNIT_COLUMN, LAB_COLUMNS_B, LESION_COLUMNS_B, TEST_CODES
from .free_text import agents_in
from .parsing import CONTEXT, parse_number, parse_tenths_of_mm, parse_whole
from .rows import Row
from .terms import analytes
from .units import fold_unit

BELOW_DETECTION = ("阴性", "未检出", "negative")
MAX_DIAMETER_TENTHS = 4000
TOO_SMALL_TENTHS = 50
MULTIPLE = {"center_a": "multiple", "center_b": "多发"}


@dataclass(frozen=True)
class Measured:
    """A laboratory value in its analyte's unit: comparator and exact value."""

    comparator: str
    value: Decimal


def value_reason(row: Row) -> str | None:
    """Reasons from unmapped_agent to implausible_value for the tables that have them."""
    kind = row.spec.kind
    if kind == "orders":
        return _order_reason(row)
    if kind == "labs" and row.spec.center == "center_a":
        return _lab_reason(row)
    if kind == "imaging":
        return _tumor_count_reason(row)
    if kind == "lesions":
        return _lesion_reason(row)
    return None


def _order_reason(row: Row) -> str | None:
    row.facts["agents"] = agents_in(row.text("drug"))
    if not row.facts["agents"]:
        return "unmapped_agent"
    if "days" in row.spec.fields:
        text = row.text("days")
        days = parse_whole(text) if text else 1
        if days is None or not 1 <= days <= 3650:
            return "invalid_value"
        row.facts["days"] = days
    return None


def _lab_reason(row: Row) -> str | None:
    analyte = TEST_CODES.get(row.text("test_code"))
    if analyte is None:
        return "unmapped_analyte"
    row.facts["analyte"] = analyte
    measured = read_result(analyte, row.text("value"), row.text("unit"))
    if isinstance(measured, str):
        return measured
    row.facts["measured"] = measured
    return None


def read_result(analyte: str, text: str, unit: str) -> Measured | str:
    """A laboratory result in its analyte's unit, or the reason code against it."""
    about = analytes()[analyte]
    if analyte == "hbv_dna" and text.lower() in BELOW_DETECTION:
        return Measured("<", Decimal(0))
    folded = fold_unit(unit)
    if not folded and about.unit != "1":
        return "missing_unit"
    factor = about.factors.get(folded) if folded else Decimal(1)
    if factor is None:
        return "unmapped_unit"
    number = parse_number(text)
    if number is None:
        return "invalid_value"
    value = CONTEXT.multiply(number.value, factor)
    if not about.plausible_low <= value <= about.plausible_high:
        return "implausible_value"
    return Measured(number.comparator, value)


def _tumor_count_reason(row: Row) -> str | None:
    """Blank is unknown, the word for many is published as 4."""
    text = row.text("tumor_count")
    if not text:
        row.facts["tumor_count"] = None
    elif text == MULTIPLE[row.spec.center]:
        row.facts["tumor_count"] = 4
    else:
        row.facts["tumor_count"] = parse_whole(text)
        if row.facts["tumor_count"] is None:
            return "invalid_value"
    return None


def _lesion_reason(row: Row) -> str | None:
    """Center A: every filled diameter must be a number; a measured lesion needs its diameter."""
    diameters: list[int | None] = []
    for name in ("diameter_mm", "viable_diameter_mm"):
        text = row.text(name)
        diameters.append(parse_tenths_of_mm(text, 1) if text else None)
        if text and diameters[-1] is None:
            return "invalid_value"
    if row.facts["status"] == "measured" and diameters[0] is None:
        return "invalid_value"
    if any(tenths is not None and tenths > MAX_DIAMETER_TENTHS for tenths in diameters):
        return "implausible_value"
    row.facts["longest"], row.facts["viable"] = diameters
    return None


def lab_cells(row: Row) -> Iterator[tuple[str, str, Measured | str]]:
    """Center B: (column, analyte, result or reason) for each non-blank measurement cell of a kept row."""
    for column, (analyte, unit) in LAB_COLUMNS_B.items():
        text = row.cells[column]
        if text:
            unit_text = row.cells[AFP_UNIT_COLUMN] if column == AFP_COLUMN else unit
            yield column, analyte, read_result(analyte, text, unit_text or "")


def diameter_cells(row: Row) -> Iterator[tuple[str, str | None]]:
    """Center B: (column, reason or None) for each non-blank diameter cell of a kept imaging row."""
    for _, longest, viable in LESION_COLUMNS_B:
        for column in (longest, viable):
            if row.cells[column]:
                read = read_diameter(row.cells[column])
                yield column, read if read in ("invalid_value", "implausible_value") else None


def read_diameter(text: str) -> int | str:
    """A diameter cell of center B in tenths of a millimetre, one of its words, or a reason code."""
    if text in ("消失", "过小", "无法评估"):
        return text
    tenths = parse_tenths_of_mm(text, 10)
    if tenths is None:
        return "invalid_value"
    return tenths if tenths <= MAX_DIAMETER_TENTHS else "implausible_value"
