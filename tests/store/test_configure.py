"""Sources and categories follow the configuration, and sources become due."""

from __future__ import annotations

from dataclasses import replace

from builders import configure

from syndicator.core import hints
from syndicator.core.hints import Hint
from syndicator.core.model import ALL
from syndicator.core.rhythm import Rhythm
from syndicator.core.work import Saving, Stale
from syndicator.pipeline.cluster import place_newcomers
from syndicator.store.store import Store

from .making import CATEGORIES, HOUR, NOW, SOURCES, article, polled, save_new, state
from .test_publishing import publish


def _due(store: Store, hours: float = 0, limit: int = 10) -> list[str]:
    return [state.source_id for state in store.due(NOW + hours * HOUR, limit)]


def test_new_sources_are_remembered_as_they_were_made(hub: Store) -> None:
    fresh = hub.states()["beta"]
    assert (fresh.url, fresh.next_poll_at) == (SOURCES[1].url, NOW + HOUR / 360)
    assert (fresh.last_poll_at, fresh.last_success_at, fresh.outcome) == (None, None, None)


def test_everything_that_is_remembered_of_a_source_comes_back(hub: Store) -> None:
    whole = state(
        "alpha", error="e", flaw="f", failures=2, retry_after=NOW + HOUR, fresh=Hint(HOUR / 2, "max-age 1800"),
        hints=hints.read("60", ("1",), ("Sunday",), "daily", "2"), moved_to="https://b.example/", moved_polls=2,
        rhythm=Rhythm(NOW, NOW).with_entries([NOW - HOUR, NOW - 30 * HOUR], NOW), adopted_url="https://c.example/",
        former_urls=("https://d.example/", "https://e.example/"),
    )  # fmt: skip
    hub.save_polls([Saving(whole)])
    assert hub.states()["alpha"] == whole


def test_a_host_that_wants_quiet_is_remembered(hub: Store) -> None:
    for hours in (2, 1):
        hub.save_polls([Saving(state("alpha"), quiet=("a.example", NOW + hours * HOUR)), polled("beta")])
    hub.save_polls([Saving(state("alpha"), quiet=("b.example", NOW))])
    assert hub.quiet_hosts() == {"a.example": NOW + HOUR, "b.example": NOW}


def test_sources_of_busy_hosts_are_not_due_wherever_they_have_moved(hub: Store) -> None:
    hub.save_polls([Saving(state("alpha", adopted_url="http://www.moved.example:81/f"))])

    def due(*busy: str) -> list[str]:
        return [one.source_id for one in hub.due(NOW + HOUR, 10, busy)]

    assert sorted(due("alpha.example")) == sorted(due()) == ["alpha", "beta", "delta", "gamma"]
    assert sorted(due("moved.example", "beta.example")) == ["delta", "gamma"]


def test_configuring_the_same_again_changes_nothing(hub: Store) -> None:
    hub.save_polls([Saving(replace(state("alpha"), next_poll_at=NOW + HOUR))])
    configure(hub, SOURCES, CATEGORIES, NOW + HOUR / 2)
    before = hub.states()
    configure(hub, SOURCES, CATEGORIES, NOW + HOUR)
    assert hub.states() == before


def test_a_removed_source_is_not_due_and_keeps_its_articles(hub: Store) -> None:
    made = article("alpha")
    save_new(hub, made)
    configure(hub, SOURCES[1:], CATEGORIES, NOW + HOUR)
    assert "alpha" not in _due(hub, 99)
    assert "alpha" not in hub.states()
    assert "alpha" in hub.states(configured=False)
    assert made.id in hub.articles([made.id])
    assert hub.article_counts() == {"alpha": 1}


def test_a_source_that_comes_back_goes_on_where_it_was(hub: Store) -> None:
    hub.save_polls([polled("alpha")])
    configure(hub, SOURCES, CATEGORIES, NOW)
    before = hub.states()["alpha"]
    configure(hub, (), CATEGORIES, NOW)
    assert hub.states() == {}
    configure(hub, SOURCES, CATEGORIES, NOW)
    assert hub.states()["alpha"] == before


def test_the_longest_overdue_come_first_up_to_the_limit(hub: Store) -> None:
    for hours, name in enumerate(("gamma", "alpha", "delta", "beta")):
        hub.save_polls([polled(name, at=NOW + hours * HOUR)])
    assert _due(hub, 0.9) == []
    assert _due(hub, 1) == ["gamma"], "due at the very instant"
    assert _due(hub, 9) == ["gamma", "alpha", "delta", "beta"]
    assert _due(hub, 9, limit=2) == ["gamma", "alpha"]


def test_a_gone_source_is_never_due(hub: Store) -> None:
    hub.save_polls([replace(polled("alpha"), state=state("alpha", gone=True))])
    assert "alpha" not in _due(hub, 10_000)
    assert hub.states()["alpha"].gone


def test_a_withdrawn_category_loses_its_documents_and_comes_back_stale(hub: Store) -> None:
    save_new(hub, article())
    place_newcomers(hub)
    publish(hub, ALL, "all.xml", b"all")
    publish(hub, "health", "health.xml", b"health")
    before = hub.publications()
    configure(hub, SOURCES, CATEGORIES[1:], NOW)
    assert hub.publications() > before
    assert hub.document("health.xml") is None
    assert hub.document("all.xml") is not None
    assert "health" not in [behind.category for behind in hub.stale("print")]
    configure(hub, SOURCES, CATEGORIES, NOW + HOUR)
    assert Stale("health", NOW, 1, last_ordinal=1) in hub.stale("print")


def test_all_is_always_a_category(hub: Store) -> None:
    configure(hub, (), (), NOW)
    assert [behind.category for behind in hub.stale("print")] == [ALL]
