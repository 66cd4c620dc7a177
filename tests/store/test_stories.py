"""Clustering: stories and ordinals are given once, and the watermark moves."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from builders import configure, place_newcomers

from syndicator.core.feed import Podcast
from syndicator.core.model import ALL
from syndicator.core.stories import place
from syndicator.core.work import Unplaced
from syndicator.store.store import Store

from .making import (
    CATEGORIES,
    HOUR,
    NOW,
    SOURCES,
    article,
    counter,
    filings,
    in_channel,
    nothing_near,
    save_changed,
    save_new,
    table,
    telling,
)


def _ordinals(url: str, category: str) -> list[int]:
    query = f"SELECT ordinal FROM filings WHERE category = '{category}' AND ordinal IS NOT NULL ORDER BY ordinal"
    return [row[0] for row in table(url, query)]


def test_ordinals_count_each_category_by_itself(hub: Store, database_url: str) -> None:
    made = [article(key=str(n), categories=("health", "sport")[: 1 + n % 2]) for n in range(6)]
    save_new(hub, *made)
    assert place_newcomers(hub) == 6
    assert [filings(database_url, one)["health"][0] for one in made] == [1, 2, 3, 4, 5, 6]
    assert [filings(database_url, one)[ALL][0] for one in made] == [1, 2, 3, 4, 5, 6]
    assert [filings(database_url, one)["sport"][0] for one in made[1::2]] == [1, 2, 3]
    assert counter(database_url, "stories") == counter(database_url) == 6


def test_ordinals_go_on_with_the_next_batch_and_are_given_once(hub: Store, database_url: str) -> None:
    first = article(key="1")
    save_new(hub, first)
    place_newcomers(hub)
    save_changed(hub, replace(first, title="Another"))
    save_new(hub, article(key="2"))
    place_newcomers(hub)
    assert filings(database_url, first)["health"][0] == 1
    assert _ordinals(database_url, "health") == [1, 2]


def test_without_newcomers_nothing_is_placed(hub: Store) -> None:
    assert hub.unplaced(10, nothing_near) is None
    assert place_newcomers(hub) == 0


def test_a_storys_second_telling_is_filed_without_an_ordinal(hub: Store, database_url: str) -> None:
    shown, hidden = telling("alpha"), telling("beta")
    save_new(hub, shown, hidden)
    place_newcomers(hub)
    assert filings(database_url, shown)["health"][0] == 1
    assert filings(database_url, hidden)["health"][0] is None
    stored = hub.articles([shown.id, hidden.id])
    assert stored[shown.id].story_id == stored[hidden.id].story_id == shown.id
    assert "same story as" in stored[hidden.id].reasons[-1]


def test_what_shows_names_those_that_also_reported(hub: Store) -> None:
    shown = telling("alpha")
    save_new(hub, shown, telling("beta", accepted=NOW + HOUR), telling("gamma", accepted=NOW + 2 * HOUR))
    place_newcomers(hub)
    (item,) = in_channel(hub, "health", 10)
    assert item.article.id == shown.id
    assert [also.source for also in item.also] == ["Beta", "Gamma"]
    assert item.also[0].url == shown.url
    change = hub.article(shown.id)
    assert change is not None
    assert change.also == item.also == hub.newest("health", 10)[0].also == hub.changes(ALL, 0, 1)[0].also


def test_a_telling_that_comes_later_joins_and_its_story_is_stale(hub: Store, database_url: str) -> None:
    shown, hidden = telling("alpha"), telling("beta", categories=("sport",))
    save_new(hub, shown)
    place_newcomers(hub)
    for behind in hub.stale("print"):
        hub.save_documents([], behind, "print")
    assert hub.stale("print") == ()
    save_new(hub, hidden)
    place_newcomers(hub)
    assert filings(database_url, hidden)["sport"][0] == 1
    assert filings(database_url, hidden)[ALL][0] is None
    assert [behind.category for behind in hub.stale("print")] == [ALL, "health", "sport"]


def test_when_the_shown_telling_leaves_a_category_another_takes_its_place(hub: Store, database_url: str) -> None:
    shown, hidden = telling("alpha"), telling("beta")
    save_new(hub, shown, hidden)
    place_newcomers(hub)
    save_changed(hub, replace(shown, categories=("sport",)))
    place_newcomers(hub)
    assert filings(database_url, shown)["health"] == (1, 3, True)
    assert filings(database_url, hidden)["health"][0] == 2
    assert filings(database_url, hidden)[ALL][0] is None


def test_a_change_read_before_clustering_does_not_take_the_story_away(hub: Store, database_url: str) -> None:
    """A poll reads the article, clustering gives it a story, the poll saves what it made of it."""
    first, at_home = telling("beta"), telling("paper")
    save_new(hub, first, at_home)
    read_before = hub.articles([at_home.id])[at_home.id]
    place_newcomers(hub)
    save_changed(hub, replace(read_before, title="A new title"))
    assert hub.articles([at_home.id])[at_home.id].story_id == first.id
    place_newcomers(hub)
    assert hub.articles([at_home.id])[at_home.id].story_id == first.id
    assert _ordinals(database_url, "health") == [1]


def test_a_story_is_joined_whole_though_a_member_has_moved(hub: Store, database_url: str) -> None:
    """The member that shows has another address now: who joins for the old one must not show beside it."""
    shown, hidden = telling("alpha"), telling("beta")
    save_new(hub, shown, hidden)
    place_newcomers(hub)
    save_changed(hub, replace(hub.articles([shown.id])[shown.id], canonical_url="https://elsewhere.example/"))
    place_newcomers(hub)
    save_new(hub, telling("gamma"))
    place_newcomers(hub)
    assert _ordinals(database_url, "health") == [1]


def test_a_change_saved_while_clustering_decides_is_placed_afterwards(hub: Store, database_url: str) -> None:
    made = article()
    save_new(hub, made)
    found = hub.unplaced(10, nothing_near)
    assert found is not None
    save_changed(hub, replace(made, title="Another", categories=("sport",)))
    hub.save_placed(place(found.newcomers, found.relatives, found.filings, found.at), found)
    assert hub.changes(ALL, 0, 10) == ()
    assert place_newcomers(hub) == 1
    assert [change.article.title for change in hub.changes("sport", 0, 10)] == ["Another"]
    assert filings(database_url, made)["sport"] == (1, 2, False)


def test_what_was_saved_is_placed_as_it_would_be_read(hub: Store, database_url: str) -> None:
    """New articles are remembered until they are placed; what has changed since is read."""
    episode = article(key="2", podcast=Podcast(duration=60), fingerprint=b"\x01print", terms=b"terms", tags=("a", "b"))
    nowhere = article("gamma", categories=(), held="held", reasons=("a reason",))
    save_new(hub, article(), episode, telling("beta"), nowhere, telling("delta", categories=("health", "sport")))
    save_changed(hub, article(title="Another"))
    with closing(Store(database_url)) as other:
        assert _unplaced(hub, 10) == _unplaced(other, 10)
        assert _unplaced(hub, 2) == _unplaced(other, 2)
        renamed = [replace(CATEGORIES[0], id="well", was=("health",)), *CATEGORIES[1:]]
        configure(hub, SOURCES, renamed, NOW)
        assert _unplaced(hub, 10) == _unplaced(other, 10)


def _unplaced(store: Store, limit: int) -> Unplaced | None:
    found = store.unplaced(limit, nothing_near)
    return found and replace(
        found, filings=tuple(sorted(found.filings, key=lambda one: (one.article_id, one.category)))
    )


def test_clustering_in_small_steps_gives_the_same(hub: Store, database_url: str) -> None:
    save_new(hub, *(telling(name, str(n)) for n in range(4) for name in ("alpha", "beta", "gamma")))
    while found := hub.unplaced(2, nothing_near):
        assert len(found.newcomers) <= 2
        hub.save_placed(place(found.newcomers, found.relatives, found.filings, found.at), found)
    assert _ordinals(database_url, ALL) == [1, 2, 3, 4]
    assert len({one.story_id for one in hub.articles([c.article.id for c in hub.changes(ALL, 0, 99)]).values()}) == 4
