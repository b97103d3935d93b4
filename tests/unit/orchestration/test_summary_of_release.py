"""What `hcc refresh` and `hcc status` say of a release: folders instead of numbers, a screen instead of a flood."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from small_release import BUILD, RELEASE, make_release
from typer.testing import CliRunner

from orchestration.checks.places import Places
from orchestration.checks.words import findings
from orchestration.cli import app
from orchestration.cli.refresh import tell_what_to_look_at
from orchestration.cli.summary import findings_of, print_summary, shortened

NOW = datetime.now(UTC)


@pytest.fixture
def release(settings):
    return make_release(settings, NOW)


def said_by_status(settings, *options):
    answer = CliRunner().invoke(app, ["status", "--out", str(settings.out), *options])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_equal_refusals_are_one_line_with_the_first_folders(settings, release):
    lines = shortened(findings_of(settings, release))
    assert lines == [
        "refused_drops: center_a/2024-05-02 (drop 2), center_a/2024-05-03 (drop 3), center_a/2024-05-04 (drop 4) "
        "and 7 more: no table",
        "refused_drops: center_b/2024-04-01_full (drop 1): no time",
        "landing_remarks: center_a extra_columns 1 (2024-04-01_full/visits.csv): ignored",
        "pseudonym_key: for simulated data only",
    ]


def test_of_many_different_reasons_the_first_three_are_told_and_the_rest_is_counted(settings):
    drops = tuple(("center_a", number, f"2024-05-{number:02d}", "refused", f"reason {number}") for number in range(20))
    lines = shortened(findings_of(settings, make_release(settings, NOW, drops)))
    of_drops = [line for line in lines if line.startswith("refused_drops")]
    assert [line.rsplit(" ", maxsplit=1)[1] for line in of_drops[:3]] == ["0", "1", "2"]
    assert of_drops[3:] == ["refused_drops: 17 more, for 17 other reasons; `hcc status` lists all"]


def test_status_names_every_folder(settings, release):
    said = said_by_status(settings)
    assert "and 7 more" not in said
    for number in range(2, 12):
        assert f"center_a/2024-05-{number:02d} (drop {number})" in said
    assert "checks not passed: 13" in said


def test_who_may_not_read_the_build_is_told_numbers(settings, release):
    shutil.rmtree(settings.builds / BUILD)
    assert "refused_drops: center_a drop 2, center_a drop 3," in said_by_status(settings)


def test_status_is_made_for_reading_and_json_for_programs(settings, release):
    said = said_by_status(settings)
    assert "{" not in said
    assert not [word for line in said.splitlines() for word in line.split() if len(word) == 64]
    assert "studies" not in said
    content = json.loads(said_by_status(settings, "--json"))
    assert content["release_id"] == RELEASE
    assert content["protocol_hashes"]["nobodys"] == "2" * 64
    assert len(content["checks_not_passed"]) == 13
    assert content["checks_not_passed"][0]["place"]


def test_a_study_on_whose_agent_nobody_is_has_its_line(settings, release, capsys):
    print_summary(settings, release)
    said = capsys.readouterr().out
    assert "study     lenvatinib: 1 eligible of 1 on its agent: primary 1\n" in said
    assert "study     nobodys: 0 eligible of 0 on its agent\n" in said


def test_a_refresh_says_where_its_warnings_are_explained(settings, release, capsys):
    tell_what_to_look_at(settings, release)
    said = capsys.readouterr().err
    assert "docs/runbook/checks.md" in said
    assert "clock" not in said


def test_a_refresh_whose_release_bears_a_later_time_than_now_says_so(settings, release, capsys):
    """The clock ran ahead when the release before was made: names keep the later time, and so their order."""
    tell_what_to_look_at(settings, replace(release, release_id="r000002-29990101T000000Z"))
    assert "the clock of this machine went back, or was ahead before" in capsys.readouterr().err


def test_a_long_note_is_cut_in_the_output_of_a_refresh_and_whole_in_status(settings):
    """Such as the diagnostics of an estimate."""
    reason = "too long to be read " * 20
    found = findings_of(settings, make_release(settings, NOW, (("center_a", 1, "2024-05-01", "refused", reason),)))
    assert len(shortened(found)[0]) < 250
    assert shortened(found)[0].endswith(" ...")
    assert reason.strip() in said_by_status(settings)


def test_the_number_of_a_finding_is_shown_only_where_it_counts_something():
    row = {"check_name": "estimate_diagnostics", "center_id": None, "subject": "s: model", "status": "warn",
           "numerator": 3, "denominator": None, "note": "unbalanced"}  # fmt: skip
    [finding] = findings([row], Places())
    assert finding.line() == "estimate_diagnostics: s: model: unbalanced"
    [counted] = findings([row | {"check_name": "unmapped_terms", "center_id": "center_a", "subject": "unit"}], Places())
    assert counted.line() == "unmapped_terms: center_a unit 3 (unbalanced)"


def test_a_message_that_goes_by_numbers_is_told_with_folders():
    """Dagster keeps a run's messages, so those name no folder; the command line does."""
    places = Places({("center_a", 3): "2024-05-01_full"})
    said = places.in_text("no drop can be loaded (center_a drop 3: no table; center_b drop 1: no time; a drop 9)")
    assert said == (
        "no drop can be loaded (center_a/2024-05-01_full (drop 3): no table; center_b drop 1: no time; a drop 9)"
    )
