"""When a category is rendered: at once where it was quiet, then in gathered changes; failures later again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, article, configure, publisher, source

from syndicator.core.identity import New
from syndicator.core.model import ALL, Category, Channel, SourceState
from syndicator.core.work import Saving
from syndicator.formats import publishing
from syndicator.pipeline import publish
from syndicator.pipeline.cluster import place_newcomers
from syndicator.store.store import Store

TREE = (Category("health", "Health"), Category("sport", "Sport"))
SECOND = timedelta(seconds=1)


class _Hub:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.now: datetime = NOW
        self.publisher = publisher(store, TREE, now=lambda: self.now)
        self._made = 0

    def add(self, *categories: str) -> None:
        self._made += 1
        key = f"https://src.example.org/{self._made}"
        made = replace(article(), id=key, guid=key, url=key, canonical_url=key, title=key, categories=categories)
        state = SourceState("src", "src", "https://src.example.org/feed", NOW)
        self.store.save_polls([Saving(state, (New(made),))])
        place_newcomers(self.store)

    def publish(self) -> list[str]:
        """The categories that were published, or failed to be."""
        return sorted(one.category for one in self.publisher.publish())


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    configure(store, [source()], TREE, NOW)
    made = _Hub(store)
    assert made.publish() == [ALL, "health", "sport"]
    made.now += 10 * SECOND
    yield made
    store.close()


def test_the_first_change_of_a_quiet_category_is_rendered_at_once_and_others_are_left_alone(hub: _Hub) -> None:
    hub.add("health")
    assert hub.publish() == [ALL, "health"]
    assert hub.publish() == []


def test_further_changes_gather_for_five_seconds(hub: _Hub) -> None:
    hub.add("health")
    hub.publish()
    for _ in range(4):
        hub.now += SECOND
        hub.add("health")
        assert hub.publish() == []
    hub.add("sport")
    assert hub.publish() == ["sport"], "quiet until now"
    hub.now += SECOND
    assert hub.publish() == [ALL, "health"]
    assert b"src.example.org/5" in _feed(hub)


def test_a_clock_that_was_set_back_holds_up_nothing(hub: _Hub) -> None:
    hub.add("health")
    hub.publish()
    hub.now -= timedelta(hours=3)
    hub.add("health")
    assert hub.publish() == [ALL, "health"]


def test_a_category_that_cannot_be_rendered_keeps_its_documents_and_is_tried_again(
    hub: _Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    render: Callable[..., Any] = publishing.documents

    def failing(channel: Channel, env: Any) -> Any:
        if channel.category.id == "health":
            raise ValueError("no")
        return render(channel, env)

    before = _feed(hub)
    monkeypatch.setattr(publish, "documents", failing)
    hub.add("health")
    assert {one.category: bool(one.error) for one in hub.publisher.publish()} == {ALL: False, "health": True}
    assert _feed(hub) == before
    monkeypatch.setattr(publish, "documents", render)
    hub.now += 30 * SECOND
    assert hub.publish() == []
    hub.now += 30 * SECOND
    assert hub.publish() == ["health"]
    assert _feed(hub) != before


def _feed(hub: _Hub) -> bytes:
    found = hub.store.document("feeds/health.rss")
    assert found is not None
    return found.body
