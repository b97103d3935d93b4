"""Section 4: the eleven compared tables of a release, built from a raw folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas

from .best_response import best_responses
from .cohort import PersonCourse, attrition, covariates_at, failed_step
from .drops import Drop, cut_offs, read_drops
from .endpoints import Course, all_endpoints
from .events import collect_events
from .labels import resistance_label
from .ledger import Warehouse, judge_all, row_ledger, value_ledger
from .lines import build_lines
from .parameters import WAREHOUSE, WarehouseParameters, complete
from .response import Timepoint, timepoints_of_line
from .rows import read_rows
from .shapes import SHAPES, to_frame

CRITERIA = ("mRECIST", "RECIST-1.1")
Records = list[dict[str, Any]]


def build_release(
    raw: Path, key: bytes, protocols: list[dict[str, Any]], parameters: WarehouseParameters = WAREHOUSE
) -> dict[str, pandas.DataFrame]:
    """Read every drop under `raw` and derive the eleven tables for the protocols."""
    drops = read_drops(Path(raw))
    warehouse = judge_all(read_rows(drops), key, cut_offs(drops))
    courses = person_courses(warehouse, parameters)
    tables: dict[str, Records] = {name: [] for name in SHAPES}
    tables["drops"] = [_drop_record(drop) for drop in drops]
    tables["row_ledger"] = row_ledger(warehouse.rows)
    tables["value_ledger"] = value_ledger(warehouse)
    for course in courses.values():
        person = course.events.person
        tables["persons"].append(
            {name: getattr(person, name) for name in ("person_id", "center_id", "sex", "etiology")}
        )
        tables["treatment_lines"] += _line_records(course)
        tables["responses"] += _response_records(course)
    for protocol in protocols:
        for name, records in study_tables(courses, complete(protocol), sorted(warehouse.cut_offs)).items():
            tables[name] += records
    return {name: to_frame(name, records) for name, records in tables.items()}


def person_courses(warehouse: Warehouse, parameters: WarehouseParameters) -> dict[str, PersonCourse]:
    """Lines, baselines and timepoints (both criteria) of every person, by person_id."""
    courses = {}
    for identity, events in sorted(collect_events(warehouse).items()):
        lines = build_lines(events.exposures, warehouse.cut_offs, parameters)
        course = PersonCourse(events, lines)
        for line in lines:
            next_start = lines[line.number].start if line.number < len(lines) else None
            for criteria in CRITERIA:
                baseline, points = timepoints_of_line(events.assessments, line.start, next_start, criteria, parameters)
                course.baselines[line.number, criteria] = baseline
                course.timepoints[line.number, criteria] = points
        courses[identity] = course
    return courses


def study_tables(courses: dict[str, PersonCourse], protocol: dict[str, Any], centers: list[str]) -> dict[str, Records]:
    """Cohort, attrition (of every center with a loaded drop), labels, endpoints and best responses of one study."""
    study = {"study_id": protocol["study_id"]}
    cohort: dict[str, dict[str, Any]] = {}
    tables: dict[str, Records] = {name: [] for name in ("resistance_labels", "survival_endpoints", "best_responses")}
    for identity, course in courses.items():
        if not course.lines or protocol["index_agent"] not in course.lines[0].regimen:
            continue
        cohort[identity] = study | _cohort_record(course, protocol)
        if cohort[identity]["is_eligible"]:
            for name, records in _outcome_records(course, protocol).items():
                tables[name] += [study | record for record in records]
    tables["attrition"] = [
        study | row
        for center in centers
        for row in attrition(center, [i for i, c in courses.items() if c.events.person.center_id == center], cohort)
    ]
    tables["cohort"] = list(cohort.values())
    return tables


def _cohort_record(course: PersonCourse, protocol: dict[str, Any]) -> dict[str, Any]:
    index = course.lines[0].start
    covariates = covariates_at(course, index, 1, protocol)
    failed = failed_step(course, covariates, protocol)
    person = course.events.person
    return {
        "person_id": person.person_id,
        "center_id": person.center_id,
        "index_year": index.year,
        "is_eligible": failed is None,
        "failed_step": failed,
        **covariates,
    }


def _outcome_records(course: PersonCourse, protocol: dict[str, Any]) -> dict[str, Records]:
    """Label, endpoints and best responses of one eligible person."""
    events, lines, criteria = course.events, course.lines, protocol["criteria"]
    who = {"person_id": events.person.person_id}
    index, next_start = lines[0].start, lines[1].start if len(lines) > 1 else None
    label = resistance_label(course.timepoints[1, criteria], index, next_start, events.death, protocol)
    timepoints = {line.number: course.timepoints[line.number, criteria] for line in lines}
    survival = Course([line.start for line in lines], timepoints, events.death, events.last_known_alive)
    best: Records = []
    for line in lines:
        plain, confirmed = best_responses(timepoints[line.number], line.start, protocol)
        best.append(who | {"line_number": line.number, "best_response": plain, "confirmed_best_response": confirmed})
    progression = (label.progression - index).days if label.progression else None
    return {
        "resistance_labels": [who | {"resistance": label.resistance, "progression_day": progression}],
        "survival_endpoints": [
            who | {name: getattr(endpoint, name) for name in ("endpoint", "time_days", "is_event", "reason")}
            for endpoint in all_endpoints(survival, protocol)
        ],
        "best_responses": best,
    }


def _line_records(course: PersonCourse) -> Records:
    return [
        {
            "person_id": course.events.person.person_id,
            "line_number": line.number,
            "regimen": "+".join(line.regimen),
            "regimen_class": line.regimen_class,
            "start_day": (line.start - course.lines[0].start).days,
            "end_day": None if line.is_ongoing else (line.end - course.lines[0].start).days,
            "is_ongoing": line.is_ongoing,
        }
        for line in course.lines
    ]


def _response_records(course: PersonCourse) -> Records:
    return [
        {
            "person_id": course.events.person.person_id,
            "line_number": line.number,
            "criteria": criteria,
            "assessment_day": (point.day - line.start).days,
            **_response_cells(point),
        }
        for line in course.lines
        for criteria in CRITERIA
        for point in course.within(line.number, criteria)
    ]


def _response_cells(point: Timepoint) -> dict[str, Any]:
    """Sums in millimetres; the change is blank without a sum or from a nadir of 0."""
    change = None
    if point.sum is not None and point.nadir:
        change = 100 * (point.sum - point.nadir) / point.nadir
    return {
        "target_response": point.target,
        "non_target_response": point.non_target,
        "new_lesion": point.new_lesion,
        "overall_response": point.overall,
        "response_source": point.source,
        "reported_response": point.reported,
        "sum_mm": None if point.sum is None else point.sum / 10,
        "baseline_sum_mm": None if point.baseline_sum is None else point.baseline_sum / 10,
        "nadir_mm": None if point.nadir is None else point.nadir / 10,
        "change_from_nadir_pct": change,
    }


def _drop_record(drop: Drop) -> dict[str, Any]:
    return {
        "center_id": drop.center,
        "drop_number": drop.number,
        "kind": drop.kind,
        "extraction_year": drop.extraction_date.year if drop.extracted_at else None,
        "state": drop.state,
        "reason": drop.reason,
        "row_count": drop.row_count,
    }
