"""When a category is rendered: at once where it was quiet, then in gathered changes; failures later again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, article, configure, place_newcomers, publisher, source
from lxml import etree

from syndicator.core.identity import New, verdict
from syndicator.core.model import ALL, Category, Channel, SourceState
from syndicator.core.work import Saving
from syndicator.formats import publishing, rss
from syndicator.pipeline import render as render_module
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
    monkeypatch.setattr(render_module, "documents", failing)
    hub.add("health")
    assert {one.category: bool(one.error) for one in hub.publisher.publish()} == {ALL: False, "health": True}
    assert _feed(hub) == before
    monkeypatch.setattr(render_module, "documents", render)
    hub.now += 30 * SECOND
    assert hub.publish() == []
    hub.now += 30 * SECOND
    assert hub.publish() == ["health"]
    assert _feed(hub) != before


def _feed(hub: _Hub) -> bytes:
    found = hub.store.document("feeds/health.rss")
    assert found is not None
    return found.body


# --- what is held back ------------------------------------------------------------------------------


def _refile(hub: _Hub, count: int, reconfigured: bool = False) -> None:
    """The source files its first `count` articles under sport."""
    ids = [f"https://src.example.org/{n}" for n in range(1, count + 1)]
    moved = [verdict(replace(one, categories=("sport",)), one) for one in hub.store.articles(ids).values()]
    state = SourceState("src", "src", "https://src.example.org/feed", NOW, last_poll_at=hub.now)
    hub.store.save_polls([Saving(state, tuple(moved), reconfigured=reconfigured)])
    place_newcomers(hub.store)
    hub.now += timedelta(minutes=2)


def _filled(hub: _Hub) -> bytes:
    for _ in range(10):
        hub.add("health")
    hub.publish()
    return _feed(hub)


def test_a_feed_that_would_lose_too_much_is_held_back_until_the_operator_lets_it_go(hub: _Hub) -> None:
    before = _filled(hub)
    _refile(hub, 4)
    held = {one.category: one.held for one in hub.publisher.publish()}
    assert held == {ALL: "", "health": hub.store.held()["health"], "sport": ""}
    assert held["health"].startswith("it would lose 4 of 10 articles at once")
    assert _feed(hub) == before
    hub.now += timedelta(minutes=2)
    assert [one.held for one in hub.publisher.publish()] == [held["health"]], "tried again, and still"
    assert hub.store.release("health")
    assert not hub.store.release("health")
    hub.now += timedelta(minutes=2)
    assert hub.publish() == ["health"]
    assert _feed(hub) != before
    assert hub.store.held() == {}


def test_what_comes_back_is_published_again_by_itself(hub: _Hub) -> None:
    before = _filled(hub)
    _refile(hub, 4)
    hub.publish()
    hub.add("health")
    ids = [f"https://src.example.org/{n}" for n in range(1, 5)]
    back = [verdict(replace(one, categories=("health",)), one) for one in hub.store.articles(ids).values()]
    hub.store.save_polls([Saving(SourceState("src", "src", "https://src.example.org/feed", NOW), tuple(back))])
    place_newcomers(hub.store)
    hub.now += timedelta(minutes=2)
    assert {one.category: bool(one.held) for one in hub.publisher.publish()} == {
        ALL: False,
        "health": False,
        "sport": True,
    }
    assert _feed(hub) != before
    assert list(hub.store.held()) == ["sport"], "which has lost them now"


def test_a_loss_whose_cause_is_known_is_published(hub: _Hub) -> None:
    before = _filled(hub)
    _refile(hub, 4, reconfigured=True)
    assert not any(one.held for one in hub.publisher.publish())
    for number in range(5, 10):
        hub.store.take_down(f"https://src.example.org/{number}", hub.now)
    place_newcomers(hub.store)
    hub.now += timedelta(minutes=2)
    assert not any(one.held for one in hub.publisher.publish())
    assert _feed(hub).count(b"<item>") == 1
    assert before.count(b"<item>") == 10


def test_a_poisoned_article_is_left_out_and_costs_nothing_else(hub: _Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    render: Callable[..., Any] = rss._fill

    def poisoned(entry: Any, channel: Channel, one: Any) -> None:
        render(entry, channel, one)
        if one.article.url.endswith("/2"):
            entry.title("\x00")

    monkeypatch.setattr(rss, "_fill", poisoned)
    for _ in range(3):
        hub.add("health")
    published = {one.category: one for one in hub.publisher.publish()}
    assert published["health"].error is None
    assert [id_ for id_, _ in published["health"].left_out] == ["https://src.example.org/2"]
    assert "ValueError" in published["health"].left_out[0][1]
    assert (b"src.example.org/1" in _feed(hub), b"src.example.org/2" in _feed(hub)) == (True, False)


@pytest.mark.parametrize("extension", ["rss", "json"])
def test_a_document_that_is_not_well_formed_is_not_published(
    hub: _Hub, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    before = _filled(hub)
    monkeypatch.setitem(publishing._RENDERERS, extension, lambda channel: b'<rss>{"a"')
    hub.add("health")
    hub.now += timedelta(minutes=2)
    assert all(one.error for one in hub.publisher.publish())
    assert _feed(hub) == before


def test_what_is_taken_down_goes_also_from_a_feed_that_is_held_back(hub: _Hub) -> None:
    before = _filled(hub)
    _refile(hub, 4)
    hub.publish()
    hub.store.take_down("https://src.example.org/9", hub.now)
    place_newcomers(hub.store)
    hub.now += timedelta(minutes=2)
    published = {one.category: one for one in hub.publisher.publish()}
    assert published["health"].held
    assert "feeds/health.rss" in published["health"].changed
    assert b"src.example.org/9<" not in _feed(hub)
    assert (_feed(hub).count(b"<item>"), before.count(b"<item>")) == (9, 10), "the others stay"
    atom = hub.store.document("feeds/health.atom")
    assert atom is not None
    assert [one.get("ref") for one in etree.fromstring(atom.body).iter("{*}deleted-entry")] == [
        "https://src.example.org/9"
    ]
    hub.now += timedelta(minutes=2)
    assert [one.changed for one in hub.publisher.publish() if one.category == "health"] == [()]
    hub.store.release("health")
    hub.now += timedelta(minutes=2)
    hub.publish()
    assert _feed(hub).count(b"<item>") == 5
