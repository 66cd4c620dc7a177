"""Small records to test with: every field has a plain value, name what matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from syndicator.core import configured, identity
from syndicator.core.facts import facts
from syndicator.core.feed import Enclosure, Entry, Feed, NotAFeed, Person, Text
from syndicator.core.fingerprint import ALIKE, fingerprint, share
from syndicator.core.model import Article, Category, Channel, ChannelItem, Provenance, Site, Source
from syndicator.core.normalise import Normaliser, Setting
from syndicator.core.renaming import renames
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.poll import Polled, Poller, Unread
from syndicator.pipeline.ports import Clock
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.pipeline.reading import Reading
from syndicator.store.store import Store

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

TITLE = "Harbour bridge closes for repairs"
TEXT = (
    "The old bridge over the harbour will be closed for six weeks from Monday, the city council of Riverton said. Engineers "
    "found rust in 14 of its bearings during a routine inspection in spring. Cars have to take the tunnel, which costs 2.50 "
    "euros, while cyclists may use the ferry for free. Shopkeepers near the bridge fear for their trade and ask for help. "
    "Mayor Anna Keller promised that the work would go on at night and at weekends, so that the bridge reopens before the "
    "festival begins. The council of Riverton will vote on the budget at its meeting on Thursday evening."
)
"""A report, as texts are compared by."""


def site(**fields: Any) -> Site:
    plain = Site("Example News", "https://news.example.org", "News by subject", "en", "Europe/Athens", "Desk", "")
    return replace(plain, **fields)


def source(**fields: Any) -> Source:
    return replace(Source("src", "https://src.example.org/feed", ("health",), "src"), **fields)


def configure(store: Store, sources: Iterable[Source], tree: Iterable[Category], now: datetime = NOW) -> None:
    """Make `store` follow a configuration, as a start of the engine does."""
    wanted = {one.id: one for one in sources}
    known = store.states(configured=False)
    store.configure(configured.states(wanted, known, {}, now), tree, now, known, renames(known, wanted.values()))


def publisher(
    store: Store, tree: tuple[Category, ...], limits: ChannelLimits = ChannelLimits(), now: Clock = lambda: NOW
) -> Publisher:
    return Publisher(store, now, site(), tree, limits)


def place_newcomers(store: Store, tree: Iterable[Category] = (), window: timedelta = timedelta(days=7)) -> int:
    """Cluster what has changed, as an engine does that was just started."""
    return Clusterer(store, tuple(tree), window).place_newcomers().articles


def finished(poller: Poller, unread: Unread, read: Reading | NotAFeed) -> Polled:
    """A poll whose body was read, by itself."""
    return poller.finish(unread, read, poller.look_up([(unread, read)]))


def told_alike(one: tuple[str, str], other: tuple[str, str]) -> float | None:
    """How alike two texts with their titles are, from 0 to 1; None where they do not tell the same."""
    score = share(fingerprint(*one), fingerprint(*other))
    return score if score >= ALIKE and facts(*one).agree(facts(*other), score) else None


def entry(**fields: Any) -> Entry:
    plain = Entry(
        id="https://src.example.org/1",
        url="https://src.example.org/1",
        title=Text("A title"),
        content=Text("<p>Some content of the article.</p>", html=True),
        published="Fri, 30 Jan 2026 10:00:00 GMT",
    )
    return replace(plain, **fields)


def setting(**fields: Any) -> Setting:
    return replace(Setting(source(), site(), (Category("health", "Health"),), "print"), **fields)


def normalise(entry: Entry, feed: Feed, setting: Setting, accepted: datetime) -> Article:
    """The article that `entry` alone would be."""
    ids = identity.ids(setting.source.origin, identity.told_apart([entry])[0])
    return Normaliser(feed, setting, accepted).article(entry, ids, identity.entry_hash(entry, setting.print))


def normalised(**fields: Any) -> Article:
    """The article of an entry with `fields`, accepted now."""
    feed = Feed("feedparser", title="Source", home_url="https://src.example.org/", base="https://src.example.org/feed")
    return normalise(entry(**fields), feed, setting(), NOW)


def article(**fields: Any) -> Article:
    plain = replace(
        normalised(),
        authors=(Person("Health desk", "", ""),),
        enclosures=(Enclosure("https://src.example.org/a.mp3", "audio/mpeg", 1234),),
        tags=("winter",),
        image="https://src.example.org/a.jpg",
        rights="© Source",
        language="en",
        provenance=Provenance("Source", "https://src.example.org/feed", "https://src.example.org/"),
    )
    return replace(plain, **fields)


def channel(*articles: Article, **fields: Any) -> Channel:
    items = tuple(ChannelItem(one, number) for number, one in enumerate(articles, 1))
    return replace(Channel(site(), Category("health", "Health", "Medicine"), items, NOW, 7), **fields)


_HOSTILE = st.sampled_from(
    ["https://a.example/\ufffe", "https://a.example/\U0001ffff", "http://a\x01b.example/", "http://1.2.3.999/", "/x",
     "http://127.0.0.1＼@evil.example/", "http://[::1]/", "&#12;", "&#xFFFE;", "&#1;", "\ud800", "\x00", "\x0c", "<a href=x>",
     "<p title='&#1;'>", "<b>", "&", "]]>", "<!--", "urn:x:\ufdd0", "2026-01-30", "31/12/9999", "javascript:alert(1)"]
)  # fmt: skip


def any_text() -> st.SearchStrategy[str]:
    """Every character Python can hold, lone surrogates too, mixed with what has broken feeds before."""
    free = st.text(st.characters(exclude_categories=()), max_size=30)
    return st.one_of(free, _HOSTILE, st.tuples(_HOSTILE, free, _HOSTILE).map("".join))


def any_entry() -> st.SearchStrategy[Entry]:
    """Entries of which nothing may be assumed."""
    one = any_text()
    text = st.builds(Text, one, st.booleans(), one)
    return st.builds(
        Entry,
        id=one,
        url=one,
        title=text,
        summary=text,
        content=text,
        authors=st.lists(st.builds(Person, one, one, one), max_size=2).map(tuple),
        published=one,
        updated=one,
        language=one,
        image=one,
        enclosures=st.lists(st.builds(Enclosure, one, one, st.none() | st.integers(0, 10**15)), max_size=2).map(tuple),
        tags=st.lists(one, max_size=2).map(tuple),
        rights=one,
    )
