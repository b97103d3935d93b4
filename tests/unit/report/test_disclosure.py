"""No count under min_cell appears or can be concluded (specification 4)."""

from __future__ import annotations

from itertools import pairwise, product
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import disclosure
from analytics.disclosure import Counts, last_shown_time, shown_curve, shown_readings, shown_risk_numbers, suppressed

MIN_CELL = 5
TABLE = st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=3)


def _two_way(rows: list[list[int]]) -> Counts:
    """A table with its margins: cells (i, j), row totals (i, None), column totals (None, j), all (None, None)."""
    counts = Counts()
    columns = range(len(rows[0]))
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            counts.add((i, j), value)
        counts.add((i, None), sum(row))
        counts.add_sum((i, None), [(i, j) for j in columns])
    for j in columns:
        counts.add((None, j), sum(row[j] for row in rows))
        counts.add_sum((None, j), [(i, j) for i in range(len(rows))])
    counts.add((None, None), sum(map(sum, rows)))
    counts.add_sum((None, None), [(None, j) for j in columns])
    counts.add_sum((None, None), [(i, None) for i in range(len(rows))])
    return counts


def _tables_that_fit(rows: list[list[int]], hidden: frozenset, limit: int):
    """Every two-way table of whole numbers up to limit that agrees with what is shown, by trying all of them."""
    cells = [(i, j) for i in range(len(rows)) for j in range(len(rows[0]))]
    free = [cell for cell in cells if cell in hidden]
    shown = _two_way(rows).values
    for guess in product(range(limit + 1), repeat=len(free)):
        table = [list(row) for row in rows]
        for (i, j), value in zip(free, guess, strict=True):
            table[i][j] = value
        candidate = _two_way(table).values
        if all(candidate[key] == shown[key] for key in shown if key not in hidden):
            yield candidate


@settings(max_examples=60, deadline=None)
@given(TABLE)
def test_no_small_count_is_shown(rows):
    counts = _two_way(rows)
    hidden = counts.hidden(MIN_CELL)
    assert all(count == 0 or count >= MIN_CELL for key, count in counts.values.items() if key not in hidden)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
def test_every_hidden_small_count_may_be_large(rows):
    counts = _two_way(rows)
    hidden = counts.hidden(MIN_CELL)
    small = [key for key in hidden if counts.values[key] < MIN_CELL and counts.values[key] > 0]
    open_still = set(small)
    for candidate in _tables_that_fit(rows, hidden, 13) if small else ():
        open_still -= {key for key in open_still if candidate[key] >= MIN_CELL}
        if not open_still:
            break
    assert not open_still


def test_a_single_small_count_takes_the_smallest_other_with_it():
    counts = _two_way([[30, 40], [3, 50]])
    assert counts.hidden(MIN_CELL) == {(1, 0), (0, 0), (0, 1), (1, 1)}


def test_a_table_without_small_counts_is_shown_whole():
    assert _two_way([[30, 40], [0, 50]]).hidden(MIN_CELL) == frozenset()


def test_two_tables_cannot_be_subtracted():
    # 60 eligible here, 57 of them evaluated there: the three others are a count too, though no table shows it.
    values = {"eligible": 60, "evaluated": 57, "others": 3}
    hidden = suppressed(values, [("eligible", ("evaluated", "others"))], MIN_CELL)
    assert hidden == {"others", "evaluated"}


def test_small_counts_that_add_up_to_a_small_sum_take_another_with_them():
    # 2 + 2 are known to be 4 when 96 and 100 are shown.
    hidden = suppressed({"all": 100, "a": 2, "b": 2, "c": 96}, [("all", ("a", "b", "c"))], MIN_CELL)
    assert hidden == {"a", "b", "c"}


def test_what_cannot_be_settled_in_time_counts_as_unsafe(monkeypatch):
    # Settled in time, b1 takes b2 with it and b is shown; here two trials on the way are given up.
    def slow(*arguments, options, **others):
        assert options["time_limit"] > 0
        tried.append(1)
        return SimpleNamespace(success=len(tried) == 3)

    tried: list[int] = []
    monkeypatch.setattr(disclosure, "milp", slow)
    values = {"b": 40, "b1": 2, "b2": 38}
    assert suppressed(values, [("b", ("b1", "b2"))], MIN_CELL) == {"b", "b1", "b2"}


def test_an_unlinked_small_count_hides_itself_only():
    assert suppressed({"a": 4, "b": 5, "c": 0}, [], MIN_CELL) == {"a"}


def test_counts_refuse_a_name_for_two_numbers_and_wrong_sums():
    counts = Counts()
    counts.add("n", 7)
    counts.add("part", 6)
    with pytest.raises(ValueError, match="two counts"):
        counts.add("n", 8)
    with pytest.raises(ValueError, match="add up"):
        counts.add_sum("n", ["part"])


@given(st.lists(st.integers(0, 60), max_size=12).map(lambda numbers: sorted(numbers, reverse=True)))
def test_numbers_at_risk_and_their_differences_are_large_or_nought(at_risk):
    shown = [number for number in shown_risk_numbers(at_risk, MIN_CELL) if number is not None]
    assert all(number == 0 or number >= MIN_CELL for number in shown)
    differences = [before - after for before, after in pairwise(shown)]
    assert all(difference == 0 or difference >= MIN_CELL for difference in differences)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40))
def test_every_step_of_a_curve_holds_enough_events_and_persons(leaving):
    total = sum(events + censored for events, censored in leaving)
    rows, at_risk = [], total
    for time, (events, censored) in enumerate(leaving):
        rows.append({"time_days": time, "at_risk": at_risk, "events": events})
        at_risk -= events + censored
    curve = pd.DataFrame(rows, columns=["time_days", "at_risk", "events"])
    steps = shown_curve(curve, MIN_CELL)
    assert (steps["at_risk"] >= MIN_CELL).all()
    before = -1
    for time in steps["time_days"]:
        between = curve[(curve["time_days"] > before) & (curve["time_days"] <= time)]
        assert between["events"].sum() >= MIN_CELL
        before = time
    end = last_shown_time(curve, "time_days", MIN_CELL)
    assert not (curve.loc[curve["time_days"] <= end, "at_risk"] < MIN_CELL).any()


@pytest.mark.parametrize(
    ("deaths", "shown"),
    [
        ([1, 9, 10], [False, True, True]),  # one of thirty until the first reading: 96.7%
        ([10, 2, 8], [True, False, True]),  # two between two readings
        ([10, 10, 8], [True, True, False]),  # two are left
        ([0, 10, 20], [True, True, True]),
    ],
)
def test_no_survival_at_a_fixed_time_gives_away_few_deaths(deaths, shown):
    rows, left = [], 30
    for month, number in enumerate(deaths, start=1):
        rows.append((month - 0.5, left, number))
        left -= number
    rows += [(9.0, left, 0)] if left else []
    curve = pd.DataFrame(rows, columns=["time_days", "at_risk", "events"])
    assert shown_readings(curve, "time_days", [1.0, 2.0, 3.0], MIN_CELL) == shown


def test_of_two_counts_that_would_do_the_one_that_stands_nowhere_is_hidden():
    # Yes and missing stand in the table; no does not, and keeps the 3 apart from 100 - 60.
    values = {"all": 100, "yes": 60, "no": 37, "missing": 3}
    sums = [("all", ("yes", "no", "missing"))]
    assert suppressed(values, sums, MIN_CELL, displayed={"all", "yes", "missing"}) == {"missing", "no"}


def test_what_was_hidden_on_the_way_is_shown_again():
    # Hiding the shares of group A first does not protect the 2 of group B: only its own row does.
    values = {"a": 50, "a1": 20, "a2": 30, "b": 40, "b1": 2, "b2": 38}
    hidden = suppressed(values, [("a", ("a1", "a2")), ("b", ("b1", "b2"))], MIN_CELL)
    assert hidden == {"b1", "b2"}
