"""XML feeds, and elements that share a name with feedparser's own keys."""

from __future__ import annotations

import pytest

from syndicator.core.feed import Feed, NotAFeed
from syndicator.formats.feedparser_reader import read

_URL = "https://src.example.org/feed"
_KEYS = (
    "authors", "tags", "content", "media_content", "media_thumbnail", "title_detail", "summary_detail", "image",
    "published_parsed", "updated_parsed", "created_parsed", "language", "rights", "ttl", "link", "id", "title", "docs",
    "author_detail", "published", "created", "summary", "source", "links", "enclosures",
)  # fmt: skip


def _body(head: str = "", item: str = "") -> bytes:
    whole = f"<title>S</title>{head}<item><title>T</title><guid>urn:x:1</guid>{item}</item>"
    return f'<rss version="2.0"><channel>{whole}</channel></rss>'.encode()


@pytest.mark.parametrize("key", _KEYS)
@pytest.mark.parametrize("inner", ["", "x", "<b>x</b>"])
@pytest.mark.parametrize("attribute", ["", ' href="x"', ' type="image/png" url="x"'])
def test_no_element_name_breaks_the_reading(key: str, inner: str, attribute: str) -> None:
    """feedparser keeps an unknown element under its name, as text, None or a dict, where its own key is something else."""
    element = f"<{key}{attribute}>{inner}</{key}>"
    assert isinstance(read(_body(head=element), _URL, ""), Feed | NotAFeed)
    assert isinstance(read(_body(item=element), _URL, ""), Feed | NotAFeed)


@pytest.mark.parametrize("key", ["tags", "media_content", "media_thumbnail", "image", "title_detail", "updated_parsed"])
def test_an_element_called_like_a_feedparser_key_costs_no_entry(key: str) -> None:
    feed = read(_body(item=f"<{key}>x</{key}>"), _URL, "")
    assert isinstance(feed, Feed)
    assert [entry.id for entry in feed.entries] == ["urn:x:1"]


def test_a_ttl_with_attributes_costs_no_feed() -> None:
    assert isinstance(read(_body(head='<ttl unit="min">60</ttl>'), _URL, ""), Feed)


def test_an_unset_year_is_no_date_of_the_feed() -> None:
    feed = read(_body(head="<lastBuildDate>Mon, 01 Jan 0000 00:00:00 GMT</lastBuildDate>"), _URL, "")
    assert isinstance(feed, Feed)
    assert feed.updated is None or feed.updated.year > 0


def test_a_lead_image_is_found_in_media_rss_and_among_the_enclosures() -> None:
    media = b'<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><title>T</title>%s</item></channel></rss>'
    for markup in (
        b'<media:content url="https://a.example/i.png" medium="image"/>',
        b'<media:thumbnail url="https://a.example/i.png"/>',
        b'<enclosure url="https://a.example/i.png" type="image/png" length="1"/>',
    ):
        feed = read(media % markup, _URL, "")
        assert isinstance(feed, Feed)
        assert feed.entries[0].image == "https://a.example/i.png"
