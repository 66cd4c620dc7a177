"""What is rendered conforms: channels of every size, hostile entries, and real feeds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, any_entry, article, channel, normalise, normalised, setting, site
from conformance import atom_flaws, json_feed_flaws, opml_flaws, rss_flaws
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import identity
from syndicator.core.feed import Enclosure, Entry, Feed, Person, Text
from syndicator.core.model import AlsoReported, Article, Category, Channel, ChannelItem, Provenance
from syndicator.core.normalise import Normaliser
from syndicator.formats import atom, jsonfeed, opml, rss
from syndicator.formats.reading import read

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "real"

_URL = "https://src.example.org/feed"
_PDF = Enclosure("https://src.example.org/b.pdf")
_HEALTH = Category("health", "Health")


def _flaws(made: Channel) -> tuple[str, ...]:
    return (
        *(f"Atom: {flaw}" for flaw in atom_flaws(atom.render(made))),
        *(f"RSS: {flaw}" for flaw in rss_flaws(rss.render(made))),
        *(f"JSON Feed: {flaw}" for flaw in json_feed_flaws(jsonfeed.render(made))),
    )


def _full() -> Channel:
    second = article(
        id="second",
        guid="tag:news.example.org,2026:second",
        title='Ampersand & "quotes" <b>',
        authors=(Person("Desk", "desk@src.example.org", "https://src.example.org/desk"),),
        url="",
        updated=datetime(2026, 1, 31, 11, 0, tzinfo=UTC),
        enclosures=(*article().enclosures, _PDF),
    )
    made = channel(article(), second)
    also = (AlsoReported("Other", "https://o.example/"),)
    return replace(made, items=(ChannelItem(article(), 1, also=also), *made.items[1:]))


_CHANNELS = {
    "full": _full(),
    "empty": channel(),
    "empty without descriptions": channel(site=site(description="", contact_name=""), category=_HEALTH),
    "one article": channel(article()),
    "with the address of a contact": channel(article(), site=site(contact_email="desk@news.example.org")),
    "only a link": channel(article(content_policy="link")),
    "only a summary": channel(article(content_policy="summary")),
    "an article without anything": channel(
        article(url="", title="", summary="", content="", authors=(), enclosures=(), tags=(), image="", rights="")
    ),
    "a source without addresses": channel(article(provenance=Provenance("Source", ""))),
    "authors with and without address": channel(article(authors=(Person("Ada", "ada@a.example"), Person("Bob")))),
    "categories of other languages": channel(category=Category("ygeia", "Υγεία & «φάρμακα»", "日本語 ]]> 😀")),
}


@pytest.mark.parametrize("made", _CHANNELS.values(), ids=_CHANNELS)
def test_a_channel_conforms_in_every_format(made: Channel) -> None:
    assert _flaws(made) == ()


@pytest.mark.parametrize("tree", [(), (_HEALTH,), (Category("a/b", "B & <b>"), Category("a", "A", "About"))])
def test_the_list_of_feeds_conforms(tree: tuple[Category, ...]) -> None:
    assert opml_flaws(opml.render(site(), tree, NOW)) == ()


# --- whatever comes ---------------------------------------------------------------------------------


@given(st.lists(any_entry(), max_size=2))
def test_hostile_entries_conform_in_every_format(sent: list[Entry]) -> None:
    feed = Feed("feedparser", title=sent[0].rights if sent else "", home_url=sent[0].url if sent else "")
    articles = {one.id: one for one in (normalise(entry, feed, setting(), NOW) for entry in sent)}
    assert _flaws(channel(*articles.values())) == ()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus lies beside the repository")
def test_real_feeds_conform_in_every_format() -> None:
    found = {}
    for path in sorted(CORPUS.iterdir()):
        feed = read(path.read_bytes(), _URL)
        assert isinstance(feed, Feed), path.name
        flaws = _flaws(channel(*_articles(feed)))
        if flaws:
            found[path.name] = flaws
    assert found == {}


def _articles(feed: Feed) -> list[Article]:
    normaliser = Normaliser(feed, setting(), NOW)
    sent = identity.told_apart(feed.entries)
    return [normaliser.article(one.entry, identity.ids(_URL, one), identity.entry_hash(one.entry, "")) for one in sent]


# --- what has been wrong once ---------------------------------------------------------------------


def _made(**fields: Any) -> Channel:
    return channel(normalised(**fields))


_ONCE_WRONG = {
    "a reference in a plain title of Atom": _made(title=Text("AT&amp;T")),
    "markup in the title of an Atom feed": channel(category=Category("health", "<i>Health</i>")),
    "markup in the title of a source in Atom": channel(article(provenance=Provenance("A <b>", _URL))),
    "markup in the rights of Atom": channel(article(rights="A <b>")),
    "brackets in the id of a source": channel(
        article(provenance=Provenance("A", _URL, feed_id="https://src.example.org/?tag[]=1"))
    ),
    "brackets in a link": _made(url="https://src.example.org/?tag[]=1"),
    "two fragments in a link": _made(url="https://src.example.org/#a#b"),
    "brackets in an id": _made(id="https://src.example.org/?tag[]=1"),
    "a private character in an id": _made(id="https://src.example.org/\ue000"),
    "a port that is none in an id": _made(id="https://src.example.org:port/1"),
    "a line break in an image of the content": _made(
        content=Text("<p><img src='https://a.example/a\n.jpg'>", html=True)
    ),
    "a language that looks like a tag": _made(language="UTF-8"),
    "two authors with addresses in RSS": channel(
        article(authors=(Person("A", "a@a.example"), Person("B", "b@a.example")))
    ),
    "an entry with the id of our feed": _made(id="https://news.example.org/feeds/health.atom"),
}


@pytest.mark.parametrize("made", _ONCE_WRONG.values(), ids=_ONCE_WRONG)
def test_what_was_wrong_once_conforms(made: Channel) -> None:
    assert _flaws(made) == ()
