"""How fast and how evenly we poll, over HTTP on loopback, with the state of every poll written.

    make polling

Publishers run in a process of their own, each on an address of 127/8.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import requests
from loopback import Answer, Asked, Fault, Step, origins, play, raw, reply
from requests.adapters import HTTPAdapter

from syndicator.core import configured
from syndicator.core.addresses import Guard, opening
from syndicator.core.model import Category, PollOutcome, Site, Source
from syndicator.core.normalise import Setting
from syndicator.fetch.failures import Limits
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.http import HttpFetch
from syndicator.fetch.transport import Transport
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.events import Event
from syndicator.pipeline.poll import Polled, Poller
from syndicator.pipeline.reading import ReadingJob
from syndicator.runners.configured import Configured
from syndicator.runners.single import Engine
from syndicator.runners.workers import ReadingPool
from syndicator.store.store import Store

CATEGORIES = (Category("news", "News"),)
SITE = Site("Bench", "https://hub.example.org", "", "en", "UTC", "Bench", "")
SIZE = 73_000
"""Bytes of a feed: the mean of the web's."""
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
def process(publish: Callable[..., None], *args: Any) -> Iterator[tuple[int, int]]:
    """The port of publishers in a process of their own, and its pid, until the end of the block."""
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=publish, args=(*args, there), daemon=True)
    child.start()
    try:
        yield here.recv(), child.pid or 0
    finally:
        here.send("end")
        child.join()


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
    store.configure(configured.states(sources, {}, {}, _now()), CATEGORIES, _now(), {})
    transport = Transport(Guard((opening("127.0.0.0/8"),)))
    fetch = HttpFetch("syndicator/bench (+https://hub.example.org)", Limits(), transport, Hosts(), _now)
    poller = Poller(store, fetch, _now, SITE, CATEGORIES, {})

    with ReadingPool() as read:
        _start_workers(read)

        clusterer = Clusterer(store, CATEGORIES, timedelta(0))

        def poll() -> tuple[float, float, list[Polled]]:
            events: list[Event] = []
            engine = Engine(store, Configured(sources, poller), read, clusterer, _now, Quiet(), events.append)
            states = tuple(store.states().values())
            wall, cpu = time.perf_counter(), time.process_time()
            engine.poll(states)
            took = time.perf_counter() - wall, time.process_time() - cpu
            return *took, [event for event in events if isinstance(event, Polled)]

        yield poll
    store.close()


# --- what it is compared with -----------------------------------------------------------------------


def alone(count: int, port: int) -> tuple[float, float]:
    """304s a second by requests alone, one after the other: `Session.get`, and `HTTPAdapter.send`."""
    urls = [f"http://{address}:{port}/feed" for address in addresses(count)]
    headers = {"If-None-Match": '"1"'}
    with requests.Session() as session:
        adapter = HTTPAdapter(pool_connections=count)
        session.mount("http://", adapter)
        prepared = [session.prepare_request(requests.Request("GET", url, headers=headers)) for url in urls]
        return (
            _rate([partial(session.get, url, headers=headers) for url in urls]),
            _rate([partial(adapter.send, one) for one in prepared]),
        )


def _rate(calls: list[Callable[[], requests.Response]]) -> float:
    for call in calls:  # connections are there, as they are for us
        _ = call().content
    began = time.perf_counter()
    for call in calls:
        _ = call().content
    return len(calls) / (time.perf_counter() - began)


def outside(folder: Path, count: int, port: int, publisher: int) -> tuple[float, dict[str, float]]:
    """The share of the CPU of first polls that is neither reading nor the store, and ms a poll of each part."""
    store_seconds = _watch_store()
    with hub(folder, count, port) as poll:
        before = _children_cpu(publisher)
        _, cpu, polled = poll()
        total = cpu + _children_cpu(publisher) - before
        assert all(one.state.outcome is PollOutcome.NEW for one in polled)
    setting = Setting(Source("s", "http://s.example.org/feed", ("news",), "s"), SITE, CATEGORIES, "")
    began = time.process_time()
    for number in range(count):
        read_body(ReadingJob(feed(number, SIZE), "http://s.example.org/feed", "", setting, frozenset(), _now()))
    reading, store = time.process_time() - began, store_seconds[0]
    parts = {"in all": total, "parse and normalise": reading, "store": store}
    return 1 - (reading + store) / total, {name: seconds / count * 1000 for name, seconds in parts.items()}


def _start_workers(read: ReadingPool) -> None:
    """Begin the processes that read, and wait until they have: that is once for years of polls."""
    setting = Setting(Source("s", "http://s.example.org/feed", ("news",), "s"), SITE, CATEGORIES, "")
    read(ReadingJob(b"<html/>", "http://s.example.org/feed", "", setting, frozenset(), _now())).result()
    cpu = -1.0
    while cpu < (cpu := _children_cpu(but=0)):
        time.sleep(0.5)


def _watch_store() -> list[float]:
    """The CPU seconds spent in what polling calls of the store, counted from now on."""
    seconds = [0.0]

    def watched(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            began = time.thread_time()
            try:
                return method(*args)
            finally:
                seconds[0] += time.thread_time() - began

        return call

    for name in ("known_hashes", "articles", "guids_taken", "save_polls", "unplaced", "save_placed"):
        setattr(Store, name, watched(getattr(Store, name)))
    return seconds


def _children_cpu(but: int) -> float:
    """The CPU seconds of the processes that this one started, `but` one of them."""
    parents: dict[int, tuple[int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = (
                int(fields[1]),
                (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
            )

    def is_ours(pid: int) -> bool:
        parent = parents.get(pid, (0, 0.0))[0]
        return pid != but and (parent == os.getpid() or (parent in parents and is_ours(parent)))

    return sum(cpu for pid, (_, cpu) in parents.items() if is_ours(pid))


# --- isolation --------------------------------------------------------------------------------------

INTERVAL, MINUTES = timedelta(minutes=1), 2.2
"""Sixty times as often as the default: an hour of polling in a minute, and one that knows who hangs."""
TIMEOUT = 15.0


def _misbehave(count: int, pipe: Connection) -> None:
    """Publishers that hang, drip or send bombs, in turn; each has the feed of `addresses` from the end."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
    bomb = gzip.compress(b"<rss>" + b"<item>" * 10_000_000)
    faults = (
        play(Fault.HANG),
        raw(head + b"\r\n<rss>", b"<item>"),
        reply(200, bomb, Content_Encoding="gzip"),
        reply(200, b"<rss>" + b"<a>" * 3_000_000),
    )
    with origins(*(f"127.9.0.{n + 1}" for n in range(count))) as hosts:
        for number, host in enumerate(hosts):
            host.answers["/feed"] = faults[number % len(faults)]
        pipe.send(hosts[0].port)
        pipe.recv()


def lateness(folder: Path, urls: list[str]) -> list[float]:
    """How many seconds after their time those of `urls` were polled that behave well, sorted.

    First polls come evenly in the order of `urls`.
    """
    sources = {
        f"s{n}": Source(f"s{n}", url, ("news",), f"s{n}", interval=INTERVAL, min_interval=INTERVAL, adaptive=False)
        for n, url in enumerate(urls)
    }
    store = Store(f"sqlite:///{folder}/late.db")
    store.migrate()
    store.configure(configured.states(sources, {}, {}, _now()), CATEGORIES, _now(), {})
    transport = Transport(Guard((opening("127.0.0.0/8"),)))
    fetch = HttpFetch("syndicator/bench (+https://hub.example.org)", Limits(TIMEOUT), transport, Hosts(), _now)
    late: list[float] = []

    def report(polled: Event) -> None:
        if not isinstance(polled, Polled):
            return
        if polled.state.last_poll_at and polled.state.outcome is not PollOutcome.FAILED:
            late.append((polled.state.last_poll_at - polled.before.next_poll_at).total_seconds())

    stop = threading.Event()
    with ReadingPool() as read:
        engine = Engine(
            store, Configured(sources, Poller(store, fetch, _now, SITE, CATEGORIES, {})), read,
            Clusterer(store, CATEGORIES, timedelta(0)), _now, Quiet(), report,
        )  # fmt: skip
        threading.Timer(MINUTES * 60, stop.set).start()
        engine.run(stop)
    store.close()
    return sorted(late)


def _isolation(folder: Path, count: int, port: int) -> dict[str, dict[str, float]]:
    bad = count // 10
    good = [f"http://{address}:{port}/feed" for address in addresses(count - bad)]
    found: dict[str, dict[str, float]] = {}
    with process(_misbehave, bad) as (bad_port, _):
        worse = [f"http://127.9.0.{n + 1}:{bad_port}/feed" for n in range(bad)]
        among = [url for n, one in enumerate(worse) for url in (*good[n * 9 : n * 9 + 9], one)]
        for name, urls in {"0 bad": good, f"{bad} among them": among, f"{bad} all at once": good + worse}.items():
            late = lateness(Path(tempfile.mkdtemp(dir=folder)), urls)
            found[name] = {
                "polls": len(late), "p50": late[len(late) // 2], "p99": late[len(late) * 99 // 100], "max": late[-1]
            }  # fmt: skip
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sources", type=int, default=500)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, process(_publish, given.sources, SIZE) as (port, pid):
        folder, count = Path(name), given.sources
        share, parts = outside(folder, count, port, pid)
        with hub(folder, count, port) as poll:
            poll()
            rounds = [poll() for _ in range(given.rounds)]
            assert all(one.state.outcome is PollOutcome.UNCHANGED for _, _, polled in rounds for one in polled)
            session, adapter = alone(count, port)
        rates = [count / wall for wall, _, _ in rounds]
        cpu = median(cpu for _, cpu, _ in rounds) / count * 1000
        late = _isolation(folder, count, port)
    if given.json:
        print(json.dumps({"304": rates, "session": session, "adapter": adapter, "outside": share, "late": late}))
        return
    print(f"304, state written: median {median(rates):,.0f} a second, best {max(rates):,.0f}; {cpu:.2f} ms CPU each")
    print(f"  Session.get alone: {session:,.0f} a second; HTTPAdapter.send alone: {adapter:,.0f}")
    print(f"first polls: {share:.0%} of the CPU outside reading and store")
    print("  ms each: " + ", ".join(f"{name} {ms:.2f}" for name, ms in parts.items()))
    print(f"seconds late, of sources polled every {INTERVAL.seconds} s:")
    for name, figures in late.items():
        print(f"  {name:<16}" + ", ".join(f"{key} {value:,.1f}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
