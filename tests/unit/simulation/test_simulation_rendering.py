import datetime as dt
import unicodedata

import numpy as np
import pytest

from analytics.simulation import rendering
from analytics.simulation.facts import NO_DAY
from analytics.simulation.parameters import day_number

DAY = np.array([day_number(dt.date(2021, 3, 5))])


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("iso", "2021-03-05"),
        ("slash", "2021/03/05"),
        ("slash_plain", "2021/3/5"),
        ("chinese", "2021年3月5日"),
        ("chinese_padded", "2021年03月05日"),
        ("compact", "20210305"),
        ("serial", "44260"),
    ],
)
def test_every_date_form_of_the_contract(form: str, expected: str) -> None:
    assert rendering.dates(DAY, form).to_pylist() == [expected]


def test_a_serial_before_may_1927_would_have_four_digits_and_is_written_out() -> None:
    day = np.array([day_number(dt.date(1927, 5, 17)), day_number(dt.date(1927, 5, 18))])
    assert rendering.dates(day, "serial").to_pylist() == ["1927-05-17", "10000"]


def test_no_day_is_blank() -> None:
    assert rendering.dates(np.array([NO_DAY])).to_pylist() == [None]


def test_times_of_day_as_text_and_as_fraction() -> None:
    minute = np.array([9 * 60])
    assert rendering.timestamps(DAY, minute).to_pylist() == ["2021-03-05 09:00"]
    assert rendering.timestamps(DAY, minute, "slash", with_seconds=True).to_pylist() == ["2021/03/05 09:00:00"]
    assert rendering.timestamps(DAY, minute, "serial").to_pylist() == ["44260.375"]


def test_numbers_in_shortest_and_in_fixed_form() -> None:
    values = np.array([12.0, 12.34, np.nan])
    assert rendering.numbers(values, 1).to_pylist() == ["12", "12.3", None]
    assert rendering.fixed(values, 1).to_pylist() == ["12.0", "12.3", None]
    assert rendering.numbers(values).to_pylist() == ["12", "12", None]


def test_thousands_groups() -> None:
    assert rendering.in_thousands("1234567.8") == "1,234,567.8"


def test_full_width_text_folds_back_under_nfkc() -> None:
    text = "Vp3 (>1,210) 2021/3/5"
    assert rendering.full_width(text) != text
    assert unicodedata.normalize("NFKC", rendering.full_width(text)) == text
