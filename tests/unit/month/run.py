"""The hub in the month: started, stopped and polled by the simulated clock.

make month        500 publishers, 30 days: a table of what they were asked, and what they could complain about
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean

import yaml
from builders import finished
from loopback import origins

from syndicator import __version__, bootstrap
from syndicator.bootstrap import Hub
from syndicator.core.model import SourceState
from syndicator.pipeline.bodies import read_body
from syndicator.pipeline.poll import Polled, Poller, Unread
from syndicator.store.store import Store

from .judge import RULES, Judge, Violation
from .world import BEGIN, DAY, HOUR, Publisher, Request, publishers

_SITE = "https://hub.example.org"
_TICK = timedelta(seconds=2)
_STARTS_EVERY = 1.5 * DAY
_DOWN = ((3.3, 0.02), (9.9, 0.3), (17.4, 1.2))
"""Days after the beginning, and how many days the hub is down then."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Month:
    """What a month came to: counts, hours that entries waited, and what could be complained about."""

    sources: int
    days: int
    starts: int
    polls: int
    requests: int
    answers: dict[str, int]
    share_of_304: float
    busiest_minute_of_the_first_hour: int
    entries_seen: int
    entries_lost: int
    mean_delay_hours: float
    seconds: float
    violations: dict[str, int]
    first_violations: list[str]


def simulate(count: int, days: int, seed: int = 1, progress: Callable[[str], None] = lambda line: None) -> Month:
    """Poll `count` publishers for `days` days, and judge every request."""
    clock, log, began = Clock(), list[Request](), time.perf_counter()
    addresses = [f"127.2.{number // 250}.{number % 250 + 1}" for number in range(max(count * 4 // 5, 2))]
    with origins(*addresses, clock=clock) as hosts, tempfile.TemporaryDirectory() as folder:
        world = publishers(hosts, count, seed, clock, log)
        path = _configuration(Path(folder), world)
        hub = Hub(path, bootstrap.load(path).settings, clock)
        polls = starts = 0
        end = BEGIN + days * DAY
        down = [(BEGIN + at * DAY, BEGIN + (at + long) * DAY) for at, long in _DOWN if at < days]
        for until, in_vain in _sessions(end, down, clock):
            for _ in range(in_vain):
                with _started(hub) as (store, poller):
                    polls += _poll_due(hub, store, poller, clock)
            with _started(hub) as (store, poller):
                while clock.now < until:
                    polls += _poll_due(hub, store, poller, clock)
                    clock.now = max(clock.now + _TICK, min(_next_poll(store), until))
            starts += in_vain + 1
            progress(f"day {(clock.now - BEGIN) / DAY:4.1f}  {len(log):7,} requests")
        violations = Judge(world, f"syndicator/{__version__} (+{_SITE})", down, end).judge(log)
        entries = _entries(world, log, Path(folder) / "month.db")
    return _summed(count, days, starts, polls, log, violations, entries, time.perf_counter() - began)


def _sessions(end: datetime, down: list[tuple[datetime, datetime]], clock: Clock) -> Iterator[tuple[datetime, int]]:
    """Until when the hub runs each time, and how often it is restarted in vain before; moves the clock over outages."""
    twenty = BEGIN + 6 * DAY
    while clock.now < end:
        outage = next(((begin, back) for begin, back in down if begin >= clock.now), (end, end))
        starts = 20 if clock.now >= twenty else 0
        if starts:
            twenty = end
        until = min(clock.now + _STARTS_EVERY, outage[0], end)
        yield until, starts
        if until == outage[0]:
            clock.now = outage[1]


def _configuration(folder: Path, world: list[Publisher]) -> Path:
    path = folder / "month.yaml"
    settings = {
        "site": {"title": "Month", "url": _SITE},
        "storage": {"url": f"sqlite:///{folder}/month.db"},
        "polling": {"timeout": "5s", "allow_private": ["127.0.0.0/8"]},
        "categories": {"news": {"title": "News"}},
        "sources": {one.name: {"url": one.url, "category": "news"} for one in world},
    }
    path.write_text(yaml.safe_dump(settings))
    return path


@contextmanager
def _started(hub: Hub) -> Iterator[tuple[Store, Poller]]:
    """The hub as it starts: the store follows the configuration, and nothing is known but what the store holds."""
    with hub.engine_store() as store:
        yield store, hub.poller(store, hub.hosts(store))


def _poll_due(hub: Hub, store: Store, poller: Poller, clock: Clock) -> int:
    """Poll what is due, as the engine does, with one thread; gives how many polls asked their publisher."""
    polled = [_poll(hub, poller, state) for state in store.due(clock.now, 1000)]
    if polled:
        store.save_polls(poller.savings(polled))
    return sum(not one.postponed for one in polled)


def _next_poll(store: Store) -> datetime:
    return next((state.next_poll_at for state in store.due(BEGIN + 1000 * DAY, 1)), BEGIN + 1000 * DAY)


def _poll(hub: Hub, poller: Poller, state: SourceState) -> Polled:
    fetched = poller.fetch(hub.sources[state.source_id], state)
    return finished(poller, fetched, read_body(fetched.job)) if isinstance(fetched, Unread) else fetched


def _entries(world: list[Publisher], log: list[Request], database: Path) -> tuple[int, int, float]:
    """How many entries we were shown, how many of them are not stored, and the hours that new ones waited."""
    with sqlite3.connect(database) as connection:
        stored = {guid for (guid,) in connection.execute("select guid from articles")}
    seen_at: dict[tuple[str, int], datetime] = {}
    natures = {one.name: one for one in world}
    for request in log:
        if request.answered == "whole":
            for number in natures[request.source].shown(request.at):
                seen_at.setdefault((request.source, number), request.at)
    lost = sum(natures[name].guid(number) not in stored for name, number in seen_at)
    waits = [at - natures[name].nature.entries[number] for (name, number), at in seen_at.items()]
    since = [wait / HOUR for (name, number), wait in zip(seen_at, waits, strict=True)
             if natures[name].nature.entries[number] > BEGIN + DAY]  # fmt: skip
    return len(seen_at), lost, mean(since or [0.0])


def _summed(
    count: int, days: int, starts: int, polls: int, log: list[Request], violations: list[Violation],
    entries: tuple[int, int, float], seconds: float,
) -> Month:  # fmt: skip
    answers = Counter(request.answered for request in log)
    minutes = Counter(int((one.at - BEGIN) / timedelta(minutes=1)) for one in log if one.at < BEGIN + HOUR)
    by_rule = Counter(violation.rule for violation in violations)
    seen, lost, delay = entries
    return Month(
        count, days, starts, polls, len(log), dict(answers), answers["unchanged"] / len(log), max(minutes.values()),
        seen, lost, round(delay, 2), round(seconds, 1), {rule: by_rule[rule] for rule in RULES},
        [f"{one.rule} {one.source} {one.at:%d %b %H:%M:%S} {one.what}" for one in violations[:20]],
    )  # fmt: skip


def table(month: Month) -> str:
    """What `make month` prints."""
    shares = ", ".join(f"{name} {number:,}" for name, number in sorted(month.answers.items(), key=lambda one: -one[1]))
    rows = [
        ("sources, days, starts of the hub", f"{month.sources:,}, {month.days}, {month.starts}"),
        ("polls, requests", f"{month.polls:,}, {month.requests:,}"),
        ("answers", shares),
        ("share of 304", f"{month.share_of_304:.1%}"),
        ("most requests in a minute of the first hour", f"{month.busiest_minute_of_the_first_hour}"),
        ("entries seen, of them not stored", f"{month.entries_seen:,}, {month.entries_lost}"),
        ("mean wait of a new entry", f"{month.mean_delay_hours:.2f} h"),
        ("time it took", f"{month.seconds:.0f} s"),
        ("violations", ", ".join(f"{rule} {number}" for rule, number in month.violations.items())),
        ("violations in all", f"{sum(month.violations.values())}"),
    ]
    return "\n".join([*(f"{name:<45}{value}" for name, value in rows), *month.first_violations])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    month = simulate(given.sources, given.days, given.seed, lambda line: print(line, file=sys.stderr))
    print(json.dumps(asdict(month)) if given.json else table(month))
    if sum(month.violations.values()) or month.entries_lost:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
