"""Patients whose events fall on and around every limit of specification 2.1 to 2.4.

A patient is a list of events, each at one of the two centers; course_drops writes them as the centers deliver them.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

CENTERS = ("center_a", "center_b")
CUT_OFFS = {"center_a": date(2024, 6, 30), "center_b": date(2024, 5, 31)}
ANTICANCER = ("lenvatinib", "sorafenib", "regorafenib", "camrelizumab", "atezolizumab", "bevacizumab", "ipilimumab")
ANALYTES = {
    "afp": (1, 900), "alt": (10, 90), "ast": (10, 90), "ggt": (10, 300), "alp": (10, 300),
    "total_bilirubin": (5, 70), "albumin": (24, 45), "prothrombin_time": (10, 20), "inr": (0.8, 2.6),
    "creatinine": (40, 500), "platelets": (40, 300), "white_cells": (2, 9), "neutrophils": (1, 8),
    "lymphocytes": (0, 3), "haemoglobin": (80, 160), "hbv_dna": (0, 10000),
}  # fmt: skip
LIMITS = {
    "afp": [400, 400.1], "alt": [40, 40.1], "total_bilirubin": [33.9, 34, 51, 51.1], "albumin": [27.9, 28, 35, 35.1],
    "inr": [1.69, 1.7, 2.3, 2.31], "lymphocytes": [0],
}  # fmt: skip
GAPS = (0, 1, 27, 28, 29, 30, 31, 58, 59, 60, 61, 90)
SPANS = (1, 11, 21, 28, 29, 30, 31, 32, 60, 90)
SCAN_DAYS = (-43, -42, -41, -28, -10, 0, 1, 3, 7, 8, 30, 50, 90, 100, 130, 150, 200, 250, 300)
WINDOW_DAYS = (-29, -28, -20, -5, 0, 1, 2, 3, 4, 60, 90, 92, 93, 120)
DIAMETERS = (0, 40, 60, 99, 100, 101, 149, 150, 151, 180, 200, 201, 250, 300, 301, 500, 501)


@dataclass
class Patient:
    """One person: what the centers write down, by kind of event."""

    number: int
    centers: tuple[str, ...]
    sex: str
    birth_date: date
    diagnosis_code: str
    etiology: str
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, kind: str, center: str, day: date, **facts: Any) -> None:
        """Write an event down, unless it lies after the center's extract or the death."""
        deaths = [event["day"] for event in self.events.get("death", [])]
        if day <= CUT_OFFS[center] and all(day <= death for death in deaths):
            self.events.setdefault(kind, []).append({"center": center, "day": day, **facts})


def make_patient(random: Random, number: int) -> Patient:
    """A patient whose first order starts between 2018-12 and 2023-08."""
    one = random.choice(CENTERS)
    patient = Patient(
        number,
        (one,) if random.random() < 0.8 else CENTERS,
        random.choice("MF"),
        date(random.choice([1930, 1933, 1950, 1960, 2002]), random.randint(1, 12), random.randint(1, 28)),
        random.choice(["C22.0"] * 8 + ["C22.001", "C22.1", ""]),
        random.choice(["HBV", "HBV", "HCV", "HBV+HCV", "unknown", ""]),
    )
    if random.random() < 0.1:
        patient.birth_date = date(1960, 2, 29)
    start = date(2018, 12, 1) + timedelta(random.randint(0, 1700))
    if random.random() < 0.5:
        death = start + timedelta(random.randint(1, 900))
        patient.add("death", random.choice(patient.centers), death)
    _add_orders(random, patient, start)
    _add_imaging(random, patient, start)
    _add_findings(random, patient, start)
    return patient


def _add_orders(random: Random, patient: Patient, start: date) -> None:
    day, agents = start, [random.choice(ANTICANCER[:2])]
    for _ in range(random.randint(1, 8)):
        span = None if random.random() < 0.1 else random.choice(SPANS)
        patient.add("order", random.choice(patient.centers), day, agents=tuple(agents), span=span)
        day += timedelta(random.choice(GAPS))
        fate = random.random()
        if fate < 0.5:
            agents = [random.choice(ANTICANCER)]
        elif fate < 0.6:
            agents = random.sample(ANTICANCER, 2)
    if random.random() < 0.4:
        patient.add(
            "order", random.choice(patient.centers), start - timedelta(random.choice([0, 29, 30])),
            agents=("entecavir",), span=random.choice([29, 30, 31, None]),
        )  # fmt: skip


def _add_imaging(random: Random, patient: Patient, start: date) -> None:
    statuses = random.choice([(None,), (None, "NA", "NON-CR/NON-PD"), ("CR", "NON-CR/NON-PD", "PD", "NE", "NA")])
    nodes = {number: random.random() < 0.25 for number in range(1, 12)}
    organs = {number: random.choice(["liver", "Liver S4", "肝右叶", "lung"]) for number in range(1, 12)}
    for offset in random.sample(SCAN_DAYS, random.randint(0, 9)):
        center = random.choice(patient.centers)
        numbers = [1, 2] if random.random() < 0.6 else sorted(random.sample(range(1, 6), random.randint(0, 5)))
        if center == "center_a" and random.random() < 0.2:
            numbers = random.sample(range(1, 12), 7)
        patient.add(
            "imaging", center, start + timedelta(offset), modality=random.choice(["CT", "CT", "MRI", "US"]),
            is_adequate=random.random() < 0.95, is_enhanced=random.random() < 0.95,
            non_target=random.choice(statuses), new_lesion=random.choice(["N", "N", "N", None, "Y"]),
            portal_vein=random.choice(["none", "none", "none", "Vp2", None]), is_spread=random.random() < 0.15,
            tumor_count=random.choice([None, "0", "1", "1", "2", "3", "4", "multiple"]),
            reported=random.choice([None, None, "CR", "PR", "SD", "PD"]),
            lesions=[_lesion(random, number, organs[number], nodes[number]) for number in numbers],
        )  # fmt: skip


def _lesion(random: Random, number: int, organ: str, is_node: bool) -> dict[str, Any]:
    status = random.choice(["measured"] * 9 + ["absent", "too_small", "not_evaluable"])
    diameter = random.choice(DIAMETERS) if status == "measured" else None
    viable = random.choice([None, None, 0, 50, 99, 100, diameter]) if status == "measured" else None
    return {
        "number": number, "organ": "淋巴结" if is_node else organ, "is_node": is_node, "status": status,
        "diameter": diameter, "viable": viable,
    }  # fmt: skip


def _add_findings(random: Random, patient: Patient, start: date) -> None:
    for _ in range(random.randint(0, 6)):
        day = start + timedelta(random.choice(WINDOW_DAYS))
        values = {analyte: _value(random, analyte) for analyte in ANALYTES if random.random() < 0.85}
        patient.add("labs", random.choice(patient.centers), day, hour=random.randint(0, 23), values=values)
    for _ in range(random.randint(0, 5)):
        patient.add(
            "visit", random.choice(patient.centers), start + timedelta(random.choice(WINDOW_DAYS)),
            ecog=random.choice(["", "0", "0", "0", "1", "2", "3"]),
            ascites=random.choice([None, "none", "none", "mild", "moderate_severe"]),
            encephalopathy=random.choice([None, "none", "none", "grade_1_2", "grade_3_4"]),
        )  # fmt: skip
    for _ in range(random.randint(0, 2)):
        kind = random.choice(["TACE", "HAIC", "resection", "ablation"])
        patient.add("procedure", random.choice(patient.centers), start + timedelta(random.randint(-9, 1)), type=kind)
    for _ in range(random.randint(0, 2)):
        patient.add("contact", random.choice(patient.centers), start + timedelta(random.randint(0, 900)))


def _value(random: Random, analyte: str) -> str:
    comparator = random.choice([""] * 14 + ["<", ">", "<=", ">="])
    if analyte in LIMITS and random.random() < 0.4:
        return f"{comparator}{random.choice(LIMITS[analyte])}"
    low, high = ANALYTES[analyte]
    return f"{comparator}{round(random.uniform(low, high), 2)}"
