"""Whether a hub slows down as it grows: the same new articles into stores of more and more, on SQLite and PostgreSQL.

    python bench/growth.py [--articles 10000 100000] [--sources 100000] [--due 1000000] [--only sqlite]

The stores are those of bench/retention.py, articles of two years in 50 categories; what is new are feeds of
bench/compared: 30 feeds of 30 entries each time, saved, placed among texts of the last days and published. Means of
ten times, since databases tidy up now and then, and by the clock, since PostgreSQL works in processes of its own; all
stores take turns, since a machine may be slower a minute later. With `--sources` a hub is started, and of `--due`
sources a thousand are due.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean, median
from time import perf_counter

import requests
from amounts import above_zero
from compared import feeds
from made import SITE
from postgres import postgres_server
from retention import CATEGORIES, NOW, bytes_in_use, fill
from running import free_port
from sqlalchemy import insert, literal, select

from syndicator.core import configured
from syndicator.core.identity import New
from syndicator.core.model import Article, Category, Source
from syndicator.core.normalise import Setting
from syndicator.core.work import Saving
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.pipeline.reading import Reading, ReadingJob
from syndicator.store.database import Database
from syndicator.store.store import Store
from syndicator.store.tables import sources as sources_table
from syndicator.web.pages import Pages

TREE = tuple(Category(f"c{n}", f"C{n}") for n in range(CATEGORIES))
WINDOW = timedelta(days=2)
ROUNDS, FEEDS = 10, 30
_PROGRAM = Path(sys.executable).with_name("syndicator")
_LOOKED_AT = ("/categories/c1", "/readyz")
_PATIENCE = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=above_zero, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--sources", type=above_zero, default=100_000)
    parser.add_argument("--due", type=above_zero, default=1_000_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    for kind, database in (("sqlite", sqlite), ("postgresql", postgresql)):
        if given.only in (None, kind):
            with ExitStack() as opened:
                urls = {count: opened.enter_context(database()) for count in given.articles}
                grown(kind, urls)
                for count, url in urls.items():
                    started(kind, url, count, given.sources)
            with database() as url:
                asked_for_due(kind, url, given.due)


def grown(kind: str, urls: Mapping[int, str]) -> None:
    """Print what an article, a publication and a page cost in each store, by how many articles it is filled with."""
    hubs = {count: _Hub(url, count) for count, url in urls.items()}
    for number in range(ROUNDS):
        for hub in hubs.values():
            hub.take_in(number)
    for count, hub in hubs.items():
        print(f"{kind:<11}{count:>10,} articles: {hub.told()}", flush=True)
        hub.close()


class _Hub:
    """A store that is filled with `count` articles, into which others come."""

    def __init__(self, url: str, count: int) -> None:
        self._sources = _sources(500)
        self._store, self._database = _store(url, self._sources), Database(url)
        fill(self._database, count)
        if not self._database.is_sqlite:
            with self._database.write() as connection:
                connection.exec_driver_sql("ANALYZE")  # as autovacuum has by the time that so much has come
        self._clusterer = Clusterer(self._store, TREE, WINDOW)
        self._clusterer.load(NOW)
        self._publisher = Publisher(self._store, _clock(), SITE, TREE, ChannelLimits())
        self._publisher.publish()
        self._size = bytes_in_use(self._database) / count
        self._states = self._store.states()
        self._took: list[tuple[float, float]] = []

    def take_in(self, number: int) -> None:
        """Save, place and publish what comes next, and note what an article and a publication took, in seconds."""
        new = [(self._states[f"s{n}"], _articles(self._sources[f"s{n}"], number, n)) for n in range(FEEDS)]
        savings = [Saving(state, tuple(map(New, articles))) for state, articles in new]
        saved = _seconds(lambda: _saved(self._clusterer, savings)) / sum(len(articles) for _, articles in new)
        self._took.append((saved, _seconds(self._publisher.publish) / (FEEDS + 1)))

    def told(self) -> str:
        """What it took, and what a page and an article take now."""
        save, publish = (mean(one) * 1000 for one in zip(*self._took, strict=True))
        store, pages = self._store, Pages(SITE, TREE)
        newest = store.newest("c1", 30)
        page = median(_seconds(lambda: pages.category_page(TREE[1], store.newest("c1", 30))) for _ in range(20)) * 1000
        read = median(_seconds(lambda: store.article(newest[0].article.id)) for _ in range(20)) * 1000
        return (
            f"{save:.2f} ms to save and place one, {publish:.0f} ms to publish a category, {page:.1f} ms for its page,"
            f" {read:.1f} ms to read an article; {self._size:,.0f} bytes each"
        )

    def close(self) -> None:
        self._database.close()
        self._store.close()


def _saved(clusterer: Clusterer, savings: Sequence[Saving]) -> None:
    """What polls bring, and the stories of before that have changed with it."""
    clusterer.save(savings)
    clusterer.place_newcomers()


def started(kind: str, url: str, articles: int, count: int) -> None:
    """Print how long `syndicator run` takes until it serves a category's page, and until it polls, with `count` sources
    that are known already; nobody answers at their addresses.
    """
    _store(url, _sources(count)).close()
    ports = [free_port(), free_port()]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "hub.yaml"
        config.write_text(_configuration(url, count, ports))
        began = perf_counter()
        # It ends also where nobody is left to end it.
        command = ["timeout", str(2 * _PATIENCE), str(_PROGRAM), "--config", str(config), "run"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as hub:
            serves, polls = (_answers(port, path, began) for port, path in zip(ports, _LOOKED_AT, strict=True))
            hub.send_signal(signal.SIGTERM)
    print(
        f"{kind:<11}{articles:>10,} articles, {count:,} sources: serves {serves:.1f} s after the start, polls after"
        f" {polls:.1f} s",
        flush=True,
    )


def _configuration(url: str, count: int, ports: Sequence[int]) -> str:
    listeners = [f"127.0.0.1:{port}" for port in ports]
    head = {
        "site": {"title": SITE.title, "url": SITE.url, "contact": {"name": "Desk", "email": "desk@example.org"}},
        "storage": {"url": url},
        "server": dict(zip(("public", "operator"), listeners, strict=True)),
        "categories": {category.id: {"title": category.title} for category in TREE},
    }
    lines = [json.dumps({key: value})[1:-1] for key, value in head.items()]
    sources = (f"  {id_}: {{url: {one.url}, category: {one.categories[0]}}}" for id_, one in _sources(count).items())
    return "\n".join(line.replace('"', "", 2) for line in lines) + "\nsources:\n" + "\n".join(sources)


def _answers(port: int, path: str, began: float) -> float:
    """Seconds after `began` until a path is answered with 200."""
    while perf_counter() - began < _PATIENCE:
        with suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{port}{path}", timeout=_PATIENCE).ok:
                return perf_counter() - began
        time.sleep(0.02)
    raise SystemExit("the hub does not start")


def asked_for_due(kind: str, url: str, count: int) -> None:
    """Print how long it takes to find the thousand of `count` sources that are due."""
    first = 1000
    store, database = _store(url, _sources(first)), Database(url)
    columns = sources_table.c
    with database.write() as connection:
        for nth in range(1, count // first):
            others = {
                "id": columns.id + f"-{nth}",
                "origin": columns.origin + f"-{nth}",
                "next_poll_at": literal(NOW + timedelta(days=1, seconds=nth), columns.next_poll_at.type),
            }
            copied = select(*(others.get(one.name, one) for one in columns)).where(~columns.id.contains("-"))
            connection.execute(insert(sources_table).from_select([one.name for one in columns], copied))
    later = NOW + timedelta(hours=12)
    found = store.due(later, 2 * first)
    took = median(_seconds(lambda: store.due(later, 2 * first)) for _ in range(10)) * 1000
    print(f"{kind:<11}{count:>10,} sources: {len(found):,} that are due are found in {took:.0f} ms", flush=True)
    database.close()
    store.close()


def _sources(count: int) -> dict[str, Source]:
    return {f"s{n}": Source(f"s{n}", f"http://127.0.0.1:9/{n}", (f"c{n % CATEGORIES}",), f"s{n}") for n in range(count)}


def _store(url: str, sources: dict[str, Source]) -> Store:
    store = Store(url)
    store.migrate()
    store.configure(configured.states(sources, {}, {}, NOW), TREE, NOW, {})
    return store


def _articles(source: Source, round_: int, number: int) -> tuple[Article, ...]:
    """What a feed that was never seen before brings."""
    body = feeds.feed(1000 * (round_ + 1) + number, range(feeds.ENTRIES), NOW).encode()
    setting = Setting(source, SITE, TREE, "print", backfill=False, story_window=WINDOW)
    read = read_body(ReadingJob(body, source.url, "", setting, frozenset(), NOW))
    assert isinstance(read, Reading)
    return read.articles


def _clock() -> Callable[[], datetime]:
    """A clock on which every category is quiet whenever it is looked at."""
    minutes = iter(range(10**9))
    return lambda: NOW + timedelta(minutes=next(minutes))


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder)}/hub.db"


@contextmanager
def postgresql() -> Iterator[str]:
    with postgres_server() as server:
        yield str(server.get_uri())


if __name__ == "__main__":
    main()
