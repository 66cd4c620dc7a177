"""Placing: in which order, and how much at a time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOW, article, configure, source

from syndicator.core.fingerprint import fingerprint
from syndicator.core.identity import New
from syndicator.core.model import Article, Category, Filing
from syndicator.core.work import Saving
from syndicator.pipeline import cluster
from syndicator.pipeline.cluster import Clusterer
from syndicator.store.store import Store

_SOURCES = [source(id=name, origin=name, url=f"https://{name}.example/feed") for name in "abcdef"]
_TREE = (Category("news", "News"),)
_BATCH = 4


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


def _placed(
    folder: Path, place: Callable[[Clusterer, int], None]
) -> tuple[dict[str, Article], dict[str, tuple[Filing, ...]]]:
    """What becomes of the articles, saved in tens, where after each ten they are `place`d."""
    store = Store(f"sqlite:///{folder}/hub.db")
    store.migrate()
    configure(store, _SOURCES, _TREE)
    states, made = store.states(), _articles()
    clusterer = Clusterer(store, _TREE, timedelta(days=3))
    for first in range(0, len(made), 10):
        some = made[first : first + 10]
        store.save_polls([Saving(replace(states[one.source_id], last_poll_at=NOW), (New(one),)) for one in some])
        place(clusterer, len(some))
    clusterer.place_newcomers()
    placed = store.articles([one.id for one in made])
    filings = {one.id: store.filings(one.id) for one in made}
    store.close()
    return placed, filings


def test_whole_batches_placed_early_are_what_they_would_be_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "BATCH", _BATCH)
    changes = 0

    def place_whole(clusterer: Clusterer, saved: int) -> None:
        nonlocal changes
        full, changes = divmod(changes + saved, _BATCH)
        assert clusterer.place_newcomers(full).articles >= full * _BATCH

    (tmp_path / "late").mkdir()
    late = _placed(tmp_path / "late", lambda clusterer, saved: None)
    (tmp_path / "early").mkdir()
    early = _placed(tmp_path / "early", place_whole)
    assert early == late
    assert len({one.story_id for one in late[0].values()}) < len(late[0]) - 10
