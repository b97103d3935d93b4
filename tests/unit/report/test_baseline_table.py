"""Percentages of the baseline table are of those with a value; missing values are counted in a row of their own."""

from __future__ import annotations

import re

import pytest
from attacks_on_persons import from_percentages
from simulated_study import MIN_CELL, made_up_frames, protocol, release

from analytics.report.baseline import MISSING, OF_ALL, Arms, baseline_table
from analytics.report.study import GROUPS, LABEL_WORDS, Study

ECOG = "ECOG ≥ 1"


@pytest.fixture(scope="module")
def study():
    return Study(made_up_frames(), protocol(), release(), MIN_CELL)


@pytest.fixture(scope="module")
def table(study):
    arms = Arms(study.persons, "resistance_group", GROUPS, LABEL_WORDS, "baseline")
    return baseline_table(study, arms, "baseline", "Baseline")


def _row_and_next(table, label):
    place = next(order for order, row in enumerate(table.rows) if row[0] == label)
    return table.rows[place], table.rows[place + 1]


def _counted(study, group):
    """Persons of a group, those with a known ECOG, those with one of 1 or more."""
    part = study.persons.loc[study.persons["resistance_group"] == group]
    return len(part), int(part["ecog"].notna().sum()), int((part["ecog"] >= 1).sum())


def test_a_percentage_is_of_those_with_a_value_and_the_missing_are_counted_apart(study, table):
    shown, missing = _row_and_next(table.shown(set()), ECOG)
    assert missing[0] == "  missing, n"
    for place, group in enumerate(GROUPS, start=1):
        size, known, count = _counted(study, group)
        assert known < size
        assert shown[place] == f"{count} ({100 * count / known:.1f}%)"
        assert missing[place] == str(size - known)


def test_where_the_missing_are_hidden_the_percentage_is_of_all_and_says_so(study, table):
    key = ("baseline", "ecog_ge_1", MISSING, GROUPS[0])
    hidden = table.shown({key})
    shown, missing = _row_and_next(hidden, ECOG)
    size, _, count = _counted(study, GROUPS[0])
    assert shown[1] == f"{count} ({100 * count / size:.1f}%{OF_ALL})"
    assert missing[1] == "·"
    assert hidden.notes[-1].startswith(f"{OF_ALL} percentage of all patients")
    assert not any(OF_ALL in note for note in table.shown(set()).notes)


def test_without_missing_values_there_is_no_row_of_them(table):
    _, following = _row_and_next(table.shown(set()), "Age ≥ 60 years")
    assert "missing" not in following[0]


@pytest.mark.parametrize(("cell", "found"), [("82 (52.2%)", [4]), (f"82 (50.9%{OF_ALL})", []), ("5 (3.2%)", [])])
def test_only_a_percentage_of_those_with_a_value_tells_how_few_are_missing(cell, found):
    # 82 of 157 are 52.2%, and of no other number; 5 are 3.2% of 154 to 158, so that 7 may be missing.
    rows = [["", "A", "B"], ["Patients, n", "161", "·"], ["ALBI", cell, "·"], ["  missing, n", "·", "·"]]
    assert [count for _, count in from_percentages({"baseline": rows}, MIN_CELL)] == found


def test_nobody_is_called_a_person_in_the_table(table):
    words = " ".join([*table.columns, *table.notes, *(str(row[0]) for row in table.rows)])
    assert not re.search(r"\bpersons?\b", words, re.IGNORECASE)
