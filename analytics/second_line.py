"""Who is compared on second line (specification 2.6): the population, not yet the comparison.

Persons with primary or secondary resistance whose line 2 started on or after their progression with one of the two
regimen classes compared (`second_line_classes`, the reference first: TKI, TKI+PD-1).
"""

from __future__ import annotations

import pandas as pd

from analytics.dates import days_between
from analytics.frames import SECOND_LINE, conform
from analytics.protocol import Protocol
from analytics.study_frames import eligible_persons, labels_of, lines_of


def second_line_population(
    cohort: pd.DataFrame, lines: pd.DataFrame, labels: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """One row per person compared: study_id, person_id, center_id, resistance, progression_date, line_2_start_date,
    line_2_start_year, regimen and regimen_class of line 2, days_on_first_line (start of line 1 to start of line 2).

    A person labelled primary for an early death has no progression, and so is never compared.
    Frames: the contracts COHORT, LINES and LABELS (`analytics.frames`).
    """
    eligible = eligible_persons(cohort, protocol)
    study_lines = lines_of(lines, eligible)
    line_2 = study_lines.loc[study_lines["line_number"] == 2].set_index("person_number")
    rows = eligible.join(labels_of(labels, eligible, protocol)).join(line_2, how="inner")
    is_compared = (
        rows["resistance"].isin(["primary", "secondary"])
        & (rows["line_start_date"] >= rows["progression_date"])
        & rows["regimen_class"].isin(protocol.second_line_classes)
    )
    compared = rows.loc[is_compared]
    result = compared.assign(
        line_2_start_date=compared["line_start_date"],
        line_2_start_year=compared["line_start_date"].dt.year,
        days_on_first_line=days_between(compared["index_date"], compared["line_start_date"]),
    )
    return conform(result, SECOND_LINE)
