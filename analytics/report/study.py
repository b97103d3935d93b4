"""What every part of a report is made from: one study's frames, its protocol, the counts shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from analytics.disclosure import Counts, Key
from analytics.estimates.covariates import covariate_factors
from analytics.protocol import Protocol
from analytics.report.cells import Cell, percent
from analytics.resistance import analysed_groups

GROUPS = ("primary", "secondary")
LABEL_WORDS = {
    "primary": "Primary resistance",
    "secondary": "Secondary resistance",
    "progression_free": "Progression-free",
    "indeterminate": "Indeterminate",
}
CENTER_WORDS = {"center_a": "Center A", "center_b": "Center B"}
COHORT: Key = ("cohort",)


class MissingFrameError(ValueError):
    """A frame that the report needs was not given."""


@dataclass
class Study:
    """A study's rows of all frames, and the system of counts of its report (see `analytics.disclosure`)."""

    frames: Mapping[str, pd.DataFrame]
    protocol: Protocol
    release: Mapping[str, Any]
    min_cell: int  # smallest count shown (specification 4)
    counts: Counts = field(default_factory=Counts)

    @property
    def is_simulated(self) -> bool:
        """Whether any of the release's data are simulated."""
        return bool(self.release.get("is_simulated", False))

    def frame(self, name: str) -> pd.DataFrame:
        """The study's rows of a frame (all rows where it has no study_id). Raises MissingFrameError."""
        if name not in self.frames:
            raise MissingFrameError(f"the report needs the frame {name}")
        frame = self.frames[name]
        if "study_id" in frame.columns:
            frame = frame.loc[(frame["study_id"] == self.protocol.study_id).to_numpy(dtype=bool)]
        return frame.reset_index(drop=True)

    @cached_property
    def persons(self) -> pd.DataFrame:
        """The eligible persons by person_id: columns of the cohort, resistance, resistance_group, progression_day, and
        each covariate of the protocol as a factor named `factor_<name>`.
        """
        cohort = self.frame("analysis_cohort")
        eligible = cohort.loc[cohort["is_eligible"].astype(bool)].sort_values("person_id").set_index("person_id")
        labels = self.frame("resistance_labels").set_index("person_id")
        factors = covariate_factors(eligible, self.protocol.covariates).add_prefix("factor_")
        groups = analysed_groups(labels, self.protocol).rename("resistance_group")
        return eligible.join(factors).join(labels[["resistance", "progression_day"]]).join(groups)

    def endpoint(self, name: str) -> pd.DataFrame:
        """One endpoint by person_id: time_days (float), is_event (float), reason."""
        rows = self.frame("survival_endpoints")
        chosen = rows.loc[rows["endpoint"] == name].set_index("person_id")
        columns = {"time_days": chosen["time_days"].astype(float), "is_event": chosen["is_event"].astype(float)}
        return pd.DataFrame(columns).assign(reason=chosen["reason"])

    def count(self, key: Key, value: int) -> Cell:
        """Enter a count and return the cell that shows it."""
        self.counts.add(key, value)
        return Cell(f"{value:,}", (key,))

    def share(self, key: Key, value: int, total_key: Key, total: int) -> Cell:
        """Enter a count and return the cell `n (percent of the total)`."""
        self.counts.add(key, value)
        self.counts.add(total_key, total)
        return Cell(f"{value:,} ({percent(value, total)})", (key, total_key))

    def sum_of(self, total: Key, parts: Sequence[Key]) -> None:
        """State a sum of counts entered before."""
        self.counts.add_sum(total, parts)

    def same_sum(self, name: str, one: Sequence[Key], other: Sequence[Key]) -> None:
        """State that two sets of counts add up to the same persons, where all are there and they do."""
        values = self.counts.values
        if not one or any(key not in values for key in (*one, *other)):
            return
        total = sum(values[key] for key in one)
        if total == sum(values[key] for key in other):
            self.counts.add(("sum", name), total)
            self.counts.add_sum(("sum", name), one)
            self.counts.add_sum(("sum", name), other)

    def possible_subset(self, whole: Key, part: Key) -> None:
        """State that one count is a part of another, where both are there and it can be."""
        values = self.counts.values
        if whole in values and part in values and values[whole] >= values[part]:
            self.subset(whole, part)

    def subset(self, whole: Key, part: Key) -> None:
        """State that one count is a part of another, so that the difference is a count as well."""
        rest = ("rest", whole, part)
        self.counts.add(rest, self.counts.values[whole] - self.counts.values[part])
        self.counts.add_sum(whole, [part, rest])


def level_words(level: object) -> str:
    """A factor's level for readers."""
    return center_words(str(level))


def center_words(center: str) -> str:
    """A center's name for readers."""
    return CENTER_WORDS.get(center, center)
