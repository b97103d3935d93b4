"""Curves with numbers at risk and forest plots on the pages of the estimates, as a person opens them."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PICTURES = {
    "survival_curves": (
        "os by resistance (naive: guarantee time)",
        "pps by resistance (from progression on)",
        "os from the landmark",
        "os from second line",
    ),
    "regression_results": ("Overall survival (Cox regression), multivariable",),
}
NARROWEST, DIALOG_WIDTH = 500, 700


@pytest.mark.parametrize(("table", "title"), [(table, title) for table in PICTURES for title in PICTURES[table]])
def test_a_picture_opens_at_a_readable_size_within_its_dialog(page: Page, table: str, title: str) -> None:
    page.goto(f"/assets/sorafenib/{table}")
    page.locator("tr", has_text=title).get_by_text("[Show Markdown]").click()
    picture = page.get_by_alt_text(title)
    expect(picture).to_be_visible()
    width, natural_width, complete = picture.evaluate("image => [image.width, image.naturalWidth, image.complete]")
    assert complete
    assert natural_width > NARROWEST
    assert width == natural_width <= DIALOG_WIDTH
