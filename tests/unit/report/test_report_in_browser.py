"""The page in a real browser: nothing is fetched, nothing overflows on desk, phone and paper (make test-browser)."""

from __future__ import annotations

import re
import shutil
from io import BytesIO

import matplotlib.image
import numpy as np
import pytest
from simulated_study import MIN_CELL, made_up_frames, protocol, release

from analytics.report import build_report

pytestmark = pytest.mark.browser
# Width in CSS pixels; A4 less its margins is 680.
VIEWS = {"desk": (1280, "screen"), "large desk": (1440, "screen"), "phone": (390, "screen"), "paper": (680, "print")}
# What sticks out of its surroundings, by more than a rounding: figures and tables that are cut off.
CUT_OFF = """names => [...document.querySelectorAll(names)].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 2 || box.left < -2);
}).map(one => one.closest('[id]').id)"""
# What is wider than the frame it is scrolled in.
SCROLLED = """[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.closest('[id]').id)"""


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


@pytest.fixture(params=VIEWS)
def view(request, browser, address):
    """The page on a medium, with what it asked for and complained of."""
    width, media = VIEWS[request.param]
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.emulate_media(media=media)
    page.goto(address)
    yield request.param, page, requests, errors
    page.close()


def test_the_page_reads_on_every_medium_without_asking_for_anything(view, address):
    name, page, requests, errors = view
    assert requests == [address]
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= VIEWS[name][0]
    assert page.get_by_role("heading", name="Summary of findings").is_visible()
    assert page.locator(".banner").is_visible()


def test_every_figure_is_drawn_and_says_that_the_data_are_simulated(view):
    _, page, _, _ = view
    figures = page.locator("figure").count()
    assert page.locator("figure svg").count() == figures > 10
    sizes = page.eval_on_selector_all("figure svg", "all => all.map(one => one.getBoundingClientRect().height)")
    assert min(sizes) > 60
    captions = page.eval_on_selector_all("figcaption", "all => all.map(one => one.textContent)")
    assert all(words.startswith("Simulated data.") for words in captions)


def test_nothing_is_cut_off(view):
    """On a phone, tables and wide figures are scrolled within their own frame; curves fit without."""
    name, page, _, _ = view
    chosen = "figure .scroll:not(.wide) svg" if name == "phone" else "figure svg, table"
    assert page.evaluate(CUT_OFF, chosen) == []


def test_only_a_phone_scrolls_sideways_and_a_shadow_says_so(view):
    name, page, _, _ = view
    scrolled = page.evaluate(SCROLLED)
    assert bool(scrolled) == (name == "phone"), scrolled
    if name == "phone":
        assert {"table-survival", "table-multiverse", "figure-forest_cox_os"} <= set(scrolled)
        for anchor in ("table-survival", "figure-forest_cox_os"):
            start, end = (_edge(page, anchor, share) for share in (0, 1))
            assert start < end - 20  # darker, until the end is reached


def _edge(page, anchor, share):
    """Mean brightness (0 to 255) of the right edge of a frame that is scrolled to a share of its way."""
    frame = page.locator(f"#{anchor} .scroll")
    frame.evaluate("(one, share) => { one.scrollLeft = share * one.scrollWidth; }", share)
    pixels = matplotlib.image.imread(BytesIO(frame.screenshot()), format="png")
    return 255 * float(np.median(pixels[20:-20, -4:-1, :3].mean(axis=2)))


def test_letters_of_figures_are_as_large_as_those_of_the_text(browser, address):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    script = "all => all.map(one => one.getBoundingClientRect().width / parseFloat(one.getAttribute('width')))"
    scales = page.eval_on_selector_all("figure svg", script)
    # Drawn in letters of 9 points; the page's have 16 pixels, its notes 13.
    assert all(9 * scale >= 13.5 for scale in scales)
    page.close()


def test_no_figure_is_higher_than_a_printed_page(browser, address, tmp_path):
    page = browser.new_page(viewport={"width": 680, "height": 1000})
    page.emulate_media(media="print")
    page.goto(address)
    heights = page.eval_on_selector_all("figure svg", "all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) <= 267 / 25.4 * 96  # A4 less its margins, in CSS pixels
    page.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes()))
    assert 10 < pages < 40
    page.close()


def test_every_link_of_the_contents_leads_somewhere(address, browser):
    page = browser.new_page()
    page.goto(address)
    anchors = page.eval_on_selector_all("nav a", "links => links.map(link => link.getAttribute('href'))")
    assert len(anchors) > 8
    assert all(page.locator(anchor).count() == 1 for anchor in anchors)
    page.close()
