"""One study's part of the frames: its eligible persons, their lines and their timepoints under its criteria.

Persons are numbered by their place in the list of eligible persons (sorted by person_id). The numbers make joins of
millions of rows cheap; person ids come back in the results.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.frames import COHORT, LABELS, LINES, PERSONS, TIMEPOINTS, conform, require
from analytics.protocol import Protocol


def eligible_persons(cohort: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The study's eligible persons, indexed by person number: study_id, person_id, center_id, index_date.

    Raises FrameError if the study has a person twice.
    """
    checked = conform(cohort, COHORT)
    of_study = checked.loc[checked["study_id"] == protocol.study_id]
    require(of_study["person_id"].duplicated(), COHORT.name, "a person stands twice in a study")
    chosen = of_study.loc[of_study["is_eligible"]].drop(columns="is_eligible")
    return chosen.sort_values("person_id", ignore_index=True).rename_axis(index="person_number")


def lines_of(lines: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """The lines of the eligible persons with their person_number, in the order of persons and lines.

    Raises FrameError if a line stands twice, or if an eligible person has no line 1 that starts on the index date.
    """
    key = ["person_number", "line_number"]
    ordered = _ordered(_numbered(conform(lines, LINES), eligible), key)
    require(_repeats(ordered, key), LINES.name, "a line stands twice")
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
    key = ["person_number", "line_number", "assessment_date"]
    checked = conform(timepoints, TIMEPOINTS)
    of_criteria = checked.loc[checked["criteria"] == protocol.criteria].drop(columns="criteria")
    ordered = _ordered(_numbered(of_criteria, eligible), key)
    require(_repeats(ordered, key), TIMEPOINTS.name, "a line has two timepoints on one date")
    return ordered


def vital_facts_of(persons: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """Death and last date known alive (with source rows) of the eligible persons, indexed by person number.

    Raises FrameError if an eligible person is missing or stands twice.
    """
    return _rows_of(conform(persons, PERSONS), eligible, PERSONS.name)


def labels_of(labels: pd.DataFrame, eligible: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The resistance labels of the eligible persons, indexed by person number.

    Raises FrameError if an eligible person is missing or stands twice.
    """
    checked = conform(labels, LABELS)
    of_study = checked.loc[checked["study_id"] == protocol.study_id].drop(columns="study_id")
    return _rows_of(of_study, eligible, LABELS.name)


def _rows_of(frame: pd.DataFrame, eligible: pd.DataFrame, frame_name: str) -> pd.DataFrame:
    """The one row of each eligible person, without person_id, indexed by person number."""
    require(frame["person_id"].duplicated(), frame_name, "a person stands twice")
    positions = pd.Index(frame["person_id"]).get_indexer(pd.Index(eligible["person_id"]))
    require(pd.Series(positions < 0), frame_name, "an eligible person is missing")
    return frame.drop(columns="person_id").iloc[positions].set_index(eligible.index)


def _numbered(frame: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """The rows of eligible persons, with person_number in place of person_id."""
    numbers = pd.Index(eligible["person_id"]).get_indexer(pd.Index(frame["person_id"]))
    numbered = frame.drop(columns="person_id").assign(person_number=numbers)
    return numbered if (numbers >= 0).all() else numbered.loc[numbers >= 0]


def _ordered(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The rows by the key's columns (numbers and dates), index anew."""
    order = np.lexsort([frame[name].to_numpy().astype("int64") for name in reversed(key)])
    return frame.iloc[order].reset_index(drop=True)


def _repeats(ordered: pd.DataFrame, key: list[str]) -> pd.Series:
    """Whether a row of an ordered frame has the key of the row before."""
    return (ordered[key] == ordered[key].shift()).all(axis=1)
