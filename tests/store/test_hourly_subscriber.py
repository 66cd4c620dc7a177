"""Who reads one busy feed once an hour has seen what was filed in it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from builders import configure, place_newcomers, publisher, site

from syndicator.core.identity import New
from syndicator.core.model import Article, Category
from syndicator.pipeline.publish import ChannelLimits
from syndicator.store.store import Store
from syndicator.web import publications
from syndicator.web.public import public_app

from .followers import Web, parse
from .making import HOUR, NOW, article, polled, source

_SOURCES = tuple(source(f"paper-{number}") for number in range(500))
_TREE = (Category("health", "Health"),)
_A_DAY = 5
_DAYS = int(os.environ.get("SUBSCRIBER_DAYS", "1"))
"""More are for long runs by hand."""
_LIMITS = ChannelLimits(feed_size=50)


class _Hub:
    """A hub that polls, clusters and publishes once an hour, and its web application."""

    def __init__(self, url: str) -> None:
        self.now = NOW
        self.store, self.reader = Store(url), Store(url, read_only=True)
        self.store.migrate()
        configure(self.store, _SOURCES, _TREE, NOW)
        self._publisher = publisher(self.store, _TREE, _LIMITS, lambda: self.now)
        self.web = Web(public_app(self.reader, site(), _TREE, _LIMITS.archive_size, lambda: self.now))

    def work(self, now: datetime, filed: list[Article]) -> None:
        self.now = now
        self.store.save_polls([polled(one.source_id, New(one), at=now) for one in filed])
        place_newcomers(self.store)
        assert not any(one.error or one.held for one in self._publisher.publish())

    def close(self) -> None:
        self.web.close()
        self.store.close()
        self.reader.close()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Hub]:
    monkeypatch.setattr(publications, "_LOOK_SECONDS", -1.0)
    opened = _Hub(f"sqlite:///{tmp_path / 'hub.db'}")
    yield opened
    opened.close()


def test_an_hourly_subscriber_to_500_sources_sees_what_is_filed(hub: _Hub) -> None:
    filed: set[str] = set()
    seen: set[str] = set()
    for now, articles in _hours(random.Random(1)):
        hub.work(now, articles)
        filed |= {one.guid for one in articles}
        seen |= parse("json", hub.web.get("/feeds/health.json").body).entries.keys()
    assert len(filed) == len(_SOURCES) * _A_DAY * _DAYS
    assert seen <= filed
    assert len(seen) >= 0.99 * len(filed)


def _hours(chance: random.Random) -> Iterator[tuple[datetime, list[Article]]]:
    """What all sources file, hour by hour."""
    times = {one.id: [chance.randrange(24 * day, 24 * day + 24) for day in range(_DAYS) for _ in range(_A_DAY)]
             for one in _SOURCES}  # fmt: skip
    for hour in range(24 * _DAYS):
        now = NOW + hour * HOUR
        yield (
            now,
            [
                _filed(source_id, str(number), now, chance)
                for source_id, hours in times.items()
                for number, at in enumerate(hours)
                if at == hour
            ],
        )


def _filed(source_id: str, key: str, now: datetime, chance: random.Random) -> Article:
    """An article accepted `now`; one in ten is dated up to ten days back."""
    late = chance.random() < 0.1
    dated = now - chance.uniform(0, 240 if late else 1) * HOUR
    return article(source_id, key, accepted=now, revised=now, published=dated, updated=dated, sort_at=dated)
