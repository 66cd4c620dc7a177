"""What other processes do in the tests: top-level functions, so that spawned processes find them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event

from builders import place_newcomers

from syndicator.core.errors import EngineRunning
from syndicator.core.identity import New
from syndicator.core.model import Article
from syndicator.store.store import Store

from .making import NOW, article, polled, table
from .newsroom import Newsroom, happening

PER_BATCH = 4
_PAUSE = 0.005
"""Seconds a reader gives the processor away for when it has seen all there is."""


def hold_engine(url: str, parent: Connection) -> None:
    """Take the engine's place, say so, and hold it until told to stop."""
    store = Store(url)
    try:
        with store.engine_lock():
            parent.send("held")
            parent.recv()
    except EngineRunning as error:
        parent.send(str(error))
    store.close()


def write_batches(url: str, source: str, batches: int, start: Barrier) -> None:
    """Save `batches` batches of new articles, all in shared categories."""
    store = Store(url)
    start.wait()
    for batch in range(batches):
        made = [article(source, f"{batch}-{n}", categories=("health", "sport")[: 1 + n % 2]) for n in range(PER_BATCH)]
        store.save_polls([polled(source, *map(New, made))])
    store.close()


def cluster_until(url: str, written: Event, start: Barrier) -> None:
    store = Store(url)
    start.wait()
    last = False
    while not last:
        last = written.wait(_PAUSE)
        place_newcomers(store)
    store.close()


def follow_changes(url: str, finished: Event, start: Barrier, parent: Connection) -> None:
    """Follow the cursor of `all` until everything is `finished`, then send the numbers seen."""
    store = Store(url, read_only=True)
    start.wait()
    seen = [0]
    last = False
    while not last:
        last = finished.wait(0)
        while found := store.changes("all", seen[-1], 50):
            seen += (change.seq for change in found)
        finished.wait(_PAUSE)
    parent.send(seen[1:])
    store.close()


def follow_numbers(url: str, finished: Event, start: Barrier, parent: Connection) -> None:
    """Follow the committed articles by number, past the watermark, until everything is `finished`."""
    start.wait()
    seen = [0]
    last = False
    while not last:
        last = finished.wait(0)
        seen += (row[0] for row in table(url, f"SELECT seq FROM articles WHERE seq > {seen[-1]} ORDER BY seq"))
    parent.send(seen[1:])


def batch(number: int) -> dict[str, tuple[Article, ...]]:
    """The articles of both sources in the batch `number`, which was polled that many minutes after NOW."""
    at = NOW + timedelta(minutes=number)
    return {
        source: tuple(
            article(source, f"{number}-{n}", accepted=at, categories=("health", "sport")) for n in range(1 + number % 3)
        )
        for source in ("alpha", "beta")
    }


def save_until_killed(url: str, first: int, parent: Connection) -> None:
    """Save batches from `first` on without end, clustering now and then; announce each."""
    store = Store(url)
    for number in _endless(first):
        parent.send(number)
        at = NOW + timedelta(minutes=number)
        store.save_polls([polled(source, *map(New, made), at=at) for source, made in batch(number).items()])
        if number % 3 == 0:
            place_newcomers(store)


def _endless(first: int) -> Iterable[int]:
    while True:
        yield first
        first += 1


def write_at_random(url: str, part: int, rounds: int, publishes: bool) -> None:
    """Poll, edit, file elsewhere and take down articles of a source of its own; cluster and publish where told to."""
    room, chance = Newsroom(url, part=part), random.Random(part)
    for _ in range(rounds):
        happening(room, chance, part)
        if publishes:
            room.cluster(chance.choice((None, 3)))
            room.publish()
    room.close()
