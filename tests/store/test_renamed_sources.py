"""A source gets another id: what it brought is the new one's, as it was."""

from __future__ import annotations

from dataclasses import replace

from builders import configure, place_newcomers

from syndicator.core.model import Source
from syndicator.pipeline.purge import Purged, Purger
from syndicator.store.store import Store

from .making import CATEGORIES, NOW, SOURCES, article, in_channel, polled, save_new
from .test_checking import damaged


def _renamed(source: Source, id_: str, *was: str) -> Source:
    return replace(source, id=id_, was=was)


def test_articles_state_and_everything_held_are_the_new_ones(hub: Store) -> None:
    save_new(hub, article("alpha", "1"), article("beta", "2"), article("alpha", "3", held="why"))
    hub.save_polls([polled("alpha")])
    hub.hold_source("alpha", "why")
    place_newcomers(hub)
    before, names = hub.states()["alpha"], [one.id for one in hub.of_source("alpha", 0, 9)]
    configure(hub, [_renamed(SOURCES[0], "omega", "alpha"), *SOURCES[1:]], CATEGORIES, NOW)
    now = hub.states()["omega"]
    assert (now.origin, now.url, now.last_poll_at) == ("alpha", before.url, before.last_poll_at)
    assert "alpha" not in hub.states(configured=False)
    assert [one.id for one in hub.of_source("omega", 0, 9)] == names
    assert hub.of_source("alpha", 0, 9) == ()
    assert [(one.source_id, one.articles) for one in hub.held_sources()] == [("omega", 1)]
    assert hub.renamed_origins() == {"omega": "alpha"}


def test_its_documents_are_rendered_anew_once(hub: Store) -> None:
    save_new(hub, article("alpha", "1"))
    place_newcomers(hub)
    number = hub.publications()
    renamed = [_renamed(SOURCES[0], "omega", "alpha"), *SOURCES[1:]]
    configure(hub, renamed, CATEGORIES, NOW)
    assert hub.publications() > number
    number = hub.publications()
    configure(hub, renamed, CATEGORIES, NOW)
    assert hub.publications() == number


def test_several_former_ids_and_one_that_was_joined(hub: Store) -> None:
    """An id that is known already keeps its own state; what the other brought is its, too."""
    save_new(hub, article("alpha", "1"), article("beta", "2"))
    before = hub.states()["beta"].last_poll_at
    configure(hub, [_renamed(SOURCES[1], "beta", "alpha"), *SOURCES[2:]], CATEGORIES, NOW)
    assert (hub.states()["beta"].last_poll_at, hub.states()["beta"].origin) == (before, "beta")
    assert len(hub.of_source("beta", 0, 9)) == 2
    assert "alpha" not in hub.states(configured=False)


def test_a_purged_source_is_taken_down_some_at_a_time(hub: Store) -> None:
    save_new(hub, *(article("alpha", str(n)) for n in range(60)), article("beta", "1"))
    place_newcomers(hub)
    purger, done = Purger(hub, lambda: NOW, ["gone before", "alpha"]), []
    while one := purger.step():
        done.append(one)
    assert done == [Purged("alpha", 50), Purged("alpha", 10)]
    assert not purger.is_behind
    assert [item.article.source_id for item in in_channel(hub, "all", 99)] == ["beta"]


def test_what_is_renamed_is_not_taken_for_damaged(hub: Store, database_url: str) -> None:
    save_new(hub, article("alpha", "1"))
    configure(hub, [_renamed(SOURCES[0], "omega", "alpha"), *SOURCES[1:]], CATEGORIES, NOW)
    assert damaged(database_url) == []
