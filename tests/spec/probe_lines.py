"""Courses of treatment and the lines of therapy that specification 2.1 makes of them, worked out by hand.

Days are counted from 2022-01-07; center A's data cut-off is day 540, center B's day 529. Orders are written
`agent first-last`; `agent first-` is active without a stop, `agent first` completed without one. B: in front marks
a dispensing of center B under the same national id.
"""

from __future__ import annotations

from datetime import date, timedelta

from probe_drops import Drop, rows_of

INDEX = date(2022, 1, 7)
DRUGS = {
    "S": "Sorafenib", "L": "Lenvatinib", "R": "Regorafenib", "C": "Camrelizumab", "N": "Nivolumab",
    "I": "Ipilimumab", "AB": "Atezolizumab + Bevacizumab", "A": "Tecentriq", "V": "Avastin", "O": "Oxaliplatin",
}  # fmt: skip

# person | orders | death | lines: regimen first-last class; no last day where ongoing
COURSES = """
gap of 30 days joins                  | S 0-30, S 61-90                |     | S 0-90 TKI
a gap never starts a line             | S 0-30, S 62-90                |     | S 0-90 TKI
the longest dose counts for the gap   | S 0-100, S 10-20, S 131-140    |     | S 0-140 TKI
add-on on day 28                      | S 0-90, R 28-100               |     | R+S 0-100 TKI
add-on on day 29                      | S 0-90, R 29-100               |     | S 0-28 TKI; R+S 29-100 TKI
former agent covers day 28 of line 2  | S 0-57, R 29-100               |     | S 0-28 TKI; R+S 29-100 TKI
former agent ends a day before        | S 0-56, R 29-100               |     | S 0-28 TKI; R 29-100 TKI
former agent comes back as third line | S 0-30, R 40-60, S 100-120     |     | S 0-39 TKI; R 40-99 TKI; S 100-120 TKI
former agent restarts in the window   | S 0-30, R 40-60, S 65-120      |     | S 0-39 TKI; R+S 40-120 TKI
former agent never stopped            | S 0-30, R 40-60, S 60-120      |     | S 0-39 TKI; R+S 40-120 TKI
an infusion works for 21 days         | C 0, C 51                      |     | C 0-71 PD-1
infusions 52 days apart               | C 0, C 52, S 20-30             |     | C+S 0-72 TKI+PD-1
a TKI dose is one day                 | S 0                            |     | S 0-0 TKI
two agents in one order               | AB 0                           |     | A+V 0-20 PD-1+anti-VEGF
PD-L1 counts as PD-1                  | A 0                            |     | A 0-20 PD-1
anti-VEGF alone                       | V 0                            |     | V 0-20 other
three classes                         | AB 0, S 1-90                   |     | A+V+S 0-90 other
CTLA-4 and PD-1                       | N 0, I 0                       |     | I+N 0-27 other
chemotherapy makes no line            | O 0-90                         |     |
chemotherapy changes no line          | S 0-90, O 40-60                |     | S 0-90 TKI
active runs to the cut-off            | S 0-                           |     | S 0- TKI
a stop beyond the cut-off             | S 0-3000                       |     | S 0- TKI
a stop on the cut-off                 | S 0-540                        |     | S 0- TKI
a stop the day before                 | S 0-539                        |     | S 0-539 TKI
an infusion that reaches the cut-off  | C 530                          |     | C 0- PD-1
death ends an active order            | S 0-                           | 200 | S 0-200 TKI
death on the cut-off                  | S 0-                           | 540 | S 0- TKI
a carried agent that is still running | S 0-, R 100-130                |     | S 0-99 TKI; R+S 100- TKI
a former line is never ongoing        | S 0-, R 100-130, L 200-230     |     | S 0-99 TKI; R+S 100-199 TKI; L+S 200- TKI
cut-off of the exposure's own center  | B:S 0-529, S 480-535           |     | S 0- TKI
a day before center B's cut-off       | B:S 0-528, S 480-535           |     | S 0-535 TKI
eras join across centers              | B:S 0-30, S 61-90, B:R 92-95   |     | S 0-91 TKI; R 92-95 TKI
"""
NAMES = {
    "S": "sorafenib", "L": "lenvatinib", "R": "regorafenib", "C": "camrelizumab", "N": "nivolumab", "I": "ipilimumab",
    "A": "atezolizumab", "V": "bevacizumab",
}  # fmt: skip
# Made-up resident ids for the courses that are seen at both centers.
NATIONAL_IDS = ["110101196001010011", "11010119600101002X", "110101196001010038"]


def deliver(center_a: Drop, center_b: Drop) -> None:
    """Deliver each course as a patient of center A, and of center B where it has dispensings there."""
    national_ids = iter(NATIONAL_IDS)
    for person, orders, death, _ in rows_of(COURSES):
        national_id = next(national_ids) if "B:" in orders else ""
        center_a.add("patients", patient_id=person, national_id=national_id)
        if national_id:
            center_b.add("患者信息", 患者主索引=person, 身份证号=national_id)
            center_b.add("住院号对照", 住院号=f"admission {person}", 患者主索引=person)
        for number, order in enumerate(orders.split(", ")):
            _order(center_a, center_b, person, f"{person} {number}", order)
        if death:
            center_a.add(
                "follow_up", contact_id=person, patient_id=person, contact_date=_day(death), vital_status="dead"
            )


def _order(center_a: Drop, center_b: Drop, person: str, identifier: str, order: str) -> None:
    agent, days = order.removeprefix("B:").split()
    first, dash, last = days.partition("-")
    if order.startswith("B:"):
        cells = {"药品名称": DRUGS[agent], "开始时间": _day(first), "用药天数": str(int(last) - int(first) + 1)}
        center_b.add("医嘱", 医嘱号=identifier, 住院号=f"admission {person}", **cells)
        return
    center_a.add(
        "medication_orders",
        order_id=identifier,
        patient_id=person,
        drug_name=DRUGS[agent],
        start_date=_day(first),
        stop_date=_day(last) if last else "",
        status="active" if dash and not last else "completed",
    )


def _day(days: str) -> str:
    return f"{INDEX + timedelta(days=int(days))}"


def expected_lines() -> dict[str, list[tuple[str, int, int | None, str]]]:
    """By person: regimen, first and last day (None where ongoing) and class of each line; days from line 1."""
    expected: dict[str, list[tuple[str, int, int | None, str]]] = {}
    for person, _, _, lines in rows_of(COURSES):
        expected[person] = []
        for line in filter(None, lines.split("; ")):
            regimen, days, regimen_class = line.split()
            agents = "+".join(sorted(NAMES[agent] for agent in regimen.split("+")))
            first, _, last = days.partition("-")
            expected[person].append((agents, int(first), int(last) if last else None, regimen_class))
    return expected
