"""Sections 2.3 and 2.4: eligibility in nine steps, and the cohort row of one person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .covariates import baseline_labs, imaging_features, is_above, visit_value
from .events import PersonEvents
from .lines import Line
from .parsing import completed_years
from .response import Baseline, Timepoint
from .scores import albi, bclc, child_pugh, cnlc, fib_4, meld, ratio
from .terms import agents

STEPS = (
    "has_first_line",
    "is_hcc",
    "is_adult",
    "is_monotherapy",
    "has_etiology",
    "has_stage",
    "has_liver_function",
    "has_baseline_imaging",
    "has_follow_up_imaging",
)
AGE_SHOWN_AT_MOST = 90
LAB_COLUMNS = {
    "afp": "afp_ng_ml",
    "alt": "alt_u_l",
    "ast": "ast_u_l",
    "total_bilirubin": "total_bilirubin_umol_l",
    "albumin": "albumin_g_l",
    "inr": "inr",
    "creatinine": "creatinine_umol_l",
    "platelets": "platelets_10_9_l",
    "ggt": "ggt_u_l",
    "alp": "alp_u_l",
    "prothrombin_time": "prothrombin_time_s",
    "white_cells": "white_cells_10_9_l",
    "neutrophils": "neutrophils_10_9_l",
    "lymphocytes": "lymphocytes_10_9_l",
    "haemoglobin": "haemoglobin_g_l",
    "hbv_dna": "hbv_dna_iu_ml",
}


@dataclass
class PersonCourse:
    """One person with lines of therapy and, by (line number, criteria), baselines and judged timepoints."""

    events: PersonEvents
    lines: list[Line]
    baselines: dict[tuple[int, str], Baseline | None] = field(default_factory=dict)
    timepoints: dict[tuple[int, str], list[Timepoint]] = field(default_factory=dict)

    def within(self, number: int, criteria: str) -> list[Timepoint]:
        """The timepoints of a line, without those after the next line's start."""
        return [point for point in self.timepoints[number, criteria] if point.is_within]


def covariates_at(course: PersonCourse, on: date, line_number: int, protocol: dict[str, Any]) -> dict[str, Any]:
    """All covariates at a date, imaging features from the baseline of the line that starts then."""
    events = course.events
    age = completed_years(events.person.birth_date, on)
    labs = baseline_labs(events.labs, on, protocol)
    seen = {name: visit_value(events.visits, name, on, protocol) for name in ("ecog", "ascites", "encephalopathy")}
    ecog = None if seen["ecog"] is None else int(seen["ecog"])
    imaging = imaging_features(course.baselines[line_number, protocol["criteria"]])
    score, grade = child_pugh(labs, seen["ascites"], seen["encephalopathy"])
    albi_score, albi_grade = albi(labs)
    values = {column: float(labs[name].value) if name in labs else None for name, column in LAB_COLUMNS.items()}
    return {
        **values,
        **imaging,
        **seen,
        "ecog": ecog,
        "age_years": min(age, AGE_SHOWN_AT_MOST),
        "is_adult_age": age >= protocol["min_age"],
        "sex": events.person.sex,
        "etiology": events.person.etiology,
        "child_pugh_score": score,
        "child_pugh_class": grade,
        "albi_score": albi_score,
        "albi_grade": albi_grade,
        "bclc_stage": bclc(ecog, grade, imaging),
        "cnlc_stage": cnlc(ecog, grade, imaging),
        "prior_procedure": "+".join(sorted({kind for day, kind in events.procedures if day < on})),
        "afp_comparator": _comparator(labs, "afp"),
        "hbv_dna_comparator": _comparator(labs, "hbv_dna"),
        "afp_gt_400": is_above(labs.get("afp"), Decimal(400)),
        "alt_gt_40": is_above(labs.get("alt"), Decimal(40)),
        "nlr": ratio(labs, "neutrophils", "lymphocytes"),
        "plr": ratio(labs, "platelets", "lymphocytes"),
        "fib_4": fib_4(labs, age) if age < AGE_SHOWN_AT_MOST else None,
        "meld_score": meld(labs),
        "antiviral_at_index": _on_antiviral(events, on),
    }


def _comparator(labs: dict[str, Any], analyte: str) -> str | None:
    return (labs[analyte].comparator or None) if analyte in labs else None


def _on_antiviral(events: PersonEvents, on: date) -> bool:
    return any(
        agents()[item.agent].agent_class == "antiviral" and item.first_day <= on <= item.last_day
        for item in events.exposures
    )


def failed_step(course: PersonCourse, covariates: dict[str, Any], protocol: dict[str, Any]) -> str | None:
    """The first of the nine steps that a person whose line 1 contains the index agent does not pass."""
    first, person = course.lines[0], course.events.person
    stages, etiologies = protocol["bclc_stages"], protocol["etiologies"]
    score, score_limit = covariates["child_pugh_score"], protocol["child_pugh_max"]
    passed = {
        "has_first_line": protocol["enrol_from"] <= first.start <= protocol["enrol_to"],
        "is_hcc": person.diagnosis_code.startswith(protocol["diagnosis_prefix"]),
        "is_adult": covariates["is_adult_age"],
        "is_monotherapy": not protocol["first_line_monotherapy"] or len(first.regimen) == 1,
        "has_etiology": not etiologies or person.etiology in etiologies,
        "has_stage": not stages or covariates["bclc_stage"] in stages,
        "has_liver_function": score is None or score_limit is None or score <= score_limit,
        "has_baseline_imaging": course.baselines[1, protocol["criteria"]] is not None,
        "has_follow_up_imaging": not protocol["require_follow_up_imaging"]
        or bool(course.within(1, protocol["criteria"])),
    }
    return next((step for step in STEPS if not passed[step]), None)


def attrition(center: str, persons: list[str], cohort: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The nine steps of one study and center; `cohort` holds the cohort rows of persons with the index agent."""
    entering = list(persons)
    rows = []
    for number, step in enumerate(STEPS, 1):
        failing = [
            person
            for person in entering
            if (cohort[person]["failed_step"] if person in cohort else "has_first_line") == step
        ]
        unknown = {"has_stage": "bclc_stage", "has_liver_function": "child_pugh_score"}.get(step)
        rows.append(
            {
                "center_id": center,
                "step_number": number,
                "step": step,
                "persons_entering": len(entering),
                "persons_failing": len(failing),
                "persons_unknown": sum(cohort[person][unknown] is None for person in entering) if unknown else 0,
            }
        )
        gone = set(failing)
        entering = [person for person in entering if person not in gone]
    return rows
