"""Section 1.6: void, rejected with the first reason that applies, or kept - one standing row at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from .contract import BLANK_IS_UNKNOWN
from .free_text import procedures_in
from .parsing import IDENTIFIER, NULL_DATE, Moment, parse_date
from .rows import Row
from .values import value_reason

AFTER_DEATH_KINDS = frozenset({"labs", "visits", "orders", "procedures", "imaging"})


@dataclass
class Context:
    """What is already known when a table is judged: kept rows to refer to, persons and deaths."""

    patients: dict[tuple[str, str], Row] = field(default_factory=dict)
    admissions: dict[tuple[str, str], Row] = field(default_factory=dict)
    studies: dict[tuple[str, str], Row] = field(default_factory=dict)
    persons: dict[tuple[str, str], str] = field(default_factory=dict)
    deaths: dict[str, date] = field(default_factory=dict)


def judge(row: Row, context: Context) -> None:
    """Settle the disposition of a row that no newer version supersedes."""
    if row.disposition is not None:
        return
    if not row.is_malformed and row.spec.void and row.text("status") in row.spec.void:
        row.disposition = "void"
        return
    row.reason = first_reason(row, context)
    row.disposition = "rejected" if row.reason else "kept"


def first_reason(row: Row, context: Context) -> str | None:
    """The first reason code of 1.6 that applies, in the order of its table."""
    if row.is_malformed:
        return "malformed_row"
    if row.key is None or (row.spec.reference and not row.text(row.spec.reference)):
        return "missing_key"
    if not _resolve_patient(row, context):
        return "unknown_patient"
    return _code_reason(row) or _date_reason(row, context) or value_reason(row)


def _resolve_patient(row: Row, context: Context) -> bool:
    """Find the kept patient row a row refers to; admissions and studies are followed."""
    center, reference = row.spec.center, row.spec.reference
    if reference is None:
        row.facts["patient"] = row
        return True
    text = row.text(reference)
    patient: Row | None
    if reference == "patient":
        patient = context.patients.get((center, text))
    else:
        among = context.admissions if reference == "admission" else context.studies
        via = among.get((center, text))
        patient = via.facts["patient"] if via else None
    row.facts["patient"] = patient
    return patient is not None


def _code_reason(row: Row) -> str | None:
    """A value outside a closed list; whole numbers also as 1.0."""
    for name, codes in row.spec.codes.items():
        text = row.text(name)
        match = IDENTIFIER.fullmatch(text)
        code = codes.get(text) or (codes.get(match.group(1)) if match else None)
        if code is None and (text or name not in BLANK_IS_UNKNOWN):
            return "invalid_code"
        row.facts[name] = code
    if row.spec.kind == "patients" and row.facts["etiology"] is None:
        row.facts["etiology"] = "unknown"
    if row.spec.name == "手术介入":
        row.facts["procedures"] = procedures_in(row.text("procedure"))
        return None if row.facts["procedures"] else "invalid_code"
    return None


def _date_reason(row: Row, context: Context) -> str | None:
    """invalid_date, future_date, before_birth, after_death and stop_before_start, in this order."""
    if row.spec.date is None:
        return None
    moment = parse_date(row.spec.center, row.text("date"))
    if moment is None or moment.day == NULL_DATE:
        return "invalid_date"
    row.facts["moment"] = moment
    stop = _stop(row)
    if stop is None and "stop" in row.spec.fields and row.text("stop"):
        return "invalid_date"
    row.facts["stop"] = stop.day if stop else None
    events = [moment.day]
    if row.spec.kind == "contacts":
        death = _death_date(row, moment.day)
        events += [death] if death else []
    if any(event > row.drop.extraction_date for event in events):
        return "future_date"
    patient: Row = row.facts["patient"]
    if row.spec.kind != "patients" and any(event < patient.day for event in events):
        return "before_birth"
    death = context.deaths.get(context.persons.get((row.spec.center, patient.id), ""))
    if row.spec.kind in AFTER_DEATH_KINDS and death is not None and moment.day > death:
        return "after_death"
    if stop is not None and stop.day < moment.day:
        return "stop_before_start"
    return None


def _stop(row: Row) -> Moment | None:
    if "stop" not in row.spec.fields:
        return None
    return parse_date(row.spec.center, row.text("stop"))


def _death_date(row: Row, contact_day: date) -> date | None:
    """A dead contact's death date; blank, unreadable or 1900-01-01 falls back on the contact date."""
    if row.facts["vital_status"] != "dead":
        return None
    moment = parse_date(row.spec.center, row.text("death_date"))
    row.facts["death"] = contact_day if moment is None or moment.day == NULL_DATE else moment.day
    return row.facts["death"]
