"""Section 2.4: covariates around one date - laboratory, visit, imaging and score values of one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from .parsing import Moment
from .response import Baseline

Dated = TypeVar("Dated")


@dataclass(frozen=True)
class LabResult:
    """One kept laboratory result in its analyte's unit."""

    analyte: str
    moment: Moment
    result_id: str
    center: str
    comparator: str
    value: Decimal

    @property
    def exact(self) -> float | None:
        """The value where no comparator stands before it."""
        return None if self.comparator else float(self.value)


@dataclass(frozen=True)
class Visit:
    """One kept visit; unknown fields are None."""

    day: date
    visit_id: str
    center: str
    ecog: str | None = None
    ascites: str | None = None
    encephalopathy: str | None = None


def in_window(items: list[Dated], day_of: Callable[[Dated], date], on: date, protocol: dict[str, Any]) -> list[Dated]:
    """Items of the latest day in [on - before, on], else of the earliest day in (on, on + after]."""
    earliest = on - timedelta(days=protocol["baseline_days_before"])
    latest = on + timedelta(days=protocol["baseline_days_after"])
    before = [day_of(item) for item in items if earliest <= day_of(item) <= on]
    after = [day_of(item) for item in items if on < day_of(item) <= latest]
    chosen = max(before) if before else min(after, default=None)
    return [item for item in items if day_of(item) == chosen]


def baseline_labs(labs: list[LabResult], on: date, protocol: dict[str, Any]) -> dict[str, LabResult]:
    """Per analyte the one result: same day, the latest collected_at, the highest result id, then the center."""
    chosen: dict[str, LabResult] = {}
    for analyte in sorted({lab.analyte for lab in labs}):
        of_analyte = [lab for lab in labs if lab.analyte == analyte]
        candidates = in_window(of_analyte, lambda lab: lab.moment.day, on, protocol)
        candidates.sort(key=lambda lab: lab.center)
        if candidates:
            chosen[analyte] = max(candidates, key=lambda lab: (lab.moment, lab.result_id))
    return chosen


def visit_value(visits: list[Visit], name: str, on: date, protocol: dict[str, Any]) -> str | None:
    """One visit field on its own, unknown skipped; same day: the highest visit id, then the center."""
    known = [visit for visit in visits if getattr(visit, name) is not None]
    candidates = in_window(known, lambda visit: visit.day, on, protocol)
    candidates.sort(key=lambda visit: visit.center)
    if not candidates:
        return None
    chosen = max(candidates, key=lambda visit: visit.visit_id)
    value: str = getattr(chosen, name)
    return value


def imaging_features(baseline: Baseline | None) -> dict[str, Any]:
    """Features of the baseline assessment; the largest diameter over measured liver lesions, eligible or not."""
    if baseline is None:
        return dict.fromkeys(("portal_vein_invasion", "has_extrahepatic_spread", "tumor_count", "largest_diameter_mm"))
    image = baseline.assessment
    sizes = [
        lesion.longest
        for lesion in image.lesions
        if lesion.status == "measured" and lesion.is_liver and lesion.longest is not None
    ]
    return {
        "portal_vein_invasion": image.portal_vein_invasion,
        "has_extrahepatic_spread": image.has_extrahepatic_spread,
        "tumor_count": image.tumor_count,
        "largest_diameter_mm": max(sizes) / 10 if sizes else None,
    }


def is_above(lab: LabResult | None, limit: Decimal) -> bool | None:
    """Whether the whole interval a result states lies above the limit (True), at or below it (False), or neither."""
    if lab is None:
        return None
    value = lab.value
    if lab.comparator == "":
        return value > limit
    if lab.comparator in ("<", "<="):
        return False if value <= limit else None
    surely = value >= limit if lab.comparator == ">" else value > limit
    return True if surely else None


def band(lab: LabResult | None, low: Decimal, high: Decimal) -> int | None:
    """0 below low, 1 from low to high (both included), 2 above high; None if the interval spans classes."""
    if lab is None:
        return None
    value, sign = lab.value, lab.comparator
    if sign == "":
        return 0 if value < low else 2 if value > high else 1
    if sign == "<":
        return 0 if value <= low else None
    if sign == "<=":
        return 0 if value < low else None
    if sign == ">":
        return 2 if value >= high else None
    return 2 if value > high else None
