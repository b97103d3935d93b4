# ruff: noqa: E501 - one patient a line, with the reason the patient is there
"""Specification 2.6: os, pps, second_line_pfs, second_line_os, and who has which row."""

from __future__ import annotations

from patient_tables import expect_endpoint, frames, protocol


def test_01_os_runs_from_index_to_death_or_last_known_alive() -> None:
    expect_endpoint(
        "os",
        """
    person | line 2 | scans         | death | alive | days | event | reason           | proven by | why
    p01    |        | 60 PD         | 200   |       | 200  | yes   | death            | death     | death
    p02    | 90     | 60 SD         | 200   |       | 200  | yes   | death            | death     | death after a switch is an event here
    p03    |        | 60 SD, 120 SD |       | 350   | 350  | no    | last_known_alive | alive     | a contact after the last scan
    p04    |        |               | 0     |       | 0    | yes   | death            | death     | death on the index date
    p05    |        |               |       | 0     | 0    | no    | last_known_alive | alive     | never seen after index
    p06    | 90     | 60 SD         |       | 350   | 350  | no    | last_known_alive | alive     | a switch does not censor
    """,
    )


def test_02_pps_runs_from_progression() -> None:
    expect_endpoint(
        "pps",
        """
    person | scans        | death | alive | days | event | reason           | proven by | why
    p01    | 60 PD        | 200   |       | 140  | yes   | death            | death     | death after PD
    p02    | 60 PD        | 60    |       | 0    | yes   | death            | death     | death on the day of PD
    p03    | 60 PD        |       | 350   | 290  | no    | last_known_alive | alive     | censored
    p04    | 60 PD        |       | 60    | 0    | no    | last_known_alive | alive     | not seen after PD
    p05    | 60 SD        | 200   |       |      |       |                  |           | without PD no row
    """,
    )


def test_03_pps_needs_a_progression_even_with_an_early_death_labelled_primary() -> None:
    expect_endpoint(
        "pps",
        """
    person | scans | death | days | event | reason | proven by | why
    p01    | 40 SD | 60    |      |       |        |           | primary, but no PD date
    p02    | 40 PD | 60    | 20   | yes   | death  | death     | primary with PD
    """,
        early_death_is_primary=True,
    )


def test_04_second_line_pfs_runs_from_the_start_of_line_2() -> None:
    expect_endpoint(
        "second_line_pfs",
        """
    person | line 2 | line 3 | scans | scans 2        | death | alive | days | event | reason          | proven by   | why
    p01    | 90     |        | 60 PD | 120 SD, 150 PD |       |       | 60   | yes   | progression     | imaging 150 | PD on line 2
    p02    | 90     |        | 60 PD | 120 SD         | 200   |       | 110  | yes   | death           | death       | death
    p03    | 90     |        | 60 PD | 150 PD         | 150   |       | 60   | yes   | progression     | imaging 150 | a tie
    p04    | 90     |        | 60 PD | 120 SD         |       | 300   | 30   | no    | last_assessment | imaging 120 | last scan of line 2
    p05    | 90     |        | 90 PD |                |       | 300   | 0    | no    | no_assessment   | line 2      | the scan on its first day is one of line 1
    p06    | 90     | 160    | 60 PD | 120 SD, 160 PD |       |       | 70   | yes   | progression     | imaging 160 | PD on the day line 3 starts
    p07    | 90     | 160    | 60 PD | 120 SD, 161 PD |       |       | 30   | no    | new_therapy     | imaging 120 | PD the day after
    p08    | 90     | 160    | 60 PD | 120 SD         | 160   |       | 70   | yes   | death           | death       | death on the day line 3 starts
    p09    | 90     | 160    | 60 PD | 120 SD         | 161   |       | 30   | no    | new_therapy     | imaging 120 | death the day after
    p10    |        |        | 60 PD |                | 300   |       |      |       |                 |             | no second line, no row
    p11    | 90     |        |       |                | 90    |       | 0    | yes   | death           | death       | death on its first day
    """,
    )


def test_05_second_line_os_runs_from_the_start_of_line_2() -> None:
    expect_endpoint(
        "second_line_os",
        """
    person | line 2 | line 3 | death | alive | days | event | reason           | proven by | why
    p01    | 90     | 160    | 200   |       | 110  | yes   | death            | death     | death, whatever line
    p02    | 90     |        |       | 300   | 210  | no    | last_known_alive | alive     | censored
    p03    | 90     |        | 90    |       | 0    | yes   | death            | death     | death on its first day
    p04    | 90     |        |       | 90    | 0    | no    | last_known_alive | alive     | not seen after its first day
    p05    |        |        | 200   |       |      |       |                  |           | no second line, no row
    """,
    )


def test_06_a_person_has_a_row_for_every_endpoint_whose_start_exists() -> None:
    rows = frames("""
    person | eligible | line 2 | scans | scans 2
    p02    | yes      | 90     | 60 PD | 120 SD
    p01    | yes      |        | 60 SD |
    p03    | no       | 90     | 60 PD | 120 PD
    """).endpoints(protocol())
    assert list(zip(rows["person_id"], rows["endpoint"], strict=True)) == [
        ("p01", "pfs"),
        ("p01", "ttp"),
        ("p01", "os"),
        ("p02", "pfs"),
        ("p02", "ttp"),
        ("p02", "os"),
        ("p02", "pps"),
        ("p02", "second_line_pfs"),
        ("p02", "second_line_os"),
    ]


def test_07_start_and_end_dates_stand_beside_the_days() -> None:
    rows = frames("""
    person | index      | line 2     | scans         | scans 2       | death
    p01    | 2020-02-28 | 2020-05-01 | 2020-04-01 PD | 2020-07-01 PD | 2021-03-01
    """).endpoints(protocol())
    dates = {
        endpoint: (str(start.date()), str(end.date()))
        for endpoint, start, end in zip(rows["endpoint"], rows["start_date"], rows["end_date"], strict=True)
    }
    assert dates == {
        "pfs": ("2020-02-28", "2020-04-01"),
        "ttp": ("2020-02-28", "2020-04-01"),
        "os": ("2020-02-28", "2021-03-01"),
        "pps": ("2020-04-01", "2021-03-01"),
        "second_line_pfs": ("2020-05-01", "2020-07-01"),
        "second_line_os": ("2020-05-01", "2021-03-01"),
    }
