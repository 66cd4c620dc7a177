"""RSS 2.0 read back."""

from __future__ import annotations

import html
import io
from dataclasses import replace

import feedparser
import pytest
from builders import NOW, any_entry, article, channel, normalise, setting, site
from hypothesis import given
from lxml import etree

from syndicator.core.feed import Entry, Feed, Person
from syndicator.core.model import Category
from syndicator.formats import atom, jsonfeed, rss


@given(any_entry())
def test_whatever_an_entry_holds_every_format_carries_it_well_formed(sent: Entry) -> None:
    made = channel(normalise(sent, Feed("feedparser", title=sent.rights, home_url=sent.url), setting(), NOW))
    item = etree.fromstring(rss.render(made)).find("channel/item")
    entry = etree.fromstring(atom.render(made)).find("{*}entry")
    assert item is not None
    assert entry is not None
    guid = made.items[0].article.guid
    assert item.findtext("guid") == entry.findtext("{*}id") == guid
    assert guid.encode() in jsonfeed.render(made)


def test_an_empty_channel_without_descriptions_is_rendered() -> None:
    """RSS requires a description: where nobody wrote one, the title stands in."""
    bare = channel(site=site(description=""), category=Category("health", "Health"))
    parsed = feedparser.parse(io.BytesIO(rss.render(bare)))
    assert not parsed.bozo
    assert parsed.feed.subtitle == "Health – Example News"


@pytest.mark.parametrize("title", ["<b>bold</b>", "AT&T", "a &amp; b", "&lt;b>", "1 < 2 > 0", "x ]]> y", '"quoted"'])
def test_a_title_reads_back_as_the_characters_it_has(title: str) -> None:
    root = etree.fromstring(rss.render(channel(article(title=title))))
    assert (root.findtext("channel/item/title") or "").replace("\u2060", "") == title
    read = feedparser.parse(io.BytesIO(atom.render(channel(article(title=title))))).entries[0].title_detail
    assert (html.unescape(read.value) if read.type == "text/html" else read.value) == title


def test_a_summary_with_a_literal_tag_is_escaped_once_more() -> None:
    root = etree.fromstring(rss.render(channel(article(summary="use <b> & i"))))
    assert root.findtext("channel/item/description") == "use &lt;b&gt; &amp; i"


def test_the_channel_names_itself_its_page_and_its_dates() -> None:
    parsed = feedparser.parse(io.BytesIO(rss.render(channel(article()))))
    links = {(link.rel, link.href) for link in parsed.feed.links}
    assert ("self", "https://news.example.org/feeds/health.rss") in links
    assert parsed.feed.link == "https://news.example.org/categories/health"
    assert parsed.feed.updated == "Sat, 31 Jan 2026 12:00:00 +0000"
    assert (parsed.feed.ttl, parsed.feed.language) == ("60", "en")


def test_an_item_names_its_source_and_carries_one_enclosure_and_the_rest_as_media() -> None:
    first = article().enclosures[0]
    more = replace(first, url="https://src.example.org/b.pdf", type="", length=None)
    item = etree.fromstring(rss.render(channel(article(enclosures=(first, more))))).find("channel/item")
    assert item is not None
    assert [dict(e.attrib) for e in item.findall("enclosure")] == [
        {"url": first.url, "type": "audio/mpeg", "length": "1234"}
    ]
    assert [dict(e.attrib) for e in item.findall("{http://search.yahoo.com/mrss/}content")] == [
        {"url": more.url, "type": "application/pdf"}
    ]
    source = item.find("source")
    assert source is not None
    assert (source.get("url"), source.text) == ("https://src.example.org/feed", "Source")


def test_authors_are_in_author_where_all_have_e_mail_and_in_dc_creator_otherwise() -> None:
    creator = "{http://purl.org/dc/elements/1.1/}creator"
    ada, bob = Person("Ada", "ada@a.example"), Person("Bob")
    for authors, mails, names in (((ada,), ["ada@a.example (Ada)"], []), ((ada, bob), [], ["Ada", "Bob"])):
        item = etree.fromstring(rss.render(channel(article(authors=authors)))).find("channel/item")
        assert item is not None
        assert [e.text for e in item.findall("author")] == mails
        assert [e.text for e in item.findall(creator)] == names


def test_an_article_without_address_and_title_points_to_our_page() -> None:
    bare = article(url="", canonical_url="", title="", summary="", content="", enclosures=(), image="")
    item = etree.fromstring(rss.render(channel(bare))).find("channel/item")
    assert item is not None
    assert item.findtext("link") == f"https://news.example.org/articles/{bare.id}"
    assert item.findtext("title") == "Source"
