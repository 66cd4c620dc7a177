"""Taking an article down, and why others left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from builders import configure, place_newcomers

from syndicator.core.errors import SeveralArticles, UnknownArticle
from syndicator.core.identity import Unchanged, verdict
from syndicator.core.model import ALL, Removal, RemovedBy, Site
from syndicator.core.stories import place
from syndicator.core.work import Saving
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store

from .making import (
    CATEGORIES,
    HOUR,
    NOW,
    SOURCES,
    article,
    filings,
    ids,
    in_channel,
    nothing_near,
    save_changed,
    save_new,
    state,
    telling,
)

SITE = Site("Site", "https://news.example", "", "en", "UTC", "", "")


def _hourly() -> Callable[[], datetime]:
    """A clock on which every category is quiet whenever it is looked at."""
    hours = count()
    return lambda: NOW + next(hours) * HOUR


def _take_down(store: Store, name: str) -> bool:
    taken = take_down(store, lambda: NOW + HOUR, SITE, name).now
    place_newcomers(store)
    return taken


def _removals(store: Store, category: str) -> tuple[Removal, ...]:
    return store.contents(category, [])[1]


def test_an_article_taken_down_shows_nowhere_and_followers_learn_of_it(hub: Store, database_url: str) -> None:
    made, other = article(categories=("health", "sport")), article(key="2")
    save_new(hub, made, other)
    place_newcomers(hub)
    seen = hub.changes(ALL, 0, 9)[-1].seq
    assert _take_down(hub, made.id)
    for category in ("health", "sport", ALL):
        assert made.id not in ids(in_channel(hub, category, 10))
        assert made.id not in ids(hub.newest(category, 10))
        archived = hub.archived(category, 1, 10)
        assert archived is not None
        assert made.id not in ids(archived.items)
        (change,) = hub.changes(category, seen, 9)
        assert change.removal is not None
        assert (change.removal.guid, change.removal.at) == (made.guid, NOW + HOUR)
        assert _removals(hub, category) == (change.removal,)
    found = hub.article(made.id)
    assert found is not None
    assert found.removal
    assert filings(database_url, made)["health"] == (1, 3, True)


def test_what_it_said_is_dropped_and_it_stays_away(hub: Store) -> None:
    made = article()
    save_new(hub, made)
    hub.save_polls([Saving(state(), (verdict(replace(made, title="Once more", content_hash="2"), made),))])
    place_newcomers(hub)
    assert hub.revisions(made.id)
    _take_down(hub, made.id)
    assert hub.revisions(made.id) == ()
    stored = hub.articles([made.id])[made.id]
    assert (stored.content, stored.summary, stored.authors, stored.enclosures, stored.tags) == ("", "", (), (), ())
    assert stored.guid == made.guid
    assert "taken down by the operator" in stored.reasons[-1]
    assert verdict(replace(made, title="Again"), stored) == Unchanged(made.id, made.entry_hash)
    assert not _take_down(hub, made.id), "it was before"


@pytest.mark.parametrize("purged", [False, True])
def test_the_files_of_a_hub_that_goes_on_hold_nothing_of_it(tmp_path: Path, purged: bool) -> None:
    """However little is written afterwards."""
    made = replace(article(), content="<p>Words that nobody else says.</p>")

    def files() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    store = Store(f"sqlite:///{tmp_path / 'hub.db'}")
    try:
        store.migrate()
        configure(store, SOURCES, CATEGORIES, NOW)
        publisher = Publisher(store, _hourly(), SITE, CATEGORIES, ChannelLimits())
        save_new(store, made)
        place_newcomers(store)
        publisher.publish()
        assert b"nobody else" in files()
        assert store.purge(made.source_id, 10, NOW) if purged else store.take_down(made.id, NOW)
        publisher.publish()  # nothing is placed yet, as where another thread takes it down
        place_newcomers(store)
        publisher.publish()
        publisher.publish()
        assert b"nobody else" not in files()
    finally:
        store.close()


def test_it_may_be_taken_down_before_it_was_ever_seen(hub: Store) -> None:
    made = article()
    save_new(hub, made)
    assert _take_down(hub, made.id)
    assert hub.changes(ALL, 0, 9) == ()
    assert _removals(hub, ALL) == ()


def test_another_telling_takes_its_place_with_a_number_that_followers_have_not_passed(hub: Store) -> None:
    shown, other = telling("alpha"), telling("beta")
    save_new(hub, shown, other)
    place_newcomers(hub)
    save_new(hub, article("gamma"))
    place_newcomers(hub)
    seen = hub.changes("health", 0, 9)[-1].seq
    _take_down(hub, shown.id)
    assert [(one.article.id, one.removal is None) for one in hub.changes("health", seen, 9)] == [
        (shown.id, False), (other.id, True),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["id", "guid", "url", "page"])
def test_an_article_has_several_names(hub: Store, name: str) -> None:
    made = article()
    save_new(hub, made)
    given = {"id": made.id, "guid": made.guid, "url": f"{made.url}?utm_source=x", "page": SITE.page(made.id)}[name]
    made_canonical = take_down(hub, lambda: NOW, SITE, given)
    assert (made_canonical.article.id, made_canonical.now) == (made.id, True)


def test_a_name_that_is_nobodys_or_several_ones_is_refused(hub: Store) -> None:
    first, second = telling("alpha"), telling("beta")
    save_new(hub, first, second)
    with pytest.raises(UnknownArticle, match="nothing"):
        take_down(hub, lambda: NOW, SITE, "nothing")
    with pytest.raises(SeveralArticles, match=f"(?s){first.id}.*alpha.*{second.id}.*beta"):
        take_down(hub, lambda: NOW, SITE, first.url)


@pytest.mark.parametrize(("reconfigured", "cause"), [(False, RemovedBy.PUBLISHER), (True, RemovedBy.CONFIGURATION)])
def test_the_cause_of_leaving_is_kept(hub: Store, reconfigured: bool, cause: RemovedBy) -> None:
    made = article()
    save_new(hub, made)
    place_newcomers(hub)
    again = verdict(replace(made, categories=("sport",)), hub.articles([made.id])[made.id])
    hub.save_polls([Saving(state(made.source_id, NOW + HOUR), (again,), reconfigured=reconfigured)])
    place_newcomers(hub)
    assert hub.filed("health", [made.id])[made.id].removed_by is cause
    assert [one.at for one in _removals(hub, "health")] == [NOW + HOUR]
    save_changed(hub, replace(made, categories=("sport",), title="Another", content_hash="3"))
    place_newcomers(hub)
    assert [one.at for one in _removals(hub, "health")] == [NOW + HOUR], "it left but once"


def test_a_takedown_while_clustering_decides_to_show_the_article_again_holds(hub: Store, database_url: str) -> None:
    """It was collapsed into its story, the other one leaves, and clustering has read both before the operator acts."""
    first, second = telling("alpha"), telling("beta")
    save_new(hub, first, second)
    place_newcomers(hub)
    for categories in ((), ("health",)):  # the first leaves, the second shows, the first comes back and is collapsed
        save_changed(hub, replace(first, categories=categories, content_hash=f"{categories}"))
        place_newcomers(hub)
    save_changed(hub, replace(second, categories=(), content_hash="gone"))
    found = hub.unplaced(10, nothing_near)
    assert found is not None
    placed = place(found.newcomers, found.relatives, found.filings, found.at)
    assert first.id in [filing.article_id for filing in placed.shown]
    assert hub.take_down(first.id, NOW)
    hub.save_placed(placed, found)
    place_newcomers(hub)
    assert ids(hub.newest("health", 9)) == []
    assert filings(database_url, first)["health"][2]


def test_what_shows_late_is_news(hub: Store) -> None:
    """It was accepted long ago and never seen: subscribers have to see it now."""
    old = NOW - 99 * HOUR
    shown, hidden = (telling(name, accepted=old, sort_at=old, revised=old) for name in ("alpha", "beta"))
    save_new(hub, shown, hidden, *(article("gamma", str(n)) for n in range(3)))
    place_newcomers(hub)
    assert hidden.id not in ids(in_channel(hub, "health", 2))
    _take_down(hub, shown.id)
    assert hidden.id in ids(in_channel(hub, "health", 2))
