"""What it costs to tell whether entries under unknown ids are known articles, beside 100,000 others (SQLite, CPU)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from syndicator.core import configured
from syndicator.core.feed import Entry, Feed, Text
from syndicator.core.fetching import Fetched
from syndicator.core.identity import entry_hash, ids, told_apart
from syndicator.core.model import Category, Site, Source
from syndicator.core.normalise import Normaliser, Setting
from syndicator.pipeline.poll import Poller, Unread
from syndicator.pipeline.reading import Reading
from syndicator.store.store import Store

NOW = datetime(2026, 1, 31, tzinfo=UTC)
SITE = Site("News", "https://news.example.org", "News", "en", "UTC", "Desk", "")
TREE = (Category("health", "Health"),)
SOURCES = {
    id_: Source(id_, f"https://{id_}.example.org/feed", ("health",), id_, flood_share=1.0)
    for id_ in ("crowd", "show", "paper")
}


def _entry(n: int, page: str, kind: str = "a") -> Entry:
    date = f"{NOW - timedelta(hours=n):%a, %d %b %Y %H:%M:%S} GMT"
    text = Text("<p>" + "some words of it " * 230 + f"{n}</p>", html=True)
    return Entry(id=f"urn:{kind}:{n}", url=page.format(n), title=Text(f"Title {n}"), content=text, published=date)


class _Hub:
    def __init__(self, folder: str) -> None:
        self.store, self.now = Store(f"sqlite:///{folder}/hub.db"), NOW
        self.store.migrate()
        self.store.configure(configured.states(SOURCES, {}, {}, NOW), TREE, NOW, {})

    def poll(self, id_: str, entries: Iterable[Entry], what: str = "") -> None:
        self.now += timedelta(minutes=1)
        source = SOURCES[id_]
        body = Fetched(source.url, str(self.now).encode())
        poller = Poller(self.store, lambda request: body, lambda: self.now, SITE, TREE, {})
        unread = poller.fetch(source, self.store.states()[id_])
        assert isinstance(unread, Unread)
        reading = self._read(Feed("fast", title="T", base=source.url, entries=tuple(entries)), unread.job.setting)
        began = time.process_time()
        polled = poller.finish(unread, reading, poller.look_up([(unread, reading)]))
        took = time.process_time() - began
        self.store.save_polls(poller.savings([polled]))
        if what:
            print(f"{what:>30}: {took * 1000:6.1f} ms, {polled.new} new")

    def _read(self, feed: Feed, setting: Setting) -> Reading:
        """What a worker makes of a feed."""
        normaliser, known = Normaliser(feed, setting, self.now), self.store.known_hashes(setting.source.id)
        hashed = [(sent, entry_hash(sent.entry, "print")) for sent in told_apart(feed.entries)]
        new = [(sent, ids(setting.source.origin, sent), hash_) for sent, hash_ in hashed if hash_ not in known]
        articles = tuple(normaliser.article(sent.entry, its, hash_) for sent, its, hash_ in new)
        still = frozenset(hash_ for _, hash_ in hashed if hash_ in known)
        return Reading("fast", "T", articles, tuple(its for _, its, _ in new), len(feed.entries), still)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        hub = _Hub(folder)
        for start in range(0, 100_000, 5000):
            hub.poll("crowd", (_entry(start + n, "https://crowd.example.org/{}") for n in range(5000)))
        for id_, page, count in (
            ("paper", "https://paper.example.org/{}", 50),
            ("show", "https://show.example.org/", 1000),
        ):
            hub.poll(id_, (_entry(n, page) for n in range(count)), f"{id_}, the first {count}")
            hub.poll(id_, (_entry(n, page) for n in range(-1, count - 1)), f"{id_}, one new of {count}")
            hub.poll(id_, (_entry(n, page, "b") for n in range(-1, count - 1)), f"{id_}, {count} other ids")


if __name__ == "__main__":
    main()
