# ruff: noqa: E501 - one patient a line, with the reason the patient is there
"""Specification 2.6: pfs and ttp under the default policy (follow-up for progression ends with the next line)."""

from __future__ import annotations

from patient_tables import expect_endpoint


def test_01_pfs_ends_with_the_first_of_progression_and_death() -> None:
    expect_endpoint(
        "pfs",
        """
    person | scans         | death | days | event | reason      | proven by  | why
    p01    | 60 SD, 90 PD  |       | 90   | yes   | progression | imaging 90 | PD alone
    p02    | 60 SD         | 90    | 90   | yes   | death       | death      | death alone
    p03    | 60 PD         | 90    | 60   | yes   | progression | imaging 60 | PD before death
    p04    | 90 PD         | 90    | 90   | yes   | progression | imaging 90 | a tie: progression wins
    p05    |               | 0     | 0    | yes   | death       | death      | death on the index date
    p06    | 40 PD, 80 PD  |       | 40   | yes   | progression | imaging 40 | the first PD
    """,
    )


def test_02_pfs_is_censored_at_the_last_scan_other_than_ne() -> None:
    expect_endpoint(
        "pfs",
        """
    person | scans               | alive | days | event | reason          | proven by  | why
    p01    | 60 SD, 120 PR       | 300   | 120  | no    | last_assessment | imaging 120 | the last scan, not the last contact
    p02    | 60 SD, 120 NE       | 300   | 60   | no    | last_assessment | imaging 60 | NE does not count
    p03    | 60 NON-CR/NON-PD    | 300   | 60   | no    | last_assessment | imaging 60 | NON-CR/NON-PD does
    p04    | 60 NE, 120 NE       | 300   | 0    | no    | no_assessment   | line 1     | nothing but NE: index
    p05    |                     | 300   | 0    | no    | no_assessment   | line 1     | no scan at all: index
    """,
    )


def test_03_pfs_ends_with_the_next_line() -> None:
    expect_endpoint(
        "pfs",
        """
    person | line 2 | scans          | death | days | event | reason      | proven by  | why
    p01    | 90     | 60 SD          |       | 60   | no    | new_therapy | imaging 60 | censored at the last scan before
    p02    | 90     | 60 SD, 90 PR   |       | 90   | no    | new_therapy | imaging 90 | a scan on the day of the switch counts
    p03    | 90     | 60 SD, 91 PR   |       | 60   | no    | new_therapy | imaging 60 | one the day after does not
    p04    | 90     | 60 SD, 90 PD   |       | 90   | yes   | progression | imaging 90 | PD on the day of the switch is an event
    p05    | 90     | 60 SD, 91 PD   |       | 60   | no    | new_therapy | imaging 60 | PD the day after is none
    p06    | 90     | 60 SD          | 90    | 90   | yes   | death       | death      | death on the day of the switch is an event
    p07    | 90     | 60 SD          | 91    | 60   | no    | new_therapy | imaging 60 | death the day after is none
    p08    | 90     |                | 200   | 0    | no    | new_therapy | line 1     | never scanned: index, and new_therapy before no_assessment
    p09    | 90     | 60 PD          |       | 60   | yes   | progression | imaging 60 | an event is never new_therapy
    p10    | 90     | 60 NE          |       | 0    | no    | new_therapy | line 1     | only NE before the switch
    """,
    )


def test_04_ttp_has_progression_as_its_only_event() -> None:
    expect_endpoint(
        "ttp",
        """
    person | line 2 | scans         | death | alive | days | event | reason                    | proven by  | why
    p01    |        | 60 SD, 90 PD  |       |       | 90   | yes   | progression               | imaging 90 | PD
    p02    |        | 90 PD         | 90    |       | 90   | yes   | progression               | imaging 90 | PD and death on one day
    p03    |        | 60 SD         | 90    |       | 60   | no    | death_without_progression | imaging 60 | death censors at the last scan, not at death
    p04    |        |               | 90    |       | 0    | no    | death_without_progression | line 1     | without scan at index, before no_assessment
    p05    |        | 60 SD, 80 NE  | 90    |       | 60   | no    | death_without_progression | imaging 60 | NE does not count
    p06    |        | 60 SD, 90 SD  | 90    |       | 90   | no    | death_without_progression | imaging 90 | a scan on the day of death
    p07    |        | 60 SD         |       | 200   | 60   | no    | last_assessment           | imaging 60 | alive, as pfs
    p08    |        |               |       | 200   | 0    | no    | no_assessment             | line 1     | alive and never scanned, as pfs
    p09    | 70     | 60 SD         |       |       | 60   | no    | new_therapy               | imaging 60 | switched, as pfs
    p10    | 70     | 60 SD         | 90    |       | 60   | no    | new_therapy               | imaging 60 | new_therapy before death_without_progression
    p11    | 70     | 60 SD         | 70    |       | 60   | no    | new_therapy               | imaging 60 | also with a death on the day of the switch
    """,
    )


def test_05_the_progression_is_that_of_the_protocols_criteria() -> None:
    expect_endpoint(
        "pfs",
        """
    person | scans | days | event | reason        | proven by | why
    p01    | 60 PD | 0    | no    | no_assessment | line 1    | the scans of the table are read by mRECIST
    """,
        criteria="RECIST-1.1",
    )


def test_06_dates_of_a_leap_year_are_counted_in_days() -> None:
    expect_endpoint(
        "pfs",
        """
    person | index      | scans         | days | event | reason      | proven by             | why
    p01    | 2020-02-28 | 2020-03-01 PD | 2    | yes   | progression | imaging 2020-03-01    | 29 February lies between
    p02    | 2021-02-28 | 2021-03-01 PD | 1    | yes   | progression | imaging 2021-03-01    | no 29 February
    p03    | 2019-12-31 | 2020-12-31 PD | 366  | yes   | progression | imaging 2020-12-31    | a leap year
    """,
    )
