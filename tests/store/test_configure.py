"""Sources and categories follow the configuration, and sources become due."""

from __future__ import annotations

from dataclasses import replace

from syndicator.core.identity import New
from syndicator.core.model import ALL
from syndicator.core.work import Stale
from syndicator.pipeline.cluster import place_newcomers
from syndicator.store.store import Store

from .making import CATEGORIES, HOUR, NOW, SOURCES, article, polled, save_new, source, state
from .test_publishing import publish


def _due(store: Store, hours: float = 0, limit: int = 10) -> list[str]:
    return [state.source_id for state in store.due(NOW + hours * HOUR, limit)]


def test_new_sources_are_due_at_once(hub: Store) -> None:
    assert _due(hub) == ["alpha", "beta", "delta", "gamma"]
    fresh = hub.states()["alpha"]
    assert (fresh.url, fresh.next_poll_at, fresh.next_poll_reason) == (SOURCES[0].url, NOW, "never polled")
    assert (fresh.last_poll_at, fresh.last_success_at, fresh.outcome) == (None, None, None)


def test_configuring_the_same_again_changes_nothing(hub: Store) -> None:
    hub.save_polls([polled("alpha")])
    before = hub.states()
    hub.configure(SOURCES, CATEGORIES, NOW + HOUR)
    assert hub.states() == before


def test_a_removed_source_is_not_due_and_keeps_its_articles(hub: Store) -> None:
    made = article("alpha")
    save_new(hub, made)
    hub.configure(SOURCES[1:], CATEGORIES, NOW + HOUR)
    assert "alpha" not in _due(hub, 99)
    assert "alpha" not in hub.states()
    assert made.id in hub.articles([made.id])
    assert hub.article_counts() == {"alpha": 1}


def test_a_source_that_comes_back_goes_on_where_it_was(hub: Store) -> None:
    hub.save_polls([polled("alpha")])
    before = hub.states()["alpha"]
    hub.configure((), CATEGORIES, NOW)
    assert hub.states() == {}
    hub.configure(SOURCES, CATEGORIES, NOW)
    assert hub.states()["alpha"] == before


def test_a_changed_url_drops_the_validators_and_is_due(hub: Store) -> None:
    gone = state("alpha", failures=3, gone=True)
    hub.save_polls([replace(polled("alpha", New(article())), state=gone)])
    assert "alpha" not in _due(hub, 2)
    hub.configure((source("alpha", "https://new.example/feed"), *SOURCES[1:]), CATEGORIES, NOW + HOUR / 2)
    after = hub.states()["alpha"]
    assert (after.url, after.etag, after.last_modified) == ("https://new.example/feed", None, None)
    assert (after.gone, after.failures, after.next_poll_at) == (False, 0, NOW + HOUR / 2)
    assert "configuration" in after.next_poll_reason
    assert after.last_poll_at == NOW
    assert _due(hub, 0.5)[-1] == "alpha"
    assert hub.article_counts() == {"alpha": 1}


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
    hub.configure(SOURCES, CATEGORIES[1:], NOW)
    assert hub.document("health.xml") is None
    assert hub.document("all.xml") is not None
    assert "health" not in [behind.category for behind in hub.stale("print")]
    hub.configure(SOURCES, CATEGORIES, NOW + HOUR)
    assert Stale("health", NOW, 1) in hub.stale("print")


def test_all_is_always_a_category(hub: Store) -> None:
    hub.configure((), (), NOW)
    assert [behind.category for behind in hub.stale("print")] == [ALL]
