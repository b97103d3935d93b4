"""Clicks through the Dagster UI as a person would: Materialize, wait, and find the new release by SQL."""

import duckdb
import pytest
from dagster_ui import Ui
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

GROUPS = (
    "landing",
    "vocabulary",
    "staging",
    "harmonised",
    "oncology",
    "cohort",
    "marts",
    "lenvatinib",
    "sorafenib",
    "release",
)


def test_1_a_click_on_materialize_makes_a_release(page: Page, ui: Ui, status_of_run: str) -> None:
    assert status_of_run == "Success"
    with duckdb.connect(str(ui.out / "cohort.duckdb"), read_only=True) as connection:
        [(release_id,)] = connection.execute("select release_id from release").fetchall()
    page.goto("/assets/release")
    expect(page.get_by_text(release_id).first).to_be_visible()


def test_2_the_lineage_shows_every_group(page: Page) -> None:
    page.goto("/asset-groups")
    for group in GROUPS:
        expect(page.get_by_text(group, exact=True).first).to_be_visible()


def test_3_a_model_shows_its_description_rows_and_checks(page: Page) -> None:
    page.goto("/assets/harmonised/harmonised_persons")
    expect(page.get_by_text("One row a person with a kept patient row").first).to_be_visible()
    expect(page.get_by_text("Row count").first).to_be_visible()
    page.goto("/assets/harmonised/harmonised_persons?view=checks")
    check = page.get_by_text("is_key_harmonised_persons_person_id").locator("visible=true")
    expect(check.first).to_be_visible()
    expect(page.get_by_text("Passed").first).to_be_visible()


def test_4_a_refused_drop_is_a_failed_check_that_says_why(page: Page) -> None:
    page.goto("/assets/checks?view=checks&checkDetail=refused_drops")
    expect(page.get_by_text("refused_drops").first).to_be_visible()
    expect(page.get_by_text("manifest.json is not valid JSON").first).to_be_visible()


def test_5_the_nightly_schedule_runs_at_two_in_shanghai(page: Page) -> None:
    page.goto("/automation")
    expect(page.get_by_text("nightly_refresh").first).to_be_visible()
    page.goto("/locations/orchestration.definitions/schedules/nightly_refresh")
    expect(page.get_by_text("Asia/Shanghai").first).to_be_visible()
    expect(page.get_by_text("(0 2 * * *)").first).to_be_visible()
    expect(page.get_by_role("checkbox").or_(page.get_by_role("switch")).first).to_be_checked()
