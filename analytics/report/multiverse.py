"""The multiverse: the main result under every combination of definitions (specification 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pandas as pd

from analytics.dates import DAYS_PER_MONTH
from analytics.endpoints import survival_endpoints
from analytics.estimates.cox import cox_regression
from analytics.estimates.kaplan_meier import kaplan_meier
from analytics.estimates.results import records
from analytics.protocol import Protocol
from analytics.report.cells import DASH, NOT_REACHED, Table, interval, known, number
from analytics.report.study import GROUPS, Study
from analytics.resistance import analysed_groups, resistance_labels

DIMENSIONS = ("window", "criteria", "policy", "grouping")
COLUMNS = (
    *DIMENSIONS,
    "n_primary",
    "n_secondary",
    "n_pfs",
    "median_primary",
    "median_secondary",
    "ratio",
    "ci_low",
    "ci_high",
    "pps_ratio",
    "pps_ci_low",
    "pps_ci_high",
    "median_pfs",
    "is_protocol",
)
POLICY_WORDS = {"censor": "ends follow-up", "ignore": "does not end it"}
EXCLUDED, JOINED = "progression-free apart", "progression-free with secondary"


def multiverse(study: Study, progress: Callable[[str], None] | None = None) -> pd.DataFrame:
    """One row a universe, COLUMNS: sizes, median os in months and hazard ratio of death of the secondary group, that
    from progression on, and median pfs of all persons.

    The cohort stays; window, criteria, policy and grouping vary (`Protocol.vary`).
    """
    protocol = study.protocol
    frames = {
        "cohort": study.frame("analysis_cohort"),
        "lines": study.frame("analysis_lines"),
        "timepoints": study.frame("analysis_timepoints"),
        "persons": study.frame("analysis_persons"),
    }
    rows: list[dict[str, Any]] = []
    for window, criteria in product(protocol.multiverse_windows, protocol.multiverse_criteria):
        if progress is not None:
            progress(f"multiverse: {window} months, {criteria}")
        base = protocol.vary(resistance_window_months=window, criteria=criteria)
        labels = resistance_labels(**frames, protocol=base)
        for policy in protocol.multiverse_policies:
            universe = base.vary(new_therapy_policy=policy)
            endpoints = survival_endpoints(**frames, labels=labels, protocol=universe)
            for joined in (False, True):
                varied = universe.vary(secondary_includes_progression_free=joined)
                names = (window, criteria, policy, JOINED if joined else EXCLUDED)
                shared = dict(zip(DIMENSIONS, names, strict=True)) | {"is_protocol": _is_same(varied, protocol)}
                rows.append(shared | _result(labels, endpoints, varied, study.min_cell))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _is_same(universe: Protocol, protocol: Protocol) -> bool:
    return universe == protocol


def _result(labels: pd.DataFrame, endpoints: pd.DataFrame, protocol: Protocol, min_cell: int) -> dict[str, Any]:
    groups = analysed_groups(labels, protocol).set_axis(labels["person_id"])
    frames = {name: _times(endpoints, name, groups) for name in ("os", "pps", "pfs")}
    result: dict[str, Any] = {"n_pfs": len(frames["pfs"]), "median_pfs": _median_of(frames["pfs"], min_cell)}
    for group in GROUPS:
        part = frames["os"].loc[frames["os"]["group"] == group]
        result |= {f"n_{group}": len(part), f"median_{group}": _median_of(part, min_cell)}
    for name, prefix in (("os", ""), ("pps", "pps_")):
        compared = frames[name].loc[frames[name]["group"].isin(GROUPS)]
        result |= {f"{prefix}{key}": value for key, value in _ratio_of(compared, min_cell).items()}
    return result


def _times(endpoints: pd.DataFrame, name: str, groups: pd.Series) -> pd.DataFrame:
    rows = endpoints.loc[endpoints["endpoint"] == name]
    columns = {"time": rows["time_days"].astype(float), "event": rows["is_event"].astype(float)}
    frame = pd.DataFrame(columns).set_axis(rows["person_id"])
    group = groups.reindex(frame.index)
    return frame.assign(group=group, secondary=(group == GROUPS[1]).astype(float))


def _ratio_of(compared: pd.DataFrame, min_cell: int) -> dict[str, float]:
    """Hazard ratio with its limits; not told where a group has fewer than min_cell persons."""
    keys = ("ratio", "ci_low", "ci_high")
    if any((compared["group"] == group).sum() < min_cell for group in GROUPS):
        return dict.fromkeys(keys, float("nan"))
    term = cox_regression(compared, "time", "event", ["secondary"], on_separation="refuse").coefficients.iloc[0]
    return {key: float(term[key]) for key in keys}


def _median_of(part: pd.DataFrame, min_cell: int) -> float:
    """Median in months; not told of fewer than min_cell persons."""
    if len(part) < min_cell:
        return float("nan")
    return kaplan_meier(part["time"], part["event"]).median / DAYS_PER_MONTH


def multiverse_table(universes: pd.DataFrame, min_cell: int) -> Table:
    """The universes for readers. Sizes are rounded to the nearest min_cell: the difference of two is a count too; of a
    group of fewer nothing is told.
    """
    rows = [
        [
            f"{row['window']}" + (" (protocol)" if row["is_protocol"] else ""),
            row["criteria"],
            row["policy"],
            "joined" if row["grouping"] == JOINED else "apart",
            *(_size(row[f"n_{group}"], min_cell) for group in GROUPS),
            *(_median(row[f"median_{group}"], row[f"n_{group}"], min_cell) for group in GROUPS),
            interval(row["ratio"], row["ci_low"], row["ci_high"]),
            interval(row["pps_ratio"], row["pps_ci_low"], row["pps_ci_high"]),
            _median(row["median_pfs"], row["n_pfs"], min_cell),
        ]
        for row in records(universes)
    ]
    columns = ["Window, months", "Criteria", "New therapy", "Progression-free", "Primary, n", "Secondary, n"]
    columns += ["Median OS, primary", "Median OS, secondary", "HR of death, naive (95% CI)"]
    columns += ["HR from progression (95% CI)", "Median PFS, all"]
    notes = [
        f"Numbers of patients are rounded to the nearest {min_cell}, since the difference of two rows is a count too. "
        f"Of a group of fewer than {min_cell} (none included) no median and no ratio is told. "
        "HR: hazard ratio, secondary against primary resistance. Medians in months. OS, PFS: overall, progression-free "
        f"survival. New therapy: censor = it {POLICY_WORDS['censor']}, ignore = it {POLICY_WORDS['ignore']}. "
        "Progression-free: patients without progression are apart from, or joined with, the secondary group."
    ]
    return Table("multiverse", "The main result under every combination of definitions", columns, rows, notes)


def _size(persons: int, min_cell: int) -> str:
    return f"<{min_cell}" if persons < min_cell else f"≈{min_cell * round(persons / min_cell)}"


def _median(value: Any, persons: int, min_cell: int) -> str:
    if persons < min_cell:
        return DASH
    return number(value, 1) if known(value) else NOT_REACHED
