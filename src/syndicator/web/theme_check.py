"""Trying a theme out before anybody sees it: every template is compiled, and every page rendered once or twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from syndicator.core.errors import Problem
from syndicator.core.feed import Enclosure, Person
from syndicator.core.model import AlsoReported, Article, Category, ChannelItem, Provenance, Site
from syndicator.core.theme import Theme
from syndicator.core.work import Change
from syndicator.formats.html import environment, render_list

from .pages import Pages

_DAY = datetime(2026, 1, 22, 20, 5, tzinfo=UTC)
_BARE = Article(
    id="sample", guid="tag:example.org,2026:sample", source_id="sample",
    provenance=Provenance("Sample", "https://example.org/feed"), url="", canonical_url="", title="", summary="",
    content="", authors=(), published=_DAY, updated=_DAY, accepted=_DAY, sort_at=_DAY, revised=_DAY, language="",
    image="", enclosures=(), tags=(), categories=(), rights="", entry_hash="", content_hash="",
)  # fmt: skip
"""As little as an article may have."""
_FULL = replace(
    _BARE, url="https://example.org/1", title="A sample", summary="A summary.", content="<p>Content.</p>",
    provenance=Provenance("Sample", "https://example.org/feed", "https://example.org/"), language="ar",
    authors=(Person("Ada", "", "https://example.org/ada"), Person("Ben", "", "")), updated=_DAY + timedelta(days=1),
    image="https://example.org/1.jpg", enclosures=(Enclosure("https://example.org/1.mp3", "audio/mpeg", 1234),),
    tags=("sample",), rights="© Sample",
)  # fmt: skip
_ALSO = (AlsoReported("Another", "https://example.net/1"),)


def mistakes(site: Site, categories: tuple[Category, ...], theme: Theme) -> tuple[Problem, ...]:
    """What is wrong with the templates of `theme`, one for each place.

    Rendered are samples of every page, with much in it and with nothing: what a template does with other articles, or
    only under a condition that no sample meets, shows at run time.
    """
    found: list[Problem] = []
    pages = Pages(site, categories, theme, found.append)
    pages.compile_theme()
    _render_samples(pages, categories)
    # As it is published: without what pages have besides.
    env = environment(site, theme=theme, report=found.append)
    render_list(env, site, pages.everything, (_FULL, _BARE), "Sample")
    return tuple(sorted(set(found), key=lambda problem: (problem.file, problem.line)))


def _render_samples(pages: Pages, categories: tuple[Category, ...]) -> None:
    items = (ChannelItem(_FULL, 1, also=_ALSO), ChannelItem(_BARE, 2), ChannelItem(_FULL, 3))
    pages.front([(category, list(items)) for category in categories])
    pages.front([])
    for category in categories:
        pages.category_page(category, items, older=1)
    pages.category_page(pages.everything, (), archive=2, older=1, newer=3)
    pages.article(Change(_FULL, None, 1, _ALSO), (_FULL, _BARE))
    pages.article(Change(_BARE, None, 1), ())
    pages.error(404, "Not Found", "There is no such page.")
