"""What each of the operator's pages costs, with many sources, a month of polls and a million articles behind them.

    make operator-pages

Over real HTTP on loopback; the store is made first, which takes a few minutes.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import requests
from builders import configure
from over_http import served
from sqlalchemy import insert, null, select, update

from syndicator.core.flood import held_by_operator
from syndicator.core.history import DAYS, FAILURES, PollDay
from syndicator.core.identity import New
from syndicator.core.model import Article, Category, PollOutcome, Provenance, Site, Source, SourceState
from syndicator.core.reloading import InEffect
from syndicator.core.rhythm import Rhythm
from syndicator.core.work import Saving
from syndicator.store import tables
from syndicator.store.database import Database
from syndicator.store.store import Store
from syndicator.web.operator import operator_app

MADE = 20_000
"""Articles that are made one by one; the others are copies of them."""
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SITE = Site("Bench", "https://hub.example.org", "", "en", "UTC", "Bench", "")
TREE = tuple(Category(name, name.title()) for name in ("health", "science", "world"))
WORDS = (
    "the", "minister", "harbour", "opens", "council", "winter", "storm", "clinic", "study", "finds", "strike", "budget",
    "river", "school", "night", "market",
)  # fmt: skip
TEXT = "<p>" + "A paper of record brings news from all over the world, and more of it every day. " * 8 + "</p>"


def _source(number: int) -> Source:
    return Source(f"s{number:05}", f"https://s{number}.example.org/feed", (TREE[number % 3].id,), f"s{number}")


def _state(state: SourceState, chance: random.Random) -> SourceState:
    """A source as it may be after a month: two of a hundred fail, some are silent, repaired or gone."""
    kind, at = chance.random(), NOW - timedelta(minutes=chance.randrange(60))
    polled = replace(
        state, last_poll_at=at, last_success_at=at, next_poll_at=at + timedelta(hours=1), outcome=PollOutcome.UNCHANGED,
        rhythm=Rhythm(NOW - timedelta(days=60), at, 20.5, (0.8541,) * 24, (2.9286,) * 7), last_new_at=at,
        expected_by=at + timedelta(days=3), etag='"0123456789abcdef"', body_hash="0" * 32, settings_print="0" * 32,
    )  # fmt: skip
    if kind < 0.02:
        since = NOW - timedelta(days=chance.randrange(1, 9))
        return replace(polled, outcome=PollOutcome.FAILED, failures=9, failing_since=since, error="HTTP 503")
    if kind < 0.025:
        return replace(polled, gone=True, outcome=PollOutcome.GONE)
    if kind < 0.035:
        return replace(polled, expected_by=NOW - timedelta(days=1))
    if kind < 0.04:
        return replace(polled, flaw="not well-formed XML", flawed_since=NOW - timedelta(days=2))
    return polled


def _article(number: int, source: Source, chance: random.Random) -> Article:
    """The article with this number; every tenth tells what the one before it told."""
    at = NOW - timedelta(seconds=number)
    url = f"https://example.org/{number}"
    return Article(
        id=f"a{number:08}", guid=url, source_id=source.id, provenance=Provenance(source.id, source.url), url=url,
        canonical_url=url, title=" ".join(chance.choice(WORDS) for _ in range(8)).capitalize(), summary=TEXT[3:240],
        content=TEXT, authors=(), published=at, updated=at, accepted=at, sort_at=at, revised=at, language="en",
        image="", enclosures=(), tags=("news",), categories=source.categories, rights="", entry_hash=url,
        content_hash=url,
        story_id=f"a{number - (number % 10 == 9):08}", held="held: a flood" if number % 5000 == 1 else None,
    )  # fmt: skip


def fill(store: Store, database: Database, sources: int, articles: int) -> None:
    """A store of so many sources, each with a month of days and its failures, and so many articles."""
    chance = random.Random(1)
    wanted = [_source(number) for number in range(sources)]
    configure(store, wanted, TREE, NOW)
    states = {name: _state(state, chance) for name, state in store.states().items()}
    for number in range(0, sources, 500):
        store.hold_source(wanted[number].id, held_by_operator(wanted[number].id, NOW))
    _fill_history(database, wanted, chance)
    for start in range(0, MADE, 2000):
        batch = (_article(number, wanted[number % sources], chance) for number in range(start, start + 2000))
        store.save_polls([Saving(states[one.source_id], (New(one),)) for one in batch])
    with database.write() as connection:
        for nth in range(1, articles // MADE):
            connection.execute(_copies(nth))
        connection.execute(
            update(tables.counters).where(tables.counters.c.name != "publications").values(value=articles)
        )


def _copies(nth: int) -> Any:
    """The articles that were made once more, under other names: the database copies a million in a minute."""
    made = tables.articles.c
    other = {
        "id": made.id + f"-{nth}", "guid": made.guid + f"?{nth}", "story_id": made.story_id + f"-{nth}",
        "canonical_url": made.canonical_url + f"?{nth}", "seq": made.seq + nth * MADE, "held": null(),
    }  # fmt: skip
    names = [column.name for column in made]
    originals = select(*(other.get(name, made[name]) for name in names)).where(made.seq <= MADE)
    return insert(tables.articles).from_select(names, originals)


def _fill_history(database: Database, wanted: list[Source], chance: random.Random) -> None:
    first = NOW.toordinal() - DAYS
    days: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    for one in wanted:
        for day in range(first, first + DAYS):
            counts = PollDay(day, 24, 20, 0, chance.randrange(9), 24 * chance.randrange(50, 400), 900)
            days.append({"source_id": one.id, "slot": day % (DAYS + 1), **{n: getattr(counts, n) for n in _COUNTS}})
        failures += [
            {"source_id": one.id, "at": NOW - timedelta(hours=n), "error": "HTTP 503"} for n in range(FAILURES)
        ]  # fmt: skip
    with database.write() as connection:
        connection.execute(tables.poll_days.insert(), days)
        connection.execute(tables.poll_failures.insert(), failures)


_COUNTS = ("day", "polls", "unchanged", "failures", "articles", "milliseconds", "slowest")


@contextmanager
def hub(folder: Path, sources: int, articles: int) -> Iterator[tuple[Store, str]]:
    """A filled store, and the address of its operator's pages."""
    url = f"sqlite:///{folder}/bench.db"
    store, database = Store(url), Database(url)
    store.migrate()
    fill(store, database, sources, articles)
    actions: Any = None  # nothing is done here
    configured = {one.id: one for one in map(_source, range(sources))}
    with served(operator_app(store, actions, SITE, configured, lambda: NOW, (), lambda: InEffect(NOW))) as port:
        yield store, f"http://127.0.0.1:{port}"
    database.close()
    store.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sources", type=int, default=10_000)
    options.add_argument("--articles", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, hub(Path(name), given.sources, given.articles) as (store, base):
        story = store.several_tellings().older
        paths = (
            "/", "/?page=50", "/?sort=-articles", "/?sort=new&page=90", "/?q=s0999", "/?state=failing",
            "/sources/s00500", "/sources/s00003", "/problems", "/problems.atom", "/held", "/stories",
            f"/stories?before={story}", "/search?q=harbour+storm", "/search?q=nowhere", "/search?q=a00000042",
            "/explain?article=a00000042", "/readyz",
        )  # fmt: skip
        print(f"{given.sources:,} sources, {given.sources * DAYS * 24:,} polls in {given.sources * DAYS:,} days, "
              f"{given.articles:,} articles; ms a page over HTTP, median and worst of {given.rounds}:")  # fmt: skip
        for path in paths:
            times = [_milliseconds(base + path) for _ in range(given.rounds)]
            print(f"  {path:<28}{median(times):8.1f}{max(times):8.1f}")


def _milliseconds(url: str) -> float:
    began = time.perf_counter()
    answer = requests.get(url, timeout=60)
    assert answer.status_code == 200, (url, answer.status_code)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
