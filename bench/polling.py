"""How fast and how evenly we poll, over HTTP on loopback, with the state of every poll written.

    PYTHONPATH=tests/unit python bench/polling.py [--sources 500] [--json]

Publishers run in a process of their own, each on an address of 127/8.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from loopback import Answer, Asked, Step, origins, reply

from syndicator.core import configured
from syndicator.core.addresses import Guard, opening
from syndicator.core.model import Category, PollOutcome, Site, Source
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.http import HttpFetch, Limits
from syndicator.fetch.transport import Transport
from syndicator.pipeline.poll import Polled, Poller
from syndicator.runners.single import Engine
from syndicator.runners.workers import ReadingPool
from syndicator.store.store import Store

CATEGORIES = (Category("news", "News"),)
SITE = Site("Bench", "https://hub.example.org", "", "en", "UTC", "Bench", "")
WORDS = ("the", "feed", "of", "a", "paper", "brings", "news", "from", "all", "over", "the", "world", "and", "more")


class Quiet:
    """A log that nobody reads."""

    def info(self, event: str, **facts: Any) -> None: ...
    def warning(self, event: str, **facts: Any) -> None: ...

    def error(self, event: str, **facts: Any) -> None:
        print(event, facts, file=sys.stderr)


def addresses(count: int) -> list[str]:
    return [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(count)]


def feed(number: int, size: int) -> bytes:
    """An RSS feed of 20 entries and about `size` bytes."""
    chance = random.Random(number)
    text = " ".join(chance.choice(WORDS) for _ in range(size // 20 // 5))
    items = "".join(
        f"<item><title>News {n} of {number}</title><guid>https://s{number}.example.org/{n}</guid>"
        f"<pubDate>Fri, 30 Jan 2026 {n:02}:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{text} {n}&lt;/p&gt;</description></item>"
        for n in range(20)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>".encode()


def conditional(body: bytes) -> Answer:
    """The body with an ETag, and 304 to whoever has it."""
    whole, unchanged = reply(200, body, ETag='"1"'), reply(304, ETag='"1"')

    def answer(asked: Asked) -> Iterator[Step]:
        return (unchanged if asked.headers.get("if-none-match") == '"1"' else whole)(asked)

    return answer


def _publish(count: int, size: int, pipe: Connection) -> None:
    with origins(*addresses(count)) as hosts:
        for number, host in enumerate(hosts):
            host.answers["/feed"] = conditional(feed(number, size))
        pipe.send(hosts[0].port)
        pipe.recv()


@contextmanager
def publishers(count: int, size: int) -> Iterator[int]:
    """The port of `count` publishers, until the end of the block."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_publish, args=(count, size, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("end")
        process.join()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251


@contextmanager
def hub(folder: Path, count: int, port: int) -> Iterator[Callable[[], tuple[float, float, list[Polled]]]]:
    """A function that polls all sources once, and gives wall and CPU seconds of this process, and the polls."""
    store = Store(f"sqlite:///{folder}/bench.db")
    store.migrate()
    sources = {
        f"s{n}": Source(f"s{n}", f"http://{address}:{port}/feed", ("news",), f"s{n}")
        for n, address in enumerate(addresses(count))
    }
    store.configure(configured.states(sources, {}, {}, _now()), CATEGORIES, _now())
    transport = Transport(Guard((opening("127.0.0.0/8"),)))
    fetch = HttpFetch("syndicator/bench (+https://hub.example.org)", Limits(), transport, Hosts(), _now)
    poller = Poller(store, fetch, _now, SITE, CATEGORIES, {})

    with ReadingPool() as read:

        def poll() -> tuple[float, float, list[Polled]]:
            polled: list[Polled] = []
            engine = Engine(store, poller, read, None, sources, _now, Quiet(), polled.append)
            states = tuple(store.states().values())
            wall, cpu = time.perf_counter(), time.process_time()
            engine.poll(states)
            return time.perf_counter() - wall, time.process_time() - cpu, polled

        yield poll
    store.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sources", type=int, default=500)
    options.add_argument("--rounds", type=int, default=7)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        publishers(given.sources, 73_000) as port,
        hub(Path(folder), given.sources, port) as poll,
    ):
        wall, cpu, polled = poll()
        assert all(one.state.outcome is PollOutcome.NEW for one in polled), [one.state.error for one in polled][:3]
        print(
            f"first polls: {len(polled) / wall:,.0f} a second, {cpu / len(polled) * 1000:.2f} ms CPU in the engine each"
        )
        for _ in range(given.rounds):
            wall, cpu, polled = poll()
            assert all(one.state.outcome is PollOutcome.UNCHANGED for one in polled)
            print(f"304: {len(polled) / wall:,.0f} a second, {cpu / len(polled) * 1000:.2f} ms CPU each")


if __name__ == "__main__":
    main()
