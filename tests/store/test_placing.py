"""Placing: with what polls bring, or after it, on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, article, configure, source

from syndicator.core.fingerprint import fingerprint
from syndicator.core.identity import New
from syndicator.core.model import Article, Category, Filing
from syndicator.core.stories import Placed
from syndicator.core.work import Placing, Saving, Unplaced
from syndicator.pipeline.cluster import Clustered, Clusterer
from syndicator.store.store import Store

_SOURCES = [source(id=name, origin=name, url=f"https://{name}.example/feed") for name in "abcdef"]
_TREE = (Category("news", "News"),)


def _articles() -> list[Article]:
    """Some hundred, many of which tell the same as another of them."""
    chance = random.Random(3)
    told = [" ".join(f"word{chance.randrange(500)}" for _ in range(90)) for _ in range(12)]
    made = []
    for number in range(60):
        text = chance.choice(told)
        title = f"Of {text[:20]}"
        made.append(
            article(
                id=f"{number:016}", guid=f"urn:{number}", source_id=chance.choice(_SOURCES).id, categories=("news",),
                canonical_url=f"https://pages.example/{number}", entry_hash=str(number),
                title=title, content=f"<p>{text}</p>",
                fingerprint=fingerprint(title, text),
            )
        )  # fmt: skip
    return made


def _saved_by(
    url: str, save: Callable[[Clusterer, Store, list[Saving]], object]
) -> tuple[dict[str, Article], dict[str, tuple[Filing, ...]], Clustered]:
    """What becomes of the articles, of which ten and ten are `save`d."""
    store = Store(url)
    store.migrate()
    configure(store, _SOURCES, _TREE)
    states, made = store.states(), _articles()
    clusterer = Clusterer(store, _TREE, timedelta(days=3))
    for first in range(0, len(made), 10):
        some = made[first : first + 10]
        save(clusterer, store, [Saving(replace(states[one.source_id], last_poll_at=NOW), (New(one),)) for one in some])
    clustered = clusterer.place_newcomers()
    placed = store.articles([one.id for one in made])
    filings = {one.id: store.filings(one.id) for one in made}
    store.close()
    return placed, filings, clustered


def test_what_is_placed_as_it_is_saved_is_what_it_would_be_when_placed_after(tmp_path: Path, database_url: str) -> None:
    told: list[Clustered] = []

    def save_and_place(clusterer: Clusterer, store: Store, savings: list[Saving]) -> None:
        store.save_polls(savings)
        told.append(clusterer.place_newcomers())

    placed, filings, rest = _saved_by(f"sqlite:///{tmp_path}/after.db", save_and_place)
    with_it = _saved_by(database_url, lambda clusterer, store, savings: clusterer.save(savings))
    assert with_it == (placed, filings, _sum(told))
    assert rest == Clustered()
    assert len({one.story_id for one in placed.values()}) < len(placed) - 10


def _sum(told: list[Clustered]) -> Clustered:
    return Clustered(sum(one.articles for one in told), tuple(how for one in told for how in one.joined))


def test_polls_are_saved_where_something_older_waits_to_be_placed(database_url: str) -> None:
    first = True

    def save(clusterer: Clusterer, store: Store, savings: list[Saving]) -> None:
        nonlocal first
        store.save_polls(savings) if first else clusterer.save(savings)
        first = False

    placed, filings, clustered = _saved_by(database_url, save)
    assert clustered.articles >= len(placed) == 60
    assert all(one.story_id for one in placed.values())
    assert {filing.category for places in filings.values() for filing in places if filing.shows} == {"all", "news"}


class _Failing(Store):
    """A store that fails when everything is ready, for as long as it `fails`."""

    fails = True

    def save_polls(self, savings: Sequence[Saving], placing: Placing | None = None) -> int:
        return super().save_polls(savings, _Placing(self, placing) if placing else None)


class _Placing:
    def __init__(self, store: _Failing, placing: Placing) -> None:
        self._store, self._placing, self.near = store, placing, placing.near

    def place(self, unplaced: Unplaced) -> Placed:
        placed = self._placing.place(unplaced)
        if self._store.fails:
            raise ValueError("the disk is full")
        return placed


def test_what_could_not_be_saved_is_compared_and_told_of_once_it_is(database_url: str) -> None:
    store = _Failing(database_url)
    store.migrate()
    configure(store, _SOURCES, _TREE)
    states, made = store.states(), _articles()[:10]
    savings = [Saving(replace(states[one.source_id], last_poll_at=NOW), (New(one),)) for one in made]
    clusterer = Clusterer(store, _TREE, timedelta(days=3))
    with pytest.raises(ValueError, match="the disk is full"):
        clusterer.save(savings)
    assert not store.articles([one.id for one in made])
    store.fails = False
    clusterer.save(savings)
    assert clusterer.place_newcomers().articles == len(made)
    stories = {one.story_id for one in store.articles([one.id for one in made]).values()}
    assert len(stories) < len(made)
    store.close()
