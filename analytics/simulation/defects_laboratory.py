"""Planted laboratory results of center A: versions, names, units, numbers (specification 1.2, 1.5, 1.6)."""

from __future__ import annotations

from analytics.simulation.defects import (
    KEPT,
    LAST_DELTA,
    REJECTED,
    SUPERSEDED,
    VOID,
    Case,
    Cells,
    Version,
    kept,
    rejected,
    void,
)

LAB = "lab_results"
ALT: Cells = {
    "test_code": "ALT",
    "test_name": "Alanine aminotransferase",
    "unit": "U/L",
    "value": "40",
    "status": "final",
}
LAB_CASES = [
    void("lab_results: cancelled", LAB, {"status": "cancelled"}),
    void("lab_results: preliminary only", LAB, {"status": "preliminary"}),
    void("lab_results: preliminary without key", LAB, {"status": "preliminary", "result_id": None}),
    *(
        rejected(
            f"lab_results: {code or 'blank code'}",
            LAB,
            "unmapped_analyte",
            {"test_code": code, "test_name": code, "unit": "ng/mL"},
        )
        for code in ("CEA", "CA199", "PIVKA", None)
    ),
    rejected("lab_results: unit blank", LAB, "missing_unit", ALT | {"unit": None}),
    rejected("lab_results: unit of another quantity", LAB, "unmapped_unit", ALT | {"unit": "mmol/L"}),
    rejected("lab_results: power missing", LAB, "unmapped_unit", ALT | {"test_code": "PLT", "unit": "10/L"}),
    *(
        rejected(f"lab_results: value {value}", LAB, "invalid_value", ALT | {"value": value})
        for value in ("haemolysed", "-5", "+40", "1,23", "12..5", "40 U/L", "见报告", "1234567890123456", None)
    ),
    rejected("lab_results: implausibly high", LAB, "implausible_value", ALT | {"value": "99999"}),
    rejected(
        "lab_results: implausible after conversion", LAB, "implausible_value", ALT | {"value": "400", "unit": "ukat/L"}
    ),
    rejected("lab_results: below the plausible range", LAB, "implausible_value", ALT | {"value": "<0.5"}),
    *(
        kept(f"lab_results: value {value}", LAB, ALT | {"test_code": "AFP", "unit": "ng/mL", "value": value})
        for value in ("1,234.5", "1.2E+03", "1.2×10^3", "1.2*10^3", "≤20", "< 2.0", "＞1210", "１２０．５", "0")
    ),
    kept("lab_results: INR without a unit", LAB, ALT | {"test_code": "INR", "unit": None, "value": "1.10"}),
    Case(
        "lab_results: preliminary, then final in one drop",
        LAB,
        (
            Version(ALT | {"status": "preliminary", "reported_at": "2024-06-01 10:00"}, SUPERSEDED),
            Version(ALT | {"reported_at": "2024-06-01 09:00"}),
        ),
    ),
    Case(
        "lab_results: late preliminary does not replace a final result",
        LAB,
        (Version(ALT, KEPT), Version(ALT | {"status": "preliminary", "value": "41"}, SUPERSEDED, drop=LAST_DELTA)),
    ),
    Case(
        "lab_results: older report time stands above in the file",
        LAB,
        (
            Version(ALT | {"reported_at": "2024-05-02 10:00", "status": "corrected", "value": "42"}),
            Version(ALT | {"reported_at": "2024-05-01 10:00"}, SUPERSEDED),
        ),
    ),
    Case(
        "lab_results: unreadable report time is the oldest",
        LAB,
        (Version(ALT | {"reported_at": "2024-05-01 10:00"}), Version(ALT | {"reported_at": "soon"}, SUPERSEDED)),
    ),
    Case(
        "lab_results: cancelled in a delta",
        LAB,
        (Version(ALT, SUPERSEDED), Version(ALT | {"status": "cancelled"}, VOID, drop=LAST_DELTA)),
    ),
    Case(
        "lab_results: correction rejected",
        LAB,
        (
            Version(ALT, SUPERSEDED),
            Version(ALT | {"status": "corrected", "value": "??"}, REJECTED, "invalid_value", drop=LAST_DELTA),
        ),
    ),
]
