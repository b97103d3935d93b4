"""The six time-to-event endpoints (specification 2.6).

An endpoint is a declared object: where it starts, which dated facts are events (the earliest counts, the first named
wins a tie) and which dated fact ends the follow-up of a person without event. Each fact brings its date, its reason
and the source row that proves it. The rules around them are the same for every endpoint that follows progression:

- under `new_therapy_policy` censor only timepoints and deaths up to the next line's start count; under ignore later
  ones count as well, against the same baseline, also for the progression from which pps starts;
- an event more than `max_assessment_gap_days` after the last timepoint other than NE (strictly before a progression,
  at or before a death; else the start) is censored there instead, with reason assessment_gap;
- the reason of a censored row is the first of those in `_censor_reason` that holds.

Choices where the specification leaves room: `no_assessment` is a reason of the endpoints that end with an assessment
(pfs, ttp, second_line_pfs); the others, also when censored on the day they start, are `last_known_alive`. A row
censored at its start is proven by the row that began the line. The gap rule looks at the one event the endpoint would
have counted; what follows it does not become the event instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.dates import days_between
from analytics.frames import ENDPOINTS as ENDPOINTS_CONTRACT
from analytics.frames import conform, require
from analytics.progression import first_progression, last_evaluable
from analytics.protocol import Protocol
from analytics.study_frames import eligible_persons, labels_of, lines_of, timepoints_of, vital_facts_of


@dataclass(frozen=True)
class Fact:
    """A dated fact about a person: the reason it gives, and the columns `<name>_date`, `<name>_source_row_id`."""

    name: str
    reason: str

    @property
    def date(self) -> str:
        """Column with the date; blank where the fact does not exist."""
        return f"{self.name}_date"

    @property
    def source_row_id(self) -> str:
        """Column with the source row that proves the fact."""
        return f"{self.name}_source_row_id"


LINE_START = Fact("line_start", "")
PROGRESSION = Fact("progression", "progression")
DEATH = Fact("death", "death")
DEATH_ON_LINE = Fact("death_on_line", "death")  # a death that counts against the line under the protocol's policy
LAST_ASSESSMENT = Fact("assessment", "last_assessment")
LAST_KNOWN_ALIVE = Fact("last_known_alive", "last_known_alive")


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: its line, where its clock starts, its events, and what ends follow-up without an event."""

    name: str
    line_number: int
    start: Fact
    events: tuple[Fact, ...]
    censor: Fact

    @property
    def follows_progression(self) -> bool:
        """Whether follow-up is by imaging, so that new therapy and gaps between assessments matter."""
        return self.censor is LAST_ASSESSMENT

    @property
    def death_censors(self) -> bool:
        """Whether a death is no event but an end of follow-up by imaging (ttp)."""
        return self.follows_progression and DEATH_ON_LINE not in self.events


ENDPOINTS = (
    Endpoint("pfs", 1, LINE_START, (PROGRESSION, DEATH_ON_LINE), LAST_ASSESSMENT),
    Endpoint("ttp", 1, LINE_START, (PROGRESSION,), LAST_ASSESSMENT),
    Endpoint("os", 1, LINE_START, (DEATH,), LAST_KNOWN_ALIVE),
    Endpoint("pps", 1, PROGRESSION, (DEATH,), LAST_KNOWN_ALIVE),
    Endpoint("second_line_pfs", 2, LINE_START, (PROGRESSION, DEATH_ON_LINE), LAST_ASSESSMENT),
    Endpoint("second_line_os", 2, LINE_START, (DEATH,), LAST_KNOWN_ALIVE),
)


def survival_endpoints(
    cohort: pd.DataFrame,
    lines: pd.DataFrame,
    timepoints: pd.DataFrame,
    persons: pd.DataFrame,
    labels: pd.DataFrame,
    protocol: Protocol,
) -> pd.DataFrame:
    """One row per eligible person and endpoint whose start exists: study_id, person_id, endpoint, time_days (whole
    days, never negative), is_event, reason, start_date, end_date, source_row_id (the row that proves the end).

    Frames: the contracts COHORT, LINES, TIMEPOINTS, PERSONS and LABELS (`analytics.frames`); `labels` are those of
    the same protocol (`resistance.resistance_labels`). Ordered by person and endpoint.
    Raises FrameError if a frame breaks its contract, an end is missing or lies before its start.
    """
    eligible = eligible_persons(cohort, protocol)
    study_lines = lines_of(lines, eligible)
    counted = _counted(timepoints_of(timepoints, eligible, protocol), protocol)
    vital_facts = vital_facts_of(persons, eligible)
    rows = []
    for line_number in (1, 2):
        of_line = counted.loc[counted["line_number"] == line_number]
        follow_up = _follow_up(study_lines, line_number, of_line, vital_facts, protocol)
        if line_number == 1 and protocol.new_therapy_policy == "censor":
            follow_up = _with_labelled_progression(follow_up, labels, eligible, protocol)
        of_number = [endpoint for endpoint in ENDPOINTS if endpoint.line_number == line_number]
        rows += [_evaluate(endpoint, follow_up, of_line, protocol) for endpoint in of_number]
    return _assembled(rows, eligible, protocol)


def _counted(timepoints: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The timepoints that count under the protocol's new-therapy policy."""
    return timepoints if protocol.new_therapy_policy == "ignore" else timepoints.loc[timepoints["is_within_line"]]


def _follow_up(
    lines: pd.DataFrame, line_number: int, timepoints: pd.DataFrame, vital_facts: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """One row per person with that line, indexed by person number: every dated fact an endpoint may use."""
    of_line = lines.loc[lines["line_number"] == line_number].set_index("person_number")
    columns = ["line_start_date", "line_start_source_row_id", "next_line_start_date"]
    follow_up = of_line[columns].join(first_progression(timepoints)).join(last_evaluable(timepoints)).join(vital_facts)
    next_line_start = follow_up["next_line_start_date"]
    is_after_switch = follow_up["death_date"] > next_line_start
    does_count = ~is_after_switch if protocol.new_therapy_policy == "censor" else follow_up["death_date"].notna()
    follow_up[DEATH_ON_LINE.date] = follow_up[DEATH.date].where(does_count)
    follow_up[DEATH_ON_LINE.source_row_id] = follow_up[DEATH.source_row_id]
    return follow_up


def _with_labelled_progression(
    follow_up: pd.DataFrame, labels: pd.DataFrame, eligible: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """The progression of line 1 as the labels have it (2.5), so that label and endpoint can never differ."""
    columns = [PROGRESSION.date, PROGRESSION.source_row_id]
    return follow_up.drop(columns=columns).join(labels_of(labels, eligible, protocol)[columns])


def _evaluate(
    endpoint: Endpoint, follow_up: pd.DataFrame, timepoints: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """The endpoint's row for each person who has its start, indexed by person number."""
    rows = follow_up.loc[follow_up[endpoint.start.date].notna()]
    start = _dated(rows, endpoint.start)
    event = _first_of(rows, endpoint.events)
    end_of_follow_up = _dated(rows, endpoint.censor)
    if endpoint.follows_progression:
        end_of_follow_up = end_of_follow_up.where(end_of_follow_up["date"].notna(), start)
    is_in_gap = pd.Series(False, index=rows.index)
    if endpoint.follows_progression and protocol.max_assessment_gap_days is not None:
        last_seen = _last_seen_before(event, timepoints, start)
        is_in_gap = (event["date"] - last_seen["date"]).dt.days > protocol.max_assessment_gap_days
        end_of_follow_up = end_of_follow_up.where(~is_in_gap, last_seen)
    is_event = event["date"].notna() & ~is_in_gap
    end = event[["date", "source_row_id"]].where(is_event, end_of_follow_up)
    censor_reason = _censor_reason(endpoint, rows, is_in_gap, end["date"] == start["date"], protocol)
    return pd.DataFrame(
        {
            "endpoint": endpoint.name,
            "time_days": days_between(start["date"], end["date"]),
            "is_event": is_event,
            "reason": event["reason"].where(is_event, censor_reason),
            "start_date": start["date"],
            "end_date": end["date"],
            "source_row_id": end["source_row_id"],
        }
    )


def _dated(rows: pd.DataFrame, fact: Fact) -> pd.DataFrame:
    """A fact's columns under the names date and source_row_id."""
    return pd.DataFrame({"date": rows[fact.date], "source_row_id": rows[fact.source_row_id]})


def _first_of(rows: pd.DataFrame, facts: tuple[Fact, ...]) -> pd.DataFrame:
    """The earliest of several facts (the first named at a tie): date, source_row_id, reason; blank where none."""
    first = _dated(rows, facts[0]).assign(reason=facts[0].reason)
    for fact in facts[1:]:
        other = _dated(rows, fact).assign(reason=fact.reason)
        is_earlier = other["date"].notna() & ~(first["date"] <= other["date"])
        first = first.where(~is_earlier, other)
    return first


def _last_seen_before(event: pd.DataFrame, timepoints: pd.DataFrame, start: pd.DataFrame) -> pd.DataFrame:
    """The last timepoint other than NE strictly before a progression, at or before a death; else the start."""
    one_day = pd.Timedelta(days=1)
    limit = event["date"].where(event["reason"] != DEATH.reason, event["date"] + one_day)
    is_before = timepoints["assessment_date"] < timepoints["person_number"].map(limit)
    seen = last_evaluable(timepoints.loc[is_before]).reindex(start.index)
    last = _dated(seen, LAST_ASSESSMENT)
    return last.where(last["date"].notna(), start)


def _censor_reason(
    endpoint: Endpoint, rows: pd.DataFrame, is_in_gap: pd.Series, is_at_start: pd.Series, protocol: Protocol
) -> np.ndarray:
    """Why a row without event ends where it does: the first of these that holds."""
    nobody = pd.Series(False, index=rows.index)
    by_imaging = endpoint.follows_progression
    has_new_therapy = rows["next_line_start_date"].notna() if protocol.new_therapy_policy == "censor" else nobody
    reasons = [
        ("assessment_gap", is_in_gap),
        ("new_therapy", has_new_therapy if by_imaging else nobody),
        ("death_without_progression", rows[DEATH.date].notna() if endpoint.death_censors else nobody),
        ("no_assessment", is_at_start if by_imaging else nobody),
    ]
    return np.select([holds for _, holds in reasons], [reason for reason, _ in reasons], default=endpoint.censor.reason)


def _assembled(results: list[pd.DataFrame], eligible: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The endpoints' rows under one another, by person and endpoint, with the person's id."""
    rows = pd.concat(results).rename_axis(index="person_number").sort_index(kind="stable")
    identified = rows.assign(study_id=protocol.study_id, person_id=eligible["person_id"].reindex(rows.index))
    require(identified["end_date"].isna(), ENDPOINTS_CONTRACT.name, "follow-up has no end")
    return conform(identified, ENDPOINTS_CONTRACT)
