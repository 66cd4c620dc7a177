"""Whoever reads the pages: by keyboard, by ear, in the dark, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .conftest import Newspaper

PAGES = {
    "front": "/", "category": "/categories/health", "child": "/categories/health/oncology", "archive": "/categories/health/archive/2",
    "article": "/articles/a0", "turned": "/articles/a1", "summary": "/articles/a2", "link": "/articles/a3",
    "missing": "/nothing", "gone": "/categories/alchemy",
}  # fmt: skip
OPERATORS = ("/?q=nothing", "/sources/ledger", "/sources/broken", "/problems", "/held", "/stories", "/search?q=the")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
"""Target sizes are of WCAG 2.2, and not looked at unless asked for."""


def _violations(page: Page) -> list[str]:
    """What axe finds that is serious or critical, with the places."""
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_serious(browser: Browser, newspaper: Newspaper, path: str, scheme: Any) -> None:
    page = browser.new_page(color_scheme=scheme)
    for address in (newspaper.english, newspaper.arabic):
        page.goto(address + path)
        assert _violations(page) == [], address
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious_on_the_operators_page(
    browser: Browser, newspaper: Newspaper, width: int, scheme: Any
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(newspaper.operator)
    assert page.locator("tbody tr").count() == 15
    assert _violations(page) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_former_versions_of_an_article_can_be_read_by_anybody(
    browser: Browser, newspaper: Newspaper, width: int, scheme: Any
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(f"{newspaper.operator}/explain?article={newspaper.edited}")
    assert page.locator(".revisions > ol > li").count() == 2
    assert page.locator(".change ins").first.inner_text() == "Another"
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", OPERATORS)
def test_axe_finds_nothing_serious_on_the_operators_other_pages(
    browser: Browser, newspaper: Newspaper, path: str, width: int, scheme: Any
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(newspaper.operator + path)
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_source_is_polled_by_its_button_and_that_is_told(browser: Browser, newspaper: Newspaper) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{newspaper.operator}/?q=ledger")
    page.get_by_role("link", name="ledger", exact=True).click()
    page.get_by_role("button", name="Poll now: ledger").click()
    assert page.get_by_role("status").inner_text() == "ledger: polled in a moment."
    assert page.locator("h1").inner_text() == "ledger fine"
    page.close()


def test_axe_would_find_something(browser: Browser, newspaper: Newspaper) -> None:
    page = browser.new_page()
    page.goto(newspaper.english)
    page.evaluate("document.querySelector('.summary').style.color = '#ccc'")
    assert [found.partition(":")[0] for found in _violations(page)] == ["color-contrast"]
    page.close()


_FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  return {
    index: [...document.querySelectorAll('*')].indexOf(at), tag: at.tagName, text: at.textContent.trim().slice(0, 40),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== getComputedStyle(document.body).backgroundColor,
    seen: box.width > 0 && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0,
  };
}"""
_REACHABLE = """() => [...document.querySelectorAll('a[href], button, select, input:not([type=hidden]), audio')]
  .filter(one => one.tabIndex >= 0 && one.checkVisibility()).map(one => [...document.querySelectorAll('*')].indexOf(one))"""


def _walk(page: Page) -> list[dict[str, Any]]:
    """What has the focus, Tab by Tab, to the end of the page."""
    stops: list[dict[str, Any]] = []
    for _ in range(300):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUSED)
        if at is None:
            return stops
        if not stops or stops[-1]["index"] != at["index"]:  # a player has several stops within
            stops.append(at)
    raise AssertionError("the focus does not come to the end")


@pytest.mark.parametrize(
    "path", ["/", "/categories/health", "/articles/a0", "/nothing", "operator", "operator/sources/ledger"]
)
def test_every_link_is_reached_by_keyboard_in_order_and_shows_it(
    browser: Browser, newspaper: Newspaper, path: str
) -> None:
    page = browser.new_page()
    page.goto(newspaper.operator + path[8:] if path.startswith("operator") else newspaper.english + path)
    wanted = page.evaluate(_REACHABLE)
    stops = _walk(page)
    assert [stop["index"] for stop in stops] == wanted
    assert [stop for stop in stops if not stop["seen"]] == []
    assert [stop for stop in stops if not stop["outlined"] and stop["tag"] != "AUDIO"] == []
    page.close()


def test_the_skip_link_comes_first_and_leads_to_the_content(browser: Browser, newspaper: Newspaper) -> None:
    page = browser.new_page()
    page.goto(newspaper.english)
    skip = page.locator(".skip")
    assert not page.evaluate("document.querySelector('.skip').getBoundingClientRect().bottom > 0")
    page.keyboard.press("Tab")
    assert skip.evaluate("one => one === document.activeElement && one.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.close()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_without_scripts_the_page_is_the_same(browser: Browser, newspaper: Newspaper, path: str) -> None:
    seen = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(newspaper.english + path)
        seen.append((page.content(), page.inner_text("body")))
        context.close()
    assert seen[0] == seen[1]


def test_the_dark_scheme_is_dark(browser: Browser, newspaper: Newspaper) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(newspaper.english)
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shades[scheme] = sum(int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(","))
        page.close()
    assert shades["dark"] < 100 < 700 < shades["light"]
