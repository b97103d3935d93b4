"""Gives generated persons the shape of center A's tables (specification 1.3)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from edge_patients import (
    AGENT_TEXTS,
    LAB_DAYS,
    LAB_VALUES,
    SCAN_DAYS,
    Person,
    Tables,
    anchors_of,
    scans,
    treatment,
)


class CenterA:
    """Long tables in English."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.count = rng, 0
        self.tables: Tables = {}

    def add(self, table: str, **row: str) -> None:
        self.tables.setdefault(table, []).append(row)

    def number(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count:06d}" if self.rng.random() < 0.9 else f"{self.count:06d}.0"

    def person(self, person: Person) -> None:
        rng, patient = self.rng, self.number("A").replace(".0", "")
        self.add(
            "patients",
            patient_id=patient,
            national_id=person.national_id,
            full_name="X",
            sex=rng.choice("MF"),
            birth_date=f"{person.birth}",
            diagnosis_code=rng.choice(["C22.0", "C22.0", "C22.000", "C22.1", ""]),
            diagnosis_date="",
            etiology=rng.choice(["HBV", "HBV", "HCV", "HBV+HCV", "alcohol", "unknown", ""]),
        )
        orders = treatment(rng, person)
        for agent, start, stop, status in orders:
            self.add(
                "medication_orders",
                order_id=self.number("O"),
                patient_id=patient,
                drug_name=rng.choice(AGENT_TEXTS[agent]),
                dose="8",
                dose_unit="mg",
                start_date=f"{start}" + rng.choice(["", "", " 08:00"]),
                stop_date=f"{stop or ''}",
                status=status,
            )
        for day, lesions in scans(rng, person, anchors_of(orders)):
            study = self.number("S").replace(".0", "")
            self.add(
                "imaging_studies",
                study_id=study,
                patient_id=patient,
                study_date=f"{day}",
                modality=rng.choice(["CT", "CT", "MRI", "MRI", "US", "PET"]),
                quality=rng.choice(["adequate"] * 6 + ["inadequate"]),
                non_target_status=rng.choice(
                    ["CR", "NON-CR/NON-PD", "NA", "NA", "NE", "", "PD" if rng.random() < 0.3 else "NA"]
                ),
                new_lesion=rng.choice(["N", "N", "N", "", "Y" if rng.random() < 0.3 else "N"]),
                portal_vein_invasion=rng.choice(["none", "none", "Vp2", ""]),
                extrahepatic_sites=rng.choice(["", "", "lung;bone"]),
                tumor_count=rng.choice(["0", "1", "1", "2", "3", "3.0", "4", "multiple", ""]),
                reported_response=rng.choice(["", "", "CR", "PR", "SD", "PD", "NE"]),
            )
            for number, (organ, is_node, status, diameter, viable) in enumerate(lesions, start=1):
                if rng.random() < 0.93:
                    self.add(
                        "target_lesions",
                        study_id=study,
                        lesion_no=f"{number}" + rng.choice(["", "", ".0"]),
                        organ=organ,
                        is_lymph_node="Y" if is_node else "N",
                        status=status,
                        diameter_mm=diameter,
                        viable_diameter_mm=viable,
                    )
        self.clinic(person, patient, anchors_of(orders))

    def clinic(self, person: Person, patient: str, anchors: list[date]) -> None:
        rng = self.rng
        for anchor in anchors[:2]:
            for code, (values, units) in LAB_VALUES.items():
                for _ in range(rng.randrange(0, 3)):
                    day = anchor + timedelta(days=rng.choice(LAB_DAYS))
                    self.add(
                        "lab_results",
                        result_id=self.number("R"),
                        patient_id=patient,
                        test_code=code,
                        test_name=code,
                        value=rng.choice(values),
                        unit=rng.choice(units),
                        collected_at=f"{day}" + rng.choice(["", " 08:00", " 17:30:05"]),
                        reported_at=f"{day} 20:00",
                        status=rng.choice(["final", "final", "corrected", "preliminary"]),
                    )
            for _ in range(rng.randrange(0, 3)):
                self.add(
                    "visits",
                    visit_id=self.number("V"),
                    patient_id=patient,
                    visit_date=f"{anchor + timedelta(days=rng.choice(LAB_DAYS))}",
                    ecog=rng.choice(["0", "0", "1", "1.0", "2", "3", ""]),
                    ascites=rng.choice(["none", "none", "mild", "moderate_severe", ""]),
                    encephalopathy=rng.choice(["none", "none", "grade_1_2", "grade_3_4", ""]),
                    weight_kg="60",
                )
            if rng.random() < 0.3:
                self.add(
                    "procedures",
                    procedure_id=self.number("P"),
                    patient_id=patient,
                    procedure_type=rng.choice(["TACE", "HAIC", "resection", "ablation"]),
                    performed_on=f"{anchor + timedelta(days=rng.choice([-100, -1, 0, 5]))}",
                    status=rng.choice(["done", "done", "cancelled"]),
                )
        for _ in range(rng.randrange(0, 3)):
            self.add(
                "follow_up",
                contact_id=self.number("F"),
                patient_id=patient,
                contact_date=f"{person.start + timedelta(days=rng.choice(SCAN_DAYS))}",
                vital_status=rng.choice(["alive", "alive", "lost"]),
                death_date="",
                cause_of_death="",
            )
        if person.death:
            self.add(
                "follow_up",
                contact_id=self.number("F"),
                patient_id=patient,
                contact_date=f"{person.death + timedelta(days=rng.choice([0, 0, 5]))}",
                vital_status="dead",
                death_date=rng.choice([f"{person.death}", f"{person.death}", "", "unknown", "1900-01-01"]),
                cause_of_death=rng.choice(["hcc", "", "other"]),
            )
