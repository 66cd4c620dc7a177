"""From a source's change being fetched to the new document served: p50 and p99 at 1, 10 and 100 articles a second.

    python bench/latency.py [--seconds 20] [--rates 1 10 100]

The real engine, with its workers, and the real web process. Each article is a new entry in a feed of 30, of one of 100
sources in ten categories; that it is served is seen in its category's feed, looked at 20 times a second. An engine
gathers what comes within five seconds of a publication, so that a category is rendered once for all of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import requests
from amounts import above_zero, seconds_above_zero
from compared import feeds
from made import CATEGORIES, SITE
from polling import Quiet
from serving import ours

from syndicator.core import configured
from syndicator.core.fetching import Fetched, FetchRequest
from syndicator.core.model import Source
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.events import Queued
from syndicator.pipeline.poll import Poller
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.runners.configured import Configured
from syndicator.runners.single import Engine
from syndicator.runners.workers import ReadingPool
from syndicator.store.store import Store

_SOURCES = 100
_LOOKS = 0.05
_GATHERED = 5
"""Seconds in which an engine gathers what comes for a category that was just published."""
_WINDOW = timedelta(days=2)


class Publishers:
    """Feeds that have one entry more each time they are asked for; when, is noted by the entry's address."""

    def __init__(self) -> None:
        self.fetched: dict[str, float] = {}
        self._began = _now() - timedelta(days=1)  # an entry's date stays; there is one for every hour
        self._rounds = {f"s{n}": count() for n in range(_SOURCES)}

    def __call__(self, request: FetchRequest) -> Fetched:
        number = int(request.url.rpartition("/")[2])
        round_ = next(self._rounds[f"s{number}"])
        body = feeds.feed(number, range(-round_, feeds.ENTRIES - round_), self._began)
        if round_:  # the first is what a new source brings
            self.fetched[f"https://s{number}.example.org/news/{-round_}"] = time.monotonic()
        return Fetched(request.url, body.encode(), "", None, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=seconds_above_zero, default=20)
    parser.add_argument("--rates", type=above_zero, nargs="+", default=[1, 10, 100])
    given = parser.parse_args()
    for rate in given.rates:
        with tempfile.TemporaryDirectory() as folder:
            delays = measured(f"sqlite:///{Path(folder)}/hub.db", rate, given.seconds)
        p50, p99 = (delays[min(len(delays) * share // 100, len(delays) - 1)] for share in (50, 99))
        print(f"{rate:>4} articles/s: p50 {p50:.2f} s, p99 {p99:.2f} s, of {len(delays)} articles", flush=True)


def measured(url: str, rate: int, seconds: float) -> list[float]:
    """Sorted seconds from fetched to served, of each article."""
    publishers, sources = Publishers(), _sources()
    _prepare(url, sources)
    # The web process is forked before any thread is there whose locks it could inherit.
    with ours(url) as address, engine(url, publishers, sources) as polls:
        for name in polls.sources:
            polls.ask(name)
        while not (polls.is_idle and len(_served(address)) == 0):  # what the first polls bring is served
            time.sleep(2 * _GATHERED)
        served = dict[str, float]()
        over = time.monotonic() + seconds
        asking = threading.Thread(target=_ask, args=[polls, rate, over])
        asking.start()
        while time.monotonic() < over + 15:
            for link, at in _served(address).items():
                served.setdefault(link, at)
            if time.monotonic() > over and publishers.fetched.keys() <= served.keys():
                break
            time.sleep(_LOOKS)
        asking.join()
    missed = publishers.fetched.keys() - served.keys()
    if missed:
        print(f"{len(missed)} of {len(publishers.fetched)} articles were not seen", file=sys.stderr)
    return sorted(served[link] - at for link, at in publishers.fetched.items() if link in served)


class Polls:
    """A running engine that polls what it is asked to."""

    def __init__(self, running: Engine, sources: list[str]) -> None:
        self.sources = sources
        self._running = running

    def ask(self, name: str) -> None:
        self._running.poll_soon(name)

    @property
    def is_idle(self) -> bool:
        return self._running.queued() == Queued()


def _sources() -> dict[str, Source]:
    return {
        f"s{n}": Source(f"s{n}", f"https://s{n}.example.org/{n}", (feeds.category(n),), f"s{n}")
        for n in range(_SOURCES)
    }


def _prepare(url: str, sources: dict[str, Source]) -> None:
    store = Store(url)
    store.migrate()
    store.configure(configured.states(sources, {}, {}, _now() + timedelta(days=1)), CATEGORIES, _now(), {})
    store.close()


@contextmanager
def engine(url: str, publishers: Publishers, sources: dict[str, Source]) -> Iterator[Polls]:
    store = Store(url)
    poller = Poller(store, publishers, _now, SITE, CATEGORIES, {}, story_window=_WINDOW)
    publisher = Publisher(store, _now, SITE, CATEGORIES, ChannelLimits())
    stop = threading.Event()
    with ReadingPool() as read:
        works_by = Configured(sources, poller, publisher)
        running = Engine(
            store, works_by, read, Clusterer(store, CATEGORIES, _WINDOW), _now, Quiet(), lambda _: None
        )  # fmt: skip
        thread = threading.Thread(target=running.run, args=[stop])
        thread.start()
        try:
            yield Polls(running, list(sources))
        finally:
            stop.set()
            thread.join()
    store.close()


def _ask(polls: Polls, rate: int, over: float) -> None:
    """Have the sources polled in turn, `rate` a second."""
    begun = time.monotonic()
    for nth in count():
        if time.monotonic() > over:
            return
        polls.ask(polls.sources[nth % len(polls.sources)])
        time.sleep(max(begun + (nth + 1) / rate - time.monotonic(), 0))


_tags: dict[str, str] = {}


def _served(address: str) -> dict[str, float]:
    """The links in all categories' feeds that have changed, each with the time at which it was seen."""
    found: dict[str, float] = {}
    for category in CATEGORIES:
        url = f"{address}/feeds/{category.id}.json"
        answer = requests.get(url, headers={"If-None-Match": _tags.get(url, "")}, timeout=10)
        if answer.status_code == 200:
            _tags[url] = answer.headers["ETag"]
            found.update((one["url"], time.monotonic()) for one in answer.json()["items"])
    return found


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251


if __name__ == "__main__":
    main()
