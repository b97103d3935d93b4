"""What the timepoints of a line say about progression (specification 2.5, 2.6)."""

from __future__ import annotations

import pandas as pd


def first_progression(timepoints: pd.DataFrame) -> pd.DataFrame:
    """The first timepoint with overall PD of each person, indexed by person number.

    `timepoints`: those of one line, ordered by person and date (`study_frames.timepoints_of`).
    Columns: progression_date, progression_source_row_id; persons without PD have no row.
    """
    progressed = timepoints.loc[timepoints["overall_response"] == "PD"]
    return _by_person(progressed.drop_duplicates("person_number", keep="first"), "progression")


def last_evaluable(timepoints: pd.DataFrame) -> pd.DataFrame:
    """The last timepoint with overall other than NE of each person, indexed by person number.

    `timepoints`: as for `first_progression`. Columns: assessment_date, assessment_source_row_id; persons whose
    timepoints are all NE, or who have none, have no row.
    """
    evaluable = timepoints.loc[timepoints["overall_response"] != "NE"]
    return _by_person(evaluable.drop_duplicates("person_number", keep="last"), "assessment")


def _by_person(timepoints: pd.DataFrame, name: str) -> pd.DataFrame:
    columns = {"assessment_date": f"{name}_date", "imaging_source_row_id": f"{name}_source_row_id"}
    return timepoints.set_index("person_number")[list(columns)].rename(columns=columns)
