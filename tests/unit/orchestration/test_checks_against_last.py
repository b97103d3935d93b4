"""Blocking checks against the last release: centers gone, persons falling by more than a tenth."""

import duckdb
import pytest

from orchestration.assets.checks import as_asset_check, require_no_blocking
from orchestration.checks.against_last import (
    first_readable,
    has_shrunk,
    persons_checks,
    readable_check,
    real_data_check,
    studies_check,
)
from orchestration.checks.declared import CENTER_STILL_THERE, PERSONS_STILL_THERE, REFUSED_DROPS
from orchestration.checks.model import CheckResult, Status, as_frame
from orchestration.checks.places import Places
from orchestration.checks.words import as_row, in_words
from orchestration.errors import BlockingCheckError
from orchestration.release.catalog import ReleaseCatalog


def statuses(last, now, is_accepted=False):
    return {(one.check.name, one.center_id): one.status.value for one in persons_checks(last, now, is_accepted)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (100, 100, False),
        (100, 120, False),
        (100, 90, False),  # exactly a tenth is accepted
        (100, 89, True),
        (10, 9, False),
        (9, 8, True),
        (1, 1, False),
        (1_000_000, 899_999, True),
        (1_000_000, 900_000, False),
    ],
)
def test_a_fall_counts_when_it_is_more_than_a_tenth(before, after, expected):
    assert has_shrunk(before, after) is expected


def test_without_an_earlier_release_there_is_nothing_to_compare():
    assert statuses(None, {"center_a": 5}) == {
        ("center_still_there", None): "not_applicable",
        ("persons_still_there", None): "not_applicable",
    }


def test_a_center_that_grows_or_comes_anew_passes():
    assert statuses({"center_a": 5}, {"center_a": 6, "center_b": 1}) == {
        ("center_still_there", "center_a"): "pass",
        ("persons_still_there", "center_a"): "pass",
    }


def test_a_center_that_shrinks_fails_and_the_other_does_not():
    found = statuses({"center_a": 100, "center_b": 100}, {"center_a": 80, "center_b": 100})
    assert found[("persons_still_there", "center_a")] == "fail"
    assert found[("persons_still_there", "center_b")] == "pass"


def test_a_center_that_is_gone_fails():
    assert statuses({"center_a": 5, "center_b": 5}, {"center_a": 5})[("center_still_there", "center_b")] == "fail"


def test_what_a_person_accepted_is_a_warning():
    found = statuses({"center_a": 100, "center_b": 5}, {"center_a": 50}, is_accepted=True)
    assert set(found.values()) == {"pass", "warn"}
    assert found[("center_still_there", "center_b")] == "warn"
    assert found[("persons_still_there", "center_a")] == "warn"


def test_a_blocking_failure_stops_the_run_with_the_way_out():
    results = persons_checks({"center_a": 100}, {"center_a": 80}, is_accepted=False)
    with pytest.raises(
        BlockingCheckError, match=r"persons_still_there: center_a: 80 persons, 100 before.*--accept-shrinkage"
    ):
        require_no_blocking(results)


def test_a_failure_that_does_not_block_lets_the_run_go_on():
    refused = CheckResult(REFUSED_DROPS, Status.FAIL, "center_a", "drop 2", 1, 1, 0.0, "refused whole: why")
    require_no_blocking([refused])
    shown = as_asset_check(REFUSED_DROPS, [refused])
    assert not shown.passed
    assert shown.severity.value == "ERROR"
    assert shown.description == "refused_drops: center_a drop 2: refused whole: why"


def test_the_ui_goes_by_the_number_of_a_drop():
    refused = CheckResult(REFUSED_DROPS, Status.FAIL, "center_a", "drop 2", 1, 1, 0.0, "refused whole: why")
    shown = as_asset_check(REFUSED_DROPS, [refused])
    assert shown.description == "refused_drops: center_a drop 2: refused whole: why"
    assert "|center_a drop 2|" in shown.metadata["results"].value


def test_a_warning_is_shown_as_a_warning():
    shown = as_asset_check(CENTER_STILL_THERE, [CheckResult(CENTER_STILL_THERE, Status.WARN, "center_b")])
    assert (shown.passed, shown.severity.value) == (False, "WARN")


def test_the_table_holds_counts_as_whole_numbers_and_blanks_as_blanks():
    frame = as_frame(
        [
            CheckResult(PERSONS_STILL_THERE, Status.NOT_APPLICABLE),
            CheckResult(REFUSED_DROPS, Status.PASS, "center_a", None, 0, 3, 0.0),
        ]
    )
    assert frame["numerator"].tolist()[1] == 0
    assert frame["numerator"].isna().tolist() == [True, False]
    assert frame["status"].tolist() == ["not_applicable", "pass"]
    assert frame["is_blocking"].tolist() == [True, False]


def test_a_result_about_the_whole_warehouse_needs_no_center():
    assert in_words(as_row(CheckResult(REFUSED_DROPS, Status.PASS)), Places()) == "refused_drops"


@pytest.mark.parametrize(
    ("was_simulated", "is_all_simulated", "is_accepted", "expected"),
    [
        (None, True, False, Status.PASS),  # no earlier release: nothing to replace
        (True, True, False, Status.PASS),
        (True, False, False, Status.PASS),
        (False, False, False, Status.PASS),  # a release made from any simulated drop says so itself
        (False, True, False, Status.FAIL),
        (False, True, True, Status.WARN),
    ],
)
def test_simulated_drops_alone_do_not_replace_real_data(was_simulated, is_all_simulated, is_accepted, expected):
    result = real_data_check(was_simulated, is_all_simulated, is_accepted)
    assert result.status is expected
    assert result.blocks is (expected is Status.FAIL)
    assert ("--accept-shrinkage" in (result.note or "")) is (expected is Status.FAIL)


def test_a_study_that_the_last_release_had_does_not_vanish_without_a_word():
    [gone] = studies_check({"lenvatinib", "apatinib"}, {"lenvatinib"})
    assert (gone.status, gone.subject, gone.blocks) == (Status.WARN, "apatinib", False)
    assert "HCC_PROTOCOLS" in gone.note


@pytest.mark.parametrize("last", [(), ("lenvatinib",)])
def test_a_study_that_comes_anew_is_no_reason_to_warn(last):
    """The first release says the same as later ones: equal inputs give equal checks."""
    [passed] = studies_check(last, {"lenvatinib", "apatinib"})
    assert (passed.status, passed.subject, passed.note) == (Status.PASS, None, None)


def test_a_current_release_that_cannot_be_read_is_no_reason_to_stop(settings):
    """The newest one that can be read takes its place in the comparison, and a check tells of it."""
    for number in (1, 2):
        folder = settings.releases / f"r00000{number}-20240630T120000Z"
        folder.mkdir(parents=True)
        with duckdb.connect(str(folder / "cohort.duckdb")) as connection:
            connection.execute("create table release as select true as is_simulated, '{}' as protocol_hashes")
            connection.execute(f"create table persons as select 'center_a' as center_id from range({number})")
    first, torn = ReleaseCatalog(settings).all()
    torn.database.write_bytes(torn.database.read_bytes()[:9000])
    last, unreadable = first_readable([torn, first])
    assert last == ({"center_a": 1}, True, [])
    assert unreadable == [torn.release_id]
    assert readable_check(unreadable).status is Status.WARN
    assert first_readable([torn]) == (None, [torn.release_id])
