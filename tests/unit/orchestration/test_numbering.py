"""Names of builds and releases keep their order whatever the clock does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from orchestration.numbering import is_name, moment_of, names_in, next_name, number_of

NOON = datetime(2024, 6, 30, 12, 0, 0, tzinfo=UTC)


def test_the_first_name_has_number_one():
    assert next_name("r", [], NOON) == "r000001-20240630T120000Z"


def test_the_next_number_follows_the_highest_even_if_the_clock_went_back():
    first = next_name("r", ["r000007-20240630T120000Z"], NOON)
    second = next_name("r", [first], NOON - timedelta(days=400))
    assert (number_of(first), number_of(second)) == (8, 9)
    assert second > first
    assert moment_of(first) == moment_of(second) == NOON


def test_the_time_goes_on_as_soon_as_the_clock_does():
    later = NOON + timedelta(hours=1)
    assert moment_of(next_name("r", ["r000007-20240630T120000Z"], later)) == later


def test_times_are_coordinated_universal_time():
    shanghai = timezone(timedelta(hours=8))
    assert next_name("b", [], NOON.astimezone(shanghai)) == next_name("b", [], NOON)


@pytest.mark.parametrize(
    "name", ["", "r1-20240630T120000Z", ".r000001-20240630T120000Z.partial", "b000001-20240630T120000Z"]
)
def test_other_names_are_not_taken_for_releases(name):
    assert not is_name(name, "r")


def test_a_folder_lists_only_our_names_oldest_first(tmp_path):
    for name in ("r000010-20240101T000000Z", "r000009-20240630T000000Z", "notes", ".r000011-20240101T000000Z.partial"):
        (tmp_path / name).mkdir()
    assert names_in(tmp_path, "r") == ["r000009-20240630T000000Z", "r000010-20240101T000000Z"]
    assert names_in(tmp_path / "nowhere", "r") == []


def test_a_million_releases_still_sort():
    assert number_of(next_name("r", ["r999999-20240630T120000Z"], NOON)) == 1_000_000
