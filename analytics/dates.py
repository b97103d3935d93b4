"""Calendar dates: whole days, months by real date arithmetic, and how long a month is in figures (specification 2).

Dates are `datetime64[s]` at midnight, not nanoseconds: a date of any century can be held.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

DATE_TYPE = "datetime64[s]"
# Months for display are days over this; a window of calendar months is real date arithmetic (specification 2).
DAYS_PER_MONTH = 30.4375


def as_dates(values: Any) -> pd.Series:
    """Dates as they come (timestamps, `datetime.date`, Arrow dates, ISO text, blanks) as `datetime64[s]`.

    Raises ValueError for anything that is no calendar date: a time of day, a time zone, other text or numbers.
    """
    column = pd.Series(values)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        raise ValueError("holds times with a time zone, not dates")
    if column.isna().all():
        days = np.full(len(column), np.datetime64("NaT"), dtype="datetime64[D]")
    elif np.issubdtype(column.to_numpy().dtype, np.datetime64):
        moments = column.to_numpy()
        days = moments.astype("datetime64[D]")
        if ((days != moments) & ~np.isnat(moments)).any():
            raise ValueError("holds times of day, not dates")
    elif column.dtype == object or isinstance(column.dtype, pd.ArrowDtype | pd.StringDtype):
        days = _days_of_objects(column)
    else:
        raise ValueError("holds numbers, not dates")
    return pd.Series(days.astype(DATE_TYPE), index=column.index, name=column.name)


def _days_of_objects(column: pd.Series) -> np.ndarray:
    filled = column.astype(object).where(column.notna(), None)
    try:
        return np.array(filled.to_numpy(), dtype="datetime64[D]")
    except (ValueError, TypeError):
        raise ValueError("holds values that are no dates") from None


def add_months(dates: pd.Series, months: int) -> pd.Series:
    """The date `months` calendar months later; a day the month lacks becomes its last day (31 Jan + 1 month = Feb).

    `dates`: `datetime64[s]`, blanks stay blank.
    """
    days = dates.to_numpy().astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    target = month + np.timedelta64(months, "M")
    same_day = target.astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    last_day = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return pd.Series(np.minimum(same_day, last_day).astype(DATE_TYPE), index=dates.index)


def days_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Whole days from `start` to `end` as nullable integers; blank where either is blank."""
    return (end - start).dt.days.astype("Int64")
