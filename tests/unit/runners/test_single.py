"""The engine: one bad publisher costs only itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from loopback import Asked, Origin, Step, origins, reply
from running import until

from syndicator import bootstrap
from syndicator.bootstrap import Hub
from syndicator.core.model import Article, PollOutcome
from syndicator.core.work import Saving
from syndicator.pipeline.events import Event
from syndicator.pipeline.poll import Polled
from syndicator.runners import single
from syndicator.runners.configured import Configured
from syndicator.runners.lanes import FETCH_THREADS, FOR_TROUBLED
from syndicator.runners.room import Room
from syndicator.runners.single import Engine
from syndicator.runners.workers import ReadingPool

_FEED = b"<rss version='2.0'><channel><title>S</title><item><title>One</title><guid>1</guid></item></channel></rss>"
_HEALTHY, _HANGING = 30, FETCH_THREADS + 4
_PATIENCE = 60.0
"""Seconds after which a test gives up; nothing is measured by it."""


class _Log:
    def info(self, event: str, **facts: Any) -> None: ...
    def warning(self, event: str, **facts: Any) -> None: ...

    def error(self, event: str, **facts: Any) -> None:
        logging.getLogger(__name__).error("%s %s", event, facts)


class _Reports:
    """The polls that ended, in their order."""

    def __init__(self) -> None:
        self.polled: list[Polled] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Polled):
            with self._changed:
                self.polled.append(event)
                self._changed.notify_all()

    def wait_for(self, prefix: str, count: int) -> list[str]:
        """The names of all sources that were polled by the time that `count` of those with `prefix` were."""
        with self._changed:
            assert self._changed.wait_for(lambda: sum(n.startswith(prefix) for n in self._names()) >= count, _PATIENCE)
            return self._names()

    def _names(self) -> list[str]:
        return [one.source.id for one in self.polled]


@pytest.fixture
def publishers() -> Iterator[list[Origin]]:
    with origins(*(f"127.3.0.{n + 1}" for n in range(_HEALTHY + _HANGING))) as made:
        for one in made:
            one.answers["/feed"] = reply(200, _FEED)
        yield made


@pytest.fixture
def hub(tmp_path: Path, publishers: list[Origin]) -> Hub:
    names = [f"well{n}" for n in range(_HEALTHY)] + [f"hang{n}" for n in range(_HANGING)]
    settings = {
        "site": {"title": "T", "url": "https://hub.example.org"},
        "storage": {"url": f"sqlite:///{tmp_path}/hub.db"},
        "polling": {"timeout": "120s", "allow_private": ["127.0.0.0/8"]},
        "categories": {"news": {"title": "News"}},
        "sources": {name: {"url": f"{one.url}/feed", "category": "news"} for name, one in zip(names, publishers, strict=True)},
    }  # fmt: skip
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump(settings))
    return Hub(path, bootstrap.load(path).settings, _Clock())


class _Clock:
    now = datetime(2026, 3, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_publishers_that_hang_hold_up_nobody_else(hub: Hub, publishers: list[Origin]) -> None:
    released = threading.Event()

    def hang(asked: Asked) -> Iterator[Step]:
        while not released.is_set():
            yield 0.02
        yield from reply(200, _FEED)(asked)

    for one in publishers[_HEALTHY:]:
        one.answers["/feed"] = reply(500)
    hub.poll((), True, lambda total, polled: None)
    _Clock.now += timedelta(days=2)
    for one in publishers[_HEALTHY:]:
        one.answers["/feed"] = hang
    reports, stop = _Reports(), threading.Event()
    with hub.engine_store() as store, ReadingPool(workers=1) as read:
        engine = Engine(
            store,
            Configured(hub.polled(store), hub.poller(store, hub.hosts(store))),
            read,
            hub.clusterer(store),
            hub.clock,
            _Log(),
            reports,
        )
        running = threading.Thread(target=engine.run, args=[stop])
        running.start()
        try:
            assert sorted(reports.wait_for("well", _HEALTHY)) == sorted(f"well{n}" for n in range(_HEALTHY))
            released.set()
            assert len(reports.wait_for("hang", _HANGING)) == _HEALTHY + _HANGING
        finally:
            released.set()
            stop.set()
            running.join(_PATIENCE)
        assert {state.outcome for state in store.states().values()} == {PollOutcome.NEW, PollOutcome.UNCHANGED}


def test_a_host_is_asked_by_one_thread_whatever_is_due(hub: Hub, publishers: list[Origin]) -> None:
    """Each source is polled once, and no host sees two connections at a time."""
    hub.poll((), True, lambda total, polled: None)
    assert {len(one.asked) for one in publishers} == {1}
    assert {one.most_open for one in publishers} == {1}


@pytest.mark.parametrize("enough", [20, 500])
def test_a_command_gathers_what_it_saves(
    hub: Hub, publishers: list[Origin], monkeypatch: pytest.MonkeyPatch, enough: int
) -> None:
    """Until it has enough articles, or all of them; nothing here takes as long as it would wait for them."""
    monkeypatch.setattr(single, "_GATHERED_SECONDS", _PATIENCE)
    monkeypatch.setattr(single, "_GATHERED_ARTICLES", enough)
    saved: list[int] = []
    with hub.engine_store() as store, ReadingPool(workers=1) as read:
        clusterer = hub.clusterer(store)
        save = clusterer.save

        def count(savings: Sequence[Saving]) -> int:
            saved.append(sum(len(one.verdicts) for one in savings))
            return save(savings)

        monkeypatch.setattr(clusterer, "save", count)
        parts = Configured(hub.polled(store), hub.poller(store, hub.hosts(store)))
        Engine(store, parts, read, clusterer, hub.clock, _Log(), _Reports()).poll(store.states().values())
    assert sum(saved) == len(publishers)
    assert all(batch >= enough for batch in saved[:-1])
    assert len(saved) == 1 or enough < len(publishers)


class _Counted(Room):
    """Room for two, that knows how many bodies were brought."""

    def __init__(self) -> None:
        super().__init__(2)
        self.brought = 0
        self._guard = threading.Lock()

    def enter(self) -> None:
        with self._guard:
            self.brought += 1
        super().enter()


def test_no_more_is_fetched_than_can_be_saved_in_a_while(
    hub: Hub, publishers: list[Origin], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken bodies leave as the others do, and in the end all of them are read and saved."""
    room = _Counted()
    monkeypatch.setattr(single, "Room", lambda: room)
    for one in publishers[::3]:
        one.answers["/feed"] = reply(200, b"no feed")
    reports = _Reports()
    with hub.engine_store() as store, ReadingPool(workers=1) as read:
        clusterer = hub.clusterer(store)
        parts = Configured(hub.polled(store), hub.poller(store, hub.hosts(store)))
        engine = Engine(store, parts, read, clusterer, hub.clock, _Log(), reports)
        place = clusterer.place_newcomers
        waited: list[int] = []

        def wait_and_place() -> Any:
            # Nothing is saved before: two are inside, and each thread for sources that are well has one more.
            if not waited:
                most = 2 + FETCH_THREADS - FOR_TROUBLED
                until(lambda: engine.queued().results == most)
                waited.append(room.brought)
            return place()

        monkeypatch.setattr(clusterer, "place_newcomers", wait_and_place)
        engine.poll(store.states().values())
    assert waited == [2 + FETCH_THREADS - FOR_TROUBLED]
    assert len(reports.polled) == room.brought == len(publishers)
    assert sum(one.new for one in reports.polled) == len(publishers) - len(publishers[::3])


def test_what_cannot_be_begun_to_be_read_takes_no_room(
    hub: Hub, publishers: list[Origin], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single, "Room", lambda: Room(1))
    reports = _Reports()

    def read(job: Any) -> Any:
        raise ValueError("no worker")

    with hub.engine_store() as store:
        parts = Configured(hub.polled(store), hub.poller(store, hub.hosts(store)))
        engine = Engine(store, parts, read, hub.clusterer(store), hub.clock, _Log(), reports)
        polling = threading.Thread(target=engine.poll, args=[store.states().values()], daemon=True)
        polling.start()
        polling.join(_PATIENCE)
        assert not polling.is_alive()
    assert {one.state.error for one in reports.polled} == {"internal error: ValueError('no worker')"}
    assert len(reports.polled) == len(publishers)


def test_what_is_stored_of_one_source_and_cannot_be_read_costs_only_its_poll(
    hub: Hub, publishers: list[Origin], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where what is known of many is asked for at once."""
    hub.poll((), True, lambda total, polled: None)
    for one in publishers:
        one.answers["/feed"] = reply(200, _FEED.replace(b"One", b"Another"))
    reports = _Reports()
    with hub.engine_store() as store, ReadingPool(workers=1) as read:
        (damaged,) = (one.id for one in store.of_source("well3", 0, 9))
        articles = store.articles

        def read_articles(ids: Sequence[str]) -> dict[str, Article]:
            if damaged in ids:
                raise ValueError("damaged")
            return articles(ids)

        monkeypatch.setattr(store, "articles", read_articles)
        parts = Configured(hub.polled(store), hub.poller(store, hub.hosts(store)))
        engine = Engine(store, parts, read, hub.clusterer(store), hub.clock, _Log(), reports)
        engine.poll(store.states().values())
        outcomes = {name: state.outcome for name, state in store.states().items()}
        assert store.states()["well3"].error == "internal error: ValueError('damaged')"
    assert {name for name, outcome in outcomes.items() if outcome is not PollOutcome.NEW} == {"well3"}
    assert outcomes["well3"] is PollOutcome.FAILED
