"""Section 2.4: Child-Pugh, ALBI, BCLC, CNLC, FIB-4, MELD and the two ratios."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from .covariates import LabResult, band

BILIRUBIN_PER_MG_DL, CREATININE_PER_MG_DL = Decimal("17.104"), Decimal("88.42")
SINGLE_SMALL_MM, MULTIPLE_SMALL_MM, SINGLE_LARGE_MM, MANY = 20, 30, 50, 4

Labs = dict[str, LabResult]


def child_pugh(labs: Labs, ascites: str | None, encephalopathy: str | None) -> tuple[int | None, str | None]:
    """Score and class; any unknown component makes both unknown."""
    bilirubin = band(labs.get("total_bilirubin"), Decimal(34), Decimal(51))
    albumin = band(labs.get("albumin"), Decimal(28), Decimal(35))
    inr = band(labs.get("inr"), Decimal("1.7"), Decimal("2.3"))
    water = {"none": 1, "mild": 2, "moderate_severe": 3}.get(ascites or "")
    brain = {"none": 1, "grade_1_2": 2, "grade_3_4": 3}.get(encephalopathy or "")
    if bilirubin is None or albumin is None or inr is None or water is None or brain is None:
        return None, None
    score = (bilirubin + 1) + (3 - albumin) + (inr + 1) + water + brain
    return score, "A" if score <= 6 else "B" if score <= 9 else "C"


def _exact(labs: Labs, *analytes: str) -> list[float] | None:
    """Values without comparator, or None where one is missing."""
    values = [labs[analyte].exact if analyte in labs else None for analyte in analytes]
    return None if any(value is None for value in values) else [value for value in values if value is not None]


def albi(labs: Labs) -> tuple[float | None, int | None]:
    """Score and grade 1, 2 or 3."""
    values = _exact(labs, "total_bilirubin", "albumin")
    if values is None:
        return None, None
    score = 0.66 * math.log10(values[0]) - 0.085 * values[1]
    if score <= -2.60:
        return score, 1
    return score, 2 if score <= -1.39 else 3


def fib_4(labs: Labs, age: int) -> float | None:
    """age x AST / (platelets x sqrt ALT)."""
    values = _exact(labs, "ast", "platelets", "alt")
    return None if values is None else age * values[0] / (values[1] * math.sqrt(values[2]))


def meld(labs: Labs) -> float | None:
    """MELD of 2002: mg/dL, each floored at 1, creatinine capped at 4."""
    if _exact(labs, "total_bilirubin", "inr", "creatinine") is None:
        return None
    bilirubin = max(float(labs["total_bilirubin"].value / BILIRUBIN_PER_MG_DL), 1.0)
    creatinine = min(max(float(labs["creatinine"].value / CREATININE_PER_MG_DL), 1.0), 4.0)
    inr = max(float(labs["inr"].value), 1.0)
    return 3.78 * math.log(bilirubin) + 11.2 * math.log(inr) + 9.57 * math.log(creatinine) + 6.43


def ratio(labs: Labs, above: str, below: str) -> float | None:
    """NLR and PLR: both baseline values of one day, without comparator."""
    values = _exact(labs, above, below)
    if values is None or labs[above].moment.day != labs[below].moment.day or values[1] == 0:
        return None
    return values[0] / values[1]


def bclc(ecog: int | None, child_pugh_class: str | None, imaging: dict[str, Any]) -> str | None:
    """0, A, B, C, D or unknown."""
    vein, spread = imaging["portal_vein_invasion"], imaging["has_extrahepatic_spread"]
    if (ecog is not None and ecog >= 3) or child_pugh_class == "C":
        return "D"
    if vein not in (None, "none") or spread or ecog in (1, 2):
        return "C"
    if vein is None or spread is None or ecog is None:
        return None
    count, size = imaging["tumor_count"], imaging["largest_diameter_mm"]
    if not count or (size is None and count < MANY):
        return None
    if count == 1:
        return "0" if size <= SINGLE_SMALL_MM else "A"
    return "A" if count < MANY and size <= MULTIPLE_SMALL_MM else "B"


def cnlc(ecog: int | None, child_pugh_class: str | None, imaging: dict[str, Any]) -> str | None:
    """Ia, Ib, IIa, IIb, IIIa, IIIb, IV or unknown."""
    vein, spread = imaging["portal_vein_invasion"], imaging["has_extrahepatic_spread"]
    if (ecog is not None and ecog >= 3) or child_pugh_class == "C":
        return "IV"
    if spread:
        return "IIIb"
    if vein not in (None, "none"):
        return "IIIa"
    if vein is None or spread is None or ecog is None:
        return None
    count, size = imaging["tumor_count"], imaging["largest_diameter_mm"]
    if not count or (size is None and count < MANY):
        return None
    if count >= MANY:
        return "IIb"
    if count == 1:
        return "Ia" if size <= SINGLE_LARGE_MM else "Ib"
    return "Ib" if size <= MULTIPLE_SMALL_MM else "IIa"
