"""Kept rows turned into one bundle of events per person, both centers pooled (sections 1.4 and 1.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from .contract import LESION_COLUMNS_B
from .covariates import LabResult, Visit
from .free_text import stated_response
from .identity import Person
from .ledger import Warehouse
from .lines import Exposure, exposure
from .response import TOO_SMALL, Assessment, Lesion
from .rows import Row
from .values import Measured, lab_cells, read_diameter


@dataclass
class PersonEvents:
    """Everything that happened to one person."""

    person: Person
    exposures: list[Exposure] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    labs: list[LabResult] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    procedures: list[tuple[date, str]] = field(default_factory=list)
    death: date | None = None
    last_known_alive: date | None = None


def collect_events(warehouse: Warehouse) -> dict[str, PersonEvents]:
    """Events of every person, in the order of the rows."""
    events = {identity: PersonEvents(person) for identity, person in warehouse.persons.items()}
    for identity, death in warehouse.context.deaths.items():
        events[identity].death = death
    _add_last_known_alive(warehouse, events)
    for row in warehouse.kept["orders"]:
        _add_order(row, events[warehouse.person_of(row)], warehouse.cut_offs[row.spec.center])
    for row in warehouse.kept["labs"]:
        events[warehouse.person_of(row)].labs += _lab_results(row)
    for row in warehouse.kept["visits"]:
        facts = {name: row.facts[name] for name in ("ecog", "ascites", "encephalopathy")}
        events[warehouse.person_of(row)].visits.append(Visit(row.day, row.id, row.spec.center, **facts))
    for row in warehouse.kept["procedures"]:
        types = row.facts.get("procedures") or [row.facts["procedure"]]
        events[warehouse.person_of(row)].procedures += [(row.day, kind) for kind in types]
    lesions: dict[tuple[str, str], list[Lesion]] = {}
    for row in warehouse.kept["lesions"]:
        lesions.setdefault((row.spec.center, row.text("study")), []).append(_lesion_a(row))
    for row in warehouse.kept["imaging"]:
        if row.facts["modality"] in ("CT", "MRI") and row.facts["quality"] == "adequate":
            of_study = _lesions_b(row) if row.spec.center == "center_b" else lesions.get((row.spec.center, row.id), [])
            events[warehouse.person_of(row)].assessments.append(_assessment(row, of_study))
    return events


def _add_last_known_alive(warehouse: Warehouse, events: dict[str, PersonEvents]) -> None:
    """Section 2.6: the latest date of any kept row that shows the person alive, not after the death date."""
    for kind in ("contacts", "visits", "labs", "imaging", "orders", "procedures"):
        for row in warehouse.kept[kind]:
            if kind == "contacts" and row.facts["vital_status"] != "alive":
                continue
            person = events[warehouse.person_of(row)]
            day = row.day if person.death is None else min(row.day, person.death)
            person.last_known_alive = max(day, person.last_known_alive or day)


def _add_order(row: Row, person: PersonEvents, cut_off: date) -> None:
    """Center A: start .. stop (blank: active runs to the cut-off, completed is one day); center B: dispensed days."""
    if row.spec.center == "center_b":
        stop = row.day + timedelta(days=row.facts["days"] - 1)
    elif row.facts["stop"] is not None:
        stop = row.facts["stop"]
    else:
        stop = cut_off if row.facts["status"] == "active" else row.day
    for agent in row.facts["agents"]:
        person.exposures.append(exposure(agent, row.day, stop, row.spec.center, cut_off, person.death))


def _lab_results(row: Row) -> list[LabResult]:
    """One result of center A, or every kept cell of one specimen of center B."""
    if row.spec.center == "center_a":
        found = [(row.facts["analyte"], row.id, row.facts["measured"])]
    else:
        found = [
            (analyte, f"{row.id}/{analyte}", result)
            for _, analyte, result in lab_cells(row)
            if isinstance(result, Measured)
        ]
    return [
        LabResult(analyte, row.facts["moment"], result_id, row.spec.center, result.comparator, result.value)
        for analyte, result_id, result in found
    ]


def _lesion_a(row: Row) -> Lesion:
    return Lesion(
        number=row.text("number"),
        organ=row.text("organ"),
        is_node=row.facts["is_lymph_node"] == "Y",
        status=row.facts["status"],
        longest=row.facts["longest"],
        viable=row.facts["viable"],
    )


def _lesions_b(row: Row) -> list[Lesion]:
    """Lesion n is a target lesion when its site is filled."""
    lesions = []
    for number, (site_column, longest_column, viable_column) in enumerate(LESION_COLUMNS_B, 1):
        site = row.cells[site_column]
        if not site:
            continue
        longest = read_diameter(row.cells[longest_column] or "无法评估")
        viable = read_diameter(row.cells[viable_column] or "无法评估")
        status = {"消失": "absent", "过小": "too_small"}.get(str(longest), "not_evaluable")
        if isinstance(longest, int):
            status = "measured"
        if {"invalid_value", "implausible_value"} & {str(longest), str(viable)}:
            status = "not_evaluable"
        size = longest if isinstance(longest, int) else None
        words = {"消失": 0, "过小": TOO_SMALL}
        active = viable if isinstance(viable, int) else words.get(viable)
        lesions.append(Lesion(str(number), site, site.endswith("淋巴结"), status, size, active))
    return lesions


def _assessment(row: Row, lesions: list[Lesion]) -> Assessment:
    sites = row.text("extrahepatic_sites").replace("、", ";").split(";")
    reported = stated_response(row.text("conclusion")) if "conclusion" in row.spec.fields else None
    return Assessment(
        study_id=row.id,
        day=row.day,
        center=row.spec.center,
        modality=row.facts["modality"],
        lesions=tuple(lesions),
        non_target_status=row.facts["non_target_status"],
        new_lesion=row.facts["new_lesion"],
        reported_response=reported or row.facts.get("reported_response"),
        portal_vein_invasion=row.facts["portal_vein_invasion"],
        has_extrahepatic_spread=any(site.strip() not in ("", "无") for site in sites),
        tumor_count=row.facts["tumor_count"],
    )
