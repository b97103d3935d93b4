"""Planted lines, deaths and progressions are found again, dates up to the timing of scans."""

import pandas as pd
import pytest
from demonstration import Demonstration


@pytest.fixture(scope="module")
def lines(demonstration: Demonstration) -> pd.DataFrame:
    """Planted and released lines of persons with a national id, side by side."""
    persons = demonstration.persons()[["person", "person_id", "index_date"]]
    planted = demonstration.planted("lines").merge(persons, on="person")
    for column in ("start_date", "index_date", "seen_progression_date", "latent_progression_date"):
        planted[column] = pd.to_datetime(planted[column].replace("", None))
    planted["start_day"] = (planted["start_date"] - planted["index_date"]).dt.days
    released = demonstration.released("from treatment_lines")
    return planted.merge(released, on=["person_id", "line_number"], how="left", suffixes=("", "_released"))


def test_each_person_with_a_planted_line_has_a_first_line(lines: pd.DataFrame) -> None:
    assert lines.loc[lines["line_number"] == 1, "regimen_released"].notna().all()


def test_regimens_and_starts_of_lines_are_recovered(lines: pd.DataFrame) -> None:
    first, second = lines[lines["line_number"] == 1], lines[lines["line_number"] == 2]
    assert (first["regimen"] == first["regimen_released"]).mean() > 0.99
    same_start = (second["start_day"] == second["start_day_released"]).mean()
    same_regimen = (second["regimen"] == second["regimen_released"]).mean()
    assert same_start > 0.97
    assert same_regimen > 0.95


def test_deaths_are_recovered_to_the_day(demonstration: Demonstration) -> None:
    known = demonstration.built("select person_id, death_date as known_date from harmonised.harmonised_deaths")
    persons = demonstration.persons().merge(known, on="person_id")
    assert len(persons) > 200
    assert (pd.to_datetime(persons["death_date"]) == pd.to_datetime(persons["known_date"])).all()


def test_only_the_latest_deaths_are_not_yet_reported(demonstration: Demonstration) -> None:
    known = demonstration.built("select person_id from harmonised.harmonised_deaths")
    persons = demonstration.persons()
    unknown = persons[(persons["death_date"] != "") & ~persons["person_id"].isin(known["person_id"])]
    assert (unknown["death_date"] > "2024-05-15").all()


def test_progressions_are_recovered_to_the_scan(demonstration: Demonstration, lines: pd.DataFrame) -> None:
    labels = demonstration.released("from resistance_labels")
    first = lines[lines["line_number"] == 1].merge(labels, on="person_id")
    seen = (first["seen_progression_date"] - first["index_date"]).dt.days
    both = first.assign(seen_day=seen).dropna(subset=["seen_day", "progression_day"])
    assert len(both) > 300
    assert (both["seen_day"] == both["progression_day"]).mean() > 0.9


def test_the_true_progression_lies_before_the_scan_that_shows_it(lines: pd.DataFrame) -> None:
    both = lines.dropna(subset=["seen_progression_date", "latent_progression_date"])
    delay = (both["seen_progression_date"] - both["latent_progression_date"]).dt.days
    assert delay.between(0, 70).mean() > 0.8
    assert 10 < delay.median() < 50
