"""The list to embed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from builders import any_text, article, site
from hypothesis import given

from syndicator.core.model import Category, Provenance
from syndicator.core.text import xml_safe
from syndicator.formats.html import environment, render_list

_ENV = environment(site())
_SHAPE = ["section", "h2", "ul", "li", "div", "a", "div", "small", "bdi", "time", "div", "img"]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.names |= {name for name, _ in attrs}


@given(any_text().map(xml_safe))
def test_no_text_adds_an_element_or_a_handler(text: str) -> None:
    one = article(title=f"x{text}", image=f"https://a.example/{text}", provenance=Provenance(f"x{text}", ""))
    tags = _Tags()
    tags.feed(render_list(_ENV, site(), Category("health", text), [one], text))
    assert tags.found == _SHAPE
    assert not [name for name in tags.names if name.startswith("on")]


def test_times_are_local_to_the_site_and_exact_for_machines() -> None:
    shown = render_list(_ENV, site(), Category("health", "Health"), [article()], "News")
    assert '<time dir="ltr" datetime="2026-01-30T10:00:00Z">30/01/2026 12:00</time>' in shown


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [("%d/%m/%Y %H:%M", "30/01/2026 12:00"), ("%Y-%m-%d %H:%M %Z", "2026-01-30 12:00 EET"), ("%d.%m.%y", "30.01.26"), ("%H h %M, %d%%", "12 h 00, 30%")],
)  # fmt: skip
def test_times_are_written_as_the_site_says(pattern: str, shown: str) -> None:
    env = environment(site(date_format=pattern))
    listed = render_list(env, site(), Category("health", "Health"), [article()], "News")
    assert f'<time dir="ltr" datetime="2026-01-30T10:00:00Z">{shown}</time>' in listed


def test_an_item_runs_as_its_title_does_and_tells_the_title_s_language() -> None:
    hebrew, unknown = article(title="כותרת", language="he"), article(language="")
    shown = render_list(_ENV, site(), Category("health", "Health"), [hebrew, unknown], "News")
    assert shown.count('<li dir="auto">') == 2, "source, date and bullet go with the title"
    assert re.findall(r'<div class="syndicator-title"([^>]*)>', shown) == [' lang="he"', ""]


def test_an_article_without_an_image_shows_none() -> None:
    assert "<img" not in render_list(_ENV, site(), Category("health", "Health"), [article(image="")], "News")
