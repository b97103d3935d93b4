"""Specification 2.6: the population compared on second line."""

from __future__ import annotations

from patient_tables import expect, frames, protocol

COLUMNS = {"person": "person_id", "label": "resistance", "class": "regimen_class", "first line": "days_on_first_line"}


def test_01_progressed_then_switched_to_one_of_the_two_classes() -> None:
    table = """
    person | line 2 | class 2        | scans          | death
    p01    | 90     | TKI            | 60 PD          |
    p02    | 130    | TKI+PD-1       | 60 SD, 120 PD  |
    p03    | 60     | TKI            | 60 PD          |
    p04    | 90     | PD-1           | 60 PD          |
    p05    | 90     | other          | 60 PD          |
    p06    | 90     | TKI            | 60 SD          |
    p07    | 120    | TKI            | 100 SD         |
    p08    |        | TKI            | 60 PD          |
    p09    | 90     | TKI            | 60 SD, 91 PD   |
    """
    expect(
        frames(table).second_line(protocol()),
        """
    person | label     | class    | first line | why
    p01    | primary   | TKI      | 90         | primary
    p02    | secondary | TKI+PD-1 | 130        | secondary
    p03    | primary   | TKI      | 60         | line 2 on the PD date
    """,
        COLUMNS,
    )


def test_02_early_deaths_and_progression_free_are_never_compared() -> None:
    table = """
    person | line 2 | scans          | death
    p01    |        | 40 SD          | 60
    p02    | 120    | 60 SD, 110 SD  |
    """
    study = protocol(early_death_is_primary=True, secondary_includes_progression_free=True)
    assert frames(table).second_line(study).empty


def test_03_the_classes_compared_are_a_parameter() -> None:
    table = "person | line 2 | class 2 | scans\n p01 | 90 | PD-1 | 60 PD\n p02 | 90 | TKI+PD-1 | 60 PD"
    result = frames(table).second_line(protocol(second_line_classes=("TKI", "PD-1")))
    assert result["person_id"].tolist() == ["p01"]


def test_04_calendar_year_and_dates_for_the_adjustment() -> None:
    table = "person | index | line 2 | scans\n p01 | 2020-10-15 | 2021-01-02 | 2020-12-30 PD"
    row = frames(table).second_line(protocol()).iloc[0]
    assert row["line_2_start_year"] == 2021
    assert row["days_on_first_line"] == 79
    assert str(row["progression_date"].date()) == "2020-12-30"
