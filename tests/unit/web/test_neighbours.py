"""What related articles are looked for among: kept in memory, read anew once its category has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, article, configure, place_newcomers, publisher, source

from syndicator.core.identity import New
from syndicator.core.model import Article, Category, SourceState
from syndicator.core.related import Neighbour
from syndicator.core.work import Saving
from syndicator.store.store import Store
from syndicator.web import neighbours
from syndicator.web.neighbours import Neighbours

TREE = (Category("health", "Health"), Category("sport", "Sport"))


class _Hub(Store):
    """A store that counts how often a category was read."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.read: list[str] = []

    def recent(self, category: str) -> tuple[Neighbour, ...]:
        self.read.append(category)
        return super().recent(category)

    def add(self, *numbers: int, category: str = "health") -> None:
        made = [_article(number, category) for number in numbers]
        state = SourceState("src", "src", "https://src.example.org/feed", NOW)
        self.save_polls([Saving(state, tuple(map(New, made)))])
        place_newcomers(self)
        publisher(self, TREE).publish()


def _article(number: int, category: str = "health") -> Article:
    url = f"https://src.example.org/{number}"
    return replace(
        article(), id=f"a{number}", guid=url, url=url, canonical_url=url, title=f"Title {number}",
        source_id=f"s{number}", sort_at=NOW - timedelta(hours=number), categories=(category,), terms=b"",
    )  # fmt: skip


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    store = _Hub(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    configure(store, [source()], TREE, NOW)
    store.add(*range(1, 6))
    yield store
    store.close()


def _ids(found: Neighbours, category: str = "health", limit: int = 9) -> list[str]:
    return [one.id for one in found.related(_article(0), category, limit, "recent")]


def test_a_category_is_read_once_while_it_is_believed(hub: _Hub) -> None:
    found = Neighbours(hub)
    assert _ids(found) == ["a1", "a2", "a3", "a4", "a5"]
    hub.add(6)
    assert _ids(found) == ["a1", "a2", "a3", "a4", "a5"]
    assert hub.read == ["health"]


def test_a_category_that_has_changed_is_read_anew_and_others_are_not(
    hub: _Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "_LOOK_SECONDS", -1.0)
    found = Neighbours(hub)
    assert (_ids(found), _ids(found, "sport")) == (["a1", "a2", "a3", "a4", "a5"], [])
    hub.add(6)
    assert (_ids(found)[-1], _ids(found, "sport")) == ("a6", [])
    assert hub.read == ["health", "sport", "health"]


def test_what_was_taken_down_is_gone_at_once(hub: _Hub) -> None:
    found = Neighbours(hub)
    assert "a2" in _ids(found)
    hub.take_down("a2", NOW)
    assert _ids(found) == ["a1", "a3", "a4", "a5"]
    assert hub.read == ["health"]


def test_memory_is_bounded_and_who_was_not_asked_for_longest_goes(hub: _Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_MOST_ARTICLES", 10)
    hub.add(*range(10, 16), category="sport")
    found = Neighbours(hub)
    for category in ("health", "all", "all", "health"):
        _ids(found, category)
    assert hub.read == ["health", "all", "health"], "all news alone has eleven"
