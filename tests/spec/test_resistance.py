# ruff: noqa: E501 - one patient a line, with the reason the patient is there
"""Specification 2.5: resistance to the first line."""

from __future__ import annotations

import pandas as pd
from patient_tables import expect, expect_labels, frames, protocol

from analytics.resistance import analysed_groups


def test_01_every_row_of_the_table() -> None:
    expect_labels("""
    person | index      | line 2     | scans                               | death      | resistance       | PD day | why
    p01    | 2020-01-15 |            | 2020-03-01 PD                       |            | primary          | 46     | PD in the window
    p02    | 2020-01-15 |            | 2020-03-01 SD, 2020-06-01 PD        |            | secondary        | 138    | PD after it
    p03    | 2020-01-15 |            | 2020-03-01 SD, 2020-06-01 SD        |            | progression_free |        | no PD, seen after it
    p04    | 2020-01-15 |            | 2020-03-01 SD                       | 2020-03-20 | indeterminate    |        | died before it could be seen
    p05    | 2020-01-15 | 2020-03-10 | 2020-03-01 SD                       |            | indeterminate    |        | switched before
    p06    | 2020-01-15 |            | 2020-03-01 SD                       |            | indeterminate    |        | lost before
    p07    | 2020-01-15 |            |                                     |            | indeterminate    |        | never scanned
    """)


def test_02_the_window_end_belongs_to_the_window() -> None:
    expect_labels("""
    person | index      | scans         | resistance       | window end | why
    p01    | 2020-01-15 | 2020-04-14 PD | primary          | 2020-04-15 | the day before
    p02    | 2020-01-15 | 2020-04-15 PD | primary          | 2020-04-15 | exactly on the window end
    p03    | 2020-01-15 | 2020-04-16 PD | secondary        | 2020-04-15 | the day after
    p04    | 2020-01-15 | 2020-04-15 SD | indeterminate    | 2020-04-15 | a last scan on the window end is not after it
    p05    | 2020-01-15 | 2020-04-16 SD | progression_free | 2020-04-15 | the day after is
    """)


def test_03_months_are_calendar_months() -> None:
    expect_labels("""
    person | index      | scans         | resistance | window end | why
    p01    | 2019-11-30 | 2020-02-29 PD | primary    | 2020-02-29 | 30 Nov + 3 months = last day of February, leap year
    p02    | 2019-11-30 | 2020-03-01 PD | secondary  | 2020-02-29 | one day later
    p03    | 2020-11-30 | 2021-02-28 PD | primary    | 2021-02-28 | last day of February
    p04    | 2020-11-29 | 2021-03-01 PD | secondary  | 2021-02-28 | 29 Nov, too
    p05    | 2020-11-28 | 2021-02-28 PD | primary    | 2021-02-28 | and 28 Nov
    p06    | 2020-01-31 | 2020-04-30 PD | primary    | 2020-04-30 | 31 Jan + 3 months = 30 Apr
    p07    | 2020-01-31 | 2020-05-01 PD | secondary  | 2020-04-30 | one day later
    p08    | 2020-03-31 | 2020-06-30 PD | primary    | 2020-06-30 | 31 Mar + 3 months = 30 Jun
    p09    | 2019-10-31 | 2020-01-31 PD | primary    | 2020-01-31 | into the next year
    """)


def test_04_the_window_is_a_parameter() -> None:
    expect_labels(
        """
    person | index      | scans         | resistance | window end | why
    p01    | 2020-01-31 | 2020-02-29 PD | primary    | 2020-02-29 | 31 Jan + 1 month
    p02    | 2020-01-31 | 2020-03-01 PD | secondary  | 2020-02-29 | one day later
    """,
        resistance_window_months=1,
    )


def test_05_the_first_progression_within_the_line_is_the_pd() -> None:
    expect_labels("""
    person | line 2 | scans                | resistance       | PD day | proven by  | why
    p01    |        | 40 PD, 100 CR, 160 PD | primary         | 40     | imaging 40 | the first of two
    p02    | 60     | 60 PD                | primary          | 60     | imaging 60 | on the day the next line starts
    p03    | 60     | 61 PD                | indeterminate    |        |            | a day later it is no longer of line 1
    p04    | 120    | 40 SD, 130 PD        | indeterminate    |        |            | seen in the window only, then switched
    p05    | 120    | 100 SD, 130 PD       | progression_free |        |            | seen after the window, then switched
    p06    | 80     | 120 SD               | indeterminate    |        |            | seen after the window, but on the next line
    p07    |        | 1 PD                 | primary          | 1      | imaging 1  | the first possible day
    """)


def test_06_a_last_scan_that_is_not_evaluable_shows_nothing() -> None:
    expect_labels("""
    person | scans                  | resistance       | why
    p01    | 60 SD, 100 NE          | indeterminate    | the last scan other than NE is in the window (which ends on day 91)
    p02    | 60 SD, 100 SD, 130 NE  | progression_free | one other than NE after it
    p03    | 60 NE, 120 NE          | indeterminate    | all NE
    p04    | 100 NON-CR/NON-PD      | progression_free | any response but NE
    p05    | 60 NE, 120 PD          | secondary        | PD counts whatever stands before
    """)


def test_07_later_progression_and_death_do_not_undo_a_label() -> None:
    expect_labels("""
    person | scans         | death | resistance       | PD day | why
    p01    | 60 PD         | 61    | primary          | 60     | death after PD
    p02    | 60 PD         | 60    | primary          | 60     | PD and death on one day
    p03    | 60 SD, 120 SD | 130   | progression_free |        | death without PD after being seen progression-free
    p04    | 91 SD         | 92    | indeterminate    |        | seen on the window end only
    """)


def test_08_early_death_can_be_primary() -> None:
    table = """
    person | line 2 | scans  | death | resistance    | PD day | why
    p01    |        | 60 SD  | 91    | primary       |        | on the window end (day 91)
    p02    |        | 60 SD  | 92    | indeterminate |        | the day after
    p03    |        |        | 0     | primary       |        | on the index date
    p04    | 50     | 40 SD  | 80    | indeterminate |        | a next line exists
    p05    | 80     |        | 80    | indeterminate |        | even one that starts on the day of death
    p06    |        | 60 PD  | 80    | primary       | 60     | PD decides, with its date
    p07    | 50     | 60 PD  | 80    | indeterminate |        | a PD after the switch is none of line 1
    p08    |        | 60 SD  |       | indeterminate |        | no death
    """
    expect_labels(table, early_death_is_primary=True)
    without = table.replace("| primary       |        |", "| indeterminate |        |")
    expect_labels(without, early_death_is_primary=False)


def test_09_who_is_analysed_in_which_group() -> None:
    labels = pd.DataFrame({"resistance": ["primary", "secondary", "progression_free", "indeterminate"]})
    groups = analysed_groups(labels, protocol())
    assert groups.where(groups.notna(), None).tolist() == ["primary", "secondary", None, None]
    groups = analysed_groups(labels, protocol(secondary_includes_progression_free=True))
    assert groups.where(groups.notna(), None).tolist() == ["primary", "secondary", "secondary", None]


def test_10_only_eligible_persons_of_the_study_are_labelled() -> None:
    given = frames("""
    person | eligible | scans
    p02    | yes      | 60 PD
    p01    | yes      | 60 PD
    p03    | no       | 60 PD
    """)
    other_study = given.cohort.assign(study_id="other")
    both = type(given)(pd.concat([given.cohort, other_study]), given.lines, given.timepoints, given.persons)
    labels = both.labels(protocol())
    assert labels["person_id"].tolist() == ["p01", "p02"]
    assert set(labels["study_id"]) == {"study"}


def test_11_labels_do_not_depend_on_the_new_therapy_policy() -> None:
    expect_labels(
        """
    person | line 2 | scans        | resistance    | PD day | why
    p01    | 50     | 40 SD, 60 PD | indeterminate |        | the PD after the switch counts for endpoints only
    """,
        new_therapy_policy="ignore",
    )


def test_12_the_window_of_a_multiverse_moves_the_label_only() -> None:
    table = "person | scans\n p01 | 70 PD\n p02 | 100 PD\n p03 | 50 SD, 65 SD"
    study = protocol()
    columns = {"person": "person_id", "resistance": "resistance"}
    for months, expected in (
        (2, "p01 | secondary\n p02 | secondary\n p03 | progression_free"),
        (3, "p01 | primary\n p02 | secondary\n p03 | indeterminate"),
        (4, "p01 | primary\n p02 | primary\n p03 | indeterminate"),
    ):
        labels = frames(table).labels(study.vary(resistance_window_months=months))
        expect(labels, "person | resistance\n" + expected, columns)
