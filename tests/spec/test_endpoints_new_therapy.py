# ruff: noqa: E501 - one patient a line, with the reason the patient is there
"""Specification 2.6: `new_therapy_policy` ignore. What follows the switch counts as well."""

from __future__ import annotations

from patient_tables import expect_endpoint, frames, protocol

IGNORE = {"new_therapy_policy": "ignore"}


def test_01_pfs_goes_on_after_the_switch() -> None:
    expect_endpoint(
        "pfs",
        """
    person | line 2 | scans                 | death | alive | days | event | reason          | proven by   | why
    p01    | 90     | 60 SD, 120 PD         |       |       | 120  | yes   | progression     | imaging 120 | PD after the switch
    p02    | 90     | 60 SD                 | 150   |       | 150  | yes   | death           | death       | death after the switch
    p03    | 90     | 60 SD, 120 SD         |       | 300   | 120  | no    | last_assessment | imaging 120 | last scan after the switch, never new_therapy
    p04    | 90     | 60 SD, 120 NE         |       | 300   | 60   | no    | last_assessment | imaging 60  | NE does not count there either
    p05    | 90     |                       |       | 300   | 0    | no    | no_assessment   | line 1      | never scanned
    p06    | 90     | 60 PD, 120 PD         | 150   |       | 60   | yes   | progression     | imaging 60  | the first PD stays the first
    p07    | 90     | 120 PD                | 120   |       | 120  | yes   | progression     | imaging 120 | a tie after the switch
    """,
        **IGNORE,
    )


def test_02_ttp_goes_on_after_the_switch() -> None:
    expect_endpoint(
        "ttp",
        """
    person | line 2 | scans          | death | alive | days | event | reason                    | proven by   | why
    p01    | 90     | 60 SD, 120 PD  |       |       | 120  | yes   | progression               | imaging 120 | PD after the switch
    p02    | 90     | 60 SD, 120 SD  | 150   |       | 120  | no    | death_without_progression | imaging 120 | death after the switch without PD
    p03    | 90     | 60 SD          |       | 300   | 60   | no    | last_assessment           | imaging 60  | alive
    p04    | 90     |                | 150   |       | 0    | no    | death_without_progression | line 1      | before no_assessment
    """,
        **IGNORE,
    )


def test_03_pps_starts_with_a_progression_after_the_switch_as_well() -> None:
    table = """
    person | line 2 | scans          | death | alive | days | event | reason           | proven by | why
    p01    | 90     | 60 SD, 120 PD  | 200   |       | 80   | yes   | death            | death     | from the PD after the switch
    p02    | 90     | 60 PD, 120 PD  | 200   |       | 140  | yes   | death            | death     | from the first PD
    p03    | 90     | 60 SD, 120 PD  |       | 300   | 180  | no    | last_known_alive | alive     | censored
    p04    | 90     | 60 SD, 120 SD  |       | 300   |      |       |                  |           | no PD, no row
    """
    expect_endpoint("pps", table, **IGNORE)
    expect_endpoint(
        "pps",
        """
    person | line 2 | scans          | death | days | event | reason | proven by | why
    p01    | 90     | 60 SD, 120 PD  | 200   |      |       |        |           | under censor that PD is none of line 1
    p02    | 90     | 60 PD, 120 PD  | 200   | 140  | yes   | death  | death     | under censor from the first PD, too
    """,
        new_therapy_policy="censor",
    )


def test_04_second_line_pfs_goes_on_after_the_third_line_starts() -> None:
    table = """
    person | line 2 | line 3 | scans 2         | death | days | event | reason      | proven by   | why
    p01    | 90     | 200    | 150 SD, 230 PD  |       | 140  | yes   | progression | imaging 230 | PD after line 3 began
    p02    | 90     | 200    | 150 SD          | 250   | 160  | yes   | death       | death       | death after line 3 began
    """
    expect_endpoint("second_line_pfs", table, **IGNORE)
    expect_endpoint(
        "second_line_pfs",
        """
    person | line 2 | line 3 | scans 2         | death | days | event | reason      | proven by   | why
    p01    | 90     | 200    | 150 SD, 230 PD  |       | 60   | no    | new_therapy | imaging 150 | under censor
    p02    | 90     | 200    | 150 SD          | 250   | 60   | no    | new_therapy | imaging 150 | under censor
    """,
        new_therapy_policy="censor",
    )


def test_05_overall_survival_knows_no_policy() -> None:
    given = frames("""
    person | line 2 | line 3 | scans | death | alive
    p01    | 90     | 200    | 60 SD | 300   |
    p02    | 90     |        | 60 PD |       | 400
    """)
    overall = ["os", "second_line_os"]
    by_policy = [
        rows.loc[rows["endpoint"].isin(overall)].reset_index(drop=True)
        for rows in (given.endpoints(protocol(new_therapy_policy=policy)) for policy in ("censor", "ignore"))
    ]
    assert len(by_policy[0]) == 4
    assert by_policy[0].equals(by_policy[1])
