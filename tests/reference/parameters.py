"""Warehouse parameters (W of section 2) and the two published protocols (sections 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class WarehouseParameters:
    """What holds for the whole warehouse."""

    era_gap_days: int = 30
    regimen_window_days: int = 28
    baseline_imaging_days_before: int = 42
    baseline_imaging_days_after: int = 7
    min_absolute_increase_mm: int = 5


WAREHOUSE = WarehouseParameters()

PROTOCOL_DEFAULTS: dict[str, Any] = {
    "diagnosis_prefix": "C22.0",
    "min_age": 18,
    "first_line_monotherapy": True,
    "etiologies": [],
    "bclc_stages": ["B", "C"],
    "child_pugh_max": 9,
    "require_follow_up_imaging": True,
    "criteria": "mRECIST",
    "baseline_days_before": 28,
    "baseline_days_after": 3,
    "resistance_window_months": 3,
    "early_death_is_primary": False,
    "secondary_includes_progression_free": False,
    "min_stable_days": 42,
    "confirmation_days": 28,
    "new_therapy_policy": "censor",
    "max_assessment_gap_days": None,
}

LENVATINIB: dict[str, Any] = {
    **PROTOCOL_DEFAULTS,
    "study_id": "lenvatinib",
    "index_agent": "lenvatinib",
    "enrol_from": date(2019, 2, 1),
    "enrol_to": date(2023, 2, 28),
    "etiologies": ["HBV", "HCV", "HBV+HCV"],
}

SORAFENIB: dict[str, Any] = {
    **PROTOCOL_DEFAULTS,
    "study_id": "sorafenib",
    "index_agent": "sorafenib",
    "enrol_from": date(2019, 1, 1),
    "enrol_to": date(2023, 1, 31),
}


def complete(protocol: dict[str, Any]) -> dict[str, Any]:
    """A protocol with the defaults filled in; dates may be ISO text."""
    full = {**PROTOCOL_DEFAULTS, **protocol}
    unknown = set(full) - set(LENVATINIB)
    if unknown:
        raise ValueError(f"unknown protocol parameters: {sorted(unknown)}")
    for name in ("enrol_from", "enrol_to"):
        if isinstance(full[name], str):
            full[name] = date.fromisoformat(full[name])
    return full
