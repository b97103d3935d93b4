"""NFKC is Python's own for every text, in time that grows with its length and not with the square of it."""

import time
import unicodedata

import pytest
from fuzzing import examples
from hypothesis import example, given
from hypothesis import strategies as st

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError
from orchestration.landing.normal_form import normalise

# Marks of several classes, marks that decompose into two (one of them of class 0), letters that take marks, Hangul.
CHARACTERS = "\u0300\u0316\u0344\u0327\u0f71\u0f73\u0f81\u0345\u05b0\u1dc0a\u00e9e\u1100\u1161\u11a8\u212b９ﷺ "


@examples(150)
@given(st.lists(st.tuples(st.text(CHARACTERS, max_size=6), st.integers(1, 150)), max_size=8))
@example([("a", 1), ("\u0300\u0316", 200)])
@example([("\u0f73\u0344", 100), ("e\u0327\u0316", 1), ("\u0300", 90)])
def test_1_any_text_has_its_normal_form(parts: list[tuple[str, int]]) -> None:
    text = "".join(part * times for part, times in parts)

    assert normalise(text) == unicodedata.normalize("NFKC", text)


@examples(150)
@given(st.text(min_size=201, max_size=400))
def test_2_any_long_text_has_its_normal_form(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFKC", text)


def test_3_many_marks_take_no_longer_than_as_many_letters() -> None:
    normalise("é" * 300)  # the first long text finds out which characters are marks
    started = time.process_time()
    normalised = normalise("a" + "\u0300\u0316" * 500_000)
    seconds = time.process_time() - started

    assert normalised == "\u00e0" + "\u0316" * 500_000 + "\u0300" * 499_999
    assert seconds < 10, "Python alone needs minutes"


def test_4_a_text_that_grows_beyond_a_cell_is_refused() -> None:
    longest = limits.LIMITS.cell_characters
    with pytest.raises(RefusalError, match="after NFKC"):
        normalise("\ufdfa" * (longest // 18 + 1))
    assert len(normalise("\ufdfa" * (longest // 18))) == longest // 18 * 18
