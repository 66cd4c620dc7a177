"""What pages say, to readers and to machines."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import article, site
from lxml import html

from syndicator.core.feed import Person
from syndicator.core.model import AlsoReported, Article, Category, ChannelItem, Provenance
from syndicator.core.theme import Theme, ThemeTemplate
from syndicator.core.work import Change
from syndicator.web.pages import Pages

TREE = (
    Category("health", "Health", "Medicine"),
    Category("health/oncology", "Oncology"),
    Category("health/oncology/trials", "Trials"),
)


def _parsed(markup: str) -> Any:
    return html.document_fromstring(markup)


def _page(one: Article, related: tuple[Article, ...] = (), also: tuple[AlsoReported, ...] = (), **fields: Any) -> Any:
    return _parsed(Pages(site(**fields), TREE).article(Change(one, None, 1, also), related))


def _text(page: Any, path: str) -> str:
    (found,) = page.xpath(path)
    return " ".join(found.text_content().split())


def _hrefs(page: Any, rel: str) -> list[str]:
    return [str(href) for href in page.xpath(f"//link[@rel='{rel}']/@href")]


def test_an_article_begins_with_its_category_and_date() -> None:
    page = _page(article())
    assert _text(page, "//p[@class='kicker']") == "Health 30/01/2026 12:00"
    assert page.xpath("//p[@class='kicker']/a/@href") == ["/categories/health"]
    there = _page(article(), timezone="America/New_York", date_format="%Y-%m-%d %H:%M %Z")
    assert _text(there, "//p[@class='kicker']") == "Health 2026-01-30 05:00 EST"


def test_title_source_authors_image_content_and_sources_follow() -> None:
    one = article(authors=(Person("Ada", "", "https://a.example/ada"), Person("Ben", "", "")))
    page = _page(one, also=(AlsoReported("Other Wire", "https://other.example/1"),))
    assert _text(page, "//h1") == "A title"
    assert _text(page, "//p[@class='byline']") == "Source · by Ada, Ben"
    assert page.xpath("//p[@class='byline']//a/@href") == ["https://src.example.org/", "https://a.example/ada"]
    assert page.xpath("//div[@class='plate']/img/@src") == ["https://src.example.org/a.jpg"]
    assert _text(page, "//div[@class='prose']") == "Some content of the article."
    assert page.xpath("//p[@class='original']/a/@href") == [one.url]
    assert _text(page, "//section[@class='others']") == "Also reported by Other Wire other.example"
    order = [str(name) for name in page.xpath("//article/*/@class | //article/header/*[@class]/@class")]
    assert order == ["kicker", "byline", "plate", "prose", "original", "enclosures", "others"]


def test_news_in_the_same_category_has_picture_title_source_and_date() -> None:
    other = article(id="other", title="Another title", image="https://src.example.org/b.jpg")
    page = _page(article(), related=(other,))
    (listed,) = page.xpath("//section[@class='syndicator-list']")
    assert _text(listed, ".//h2") == "News in the same category"
    assert _text(listed, ".//li") == "Another title Source · 30/01/2026 12:00"
    assert listed.xpath(".//li//a/@href") == ["https://news.example.org/articles/other"]
    assert listed.xpath(".//img/@src") == ["https://src.example.org/b.jpg"]


def test_machines_are_told_what_it_is_and_where_it_is_from() -> None:
    one = article(
        title="</script> & <b>", updated=article().published + timedelta(hours=1), authors=(Person("Ada", "", ""),)
    )
    page = _page(one)
    assert _hrefs(page, "canonical") == [one.url]
    assert _hrefs(page, "alternate") == [
        f"https://news.example.org/feeds/health.{ending}" for ending in ("rss", "atom", "json")
    ]
    told = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert told["@type"] == "NewsArticle"
    assert (told["headline"], told["datePublished"], told["dateModified"]) == (
        "</script> & <b>",
        "2026-01-30T10:00:00Z",
        "2026-01-30T11:00:00Z",
    )
    assert (told["author"], told["publisher"]["name"], told["url"]) == (
        [{"@type": "Person", "name": "Ada"}],
        "Source",
        one.url,
    )
    graph = dict(zip(page.xpath("//meta/@property"), page.xpath("//meta[@property]/@content"), strict=True))
    assert graph["og:type"] == "article"
    assert graph["og:title"] == "</script> & <b>"
    assert graph["og:url"] == f"https://news.example.org/articles/{one.id}"
    assert graph["og:image"] == one.image


@pytest.mark.parametrize("policy", ["full", "summary", "link"])
def test_no_more_is_shown_than_the_source_allows(policy: Any) -> None:
    one = replace(article(), content="<p>CONTENT</p>", summary="SUMMARY", content_policy=policy)
    pages = Pages(site(), TREE)
    items = (ChannelItem(one, 1),)
    shown = [
        pages.article(Change(one, None, 1), (one,)), pages.front([(TREE[0], list(items))]), pages.category_page(TREE[0], items),
    ]  # fmt: skip
    assert ["CONTENT" in page for page in shown] == [policy == "full", False, False]
    assert ["SUMMARY" in page for page in shown] == [policy != "link"] * 3
    assert ["a.jpg" in page for page in shown] == [policy != "link"] * 3
    assert ["a.mp3" in page for page in shown] == [policy != "link", False, False]


def test_the_breadcrumb_ends_in_the_page_itself() -> None:
    pages = Pages(site(), TREE)
    for archive, trail in ((None, "Home|Health|Oncology|Trials"), (3, "Home|Health|Oncology|Trials|Archive 3")):
        page = _parsed(pages.category_page(TREE[2], (), archive=archive))
        crumbs = page.xpath("//ol[@class='crumbs']/li")
        assert "|".join(crumb.text_content() for crumb in crumbs) == trail
        assert [len(crumb.xpath("./a")) for crumb in crumbs] == [1] * (len(crumbs) - 1) + [0]
        assert crumbs[-1].xpath("./span/@aria-current") == ["page"]


def test_every_page_of_a_category_links_its_feeds() -> None:
    pages = Pages(site(), TREE)
    feeds = [f"https://news.example.org/feeds/health/oncology.{ending}" for ending in ("rss", "atom", "json")]
    for markup in (pages.category_page(TREE[1], ()), pages.category_page(TREE[1], (), archive=1)):
        assert _hrefs(_parsed(markup), "alternate") == feeds
    everything = [f"https://news.example.org/feeds/all.{ending}" for ending in ("rss", "atom", "json")]
    for markup in (pages.front([]), pages.error(404, "Not Found", "None.")):
        assert _hrefs(_parsed(markup), "alternate") == everything


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("pt-BR", "ltr"), ("ckb", "rtl")]
)
def test_pages_and_articles_run_as_their_language_does(language: str, direction: str) -> None:
    page = _page(article(language="en"), language=language)
    assert (page.get("lang"), page.get("dir")) == (language, direction)
    assert page.xpath("//article/@dir") == ["ltr"]
    assert _page(article(language=language)).xpath("//article/@dir") == [direction]


def test_our_english_words_keep_their_direction_in_an_article_that_runs_to_the_left() -> None:
    one = article(language="he", authors=(Person("דנה", "", ""),), provenance=Provenance("Desk", "https://a.example/f"))
    for language in ("en", "he"):
        page = _page(one, language=language)
        assert _text(page, "//article[@dir='rtl']//p[@class='byline']/span[@dir='ltr']") == "Desk · by דנה"
        assert _text(page, "//p[@class='original']/a[@dir='ltr']") == "Read the original at Desk"


def test_a_theme_s_brand_shows_on_every_page_and_ours_is_the_front_page_s_heading() -> None:
    ours = Pages(site(description="News of the day"), TREE)
    front, inner = _parsed(ours.front([])), _parsed(ours.category_page(TREE[0], ()))
    assert _text(front, "//header/h1[@class='brand']/following-sibling::p[@class='strap']") == "News of the day"
    assert inner.xpath("count(//h1)") == 1
    assert inner.xpath("count(//header[@class='masthead']/p[@class='brand'])") == 1
    base = '{% extends "syndicator/base.html" %}{% block brand %}<b>{{ super() }} mine</b>{% endblock %}'
    themed = Pages(site(), TREE, Theme({"base.html": ThemeTemplate(base, "base.html")}))
    for markup in (themed.front([]), themed.category_page(TREE[0], ()), themed.error(404, "Not Found", "None.")):
        assert " mine</b>" in markup


def test_our_english_words_say_so_on_pages_in_another_language_and_nothing_else_does() -> None:
    one = article(
        title="Τίτλος", language="el", updated=article().published + timedelta(hours=1), rights="Δικαιώματα",
        authors=(Person("Άννα", "", ""),), tags=("χειμώνας",), content="<p>Κείμενο</p>", summary="Περίληψη",
        provenance=Provenance("Πηγή", "https://a.example/feed"),
    )  # fmt: skip
    items = (ChannelItem(one, 1, also=(AlsoReported("Αθήνα", "https://b.example/"),)),)
    tree = (Category("health", "Υγεία"),)
    pages = Pages(site(language="el", title="Νέα", description="Ειδήσεις"), tree)
    shown = (
        pages.article(Change(one, None, 1, items[0].also), (one,)), pages.front([(tree[0], list(items))]), pages.front([]),
        pages.category_page(tree[0], items, archive=2, older=1), pages.category_page(tree[0], ()),
        pages.error(404, "Not Found", "None."),
    )  # fmt: skip
    languages = {language for markup in shown for text, language in _said(markup) if re.search("[α-ωά-ώ]", text)}
    assert languages == {"el"}
    english = {text for markup in shown for text, language in _said(markup) if language == "en"}
    told = {text for markup in shown for text, _ in _said(markup)}
    # A date, a host, a feed's name and a format are the same in every language.
    names = r"[\d/: ]+|\S+\.example(\.org)?|RSS|Atom|JSON Feed|All news \(.*|Follow|[^a-z]*|.*[α-ω].*"
    assert [text for text in told - english if not re.fullmatch(names, text)] == []
    assert {"Categories", "Skip to the content", "Read the original at", "Also reported by", "by", "Tags"} <= english
    assert 'lang="en"' not in Pages(site(language="en-GB"), TREE).front([])


def _said(markup: str) -> list[tuple[str, str]]:
    """Texts and labels of a page, each with its language."""
    texts = _parsed(markup).xpath("//body//text()[normalize-space()] | //*[self::nav or self::ul]/@aria-label")
    return [(" ".join(t.split()), t.getparent().xpath("ancestor-or-self::*[@lang][1]/@lang")[0]) for t in texts]


def test_the_first_picture_comes_at_once_and_the_others_when_they_are_seen() -> None:
    items = tuple(ChannelItem(article(id=f"a{n}"), n) for n in range(3))
    markup = Pages(site(), TREE).category_page(TREE[0], items)
    assert re.findall(r"fetchpriority=high|loading=lazy", markup) == [
        "fetchpriority=high",
        "loading=lazy",
        "loading=lazy",
    ]
