"""Landmark overall survival (specification 2.6, last line).

A group defined by what happens during the first months cannot be compared from index on: nobody of it may die in
them. So survival is counted from the landmark, index + `resistance_window_months` calendar months, among the persons
seen alive there, in two groups: progression (2.5) at or before the landmark, or not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.dates import days_between
from analytics.frames import LANDMARK, conform
from analytics.protocol import Protocol
from analytics.study_frames import eligible_persons, labels_of, vital_facts_of


def landmark_survival(
    cohort: pd.DataFrame, persons: pd.DataFrame, labels: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """One row per eligible person of the landmark population: study_id, person_id, landmark_group (progression,
    no_progression), time_days from the landmark, is_event (death), reason, start_date (the landmark), end_date,
    source_row_id.

    In: a death after the landmark, or no death and last known alive at or after it.
    Frames: the contracts COHORT, PERSONS and LABELS (`analytics.frames`).
    """
    eligible = eligible_persons(cohort, protocol)
    rows = eligible.join(labels_of(labels, eligible, protocol)).join(vital_facts_of(persons, eligible))
    # The landmark is the window end of 2.5: both are index + resistance_window_months.
    landmark = rows["window_end_date"]
    is_event = rows["death_date"].notna()
    end = rows["death_date"].where(is_event, rows["last_known_alive_date"])
    is_in = (rows["death_date"] > landmark) | (~is_event & (rows["last_known_alive_date"] >= landmark))
    result = rows.assign(
        landmark_group=np.where(rows["progression_date"] <= landmark, "progression", "no_progression"),
        time_days=days_between(landmark, end),
        is_event=is_event,
        reason=np.where(is_event, "death", "last_known_alive"),
        start_date=landmark,
        end_date=end,
        source_row_id=rows["death_source_row_id"].where(is_event, rows["last_known_alive_source_row_id"]),
    )
    return conform(result.loc[is_in], LANDMARK)
