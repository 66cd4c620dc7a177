"""A body becomes articles; what is left out is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from builders import NOW, article, channel, setting, site, source

from syndicator.core.feed import Entry, NotAFeed, NotCertain
from syndicator.core.model import Channel
from syndicator.core.normalise import Normaliser
from syndicator.formats import atom, jsonfeed, rss
from syndicator.pipeline.bodies import read_body, read_certain_body
from syndicator.pipeline.reading import Reading, ReadingJob


def _job(items: str, known: frozenset[str] = frozenset()) -> ReadingJob:
    body = f'<rss version="2.0"><channel><title>F</title><ttl>60</ttl>{items}</channel></rss>'
    return ReadingJob(body.encode(), "https://src.example.org/feed", "", setting(), known, NOW)


def _read(items: str, known: frozenset[str] = frozenset()) -> Reading:
    found = read_body(_job(items, known))
    assert isinstance(found, Reading)
    return found


def test_known_entries_are_counted_and_not_normalised_again() -> None:
    first = _read(
        "<item><guid isPermaLink='false'>1</guid><title>a</title></item><item><guid isPermaLink='false'>2</guid><title>b</title></item>"
    )
    known = frozenset({first.articles[0].entry_hash})
    again = _read(
        "<item><guid isPermaLink='false'>1</guid><title>a</title></item><item><guid isPermaLink='false'>2</guid><title>b</title></item>",
        known,
    )
    assert (again.entries, again.unchanged, [one.title for one in again.articles]) == (2, known, ["b"])


def test_entries_that_say_nothing_and_repetitions_are_left_out_and_counted() -> None:
    found = _read(
        "<item/><item><guid isPermaLink='false'>1</guid></item><item><title>a</title></item><item><title>a</title></item>"
    )
    assert [one.title for one in found.articles] == ["a"]
    assert found.flaws == (
        "entries without title, link, text or file: 2",
        "entries with the id and title of an earlier one, left out: 1",
    )


# --- our own output --------------------------------------------------------------------------------

_RENDER: dict[str, Callable[[Channel], bytes]] = {"rss": rss.render, "atom": atom.render, "json": jsonfeed.render}
_OUR_FEED = "https://news.example.org/feeds/health"
_THEIRS = site(title="Other Hub", url="https://hub.example.net")
_THREE = "entries of our own, come back through this feed, left out: 3"


def _our_channel() -> Channel:
    """Three articles: under an id of their publisher's, under one of ours, and linking nowhere."""
    return channel(
        article(),
        article(id="b", guid="tag:news.example.org,2026:b", url="https://src.example.org/2", title="Two"),
        article(id="c", guid="urn:x:c", url="", title="Three"),
    )


def _republished(format_: str, their_format: str) -> bytes:
    """What another hub makes of our feed in one format, in a format of its own."""
    ours = _RENDER[format_](_our_channel())
    url = f"{_OUR_FEED}.{format_}"
    theirs = read_body(ReadingJob(ours, url, "", setting(site=_THEIRS, source=source(url=url)), frozenset(), NOW))
    assert isinstance(theirs, Reading)
    assert len(theirs.articles) == 3
    return _RENDER[their_format](channel(*theirs.articles, site=_THEIRS))


def _come_back(body: bytes, url: str = "https://hub.example.net/feeds/all") -> Reading:
    found = read_body(ReadingJob(body, url, "", setting(), frozenset(), NOW))
    assert isinstance(found, Reading)
    return found


@pytest.mark.parametrize("format_", _RENDER)
@pytest.mark.parametrize("their_format", _RENDER)
def test_what_another_hub_republished_of_ours_is_not_taken_in_again(format_: str, their_format: str) -> None:
    found = _come_back(_republished(format_, their_format))
    assert (found.articles, found.entries, found.flaws) == ((), 3, (_THREE,))


@pytest.mark.parametrize("their_format", ["rss", "atom"])
def test_nor_where_feedparser_has_to_read_it(their_format: str) -> None:
    found = _come_back(_republished("atom", their_format).replace(b"<title>", b"<title>&nbsp;"))
    assert (found.reader, found.articles, found.flaws[-1]) == ("feedparser", (), _THREE)


@pytest.mark.parametrize("format_", _RENDER)
def test_nor_a_feed_of_ours_from_wherever_it_comes(format_: str) -> None:
    ours = _RENDER[format_](_our_channel())
    for url in (f"{_OUR_FEED}.{format_}", "https://mirror.example.net/copy"):
        found = _come_back(ours, url)
        assert (found.articles, found.flaws) == ((), (_THREE,))


def test_what_stands_beside_our_own_is_taken_in() -> None:
    found = _read(
        f"""<item><title>a</title><source url="{_OUR_FEED}.rss">Ours</source></item>
        <item><title>b</title><source url="https://src.example.org/feed">Theirs</source></item>
        <item><title>c</title><guid isPermaLink="false">tag:news.example.org,2026:c</guid></item><item><title>d</title></item>"""
    )
    assert [one.title for one in found.articles] == ["b", "d"]
    assert found.flaws == ("entries of our own, come back through this feed, left out: 2",)


def test_naming_its_feed_makes_no_entry_another() -> None:
    plain = _read("<item><title>a</title></item>").articles[0]
    named = "<item><title>a</title><source url='https://b.example/feed'>B</source></item>"
    assert _read(named, frozenset({plain.entry_hash})).unchanged == {plain.entry_hash}


def test_entries_that_share_an_id_are_the_same_alone_and_in_company() -> None:
    one, other = ("<item><guid>/same</guid><title>a</title></item>", "<item><guid>/same</guid><title>b</title></item>")
    both = _read(one + other)
    assert [article.title for article in both.articles] == ["a", "b"]
    assert both.flaws == ("entries that share an id or link with others, kept apart: 2",)
    known = frozenset(article.entry_hash for article in both.articles)
    assert len(_read(other, known).unchanged) == 1
    alone = _read(one)
    assert not alone.flaws
    joined = _read(one + other, frozenset({alone.articles[0].entry_hash}))
    assert ([article.title for article in joined.articles], len(joined.unchanged)) == (["b"], 1)


@pytest.mark.parametrize(
    "inside",
    ["<title>a</title>", "<link>/1</link>", "<description>a</description>", '<enclosure url="/a.mp3"/>'],
)
def test_one_thing_to_say_is_enough(inside: str) -> None:
    assert len(_read(f"<item>{inside}</item>").articles) == 1


def test_a_mistake_of_ours_costs_one_entry_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Normaliser.article

    def broken(self: Normaliser, entry: Entry, *others: Any) -> object:
        if entry.id == "1":
            raise ValueError("mistake")
        return right(self, entry, *others)

    monkeypatch.setattr(Normaliser, "article", broken)
    found = _read(
        "<item><guid isPermaLink='false'>1</guid><title>a</title></item><item><guid isPermaLink='false'>2</guid><title>b</title></item>"
    )
    assert [one.title for one in found.articles] == ["b"]
    assert found.flaws == ("entry '1' dropped: ValueError('mistake')",)


def test_only_what_is_certain_is_read_without_feedparser() -> None:
    certain = read_certain_body(_job("<item><title>a</title></item>"))
    assert isinstance(certain, Reading)
    assert (certain.reader, certain.doubt) == ("fast", "")
    assert isinstance(read_certain_body(_job("<item><title>a & b</title></item>")), NotCertain)
    patient = _read("<item><title>a & b</title></item>")
    assert (patient.reader, patient.articles[0].title) == ("feedparser", "a & b")
    assert patient.doubt == "not well-formed: xmlParseEntityRef: no name, line 1, column 74"


def test_a_line_that_is_named_is_that_of_the_body() -> None:
    for start in ("", '<?xml version="1.0"?>'):
        found = _read_lines(start + "<rss version='2.0'><channel>\n<item>\n<title>x</titel>\n</item></channel></rss>")
        assert "at line 3" in found.flaws[0]
        assert "line 3" in found.doubt


def _read_lines(body: str) -> Reading:
    found = read_body(ReadingJob(body.encode(), "", "", setting(), frozenset(), NOW))
    assert not isinstance(found, NotAFeed)
    return found
