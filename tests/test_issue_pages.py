"""The pages of an issue in a browser: links hold, nothing is asked for outside, nothing overflows, held is held."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

import pytest

from publication import editions
from publication.bulletin import html
from publication.bulletin.layout import Edition, layout
from tests import issued_homes
from tests import planted_issue as planted

pytestmark = pytest.mark.slow
WIDTHS = (390, 1024, 1280)
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip(
            "没有 chromium（Debian：apt-get install chromium fonts-noto-cjk），不在浏览器中看"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        found = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def public(few_home, tmp_path_factory) -> Path:
    """The public part of the draft of a real issue."""
    home = issued_homes.january(few_home, tmp_path_factory.mktemp("pages") / "home")
    return editions.place(home, issued_homes.NUMBER) / "draft" / "public"


@pytest.fixture(scope="module")
def each_state(tmp_path_factory) -> Path:
    """Pages with a figure in each state."""
    folder = tmp_path_factory.mktemp("states")
    html.write(layout(planted.said(), Edition()), folder, [])
    return folder


def _some(public: Path) -> list[Path]:
    """Return the first page, and of each kind of page one."""
    kinds = ("indicators/*.html", "areas/*.html", "evidence/*/*.html")
    return [public / "index.html", *(sorted(public.glob(kind))[0] for kind in kinds)]


def test_every_link_of_every_page_leads_to_a_file_of_the_issue(public):
    pages = sorted(public.rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        for found in re.findall(r'(?:href|src)="([^"]+)"', page.read_text("utf-8")):
            link, anchor = urldefrag(found)
            assert not urlparse(link).scheme, found
            target = (page.parent / unquote(link)).resolve() if link else page
            assert target.is_relative_to(public.resolve()) and target.exists(), (page.name, found)
            assert not anchor or f'id="{anchor}"' in target.read_text("utf-8"), (page.name, found)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_overflows_asks_outside_or_complains(browser, public, each_state, width):
    for path in [*_some(public), each_state / "index.html"]:
        page = browser.new_page(viewport={"width": width, "height": 900})
        asked, complaints = [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda told, complaints=complaints: complaints.append(told.text))
        page.goto(path.as_uri())
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, (path.name, width, over)
        assert all(url.startswith("file://") for url in asked), asked
        assert complaints == [], path.name
        page.close()


def test_a_held_cell_shows_a_word_and_no_digit_nor_does_what_is_behind_it(browser, each_state):
    page = browser.new_page()
    page.goto((each_state / "index.html").as_uri())
    cells = page.locator("td.held, td.suppressed").all()
    assert len(cells) == 2
    for cell in cells:
        assert not re.search(r"[0-9]", cell.inner_text())
        assert cell.locator("a").count() == 0, "there is no page of a figure that is not printed"
        titles = [found.get_attribute("title") or "" for found in cell.locator("[title]").all()]
        assert not any(re.search(r"[0-9]", title) for title in titles)
    page.close()


def test_status_is_told_by_a_character_too(browser, each_state):
    page = browser.new_page()
    page.goto((each_state / "index.html").as_uri())
    told = {badge.inner_text().strip()[0] for badge in page.locator(".badge:not(.missing)").all()}
    assert {"缓", "※", "待"} <= told
    page.close()


def test_the_page_can_be_printed_without_a_cut(browser, each_state):
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.goto((each_state / "index.html").as_uri())
    page.emulate_media(media="print")
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        <= 0
    )
    assert page.locator("nav").is_hidden()
    page.close()
