"""How pages lie: on narrow screens, from right to left, on paper, and while pictures arrive."""

from __future__ import annotations

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize
from running import until

from .conftest import Newspaper
from .test_access import PAGES

NARROW: ViewportSize = {"width": 360, "height": 640}
_OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  return !one.closest('table, .skip') && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_nothing_is_wider_than_a_narrow_screen(browser: Browser, newspaper: Newspaper, path: str) -> None:
    page = browser.new_page(viewport=NARROW)
    for address in (newspaper.english + path, newspaper.arabic + path, newspaper.operator):
        page.goto(address)
        assert page.evaluate("document.scrollingElement.scrollWidth") == 360, address
        assert page.evaluate(_OVERFLOWING) == []
    page.close()


def _left(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["x"]


def test_a_page_in_arabic_runs_from_right_to_left(browser: Browser, newspaper: Newspaper) -> None:
    page = browser.new_page()
    page.goto(newspaper.arabic + "/categories/health")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    brand, first = page.locator(".masthead .brand a"), page.locator(".river article").first
    assert _left(brand) > 640, "the masthead begins at the right"
    assert _left(first.locator(".shot")) < _left(first.locator(".words")), "and pictures end the line at the left"
    page.close()


@pytest.mark.parametrize(("article", "direction"), [("a0", "ltr"), ("a1", "rtl")])
def test_an_article_runs_as_its_language_does_whatever_the_page(
    browser: Browser, newspaper: Newspaper, article: str, direction: str
) -> None:
    page = browser.new_page()
    for address in (newspaper.english, newspaper.arabic):
        page.goto(f"{address}/articles/{article}")
        assert page.locator(".story").evaluate("one => getComputedStyle(one).direction") == direction
        assert page.locator(".prose").evaluate("one => getComputedStyle(one).direction") == direction
    page.close()


def test_on_paper_there_is_the_article_and_where_it_is_from(browser: Browser, newspaper: Newspaper) -> None:
    page = browser.new_page(color_scheme="dark", viewport={"width": 794, "height": 1123})
    page.goto(newspaper.english + "/articles/a0")
    page.emulate_media(media="print")
    for left_out in (".sections", ".skip", ".colophon", ".syndicator-list", "audio"):
        assert not page.locator(left_out).first.is_visible(), left_out
    for kept in (".story h1", ".kicker", ".byline", ".prose p >> nth=0"):
        assert page.locator(kept).is_visible(), kept
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    after = "getComputedStyle(document.querySelector('.original a'), '::after').content"
    assert "https://src.example.org/0" in page.evaluate(after)
    tallest = page.evaluate("Math.max(...[...document.querySelectorAll('.prose img')].map(one => one.height))")
    assert tallest < 360, "no picture takes a page of its own"
    assert page.pdf().startswith(b"%PDF")
    page.close()


# --- while pictures arrive ----------------------------------------------------------------------------

_SHIFTS = """() => { window.shifts = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifts += entry.value; }).observe({type: 'layout-shift', buffered: true}); }"""
_PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
_SCROLLED = """() => new Promise(done => { const step = () => { scrollBy(0, 400);
  scrollY + innerHeight >= document.body.scrollHeight - 1 ? done() : requestAnimationFrame(() => requestAnimationFrame(step)); };
  step(); })"""
_SEEN_LOADED = """() => [...document.images].every(one => {
  const box = one.getBoundingClientRect();
  return one.complete || box.top >= innerHeight || box.bottom < 0; })"""
_LOADED = "() => [...document.images].every(one => one.complete)"


def _shift(page: Page, address: str, media: str) -> float:
    """The cumulative layout shift of a page whose pictures come after it was painted, and that is read to its end."""
    held: list[Route] = []
    painted = False

    def hold(route: Route) -> None:
        if painted:
            route.continue_()
        else:
            held.append(route)

    page.route(f"{media}/**", hold)
    page.goto(address, wait_until="domcontentloaded")
    page.evaluate(_SHIFTS)
    page.evaluate(_PAINTED)
    assert held, "pictures were asked for"
    painted = True
    for route in held:
        route.continue_()
    # What moves out of sight does not count: a slow picture would come when the page has been scrolled past it.
    page.wait_for_function(_SEEN_LOADED)
    page.evaluate(_PAINTED)
    page.evaluate(_SCROLLED)
    page.wait_for_function(_LOADED)
    page.evaluate(_PAINTED)
    return float(page.evaluate("window.shifts"))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/", "/categories/health", "/categories/health/archive/2"])
def test_nothing_moves_when_pictures_arrive(browser: Browser, newspaper: Newspaper, path: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    assert _shift(page, newspaper.english + path, newspaper.media) == 0
    page.close()


def test_without_room_kept_for_pictures_it_would(browser: Browser, newspaper: Newspaper) -> None:
    page = browser.new_page(viewport=NARROW)

    def without_room(route: Route) -> None:
        style = route.fetch()
        route.fulfill(response=style, body=style.text().replace("aspect-ratio", "x-ratio"))

    page.route("**/style.css", without_room)
    _shift(page, newspaper.english + "/", newspaper.media)
    until(lambda: bool(page.evaluate("window.shifts > 0.01")))  # a busy browser tells of them late
    page.close()


# --- what is asked for --------------------------------------------------------------------------------

_WITHOUT_PICTURES = (PAGES["child"], PAGES["missing"], PAGES["gone"])


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_other_host_is_asked_but_for_an_articles_own_media(
    browser: Browser, newspaper: Newspaper, path: str
) -> None:
    page = browser.new_page()
    asked: list[tuple[str, str]] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append((request.url, request.resource_type)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(newspaper.english + path, wait_until="networkidle")
    others = [(url, kind) for url, kind in asked if not url.startswith((newspaper.english, "data:"))]
    assert [one for one in others if not (one[0].startswith(newspaper.media) and one[1] in ("image", "media"))] == []
    assert bool(others) == (path not in _WITHOUT_PICTURES)
    assert [text for text in said if "status of 4" not in text] == [], "the policy allows all that the page has"
    page.close()


def test_a_category_with_its_stylesheet_is_under_60_kilobytes(newspaper: Newspaper) -> None:
    whole = [
        requests.get(newspaper.english + path, timeout=10).content
        for path in ("/categories/health", "/static/style.css")
    ]
    assert whole[0].count(b"<article") == 30
    assert sum(map(len, whole)) < 60_000
