"""A study's Kaplan-Meier estimates, curves and log-rank tests as tables (specification 4 and 5.1 item 3).

| endpoint | grouping | groups | persons |
|---|---|---|---|
| os, pfs, ttp, pps | all | all | every eligible person with the endpoint |
| os, pfs, ttp, pps | resistance | primary, secondary | the analysed groups (2.5) |
| os, pfs, ttp, pps | resistance_label | primary, secondary, progression_free, indeterminate | every eligible person |
| landmark_os | progression_at_landmark | progression, no_progression | alive at the landmark (2.6) |
| second_line_pfs, second_line_os | regimen_class | the protocol's two classes | second-line population (2.6) |
| follow_up | all, resistance | as above | reverse Kaplan-Meier of os: its median is the median follow-up |

The groups `resistance` and `resistance_label` are formed by what happens after index: whoever is in a later-resistant
group has lived until then. Their os, pfs and ttp are naive (`is_naive`) and stand beside landmark_os and pps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.dates import DAYS_PER_MONTH
from analytics.estimates.group_tests import logrank
from analytics.estimates.kaplan_meier import KaplanMeier, kaplan_meier, median_follow_up
from analytics.estimates.results import records

SURVIVAL_MONTHS = (12, 24, 36)
KEY = ("study_id", "endpoint", "grouping", "group_name")
_LIMITS = ("", "_ci_low", "_ci_high")
ESTIMATE_COLUMNS = (
    *KEY,
    "n",
    "events",
    *(f"median_months{limit}" for limit in _LIMITS),
    *(f"survival_{months}_months{limit}" for months in SURVIVAL_MONTHS for limit in _LIMITS),
    "is_naive",
    "note",
)
CURVE_COLUMNS = (*KEY, "time_days", "at_risk", "events", "censored", "survival", "ci_low", "ci_high")
TEST_COLUMNS = ("study_id", "endpoint", "grouping", "test", "statistic", "df", "p_value", "n", "is_naive", "note")
NAIVE = (
    "naive: the groups are formed by what happens after index, so that the later-resistant cannot have an event before "
    "(guarantee time); see landmark_os and pps"
)
FROM_PROGRESSION = "from progression on, so free of guarantee time"
FROM_LANDMARK = "from the landmark on, among those alive there; groups as they stood at the landmark"
FOLLOW_UP = "reverse Kaplan-Meier: time under observation, death is the censoring; events are persons not known dead"


@dataclass(frozen=True)
class Comparison:
    """One endpoint in groups: the persons' time_days, is_event and group, and the groups to be shown in order."""

    endpoint: str
    grouping: str
    persons: pd.DataFrame
    groups: Sequence[str]
    is_naive: bool = False
    note: str | None = None
    reverse: bool = False

    def each_group(self) -> Iterator[tuple[str, KaplanMeier]]:
        """The Kaplan-Meier estimate of every group, also of those without persons."""
        estimate = median_follow_up if self.reverse else kaplan_meier
        for group in self.groups:
            rows = self.persons[(self.persons["group"] == group).to_numpy(dtype=bool, na_value=False)]
            yield group, estimate(rows["time_days"], rows["is_event"].astype(float))


def survival_tables(
    comparisons: Sequence[Comparison], study_id: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """survival_estimates (ESTIMATE_COLUMNS), survival_curves (CURVE_COLUMNS) and group_tests (TEST_COLUMNS).

    Times of curves are days from the endpoint's start, one row a distinct observed time (no artificial row at 0);
    medians are months (days / 30.4375), blank where the curve does not reach one half; survival at 12, 24 and 36
    months is blank beyond the last observed time. A group without persons has a row that says so.
    """
    estimates: list[dict[str, Any]] = []
    curves: list[pd.DataFrame] = []
    tests: list[dict[str, Any]] = []
    for comparison in comparisons:
        shared = {"study_id": study_id, "endpoint": comparison.endpoint, "grouping": comparison.grouping}
        for group, estimate in comparison.each_group():
            estimates.append({**shared, "group_name": group, **_estimate(estimate, comparison)})
            if not comparison.reverse:
                curves.append(_curve(estimate).assign(**shared, group_name=group))
        if len(comparison.groups) > 1 and not comparison.reverse:
            tests.append({**shared, **_test(comparison)})
    whole = {"at_risk": "int64", "events": "int64", "censored": "int64", "time_days": "int64"}
    curve_table = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=list(CURVE_COLUMNS))
    return (
        pd.DataFrame(estimates, columns=list(ESTIMATE_COLUMNS)),
        curve_table[list(CURVE_COLUMNS)].astype(whole),
        pd.DataFrame(tests, columns=list(TEST_COLUMNS)),
    )


def _estimate(fit: KaplanMeier, comparison: Comparison) -> dict[str, Any]:
    row: dict[str, Any] = {"n": fit.n, "events": fit.n_events, "is_naive": comparison.is_naive}
    for limit, days in zip(_LIMITS, fit.quantile(0.5), strict=True):
        row[f"median_months{limit}"] = days / DAYS_PER_MONTH
    readings = fit.survival_at(np.array(SURVIVAL_MONTHS) * DAYS_PER_MONTH)
    for months, reading in zip(SURVIVAL_MONTHS, records(readings), strict=True):
        for limit, name in zip(_LIMITS, ("survival", "ci_low", "ci_high"), strict=True):
            row[f"survival_{months}_months{limit}"] = reading[name]
    return row | {"note": _note(fit, comparison)}


def _note(fit: KaplanMeier, comparison: Comparison) -> str | None:
    if fit.n == 0:
        return "not estimated: no persons"
    parts = [comparison.note]
    if fit.n_events == 0:
        parts.append("no events: survival stays at 1 and has no limits")
    elif np.isnan(fit.median):
        parts.append("median not reached")
    return "; ".join(part for part in parts if part) or None


def _curve(fit: KaplanMeier) -> pd.DataFrame:
    return fit.curve.rename(columns={"time": "time_days"}).drop(columns="std_error")


def _test(comparison: Comparison) -> dict[str, Any]:
    persons = comparison.persons[comparison.persons["group"].isin(list(comparison.groups))]
    (result,) = records(logrank(persons["time_days"], persons["is_event"].astype(float), persons["group"]))
    note = "; ".join(part for part in (result["note"], comparison.note) if part) or None
    return {**result, "is_naive": comparison.is_naive, "note": note}
