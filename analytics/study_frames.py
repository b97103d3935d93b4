"""One study's part of the frames: its eligible persons, their lines and their timepoints under its criteria.

Persons are numbered by their place in the list of eligible persons (sorted by person_id). The numbers make joins of
millions of rows cheap; person ids come back in the results.
"""

from __future__ import annotations

import pandas as pd

from analytics.frames import COHORT, LINES, PERSONS, TIMEPOINTS, conform, require
from analytics.protocol import Protocol


def eligible_persons(cohort: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The study's eligible persons, indexed by person number: study_id, person_id, center_id, index_date."""
    checked = conform(cohort, COHORT)
    chosen = checked.loc[(checked["study_id"] == protocol.study_id) & checked["is_eligible"]]
    ordered = chosen.sort_values("person_id", ignore_index=True).drop(columns="is_eligible")
    return ordered.rename_axis(index="person_number")


def lines_of(lines: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """The lines of the eligible persons with their person_number, in the order of persons and lines.

    Raises FrameError if an eligible person has no line 1, or one that does not start on the index date.
    """
    numbered = _numbered(conform(lines, LINES), eligible)
    ordered = numbered.sort_values(["person_number", "line_number"], ignore_index=True)
    line_1 = ordered.loc[ordered["line_number"] == 1].set_index("person_number")
    line_1_start = line_1["line_start_date"].reindex(eligible.index)
    problem = "an eligible person has no line 1 that starts on the index date"
    require(line_1_start != eligible["index_date"], LINES.name, problem)
    return ordered


def timepoints_of(timepoints: pd.DataFrame, eligible: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The timepoints of the eligible persons under the protocol's criteria, with their person_number, ordered by
    person, line and date; those after the next line's start included (is_within_line is false there).

    Raises FrameError if a line has two timepoints on one date.
    """
    checked = conform(timepoints, TIMEPOINTS)
    of_criteria = checked.loc[checked["criteria"] == protocol.criteria]
    numbered = _numbered(of_criteria, eligible)
    key = ["person_number", "line_number", "assessment_date"]
    ordered = numbered.sort_values(key, ignore_index=True)
    require(ordered.duplicated(key), TIMEPOINTS.name, "a line has two timepoints on one date")
    return ordered


def vital_facts_of(persons: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """Death and last date known alive (with source rows) of the eligible persons, indexed by person number.

    Raises FrameError if an eligible person is missing.
    """
    facts = conform(persons, PERSONS).set_index("person_id")
    positions = facts.index.get_indexer(pd.Index(eligible["person_id"]))
    require(pd.Series(positions < 0), PERSONS.name, "an eligible person is missing")
    return facts.iloc[positions].set_index(eligible.index)


def _numbered(frame: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """The rows of eligible persons, with person_number in place of person_id."""
    numbers = pd.Index(eligible["person_id"]).get_indexer(pd.Index(frame["person_id"]))
    numbered = frame.drop(columns="person_id").assign(person_number=numbers)
    return numbered.loc[numbers >= 0]
