"""The numbers for monitoring, on both databases, against what was stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from builders import place_newcomers

from syndicator.core.identity import New
from syndicator.core.model import PollOutcome
from syndicator.core.standing import Standing
from syndicator.core.work import Saving
from syndicator.store.measuring import Measures
from syndicator.store.store import Store

from .making import HOUR, NOW, article, save_new, state, telling


@pytest.fixture
def measures(hub: Store, database_url: str) -> Iterator[Measures]:
    opened = Measures(database_url, lambda: NOW)
    yield opened
    opened.close()


def test_sources_are_told_by_their_state(hub: Store, measures: Measures) -> None:
    assert measures.levels().sources == {Standing.NEW: 4}
    assert measures.levels().last_success is None
    hub.save_polls([
        Saving(state("alpha")),
        Saving(state("beta", failures=2, outcome=PollOutcome.FAILED, last_success_at=NOW - HOUR)),
        Saving(state("gamma", gone=True, outcome=PollOutcome.GONE, next_poll_at=NOW - 9 * HOUR)),
    ])  # fmt: skip
    levels = measures.levels()
    assert levels.sources == {Standing.FINE: 1, Standing.FAILING: 1, Standing.GONE: 1, Standing.NEW: 1}
    assert levels.last_success == NOW
    assert levels.next_poll == min(one.next_poll_at for id_, one in hub.states().items() if id_ != "gamma")


def test_what_waits_is_counted(hub: Store, measures: Measures) -> None:
    hub.hold_source("beta", "by the operator")
    held = article("beta", held="too old", categories=())
    hub.save_polls([Saving(state("beta"), (New(held),))])
    save_new(hub, article("alpha", "1"), article("alpha", "2"))
    levels = measures.levels()
    assert (levels.held_sources, levels.held_articles, levels.held_categories, levels.unplaced) == (1, 1, 0, 3)
    place_newcomers(hub)
    hub.hold("health", "it would lose 4 of 10")
    levels = measures.levels()
    assert (levels.held_categories, levels.unplaced) == (1, 0)
    assert (levels.size or 0) > 100_000


def test_articles_are_counted_as_a_category_has_filed_and_shows_them(hub: Store, measures: Measures) -> None:
    assert measures.counts().shown == dict.fromkeys(("all", "art", "health", "sport"), 0)
    save_new(hub, telling("alpha"), telling("beta"), article("gamma"), article("delta", categories=("sport", "health")))
    assert (measures.counts().filed["health"], measures.counts().shown["health"]) == (4, 0), "nothing shows unplaced"
    place_newcomers(hub)
    hub.take_down(article("gamma").id, NOW + timedelta(minutes=1))
    counts = measures.counts()
    assert counts.stored == 4
    assert counts.filed == {"all": 4, "art": 0, "health": 4, "sport": 1}
    assert counts.shown == {"all": 2, "art": 0, "health": 2, "sport": 1}
    assert counts.shown["health"] == len(hub.newest("health", 10))
