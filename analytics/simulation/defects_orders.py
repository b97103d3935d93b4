"""Planted medication orders and procedures of center A (specification 1.3, 1.5, 1.6)."""

from __future__ import annotations

from analytics.simulation.defects import (
    LAST_DELTA,
    SUPERSEDED,
    VOID,
    Case,
    Version,
    kept,
    rejected,
    shifted,
    void,
)

ORDER_CASES = [
    void("medication_orders: cancelled", "medication_orders", {"status": "cancelled"}),
    void(
        "medication_orders: entered in error, name unmapped",
        "medication_orders",
        {"status": "entered_in_error", "drug_name": "?"},
    ),
    rejected("medication_orders: stop unreadable", "medication_orders", "invalid_date", {"stop_date": "31/12/2021"}),
    rejected(
        "medication_orders: stop before start",
        "medication_orders",
        "stop_before_start",
        {"stop_date": shifted("start_date", -2), "status": "completed"},
    ),
    *(
        rejected(
            f"medication_orders: {name or 'blank name'}", "medication_orders", "unmapped_agent", {"drug_name": name}
        )
        for name in (
            "Omeprazole enteric capsules 20 mg",
            "Thymalfasin 1.6 mg",
            "Lenvatinibum 4mg (old label)",
            "Lapatinib tablets 250 mg",
            None,
        )
    ),
    kept(
        "medication_orders: three agents",
        "medication_orders",
        {"drug_name": "FOLFOX: oxaliplatin/leucovorin/5-FU", "stop_date": None, "status": "completed"},
    ),
    Case(
        "medication_orders: entered in error in a delta",
        "medication_orders",
        (Version({}, SUPERSEDED), Version({"status": "entered_in_error"}, VOID, drop=LAST_DELTA)),
    ),
    void("procedures: cancelled", "procedures", {"status": "cancelled"}),
    Case(
        "procedures: cancelled in a delta",
        "procedures",
        (Version({}, SUPERSEDED), Version({"status": "cancelled"}, VOID, drop=LAST_DELTA)),
    ),
]
