"""Log-rank test, plain or stratified (specification 5.1 item 3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import chi2
from statsmodels.duration.survfunc import survdiff

from analytics.estimates.inputs import IntArray, SurvivalData, group_codes, survival_data

TEST_COLUMNS = ("test", "statistic", "df", "p_value", "n", "n_missing", "note")


def logrank(durations: ArrayLike, events: ArrayLike, groups: Any, strata: Any = None) -> pd.DataFrame:
    """Log-rank test of equal survival, as R's `survdiff(Surv(t, e) ~ group + strata(s))`.

    groups: one label a row; strata: labels, or a frame of label columns. Returns one row, columns TEST_COLUMNS, with
    `test` = logrank or stratified_logrank. A group that is never at risk when an event happens carries no
    information and no degree of freedom. Without two groups or without events the row has NaN and says why.
    Raises ValueError as `survival_data` does.
    """
    length = len(pd.Series(durations))
    codes, _ = group_codes(groups, length)
    data = survival_data(durations, events, strata=strata, complete=codes >= 0)
    codes = codes[data.kept]
    name = "logrank" if strata is None else "stratified_logrank"
    row: dict[str, Any] = {"test": name, "statistic": np.nan, "df": np.nan, "p_value": np.nan}
    row |= {"n": data.n, "n_missing": data.n_missing, "note": None}
    informative = _at_risk_at_an_event(codes, data)
    if len(np.unique(codes)) < 2:
        row["note"] = "not estimated: fewer than two groups"
    elif data.n_events == 0:
        row["note"] = "not estimated: no events"
    elif len(informative) < 2:
        row["note"] = "not estimated: only one group is at risk when events happen"
    else:
        row |= _statistic(codes, data, informative)
    return pd.DataFrame([row], columns=list(TEST_COLUMNS))


def _statistic(codes: IntArray, data: SurvivalData, informative: IntArray) -> dict[str, Any]:
    used = np.isin(codes, informative)
    arrays = [array[used] for array in (data.durations, data.events.astype(float), codes, data.strata)]
    try:
        statistic = float(survdiff(arrays[0], arrays[1], arrays[2], strata=arrays[3])[0])
    except np.linalg.LinAlgError:
        statistic = np.nan
    if not np.isfinite(statistic):
        return {"note": "not estimated: every event happens while one group alone is at risk"}
    df = len(informative) - 1
    # statsmodels' own p value is 1 - cdf and loses everything below 1e-16.
    return {"statistic": statistic, "df": float(df), "p_value": float(chi2.sf(statistic, df))}


def _at_risk_at_an_event(codes: IntArray, data: SurvivalData) -> IntArray:
    """Codes of the groups that are at risk at one event or more: those whose expected number is not zero."""
    frame = pd.DataFrame({"stratum": data.strata, "group": codes, "time": data.durations})
    first_event = frame[data.events].groupby("stratum")["time"].min().rename("first_event")
    last_time = frame.groupby(["stratum", "group"])["time"].max().reset_index()
    last_time = last_time.merge(first_event, on="stratum")
    return np.unique(last_time.loc[last_time["time"] >= last_time["first_event"], "group"].to_numpy(dtype=np.int64))
