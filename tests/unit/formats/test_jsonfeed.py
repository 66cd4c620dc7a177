"""JSON Feed 1.1 read back, by eye and by our own reader."""

from __future__ import annotations

import json

from builders import NOW, article, channel, normalise, setting

from syndicator.core.feed import Feed, Person
from syndicator.formats import jsonfeed
from syndicator.formats.reading import read


def test_our_own_reader_finds_again_what_was_published() -> None:
    one = article(authors=(Person("Ada", "", "https://ada.example/"),))
    feed = read(jsonfeed.render(channel(one)), "https://news.example.org/feeds/health.json")
    assert isinstance(feed, Feed)
    again = normalise(feed.entries[0], feed, setting(), NOW)
    kept = (
        "guid",
        "url",
        "title",
        "summary",
        "content",
        "published",
        "updated",
        "authors",
        "enclosures",
        "tags",
        "image",
    )
    assert [getattr(again, name) for name in kept] == [getattr(one, name) for name in kept]


def test_every_item_has_content_even_where_only_a_link_may_be_published() -> None:
    for policy in ("full", "summary", "link"):
        (item,) = json.loads(jsonfeed.render(channel(article(content_policy=policy))))["items"]
        assert ("content_html" in item) is (policy == "full")
        assert item.get("content_html") or item.get("content_text")


def test_an_item_without_an_address_points_to_our_page_and_holds_no_empty_field() -> None:
    bare = article(url="", canonical_url="", image="", tags=(), authors=(), enclosures=(), language="")
    (item,) = json.loads(jsonfeed.render(channel(bare)))["items"]
    assert item["url"] == f"https://news.example.org/articles/{bare.id}"
    assert not {"image", "tags", "authors", "attachments", "language"} & item.keys()
