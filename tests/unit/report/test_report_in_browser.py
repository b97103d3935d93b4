"""The page in a real browser: nothing is fetched, nothing overflows on desk, phone and paper (make test-browser)."""

from __future__ import annotations

import shutil

import pytest
from simulated_study import MIN_CELL, made_up_frames, protocol, release

from analytics.report import build_report

pytestmark = pytest.mark.browser
# Width in CSS pixels; A4 less its margins is 680.
VIEWS = {"desk": (1280, "screen"), "phone": (390, "screen"), "paper": (680, "print")}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    build_report(made_up_frames(), protocol(), release(is_simulated=True), folder, MIN_CELL)
    return (folder / "index.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert executable, "Chromium is missing; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_reads_on_every_medium(address, browser, view):
    width, media = VIEWS[view]
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.emulate_media(media=media)
    page.goto(address)
    assert requests == [address]
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("heading", name="Summary of findings").is_visible()
    assert page.locator(".banner").is_visible()
    assert page.locator("figure svg").count() == page.locator("figure").count() > 10
    page.close()


def test_every_link_of_the_contents_leads_somewhere(address, browser):
    page = browser.new_page()
    page.goto(address)
    anchors = page.eval_on_selector_all("nav a", "links => links.map(link => link.getAttribute('href'))")
    assert len(anchors) > 8
    assert all(page.locator(anchor).count() == 1 for anchor in anchors)
    page.close()
