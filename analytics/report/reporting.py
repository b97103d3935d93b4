"""Where the items of STROBE and RECORD are answered (checklists for observational studies and routine data).

STROBE: von Elm et al., Lancet 2007;370:1453-1457 (cohort studies). RECORD: Benchimol et al., PLoS Medicine 2015;
12:e1001885. What a report made by a machine cannot answer is left to the authors, and says so.
"""

from __future__ import annotations

from analytics.protocol import Protocol
from analytics.report.cells import Table

AUTHORS = "to be written by the authors"


def checklist(protocol: Protocol) -> Table:
    """Item, what it asks, and where this report answers it."""
    reference, treated = protocol.second_line_classes
    items = (
        ("STROBE 1", "Design in the title, summary", "Title; Summary of findings"),
        ("STROBE 2-3", "Background, objectives", AUTHORS),
        ("STROBE 4", "Study design", "Retrospective cohort from routine records; Methods, Population"),
        ("STROBE 5", "Setting, periods", f"Enrolment {protocol.enrol_from} to {protocol.enrol_to}; Deliveries"),
        ("STROBE 6", "Participants", "Methods, Population; Flow diagram"),
        ("STROBE 7", "Variables", "Methods, Response, Resistance, Endpoints; Parameters of the protocol"),
        ("STROBE 8", "Measurement", f"Methods, Response ({protocol.criteria}); Days between assessments"),
        ("STROBE 9", "Bias", "Survival (naive beside corrected); What a reviewer would ask; Definitions; Limits"),
        ("STROBE 10", "Study size", "All eligible patients; Flow diagram; events per variable beside each model"),
        ("STROBE 11", "Quantitative variables", "Cut-offs of the covariates: Baseline; numbers as medians"),
        ("STROBE 12", "Statistical methods", "Methods, Models and Second line; missing values and sensitivity there"),
        ("STROBE 13", "Participants at each stage", "Flow diagram; Left out, by center"),
        ("STROBE 14", "Descriptive data", "Baseline, with missing values; follow-up in Survival estimates"),
        ("STROBE 15", "Outcome data", "Survival estimates (patients, events)"),
        ("STROBE 16", "Main results", "Survival; Risk factors and prognosis, uni- and multivariable with 95% CI"),
        ("STROBE 17", "Other analyses", f"Second line ({treated} against {reference}), subgroups; Definitions"),
        ("STROBE 18, 20, 21", "Key results, interpretation, generalisability", f"Summary of findings; else {AUTHORS}"),
        ("STROBE 19", "Limitations", "Methods, Limits"),
        ("STROBE 22", "Funding", AUTHORS),
        ("RECORD 1", "Kind of data in title or abstract", "Routine records of two hospitals; Data sources"),
        (
            "RECORD 6",
            "Codes of the population, linkage",
            f"Diagnosis {protocol.diagnosis_prefix}; Methods, Population",
        ),
        (
            "RECORD 7",
            "Code lists",
            "Parameters of the protocol; vocabulary of the release",
        ),
        ("RECORD 12", "Access, cleaning, linkage", "What became of every delivered row; quality checks in Methods"),
        ("RECORD 13", "Selection by data quality and linkage", "Flow diagram; What became of every delivered row"),
        ("RECORD 19", "Limits of data not made for research", "Methods, Limits"),
        ("RECORD 22", "Access to protocol, data, code", "Release and code version at the head of this page"),
    )
    return Table("checklist", "STROBE and RECORD", ["Item", "Asks for", "Answered in"], [list(item) for item in items])
