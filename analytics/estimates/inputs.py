"""What every estimate does with its input first: check it, drop incomplete rows, settle which times are equal.

Mistakes of the caller (unequal lengths, negative times, an event that is neither 0 nor 1) are ValueErrors whose
messages count rows and never show values. Missing values are no mistake: their rows are left out and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]

# Times closer than this are one time, as R's survival package has it (its `timefix`): a duration that was divided by
# 30.4375 here and by 365.25 / 12 there must not lose its ties to rounding.
TIME_TOLERANCE = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True)
class SurvivalData:
    """Complete rows of survival data, in the caller's order.

    `kept` marks the caller's rows that are used; all other arrays hold only those. `strata` are codes from 0.
    `entry` is None unless rows enter the risk set late (start-stop data). `n_missing` counts rows left out because a
    value is missing; rows of weight 0 are left out as well and not counted.
    """

    durations: FloatArray
    events: BoolArray
    weights: FloatArray
    strata: IntArray
    entry: FloatArray | None
    kept: BoolArray
    n_missing: int

    @property
    def n(self) -> int:
        """Rows used."""
        return len(self.durations)

    @property
    def n_events(self) -> int:
        """Events among the rows used."""
        return int(self.events.sum())

    @property
    def is_weighted(self) -> bool:
        """Whether any weight differs from 1."""
        return bool((self.weights != 1.0).any())

    @property
    def has_sampling_weights(self) -> bool:
        """Whether any weight is no whole number, so that weights cannot be counts of equal rows."""
        return bool((self.weights != np.floor(self.weights)).any())


def as_floats(values: Any, name: str) -> FloatArray:
    """One-dimensional floats with NaN for missing, from numbers, booleans, decimals or nullable pandas columns."""
    series = pd.Series(values)
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biuf":
        return _refuse_infinite(series.to_numpy(dtype=float), name)
    try:
        numbers = pd.to_numeric(series) if series.dtype == object else series
        array = np.array(numbers.astype("Float64").to_numpy(dtype=float, na_value=np.nan))
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numbers") from None
    return _refuse_infinite(array, name)


def _refuse_infinite(array: FloatArray, name: str) -> FloatArray:
    if infinite := int(np.isinf(array).sum()):
        raise ValueError(f"{name} holds {infinite} infinite values")
    return array


def as_events(values: Any, name: str = "events") -> FloatArray:
    """Events as 0.0, 1.0 or NaN. Raises ValueError for any other value."""
    array = as_floats(values, name)
    odd = int((~np.isin(array, (0.0, 1.0)) & ~np.isnan(array)).sum())
    if odd:
        raise ValueError(f"{name} must be 0 or 1 (or false and true); {odd} rows hold something else")
    return array


def group_codes(values: Any, length: int) -> tuple[IntArray, pd.Index]:
    """Codes (-1 where missing) and their labels, for one column of labels or several (a frame or list of columns)."""
    if isinstance(values, pd.DataFrame):
        combined = [group_codes(values[column], length)[0] for column in values.columns]
        stacked = np.column_stack(combined) if combined else np.zeros((length, 1), dtype=np.int64)
        _, codes = np.unique(stacked, axis=0, return_inverse=True)
        codes = np.where((stacked < 0).any(axis=1), -1, codes.reshape(-1)).astype(np.int64)
        return codes, pd.Index(range(int(codes.max(initial=-1)) + 1))
    series = pd.Series(values).reset_index(drop=True)
    if len(series) != length:
        raise ValueError(f"groups or strata have {len(series)} rows, durations {length}")
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.cat.remove_unused_categories()
        return series.cat.codes.to_numpy(dtype=np.int64), series.cat.categories
    codes, labels = pd.factorize(series, sort=True)
    return codes.astype(np.int64), pd.Index(labels)


def equal_times(*columns: FloatArray) -> list[FloatArray]:
    """The same times with those within TIME_TOLERANCE (absolute, or relative to their mean) made equal."""
    values = np.unique(np.concatenate(columns))
    gaps = np.diff(values)
    mean = float(np.abs(values).mean()) if len(values) else 0.0
    tied = (gaps <= TIME_TOLERANCE) | (gaps <= TIME_TOLERANCE * mean)
    if not tied.any():
        return list(columns)
    anchors = values[np.concatenate(([True], ~tied))]
    return [anchors[np.searchsorted(anchors, column, side="right") - 1] for column in columns]


def survival_data(
    durations: ArrayLike,
    events: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    strata: Any = None,
    entry: ArrayLike | None = None,
    complete: BoolArray | None = None,
) -> SurvivalData:
    """Checked survival data.

    durations: time from the start to the event or to censoring, >= 0, any unit. events: 1 event, 0 censored.
    weights: case weights >= 0. strata: labels, or a frame of label columns. entry: time from which a row is at risk
    (0 <= entry < duration). complete: rows to use (others count as missing).
    Raises ValueError for lengths that differ, negative or infinite times, events other than 0 and 1, negative
    weights, and rows that leave before they enter.
    """
    times = as_floats(durations, "durations")
    length = len(times)
    columns = {"durations": times, "events": as_events(events)}
    columns["weights"] = np.ones(length) if weights is None else as_floats(weights, "weights")
    if entry is not None:
        columns["entry"] = as_floats(entry, "entry")
    for name, column in columns.items():
        if len(column) != length:
            raise ValueError(f"{name} has {len(column)} rows, durations {length}")
    codes = np.zeros(length, dtype=np.int64) if strata is None else group_codes(strata, length)[0]
    present = ~np.isnan(np.vstack(list(columns.values()))).any(axis=0) & (codes >= 0)
    if complete is not None:
        present &= complete
    _refuse_impossible({name: column[present] for name, column in columns.items()})
    kept = present & (columns["weights"] > 0)
    used = {name: column[kept] for name, column in columns.items()}
    if entry is None:
        (used["durations"],) = equal_times(used["durations"])
    else:
        used["durations"], used["entry"] = equal_times(used["durations"], used["entry"])
    _, dense = np.unique(codes[kept], return_inverse=True)
    return SurvivalData(
        durations=used["durations"],
        events=used["events"] == 1.0,
        weights=used["weights"],
        strata=dense.astype(np.int64),
        entry=used.get("entry"),
        kept=kept,
        n_missing=int((~present).sum()),
    )


def _refuse_impossible(columns: dict[str, FloatArray]) -> None:
    """ValueError where a value cannot be: negative times or weights, an exit before the entry."""
    for name in ("durations", "weights", "entry"):
        if name in columns and (negative := int((columns[name] < 0).sum())):
            raise ValueError(f"{name} holds {negative} negative values")
    if "entry" in columns and (reversed_rows := int((columns["entry"] >= columns["durations"]).sum())):
        raise ValueError(f"{reversed_rows} rows end at or before their entry")


def column_of(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column by name. Raises ValueError naming it where the frame lacks it."""
    if name not in frame.columns:
        raise ValueError(f"the frame has no column {name!r}")
    return frame[name]


def names_list(names: str | Sequence[str] | None) -> list[str]:
    """Column names as a list: one name, several, or none."""
    if names is None:
        return []
    return [names] if isinstance(names, str) else list(names)
