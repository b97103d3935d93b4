"""Specification 2.2: best response and confirmed best response of a line."""

from __future__ import annotations

import pandas as pd
from patient_tables import expect, expect_best, frames, protocol


def test_01_the_best_timepoint_counts() -> None:
    expect_best("""
    person | scans                        | best          | confirmed     | why
    p01    | 60 PR, 90 CR, 120 CR         | CR            | CR            | CR before PR
    p02    | 60 SD, 90 PR, 120 PR         | PR            | PR            | PR before SD
    p03    | 60 NON-CR/NON-PD, 90 SD      | SD            | SD            | SD before NON-CR/NON-PD
    p04    | 60 NON-CR/NON-PD, 90 PD      | NON-CR/NON-PD | NON-CR/NON-PD | NON-CR/NON-PD before PD
    p05    | 60 NE, 90 PD                 | PD            | PD            | PD before NE
    p06    | 60 NE                        | NE            | NE            | nothing but NE
    p07    |                              | NE            | NE            | a line without timepoints
    """)


def test_02_nothing_after_the_first_progression_counts() -> None:
    expect_best("""
    person | scans                        | best | confirmed | why
    p01    | 50 PD, 90 CR, 130 CR         | PD   | PD        | the responses come after the first PD
    p02    | 50 SD, 90 PD, 130 PR, 170 PR | SD   | SD        | the same with stable disease before
    p03    | 50 PR, 90 PD, 130 PR         | PR   | SD        | a confirmation after the PD is none
    """)


def test_03_stable_disease_counts_from_day_42_on() -> None:
    expect_best("""
    person | scans                    | best          | confirmed     | why
    p01    | 41 SD                    | NE            | NE            | one day too early
    p02    | 42 SD                    | SD            | SD            | exactly day 42
    p03    | 41 NON-CR/NON-PD         | NE            | NE            | the same for NON-CR/NON-PD
    p04    | 42 NON-CR/NON-PD         | NON-CR/NON-PD | NON-CR/NON-PD | exactly day 42
    p05    | 30 SD, 60 PD             | PD            | PD            | the early SD is NE, PD is better than NE
    p06    | 30 SD, 42 NON-CR/NON-PD  | NON-CR/NON-PD | NON-CR/NON-PD | the early SD does not outrank
    p07    | 20 PR                    | PR            | NE            | PR itself has no such limit
    """)


def test_04_the_limit_of_stable_disease_is_a_parameter() -> None:
    expect_best(
        """
    person | scans | best | confirmed | why
    p01    | 55 SD | NE   | NE        | before day 56
    p02    | 56 SD | SD   | SD        | from day 56 on
    """,
        min_stable_days=56,
    )


def test_05_a_response_is_confirmed_28_days_later() -> None:
    expect_best("""
    person | scans                      | best | confirmed | why
    p01    | 50 PR, 77 PR               | PR   | SD        | 27 days
    p02    | 50 PR, 78 PR               | PR   | PR        | 28 days
    p03    | 50 PR, 60 PR, 78 PR        | PR   | PR        | any later one will do
    p04    | 50 PR, 78 CR               | CR   | PR        | better confirms PR; the CR stays unconfirmed
    p05    | 50 CR, 78 PR               | CR   | SD        | CR then PR confirms neither
    p06    | 50 CR, 78 PR, 106 CR       | CR   | CR        | confirmed by the second CR
    p07    | 50 CR, 78 PR, 106 PR       | CR   | PR        | the first PR is confirmed by the second
    p08    | 50 PR, 64 SD, 78 PR        | PR   | PR        | other responses between do not matter
    p09    | 50 PR, 64 NE, 78 PR        | PR   | PR        | nor does NE
    p10    | 50 PR, 78 NE               | PR   | SD        | NE confirms nothing
    p11    | 50 CR                      | CR   | SD        | nothing follows
    """)


def test_06_an_unconfirmed_response_before_day_42_is_not_evaluable() -> None:
    expect_best("""
    person | scans                    | best | confirmed | why
    p01    | 41 PR                    | PR   | NE        | day 41
    p02    | 42 PR                    | PR   | SD        | day 42
    p03    | 30 CR, 50 CR             | CR   | SD        | the second falls to SD, the first to NE
    p04    | 30 PR, 50 PD             | PR   | PD        | PD ranks above the NE that is left
    p05    | 30 PR, 60 NON-CR/NON-PD  | PR   | NON-CR/NON-PD | the fall happens timepoint by timepoint
    """)


def test_07_the_confirmation_interval_is_a_parameter() -> None:
    expect_best(
        """
    person | scans          | best | confirmed | why
    p01    | 50 PR, 105 PR  | PR   | SD        | 55 days
    p02    | 50 PR, 106 PR  | PR   | PR        | 56 days
    """,
        confirmation_days=56,
    )


def test_08_timepoints_after_the_switch_belong_to_the_next_line() -> None:
    expect_best("""
    person | line 2 | scans                 | best | confirmed | why
    p01    | 90     | 60 SD, 90 PR, 120 CR  | PR   | SD        | the day of the next line's start still counts
    p02    | 90     | 60 PR, 91 PR          | PR   | SD        | the day after does not, not even to confirm
    """)


def test_09_every_line_of_an_eligible_person_has_a_row() -> None:
    table = """
    person | eligible | line 2 | line 3 | scans | scans 2
    p01    | yes      | 90     | 200    | 60 SD | 120 PD, 150 CR
    p02    | no       | 90     |        | 60 SD | 140 SD
    p03    | yes      |        |        |       |
    """
    expect(
        frames(table).best_responses(protocol()),
        """
    person | line | best | confirmed
    p01    | 1    | SD   | SD
    p01    | 2    | PD   | PD
    p01    | 3    | NE   | NE
    p03    | 1    | NE   | NE
    """,
        {
            "person": "person_id",
            "line": "line_number",
            "best": "best_response",
            "confirmed": "confirmed_best_response",
        },
        key=("person", "line"),
    )


def test_10_the_day_of_stable_disease_is_counted_from_the_lines_own_start() -> None:
    table = """
    person | line 2 | scans 2
    p01    | 90     | 131 SD
    p02    | 90     | 132 SD
    """
    result = frames(table).best_responses(protocol())
    second = result.loc[result["line_number"] == 2]
    expect(second, "person | best\n p01 | NE\n p02 | SD", {"person": "person_id", "best": "best_response"})


def test_11_only_the_protocols_criteria_count() -> None:
    given = frames("person | scans\n p01 | 60 PR, 90 PR")
    other = given.timepoints.assign(criteria="RECIST-1.1", overall_response="SD")
    both = pd.concat([given.timepoints, other], ignore_index=True)
    for criteria, best in (("mRECIST", "PR"), ("RECIST-1.1", "SD")):
        study = protocol(criteria=criteria)
        result = type(given)(given.cohort, given.lines, both, given.persons).best_responses(study)
        assert result["best_response"].tolist() == [best]
