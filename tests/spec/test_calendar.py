"""Specification 2, first lines: days and calendar months."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.dates import add_months, as_dates, days_between

any_day = st.dates(date(1600, 1, 1), date(2600, 1, 1))


def plus_months(day: str, months: int) -> str:
    """One date `months` later, as text."""
    return str(add_months(as_dates([date.fromisoformat(day)]), months).iloc[0].date())


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2020-01-15", 3, "2020-04-15"),
        ("2020-01-31", 1, "2020-02-29"),
        ("2021-01-31", 1, "2021-02-28"),
        ("2019-11-30", 3, "2020-02-29"),
        ("2020-02-29", 12, "2021-02-28"),
        ("2020-02-29", 48, "2024-02-29"),
        ("2020-12-31", 2, "2021-02-28"),
        ("2020-10-31", 6, "2021-04-30"),
        ("1900-01-31", 1, "1900-02-28"),
        ("2000-01-31", 1, "2000-02-29"),
        ("2020-05-31", 120, "2030-05-31"),
    ],
)
def test_01_a_month_later_is_the_same_day_or_the_months_last(day: str, months: int, expected: str) -> None:
    assert plus_months(day, months) == expected


@settings(max_examples=200, deadline=None)
@given(any_day, st.integers(1, 120))
def test_02_months_agree_with_the_calendar(day: date, months: int) -> None:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    assert plus_months(day.isoformat(), months) == date(year, month + 1, min(day.day, last_day)).isoformat()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(any_day, any_day), min_size=1, max_size=20))
def test_03_days_are_whole_days(pairs: list[tuple[date, date]]) -> None:
    starts, ends = as_dates([pair[0] for pair in pairs]), as_dates([pair[1] for pair in pairs])
    assert days_between(starts, ends).tolist() == [(end - start).days for start, end in pairs]


def test_04_blanks_stay_blank() -> None:
    dates = as_dates([date(2020, 1, 31), None])
    assert add_months(dates, 1).isna().tolist() == [False, True]
    assert days_between(dates, add_months(dates, 1)).isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["2020-02-30"], "no dates"),
        (["soon"], "no dates"),
        ([20200101], "numbers"),
        ([1.5], "numbers"),
        ([True], "numbers"),
        (pd.to_datetime(["2020-01-01 03:00"]), "times of day"),
        (pd.to_datetime(["2020-01-01"]).tz_localize("UTC"), "time zone"),
    ],
)
def test_05_what_is_no_date_is_refused(values: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_dates(values)


def test_06_dates_of_any_century_can_be_held() -> None:
    days = [date(1066, 10, 14), date(9999, 12, 31)]
    assert [day.date() for day in as_dates(days)] == days
    assert days_between(as_dates(days[:1]), as_dates(days[1:])).tolist() == [(days[1] - days[0]) // timedelta(days=1)]
