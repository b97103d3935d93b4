"""Columns of a frame become numeric columns of a model: factors, reference levels, nullable and decimal types."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from analytics.estimates import logistic_regression
from analytics.estimates.design import complete_rows, encode, is_number


def test_numbers_stay_and_factors_get_one_column_a_level_against_the_first():
    frame = pd.DataFrame({"age": [61, 50, 72], "stage": ["B", "A", "C"], "sex": ["M", "F", "M"]})
    design = encode(frame, ["age", "stage", "sex"])
    assert design.terms.to_numpy().tolist() == [
        ["age", "age", None, None],
        ["stage", "stage=B", "B", "A"],
        ["stage", "stage=C", "C", "A"],
        ["sex", "sex", "M", "F"],
    ]
    assert design.matrix.tolist() == [[61, 1, 0, 1], [50, 0, 0, 0], [72, 0, 1, 1]]


def test_categories_keep_their_order_and_unused_ones_vanish():
    stage = pd.Categorical(["C", "A", "C"], categories=["C", "B", "A"])
    terms = encode(pd.DataFrame({"stage": stage}), ["stage"]).terms
    assert terms[["term", "level", "reference_level"]].to_numpy().tolist() == [["stage", "A", "C"]]


def test_a_reference_may_be_named_and_gives_way_where_nobody_has_it():
    frame = pd.DataFrame({"stage": ["A", "B", "C"]})
    named = encode(frame, ["stage"], {"stage": "B"}).terms
    assert set(named["reference_level"]) == {"B"}
    absent = encode(frame, ["stage"], {"stage": "D"}).terms
    assert set(absent["reference_level"]) == {"A"}


@pytest.mark.parametrize(
    ("values", "number"),
    [
        (pd.array([1, None], "Int64"), True),
        (pd.Series([Decimal("17.1"), None], dtype=object), True),
        (pd.array([True, None], "boolean"), False),
        (pd.Series([True, None], dtype=object), False),
        (pd.Series(["1", "2"]), False),
        (pd.Series([None, None], dtype=object), False),
    ],
)
def test_what_counts_as_a_number(values, number):
    assert is_number(pd.Series(values)) is number


def test_nullable_decimal_and_plain_columns_give_the_same_fit():
    generator = np.random.default_rng(1)
    plain = pd.DataFrame({"y": generator.integers(0, 2, 60), "x": generator.integers(0, 9, 60) / 4})
    other = pd.DataFrame(
        {
            "y": plain["y"].astype(bool).astype("boolean"),
            "x": [Decimal(str(value)) for value in plain["x"]],
        }
    )
    fits = [logistic_regression(frame, "y", ["x"]).coefficients for frame in (plain, other)]
    pd.testing.assert_frame_equal(*fits)


def test_complete_rows_need_every_column():
    frame = pd.DataFrame({"a": [1, None, 3], "b": ["x", "y", None]})
    assert complete_rows(frame, ["a", "b"]).tolist() == [True, False, False]
    with pytest.raises(ValueError, match="no column 'c'"):
        complete_rows(frame, ["c"])
