"""What an operator sees and does in the UI: the way from drop to release, the release's page, one study, the sensor."""

import re
from collections import deque

import duckdb
import pytest
from dagster_ui import SECONDS_TO_ANSWER, Ui
from playwright.sync_api import Page, expect

from orchestration.builds import BuildStore

pytestmark = pytest.mark.browser

SECONDS_TO_RUN = 400
SECONDS_BETWEEN_LOOKS = 10
LAYERS = ("landing", "staging", "harmonised", "oncology", "cohort", "marts", "lenvatinib", "sorafenib")
ASSETS = "{ assetNodes { assetKey { path } groupName description dependencyKeys { path } } }"
SENSOR = "/locations/orchestration.definitions/sensors/new_drops"


@pytest.fixture
def assets(page: Page, ui: Ui) -> dict[str, dict]:
    """Every asset that the UI knows, by its key."""
    answer = page.request.post(f"{ui.address}/graphql", data={"query": ASSETS}).json()
    return {"/".join(node["assetKey"]["path"]): node for node in answer["data"]["assetNodes"]}


def upstream(assets: dict[str, dict], key: str) -> set[str]:
    """Everything that an asset is made from."""
    found: set[str] = set()
    waiting = deque([key])
    while waiting:
        for dependency in assets[waiting.popleft()]["dependencyKeys"]:
            name = "/".join(dependency["path"])
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def test_1_the_lineage_goes_from_the_drops_through_every_layer_to_the_release(assets: dict[str, dict], page: Page):
    behind = upstream(assets, "release")
    assert "raw/drops" in behind
    assert {assets[name]["groupName"] for name in behind} >= set(LAYERS)
    for study in ("lenvatinib", "sorafenib"):
        assert "raw/drops" in upstream(assets, f"{study}/resistance_labels")
    page.goto("/assets/lenvatinib/best_responses?view=lineage&lineageScope=neighbors&lineageDepth=1")
    for neighbour in ("analysis_timepoints", "analysis_lines", "best_responses", "release"):
        expect(page.get_by_text(neighbour, exact=True).first).to_be_visible()


def test_2_every_asset_says_what_it_is(assets: dict[str, dict]):
    assert [name for name, node in assets.items() if not node["description"]] == []


def test_3_the_page_of_the_release_shows_studies_ledger_checks_tables_and_its_freshness(page: Page, ui: Ui):
    with duckdb.connect(str(ui.out / "cohort.duckdb"), read_only=True) as connection:
        [(delivered,)] = connection.execute(
            "select sum(row_count) from row_ledger where center_id = 'center_a'"
        ).fetchall()
        [(labs,)] = connection.execute("select count(*) from lab_results").fetchall()
    page.goto("/assets/release")
    for shown in (
        "row_ledger",
        "superseded",
        str(delivered),
        "lab_results",
        str(labs),
        "unmapped_terms",
        "Freshness policy",
    ):
        expect(page.get_by_text(shown).first).to_be_attached()
    reload_until(page, "Passing")


def reload_until(page: Page, text: str) -> None:
    """The daemon judges freshness every half minute, and a page that is open does not ask again."""
    for _ in range(SECONDS_TO_ANSWER // SECONDS_BETWEEN_LOOKS):
        if page.get_by_text(text).first.is_visible():
            return
        page.wait_for_timeout(SECONDS_BETWEEN_LOOKS * 1000)
        page.reload()
        page.wait_for_load_state("networkidle")
    expect(page.get_by_text(text).first).to_be_visible()


def test_4_the_page_of_the_drops_shows_their_states_and_why_one_was_refused(page: Page):
    page.goto("/assets/landing/drops")
    for shown in ("extracted in", "loaded", "drops_refused"):
        expect(page.get_by_text(shown).first).to_be_attached()
    page.get_by_text("[Show Markdown]").first.click()
    expect(page.get_by_text("center_a drop 3: manifest.json is not valid JSON").first).to_be_visible()
    assert "manifest-unreadable" not in page.content()


def test_5_the_sensor_knows_the_drops_that_were_refreshed_and_says_so(page: Page):
    page.goto(SENSOR)
    expect(page.get_by_role("checkbox").or_(page.get_by_role("switch")).first).to_be_checked()
    page.get_by_role("button", name="0 runs requested").first.click()
    expect(
        page.get_by_text(re.compile("no complete drop is new|looking again when it has ended")).first
    ).to_be_visible()


def test_6_one_study_is_made_alone_from_the_last_finished_build(page: Page, ui: Ui):
    store = BuildStore(ui.out / "restricted" / "builds")
    base = store.latest_finished()
    release = (ui.out / "cohort.duckdb").readlink()
    page.goto("/locations/orchestration.definitions/asset-groups/lenvatinib/lineage")
    page.get_by_role("button", name=re.compile("Materialize all")).click()
    expect(page.get_by_text(re.compile("Launched run"))).to_be_visible(timeout=SECONDS_TO_ANSWER * 1000)
    page.goto("/runs")
    page.locator("a[href^='/runs/']").first.click()
    ended = page.get_by_text(re.compile("^(Success|Failure|Canceled)$")).first
    expect(ended).to_be_visible(timeout=SECONDS_TO_RUN * 1000)
    assert ended.inner_text() == "Success"
    made = store.latest_finished()
    assert made.record.base_build_id == base.build_id
    assert (
        made.table("lenvatinib/survival_endpoints").stat().st_ino
        != base.table("lenvatinib/survival_endpoints").stat().st_ino
    )
    assert (
        made.table("sorafenib/survival_endpoints").stat().st_ino
        == base.table("sorafenib/survival_endpoints").stat().st_ino
    )
    assert (ui.out / "cohort.duckdb").readlink() == release
