"""Methods in words, generated from the protocol, and the limits that every such study has (specification 2, 5)."""

from __future__ import annotations

from typing import Any

from analytics.dates import DAYS_PER_MONTH
from analytics.disclosure import MARK
from analytics.protocol import Protocol
from analytics.report.cells import Table

LIMITS = (
    "Local therapy during first line neither changes the line nor ends follow-up.",
    "Requiring follow-up imaging leaves out patients who died or were lost before a scan.",
    "Therapy given at other hospitals is not seen.",
    "A scan after the switch of therapy belongs to the next line.",
    "Progression is seen at scans only; its day is that of the scan.",
    "The second-line comparison is not randomised: adjustment removes what was measured, nothing else.",
)


def methods(protocol: Protocol, min_cell: int) -> list[tuple[str, str]]:
    """Heading and paragraph of each part."""
    return [
        ("Population", _population(protocol)),
        ("Response", _response(protocol)),
        ("Resistance", _resistance(protocol)),
        ("Endpoints", _endpoints(protocol)),
        ("Models", _models(protocol)),
        ("Second line", _second_line(protocol)),
        ("Disclosure", _disclosure(min_cell)),
    ]


def _population(protocol: Protocol) -> str:
    etiologies = ", ".join(protocol.etiologies) if protocol.etiologies else "any"
    stages = ", ".join(protocol.bclc_stages) if protocol.bclc_stages else "any"
    alone = "alone" if protocol.first_line_monotherapy else "alone or in combination"
    imaging = " and at least one assessment afterwards" if protocol.require_follow_up_imaging else ""
    return (
        f"Patients aged {protocol.min_age} or over with a diagnosis code starting with {protocol.diagnosis_prefix} "
        f"whose first systemic line was {protocol.index_agent} {alone}, started from {protocol.enrol_from} to "
        f"{protocol.enrol_to}; etiology: {etiologies}; BCLC stage: {stages}; Child-Pugh score up to "
        f"{protocol.child_pugh_max} (unknown admitted); baseline imaging with a measurable lesion{imaging}. Baseline "
        f"values: the latest within {protocol.baseline_days_before} days before the start, else the first within "
        f"{protocol.baseline_days_after} days after it; nothing is imputed."
    )


def _response(protocol: Protocol) -> str:
    return (
        f"Response was derived from lesion measurements by {protocol.criteria} at contrast-enhanced CT or MRI. Stable "
        f"disease counts from day {protocol.min_stable_days} on; a confirmed response was seen again at least "
        f"{protocol.confirmation_days} days later."
    )


def _resistance(protocol: Protocol) -> str:
    early = (
        "Deaths in that window without progression count as primary resistance."
        if protocol.early_death_is_primary
        else "Deaths without progression do not count as resistance."
    )
    joined = (
        "Patients free of progression join the secondary group in the analyses."
        if protocol.secondary_includes_progression_free
        else "Patients free of progression and indeterminate ones are counted and shown, and are in neither group."
    )
    return (
        f"Primary resistance: progression at or before {protocol.resistance_window_months} calendar months from the "
        f"start; secondary resistance: progression later. {early} {joined}"
    )


def _endpoints(protocol: Protocol) -> str:
    policy = (
        "Follow-up for progression ends at the last assessment before the next line."
        if protocol.new_therapy_policy == "censor"
        else "Assessments and deaths after the next line's start count as well."
    )
    gap = (
        f" An event more than {protocol.max_assessment_gap_days} days after the last assessment is not credited."
        if protocol.max_assessment_gap_days
        else ""
    )
    return (
        "Overall survival: start of first line to death from any cause. Progression-free survival: to progression or "
        f"death. Survival after progression: progression to death. {policy}{gap} Kaplan-Meier estimates with log-log "
        "limits, log-rank tests; median follow-up by reverse Kaplan-Meier. "
        f"A month is {DAYS_PER_MONTH} days."
    )


def _models(protocol: Protocol) -> str:
    forced = f" and {', '.join(protocol.forced_covariates)} always" if protocol.forced_covariates else ""
    return (
        f"Logistic regression of primary resistance and Cox regression (Efron ties) of overall and progression-free "
        f"survival: each of {len(protocol.covariates)} covariates alone; together those with a univariable "
        f"likelihood-ratio P below {protocol.entry_p:g}{forced}, on complete cases. Where covariates contain one "
        f"another the one earlier in the protocol stays. Flagged: fewer than "
        f"{protocol.min_events_per_variable:g} events per "
        f"variable, variance inflation above {protocol.max_vif:g}, tests of proportional hazards or calibration with P "
        f"below {protocol.diagnostic_p:g}. Separation is answered by Firth's penalised likelihood."
    )


def _second_line(protocol: Protocol) -> str:
    reference, treated = protocol.second_line_classes
    return (
        "Patients with primary or secondary resistance whose second line started on or after progression with "
        f"{reference} or {treated}. Compared crude, by overlap and inverse-probability weights, and by 1:1 matching "
        f"(caliper {protocol.caliper_sd:g} standard deviations of the logit of the propensity score). Balance is "
        f"reached where every standardised difference is below {protocol.max_standardised_difference:g}."
    )


def _disclosure(min_cell: int) -> str:
    return (
        f"Counts of 1 to {min_cell - 1} patients, and those from which they could be worked out, are shown as "
        f"“{MARK}”. "
        f"Curves end where fewer than {min_cell} patients are at risk, and each of their steps stands for {min_cell} "
        "events or more, so that they are coarser than the tables' estimates; limits and medians come from all data."
    )


def parameter_table(protocol: Protocol) -> Table:
    """Every parameter of the protocol but the covariates, with its value and meaning."""
    rows = []
    for name, field in type(protocol).model_fields.items():
        if name in ("covariates", "title", "citation"):
            continue
        rows.append([name, _value(getattr(protocol, name)), field.description or ""])
    return Table("protocol", "Parameters of the protocol", ["Parameter", "Value", "Meaning"], rows)


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)
