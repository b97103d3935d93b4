# ruff: noqa: E501 - one patient a line, with the reason the patient is there
"""Specification 2.6: `max_assessment_gap_days`. An event long after the last assessment is not credited."""

from __future__ import annotations

import pytest
from patient_tables import expect_endpoint, frames, protocol

GAP = {"max_assessment_gap_days": 100}


@pytest.mark.parametrize("endpoint", ["pfs", "ttp"])
def test_01_progression_long_after_the_last_assessment(endpoint: str) -> None:
    expect_endpoint(
        endpoint,
        """
    person | scans                  | days | event | reason         | proven by   | why
    p01    | 60 SD, 160 PD          | 160  | yes   | progression    | imaging 160 | exactly 100 days
    p02    | 60 SD, 161 PD          | 60   | no    | assessment_gap | imaging 60  | 101 days: censored at the last assessment
    p03    | 100 PD                 | 100  | yes   | progression    | imaging 100 | no assessment before: 100 days from the start
    p04    | 101 PD                 | 0    | no    | assessment_gap | line 1      | 101 days from the start, censored there
    p05    | 60 SD, 150 NE, 170 PD  | 60   | no    | assessment_gap | imaging 60  | NE does not close the gap
    p06    | 60 SD, 150 SD, 170 PD  | 170  | yes   | progression    | imaging 170 | SD does
    p07    | 60 NE, 130 PD          | 0    | no    | assessment_gap | line 1      | only NE before: from the start
    p08    | 10 SD, 60 SD, 170 PD   | 60   | no    | assessment_gap | imaging 60  | censored at the last of several
    """,
        **GAP,
    )


def test_02_death_long_after_the_last_assessment() -> None:
    expect_endpoint(
        "pfs",
        """
    person | line 2 | scans          | death | days | event | reason         | proven by   | why
    p01    |        | 60 SD          | 160   | 160  | yes   | death          | death       | exactly 100 days
    p02    |        | 60 SD          | 161   | 60   | no    | assessment_gap | imaging 60  | 101 days
    p03    |        | 60 SD, 170 SD  | 170   | 170  | yes   | death          | death       | an assessment on the day of death counts
    p04    |        | 60 SD, 170 NE  | 170   | 60   | no    | assessment_gap | imaging 60  | NE on the day of death does not
    p05    |        |                | 100   | 100  | yes   | death          | death       | never scanned: 100 days from the start
    p06    |        |                | 101   | 0    | no    | assessment_gap | line 1      | 101 days from the start
    p07    | 161    | 60 SD          | 161   | 60   | no    | assessment_gap | imaging 60  | assessment_gap before new_therapy
    """,
        **GAP,
    )


def test_03_a_progression_on_the_day_of_death_is_judged_as_a_progression() -> None:
    expect_endpoint(
        "pfs",
        """
    person | scans          | death | days | event | reason         | proven by  | why
    p01    | 60 SD, 170 PD  | 170   | 60   | no    | assessment_gap | imaging 60 | the PD itself does not close its gap
    """,
        **GAP,
    )


def test_04_a_death_after_the_gap_of_a_progression_does_not_become_the_event() -> None:
    expect_endpoint(
        "pfs",
        """
    person | scans                  | death | days | event | reason         | proven by  | why
    p01    | 60 SD, 170 PD, 200 PD  | 210   | 60   | no    | assessment_gap | imaging 60 | follow-up has ended at the gap
    """,
        **GAP,
    )


def test_05_rows_without_event_know_no_gap() -> None:
    expect_endpoint(
        "pfs",
        """
    person | line 2 | scans          | alive | days | event | reason          | proven by   | why
    p01    |        | 60 SD, 300 SD  | 400   | 300  | no    | last_assessment | imaging 300 | a gap between scans without event
    p02    | 400    | 60 SD, 300 SD  | 400   | 300  | no    | new_therapy     | imaging 300 | the same before a switch
    """,
        **GAP,
    )


def test_06_ttp_censored_by_death_knows_no_gap() -> None:
    expect_endpoint(
        "ttp",
        """
    person | scans | death | days | event | reason                    | proven by  | why
    p01    | 60 SD | 300   | 60   | no    | death_without_progression | imaging 60 | death is no event of ttp
    """,
        **GAP,
    )


def test_07_under_policy_ignore_later_timepoints_close_the_gap() -> None:
    table = """
    person | line 2 | scans                  | death | days | event | reason         | proven by   | why
    p01    | 90     | 60 SD, 150 SD, 240 PD  |       | 240  | yes   | progression    | imaging 240 | 90 days after the scan on the next line
    p02    | 90     | 60 SD, 150 SD          | 250   | 250  | yes   | death          | death       | the same for death
    p03    | 90     | 60 SD                  | 250   | 60   | no    | assessment_gap | imaging 60  | no scan between
    """
    expect_endpoint("pfs", table, new_therapy_policy="ignore", **GAP)


def test_08_second_line_counts_from_its_own_start() -> None:
    expect_endpoint(
        "second_line_pfs",
        """
    person | line 2 | scans        | scans 2        | days | event | reason         | proven by   | why
    p01    | 90     | 60 SD, 90 PD | 190 PD         | 100  | yes   | progression    | imaging 190 | 100 days from the start of line 2
    p02    | 90     | 60 SD, 90 PD | 191 PD         | 0    | no    | assessment_gap | line 2      | scans of line 1 do not count
    p03    | 90     |              | 120 SD, 221 PD | 30   | no    | assessment_gap | imaging 120 | 101 days after a scan of line 2
    """,
        **GAP,
    )


def test_09_survival_endpoints_and_labels_know_no_gap() -> None:
    given = frames("person | scans | death\n p01 | 60 SD, 170 PD | 400")
    rows = given.endpoints(protocol(**GAP)).set_index("endpoint")
    assert rows.loc["os", ["time_days", "is_event", "reason"]].tolist() == [400, True, "death"]
    assert rows.loc["pps", ["time_days", "is_event", "reason"]].tolist() == [230, True, "death"]
    assert given.labels(protocol(**GAP))["resistance"].tolist() == ["secondary"]


def test_10_without_the_parameter_there_is_no_gap() -> None:
    expect_endpoint(
        "pfs",
        """
    person | scans   | days | event | reason      | proven by    | why
    p01    | 5000 PD | 5000 | yes   | progression | imaging 5000 | any distance
    """,
    )
