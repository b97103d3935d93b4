"""From courses of a drug to single orders and dispensings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.simulation.facts import NO_DAY


def order_periods(exposures: pd.DataFrame, renewal_days: int) -> pd.DataFrame:
    """One row an order: courses renewed every `renewal_days`, infusions one by one; NO_DAY = still running."""
    start, stop = exposures["start_day"].to_numpy(), exposures["stop_day"].to_numpy()
    interval = exposures["interval_days"].to_numpy()
    step = np.where(interval > 0, interval, renewal_days)
    length = np.where(stop == NO_DAY, exposures["cut_off"], stop) - start
    times = length // step + 1
    rows = np.repeat(np.arange(len(exposures)), times)
    ordinal = np.arange(rows.size) - np.repeat(np.cumsum(times) - times, times)
    first = start[rows] + ordinal * step[rows]
    last = np.where(interval[rows] > 0, first, first + step[rows] - 1)
    is_final = ordinal == times[rows] - 1
    last = np.where(is_final & (interval[rows] == 0), stop[rows], last)
    return (
        exposures.iloc[rows][["record", "agent", "line_number"]]
        .assign(start_day=first, stop_day=last)
        .reset_index(drop=True)
    )


def drug_names(
    rng: np.random.Generator, names: Mapping[str, Sequence[str]], agents: Sequence[str], codes: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """The hospital's names of all agents, and for each order the position of one of its agent's names."""
    many = np.array([len(names[agent]) for agent in agents])
    first = np.cumsum(many) - many
    position = first[codes] + (rng.random(codes.size) * many[codes]).astype(int)
    return [name for agent in agents for name in names[agent]], position
