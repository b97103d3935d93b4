import datetime as dt

import numpy as np
import pytest

from analytics.simulation.national_id import check_character, is_valid, national_ids
from analytics.simulation.parameters import day_number


def test_the_check_character_follows_iso_7064_mod_11_2() -> None:
    # the worked example of GB 11643-1999
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


@pytest.mark.parametrize("text", ["11010519491231002X", "440524188001010014"])
def test_a_right_check_character_is_valid(text: str) -> None:
    assert is_valid(text)


@pytest.mark.parametrize(
    "text", ["110105194912310021", "11010519491231002x", "1101051949123100", "１10105194912310021", ""]
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_valid(text)


def test_ids_are_valid_unique_and_of_a_region_never_assigned() -> None:
    person = np.arange(5000)
    birth = np.full(5000, day_number(dt.date(1961, 2, 28)))
    ids = national_ids(person, birth, person % 3 > 0)
    assert all(is_valid(text) for text in ids)
    assert len(set(ids)) == 5000
    assert {text[:2] for text in ids} == {"99"}
    assert {text[6:14] for text in ids} == {"19610228"}


def test_the_sequence_number_is_odd_for_men() -> None:
    ids = national_ids(np.array([0, 1]), np.array([0, 0]), np.array([True, False]))
    assert [int(text[16]) % 2 for text in ids] == [1, 0]
