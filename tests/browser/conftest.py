"""The UI on simulated drops that nobody has refreshed yet, and one run of everything started there."""

import re
from collections.abc import Iterator

import pytest
from dagster_ui import SECONDS_TO_ANSWER, Ui, open_page, running_ui
from playwright.sync_api import Page, expect

from analytics.simulation import simulate

SECONDS_TO_RUN = 600
expect.set_options(timeout=SECONDS_TO_ANSWER * 1000)  # a page of many assets takes its time on a busy machine


@pytest.fixture(scope="session")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    """The UI with its daemon."""
    folder = tmp_path_factory.mktemp("ui")
    simulate(folder / "raw", patients=160, seed=3)
    with running_ui(folder / "raw", folder / "out", folder / "log") as ui:
        yield ui


@pytest.fixture(scope="session")
def status_of_run(ui: Ui) -> str:
    """What the UI shows at the end of a run of everything, started there by a click on Materialize."""
    assert not (ui.out / "cohort.duckdb").exists()
    with open_page(ui) as page:
        page.goto("/asset-groups")
        page.get_by_role("button", name=re.compile("Materialize all")).click()
        expect(page.get_by_text(re.compile("Launched run"))).to_be_visible(timeout=SECONDS_TO_ANSWER * 1000)
        page.goto("/runs")
        page.locator("a[href^='/runs/']").first.click()
        ended = page.get_by_text(re.compile("^(Success|Failure|Canceled)$")).first
        expect(ended).to_be_visible(timeout=SECONDS_TO_RUN * 1000)
        return ended.inner_text()


@pytest.fixture
def page(ui: Ui, status_of_run: str) -> Iterator[Page]:
    """A page of the UI after that run."""
    with open_page(ui) as page:
        yield page
