"""The multiverse: the main result under every combination of definitions (specification 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analytics.disclosure import MIN_CELL
from analytics.endpoints import survival_endpoints
from analytics.estimates.cox import cox_regression
from analytics.estimates.kaplan_meier import kaplan_meier
from analytics.protocol import Protocol
from analytics.report.cells import NOT_REACHED, Table, interval, known, number
from analytics.report.study import GROUPS, Study
from analytics.report.survival import DAYS_PER_MONTH
from analytics.resistance import analysed_groups, resistance_labels

DIMENSIONS = ("window", "criteria", "policy", "grouping")
COLUMNS = (
    *DIMENSIONS,
    "endpoint",
    "n_primary",
    "n_secondary",
    "median_primary",
    "median_secondary",
    "ratio",
    "ci_low",
    "ci_high",
    "is_protocol",
)
EXCLUDED, JOINED = "progression-free apart", "progression-free with secondary"


def multiverse(study: Study, progress: Callable[[str], None] | None = None) -> pd.DataFrame:
    """One row a universe and endpoint (os, pfs), COLUMNS: sizes, medians in months, hazard ratio of the secondary group.

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
                rows += [shared | row for row in _results(labels, endpoints, varied)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _is_same(universe: Protocol, protocol: Protocol) -> bool:
    return universe == protocol


def _results(labels: pd.DataFrame, endpoints: pd.DataFrame, protocol: Protocol) -> list[dict[str, Any]]:
    groups = analysed_groups(labels, protocol).set_axis(labels["person_id"])
    results = []
    for endpoint in ("os", "pfs"):
        rows = endpoints.loc[endpoints["endpoint"] == endpoint]
        frame = pd.DataFrame(
            {"time": rows["time_days"].astype(float), "event": rows["is_event"].astype(float)}
        ).set_axis(rows["person_id"])
        frame["group"] = groups.reindex(frame.index)
        frame = frame.loc[frame["group"].isin(GROUPS)]
        frame["secondary"] = (frame["group"] == GROUPS[1]).astype(float)
        result: dict[str, Any] = {"endpoint": endpoint}
        for group in GROUPS:
            part = frame.loc[frame["group"] == group]
            result[f"n_{group}"] = len(part)
            large = len(part) >= MIN_CELL
            result[f"median_{group}"] = (
                kaplan_meier(part["time"], part["event"]).median / DAYS_PER_MONTH if large else np.nan
            )
        fit = cox_regression(frame, "time", "event", ["secondary"], on_separation="refuse")
        term = fit.coefficients.iloc[0] if len(fit.coefficients) else {}
        result |= {name: term.get(name, np.nan) for name in ("ratio", "ci_low", "ci_high")}
        results.append(result)
    return results


def multiverse_table(universes: pd.DataFrame) -> Table:
    """The universes for readers. Sizes are rounded to the nearest MIN_CELL: the difference of two universes is a count of
    persons as well.
    """
    rows = [
        [
            f"{row['window']} months" + (" (protocol)" if row["is_protocol"] else ""),
            row["criteria"],
            row["policy"],
            row["grouping"],
            {"os": "Overall survival", "pfs": "Progression-free survival"}[row["endpoint"]],
            *(f"≈{MIN_CELL * round(row[f'n_{group}'] / MIN_CELL)}" for group in GROUPS),
            *(_median(row[f"median_{group}"]) for group in GROUPS),
            interval(row["ratio"], row["ci_low"], row["ci_high"]),
        ]
        for row in universes.to_dict("records")
    ]
    columns = ["Window", "Criteria", "New therapy", "Grouping", "Endpoint", "Primary, n", "Secondary, n"]
    columns += ["Median primary, months", "Median secondary, months", "Hazard ratio (95% CI)"]
    notes = [
        f"Numbers of persons are rounded to the nearest {MIN_CELL}, since the difference of two rows is a count too. "
        "Hazard ratios: secondary against primary, from start of first line (naive)."
    ]
    return Table("multiverse", "The main result under every combination of definitions", columns, rows, notes)


def _median(value: Any) -> str:
    return number(value, 1) if known(value) else NOT_REACHED
