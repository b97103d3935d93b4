"""Specification 2.6: overall survival from the landmark, index + `resistance_window_months`."""

from __future__ import annotations

from patient_tables import expect, frames, protocol

COLUMNS = {
    "person": "person_id",
    "group": "landmark_group",
    "days": "time_days",
    "event": "is_event",
    "reason": "reason",
    "proven by": "source_row_id",
}


def test_01_who_is_in_and_for_how_long() -> None:
    table = """
    person | scans         | death | alive
    in_1   | 60 PD         | 92    |
    in_2   | 91 PD         | 200   |
    in_3   | 92 PD         | 200   |
    in_4   | 60 SD         |       | 91
    in_5   | 60 SD, 120 SD |       | 300
    out_1  | 60 PD         | 91    |
    out_2  | 60 PD         | 50    |
    out_3  | 60 SD         |       | 90
    """
    expect(
        frames(table).landmark(protocol()),
        """
    person | group          | days | event | reason           | proven by | why
    in_1   | progression    | 1    | yes   | death            | death     | death the day after the landmark (day 91)
    in_2   | progression    | 109  | yes   | death            | death     | PD on the landmark
    in_3   | no_progression | 109  | yes   | death            | death     | PD the day after
    in_4   | no_progression | 0    | no    | last_known_alive | alive     | last known alive on the landmark
    in_5   | no_progression | 209  | no    | last_known_alive | alive     | alive after it
    """,
        COLUMNS,
    )


def test_02_the_landmark_is_a_calendar_date() -> None:
    table = """
    person | index      | scans         | death
    p01    | 2019-11-30 | 2020-02-29 PD | 2020-03-01
    p02    | 2019-11-30 | 2020-01-15 PD | 2020-02-29
    """
    expect(
        frames(table).landmark(protocol()),
        "person | group | days | event | reason | proven by\n p01 | progression | 1 | yes | death | death",
        COLUMNS,
    )


def test_03_the_landmark_moves_with_the_window() -> None:
    table = "person | scans | death\n p01 | 100 PD | 200"
    for months, expected in (
        (3, "p01 | no_progression | 109 | yes | death | death"),
        (6, "p01 | progression    | 18  | yes | death | death"),
    ):
        result = frames(table).landmark(protocol(resistance_window_months=months))
        expect(result, "person | group | days | event | reason | proven by\n" + expected, COLUMNS)


def test_04_every_label_may_be_in() -> None:
    table = """
    person | line 2 | scans | alive
    p01    | 50     | 40 SD | 200
    p02    |        |       | 200
    """
    result = frames(table).landmark(protocol())
    assert result["person_id"].tolist() == ["p01", "p02"]
    assert set(result["landmark_group"]) == {"no_progression"}
