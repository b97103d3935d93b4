"""Normalisation of cells and the text of typed cells (specification 1.1)."""

import datetime as dt
import decimal
import sys
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing.text import cell_text, clean_column, clean_text, strip_float_identifiers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("４４１９９．０", "44199.0"),
        ("\u3000ＡＦＰ\u00a0", "AFP"),
        ("总胆红素(µmol/L)", "总胆红素(μmol/L)"),
        ("10⁹/L", "109/L"),
        ("(kg)", "(kg)"),
        ("\u200bx", "\u200bx"),
        ("a\nb ", "a\nb"),
    ],
)
def test_cells_are_normalised_and_trimmed(text: str, expected: str) -> None:
    assert clean_text(text) == expected
    assert clean_column(pa.array([text])).to_pylist() == [expected]


def test_blank_cells_become_null() -> None:
    column = pa.array(["", "  ", "\u3000\t", None, "x"])

    assert clean_column(column).to_pylist() == [None, None, None, None, "x"]


def test_columns_and_single_texts_are_cleaned_alike_for_every_character() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]

    assert clean_column(pa.array(characters)).to_pylist() == [clean_text(text) or None for text in characters]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=20) | st.none(), max_size=20))
def test_columns_and_single_texts_are_cleaned_alike(texts: list[str | None]) -> None:
    expected = [clean_text(text) or None if text is not None else None for text in texts]

    assert clean_column(pa.array(texts, pa.string())).to_pylist() == expected


def test_identifiers_lose_a_decimal_zero() -> None:
    column = pa.array(["12.0", "12.00", "A12.0", "1.0\n", None, "012.0"])

    assert strip_float_identifiers(column).to_pylist() == ["12", "12.00", "A12.0", "1.0\n", None, "012"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("text ", "text "),
        (True, "true"),
        (np.bool_(False), "false"),
        (12, "12"),
        (12.0, "12"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "1e-07"),
        (1e15, "1000000000000000"),
        (110105194912310016.0, "110105194912310016"),
        (float("nan"), None),
        (float("inf"), "inf"),
        (np.float32(0.1), "0.1"),
        (np.float16(0.1), "0.1"),
        (np.float64(2.5), "2.5"),
        (np.int64(7), "7"),
        (decimal.Decimal("5.00"), "5"),
        (decimal.Decimal("5.10"), "5.1"),
        (decimal.Decimal("1E+2"), "100"),
        (decimal.Decimal("100"), "100"),
        (decimal.Decimal("0.00"), "0"),
        (decimal.Decimal("-0.50"), "-0.5"),
        (decimal.Decimal("NaN"), None),
        (dt.date(2024, 3, 5), "2024-03-05"),
        (dt.datetime(2024, 3, 5), "2024-03-05"),
        (dt.datetime(2024, 3, 5, 8, 30), "2024-03-05 08:30:00"),
        (dt.datetime(2024, 3, 5, 8, 30, 1, 900_000), "2024-03-05 08:30:01"),
        (dt.datetime(987, 3, 5), "0987-03-05"),
        (dt.datetime(2024, 3, 4, 16, tzinfo=dt.UTC), "2024-03-05"),
        (dt.datetime(2024, 3, 5, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")), "2024-03-05 08:30:00"),
        (dt.time(8, 30), "08:30:00"),
        (b"\xe5\xae\x8c", "完"),
    ],
)
def test_typed_cells_become_text(value: object, expected: str | None) -> None:
    assert cell_text(value) == expected


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"\xff"])
def test_cells_without_a_text_are_an_error(value: object) -> None:
    with pytest.raises(ValueError, match=r"has no text|can't decode"):
        cell_text(value)
