"""Resistance to the first line (specification 2.5).

PD date = the first timepoint of line 1 with overall PD, at or before the next line's start. Window end = index +
`resistance_window_months` calendar months. Every timepoint spoken of is one of line 1, within the line.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.dates import add_months, days_between
from analytics.frames import LABELS, conform
from analytics.progression import first_progression, last_evaluable
from analytics.protocol import Protocol
from analytics.study_frames import eligible_persons, lines_of, timepoints_of, vital_facts_of


def resistance_labels(
    cohort: pd.DataFrame, lines: pd.DataFrame, timepoints: pd.DataFrame, persons: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """One row per eligible person: study_id, person_id, resistance, progression_date, progression_day (from index,
    blank without PD), progression_source_row_id, window_end_date.

    Frames: the contracts COHORT, LINES, TIMEPOINTS, PERSONS (`analytics.frames`).
    """
    eligible = eligible_persons(cohort, protocol)
    facts = _facts(eligible, lines, timepoints, persons, protocol)
    facts["resistance"] = _label(facts, protocol)
    facts["progression_day"] = days_between(facts["index_date"], facts["progression_date"])
    return conform(facts, LABELS)


def analysed_groups(labels: pd.DataFrame, protocol: Protocol) -> pd.Series:
    """The group in which each row of `labels` is analysed: primary, secondary, or blank (shown, not analysed).

    With `secondary_includes_progression_free` the progression-free join the secondary group.
    """
    groups = {"primary": "primary", "secondary": "secondary"}
    if protocol.secondary_includes_progression_free:
        groups["progression_free"] = "secondary"
    return labels["resistance"].map(groups).astype(object).rename("resistance_group")


def _label(facts: pd.DataFrame, protocol: Protocol) -> np.ndarray:
    """The label of each person: the first rule that holds, `indeterminate` where none does."""
    window_end = facts["window_end_date"]
    rules = [
        ("primary", facts["progression_date"] <= window_end),
        ("secondary", facts["progression_date"] > window_end),
        ("primary", _is_early_death(facts) & protocol.early_death_is_primary),
        ("progression_free", facts["assessment_date"] > window_end),
    ]
    return np.select([rule.to_numpy() for _, rule in rules], [label for label, _ in rules], default="indeterminate")


def _facts(
    eligible: pd.DataFrame, lines: pd.DataFrame, timepoints: pd.DataFrame, persons: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """What the rules ask about, one row per eligible person; dates are blank where there is nothing."""
    study_lines = lines_of(lines, eligible)
    next_line = study_lines.loc[study_lines["line_number"] == 1].set_index("person_number")["next_line_start_date"]
    on_study = timepoints_of(timepoints, eligible, protocol)
    of_line_1 = on_study.loc[(on_study["line_number"] == 1) & on_study["is_within_line"]]
    return (
        eligible.assign(window_end_date=add_months(eligible["index_date"], protocol.resistance_window_months))
        .join(next_line)
        .join(first_progression(of_line_1))
        .join(last_evaluable(of_line_1))
        .join(vital_facts_of(persons, eligible))
    )


def _is_early_death(facts: pd.DataFrame) -> pd.Series:
    """A death at or before the window end, without progression and without a next line."""
    died_in_window = facts["death_date"] <= facts["window_end_date"]
    return died_in_window & facts["progression_date"].isna() & facts["next_line_start_date"].isna()
