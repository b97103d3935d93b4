"""A missed night is seen: by `hcc status`, and by Dagster on the page of the release."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from dagster import AssetKey
from small_release import make_release
from typer.testing import CliRunner

from orchestration.assets.release import release_asset
from orchestration.cli import app
from orchestration.parameters import OPERATIONAL
from orchestration.release.freshness import Age, largest_age
from orchestration.settings import REPOSITORY

NOW = datetime(2024, 7, 1, 12, tzinfo=UTC)


def age(**since):
    return Age.of(NOW - timedelta(**since), NOW)


def test_up_to_the_allowed_age_nothing_is_said():
    assert age(hours=OPERATIONAL.largest_release_age_hours).warning is None
    assert age(hours=3).words == "3.0 hours"


def test_above_it_the_age_and_what_to_do_are_said():
    said = age(days=3).warning
    assert said.startswith("the release is 3.0 days old, more than the allowed 26 hours")
    assert "hcc refresh" in said


def test_a_clock_that_went_back_is_said():
    assert "the clock of this machine went back" in age(hours=-1).warning


def test_a_time_without_zone_is_universal_time():
    assert Age.of(datetime(2024, 7, 1, 11), NOW).since == timedelta(hours=1)


@pytest.mark.parametrize(("hours", "is_warned"), [(1, False), (27, True)])
def test_status_shows_the_age_and_warns_of_a_missed_night(settings, hours, is_warned):
    make_release(settings, datetime.now(UTC) - timedelta(hours=hours))
    answer = CliRunner().invoke(app, ["status", "--out", str(settings.out)])
    assert answer.exit_code == 0
    assert f"UTC, {hours}.0 hours ago" in answer.stdout
    assert ("more than the allowed" in answer.stderr) == is_warned


@pytest.mark.parametrize(("hours", "code"), [(1, 0), (27, 1)])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_monitoring_can_ask_for_a_fresh_release(settings, hours, code, form):
    make_release(settings, datetime.now(UTC) - timedelta(hours=hours))
    answer = CliRunner().invoke(app, ["status", "--require-fresh", "--out", str(settings.out), *form])
    assert answer.exit_code == code
    assert ("error: the release is" in answer.stderr) == bool(code)


def test_dagster_watches_the_release_with_the_same_limit():
    asset = release_asset({}, {})
    policy = asset.get_asset_spec(AssetKey("release")).freshness_policy
    assert policy.fail_window.to_timedelta() == largest_age()
    configuration = yaml.safe_load((REPOSITORY / "dagster.yaml").read_text(encoding="utf-8"))
    assert configuration["freshness"]["enabled"] is True
