"""Channels become documents that keep what went in."""

from __future__ import annotations

import html
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from builders import NOW, any_entry, article, channel, entry, normalise, normalised, setting, site
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from syndicator.core.channel import archive
from syndicator.core.feed import Enclosure, Entry, Feed, Person, Text
from syndicator.core.model import AlsoReported, Article, Category, Channel, ChannelItem, ContentPolicy, Removal
from syndicator.core.related import Related
from syndicator.core.work import Archive
from syndicator.formats import atom, jsonfeed, opml, rss
from syndicator.formats.article_json import article_json, list_json, removed_json
from syndicator.formats.fields import repaired
from syndicator.formats.html import environment, render_list
from syndicator.formats.publishing import documents, feed
from syndicator.formats.reading import read

GOLDEN = Path(__file__).parent / "golden"
_ANY = st.text(st.characters(exclude_categories=()), max_size=30)


def _full() -> Channel:
    first = article()
    second = replace(
        article(),
        id="second",
        guid="tag:news.example.org,2026:second",
        title='Ampersand & "quotes" <b>',
        authors=(Person("Desk", "desk@src.example.org"),),
        url="",
        updated=datetime(2026, 1, 31, 11, 0, tzinfo=UTC),
        enclosures=(*first.enclosures, replace(first.enclosures[0], url="https://src.example.org/b.pdf", type="")),
    )
    made = channel(first, second)
    return replace(
        made, items=(replace(made.items[0], also=(AlsoReported("Other", "https://o.example/"),)), made.items[1])
    )


def _related() -> Channel:
    """A channel of which one entry names two of three related articles, and another is only linked to."""
    near = (Related("near1", 'A <b>title</b> & "more"'), Related("near2", "Second"), Related("near3", "Third"))
    one, linked = article(), replace(article(), id="l", guid="urn:x:l", url="", content_policy="link")
    made = channel(one, linked, site=site(related=2))
    return replace(made, items=tuple(replace(item, related=near) for item in made.items))


def _documents() -> dict[str, bytes]:
    """All that is published of a category, an archive of it, and what others have besides: removals, and hubs."""
    whole = documents(_full(), environment(site())).documents
    archived = archive(site(), _full().category, Archive(2, _full().items, True, NOW))
    told = site(hubs=("https://hub.example.org/?a=1&b=2", "https://hub.example.com/"))
    gone = replace(_full(), site=told, removals=(Removal("https://src.example.org/gone", NOW),), older=3)
    feeds = {f"archive.{extension}": feed(archived, extension) for extension in ("rss", "atom", "json")}
    feeds |= {f"removals.{extension}": feed(gone, extension) for extension in ("rss", "atom", "json")}
    feeds |= {f"related.{extension}": feed(_related(), extension) for extension in ("rss", "atom", "json")}
    return {d.path: d.body for d in whole} | {name: one.documents[0].body for name, one in feeds.items()}


@pytest.mark.parametrize("path", list(_documents()))
def test_documents_are_as_they_were(path: str, request: pytest.FixtureRequest) -> None:
    """Golden files: a change of bytes is a decision."""
    body = _documents()[path]
    golden = GOLDEN / path.replace("/", "-")
    if request.config.getoption("--update-golden"):
        golden.write_bytes(body)
    assert body == golden.read_bytes()


def test_the_same_channel_gives_the_same_bytes() -> None:
    env = environment(site())
    assert documents(_full(), env) == documents(_full(), env)


@pytest.mark.parametrize("render", [rss.render, atom.render])
def test_what_feedparser_reads_back_is_what_went_in(render: object) -> None:
    body = render(_full())  # type: ignore[operator]
    parsed = feedparser.parse(io.BytesIO(body))
    assert not parsed.bozo
    first, second = parsed.entries
    one = article()
    assert (first.id, first.title, first.link) == (one.guid, one.title, one.url)
    assert first.published_parsed[:5] == one.published.timetuple()[:5]
    assert first.author == "Health desk"
    assert first.enclosures[0].href == one.enclosures[0].url
    assert first.source.title == "Source"
    assert second.link == "https://news.example.org/articles/second"
    assert second.updated_parsed[:5] == (2026, 1, 31, 11, 0)


def test_an_atom_entry_carries_its_source() -> None:
    source = etree.fromstring(atom.render(_full())).find("{*}entry/{*}source")
    assert source is not None
    assert source.findtext("{*}id") == "https://src.example.org/feed"
    assert source.findtext("{*}author/{*}name") == "Source"
    assert {link.get("rel") for link in source.findall("{*}link")} == {"self", "alternate"}


def test_titles_in_rss_are_plain_text_in_the_one_safe_spelling() -> None:
    assert b'<title>Ampersand &#x26; "quotes" &#x3C;b&#x3E;</title>' in rss.render(_full())


@pytest.mark.parametrize("render", [rss.render, atom.render, jsonfeed.render])
def test_what_is_related_stands_below_what_is_published_in_full_as_many_as_the_site_wants(render: Any) -> None:
    found = read(render(_related()), "https://news.example.org/x")
    assert isinstance(found, Feed)
    full, linked = (one.content.value for one in found.entries)
    assert full.startswith(article().content)
    assert "News in the same category" in full
    assert "https://news.example.org/articles/near2" in full
    assert "<b>" not in full
    assert "near3" not in full
    assert "near" not in linked
    plain = replace(_related(), site=site())
    assert render(plain) == render(channel(*(item.article for item in plain.items)))


def test_an_empty_channel_is_a_valid_feed() -> None:
    assert not feedparser.parse(io.BytesIO(rss.render(channel()))).bozo
    assert not feedparser.parse(io.BytesIO(atom.render(channel()))).bozo
    assert json.loads(jsonfeed.render(channel()))["items"] == []


@given(_ANY, _ANY, _ANY, _ANY)
def test_whatever_an_entry_holds_the_feeds_stay_well_formed(title: str, content: str, name: str, tag: str) -> None:
    sent = entry(title=Text(title), content=Text(content, html=True), authors=(Person(name),), tags=(tag,), rights=name)
    made = channel(normalise(sent, Feed("feedparser", title=title), setting(), NOW))
    for render in (rss.render, atom.render):
        root = etree.fromstring(render(made))
        assert len(root.findall("channel/item") + root.findall("{*}entry")) == 1
    assert len(json.loads(jsonfeed.render(made))["items"]) == 1


@pytest.mark.parametrize(
    ("policy", "content", "summary"), [("full", True, True), ("summary", False, True), ("link", False, False)]
)
def test_a_sources_content_policy_is_obeyed(policy: ContentPolicy, content: bool, summary: bool) -> None:
    one = replace(
        normalised(),
        content="<p>SECRET-CONTENT</p>",
        summary="SECRET-SUMMARY",
        image="https://src.example.org/SECRET.jpg",
        enclosures=(Enclosure("https://src.example.org/SECRET.mp3"), Enclosure("https://src.example.org/SECRET-2.mp3")),
        content_policy=policy,
    )
    bodies = [render(channel(one)) for render in (rss.render, atom.render, jsonfeed.render)]
    bodies.append(json.dumps(article_json(one)).encode())
    for body in bodies:
        assert (b"SECRET-CONTENT" in body) is content
        assert (b"SECRET-SUMMARY" in body) is summary
        assert (b"SECRET.jpg" in body and b"SECRET.mp3" in body) is (policy != "link")
        assert b"SECRET" not in body or policy != "link"


def test_opml_nests_categories_by_path() -> None:
    tree = (Category("health/oncology", "Oncology"), Category("health", "Health"))
    root = etree.fromstring(opml.render(site(), tree, NOW))
    child = root.find("body/outline[@text='Health']/outline")
    assert child is not None
    assert {str(key): str(value) for key, value in child.attrib.items()} == {
        "text": "Oncology", "title": "Oncology", "type": "rss",
        "xmlUrl": "https://news.example.org/feeds/health/oncology.rss",
        "htmlUrl": "https://news.example.org/categories/health/oncology",
    }  # fmt: skip


def test_an_article_in_json_has_the_keys_that_were_promised() -> None:
    assert list(article_json(article())) == [
        "id", "seq", "kind", "guid", "url", "canonical_url", "title", "summary", "content_html", "authors", "published",
        "updated", "accepted", "language", "image", "enclosures", "tags", "categories", "source", "story_id", "also",
        "rights", "reasons",
    ]  # fmt: skip
    assert article_json(article())["published"] == "2026-01-30T10:00:00Z"
    assert removed_json("a", "g", 3) == {"id": "a", "seq": 3, "kind": "removed", "guid": "g"}
    listed = list_json(site(), Category("health", "Health"), [article()])["articles"][0]
    assert list(listed) == ["id", "title", "url", "page", "published", "language", "source", "image"]


def test_the_list_to_embed_escapes_what_it_shows_and_is_nothing_when_empty() -> None:
    env = environment(site())
    shown = render_list(env, site(), Category("health", "Health"), [replace(article(), title="<script>")], "News")
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert render_list(env, site(), Category("health", "Health"), [], "News") == ""


def test_item_order_is_the_channels() -> None:
    items = tuple(ChannelItem(replace(article(), guid=f"urn:x:{n}"), n) for n in (3, 1, 2))
    root = etree.fromstring(rss.render(replace(channel(), items=items)))
    assert [guid.text for guid in root.findall(".//guid")] == ["urn:x:3", "urn:x:1", "urn:x:2"]


@pytest.mark.parametrize("extension", ["rss", "atom", "json"])
@given(sent=st.lists(any_entry(), max_size=4))
def test_what_we_read_back_of_a_channel_is_what_went_in(extension: str, sent: list[Entry]) -> None:
    """Guid, title, link, dates, authors, enclosures and source, by our own readers."""
    source = Feed("feedparser", title="Source", home_url="https://src.example.org/")
    made = {one.guid: one for one in (normalise(entry, source, setting(), NOW) for entry in sent)}
    document = feed(channel(*made.values()), extension).documents[0]
    assert document == feed(channel(*made.values()), extension).documents[0], "the same channel, the same bytes"
    found = read(document.body, "https://news.example.org/x")
    assert isinstance(found, Feed)
    assert [read_back.id for read_back in found.entries] == list(made)
    for read_back, one in zip(found.entries, made.values(), strict=True):
        again = normalise(read_back, found, setting(), NOW)
        assert _facts(again) == _facts(one)
        assert _title(read_back, extension) == repaired(one.heading.replace("\u2060", ""))
        assert _people(read_back.authors, extension) == _people(one.authors, extension)
        assert extension == "json" or one.provenance.feed_url in read_back.taken_from


def _facts(one: Article) -> tuple[object, ...]:
    dates = one.published.replace(microsecond=0), one.updated.replace(microsecond=0)
    return one.url or site().page(one.id), dates, frozenset(file.url for file in one.enclosures)


def _title(read_back: Entry, extension: str) -> str:
    """Readers of XML decode what looks encoded twice, as feedparser does."""
    title = read_back.title
    literal = html.unescape(title.value) if title.html and extension == "atom" else title.value
    return repaired(literal.replace("\u2060", ""))


def _people(people: tuple[Person, ...], extension: str) -> list[tuple[str, str]]:
    """RSS has an e-mail address only where there is one author, JSON Feed none."""
    mails = extension == "atom" or (extension == "rss" and len(people) == 1)
    names = (repaired((one.name or one.email).replace("\u2060", "")) for one in people)
    return [(name, one.email if mails else "") for name, one in zip(names, people, strict=True)]
