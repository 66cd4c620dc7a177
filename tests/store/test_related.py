"""What is read to find related articles, and that it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import alembic.command
import pytest
from builders import place_newcomers

from syndicator.core.identity import Updated
from syndicator.core.model import Article
from syndicator.core.related import Recent, Related, neighbour, related
from syndicator.core.terms import terms_of
from syndicator.store import migrating
from syndicator.store import related as related_store
from syndicator.store.database import Database
from syndicator.store.store import Store

from .making import NOW, article, in_channel, polled, save_changed, save_new, table, telling

TITLES = ("Malaria vaccine trial", "Budget debated in parliament", "Cup final won by Rovers")


def test_terms_are_stored_and_change_with_the_article(hub: Store) -> None:
    made = article(terms=terms_of("Malaria", "vaccine"))
    save_new(hub, made)
    assert hub.articles([made.id])[made.id].terms == made.terms
    changed = replace(made, terms=terms_of("Budget", ""), content_hash="other")
    save_changed(hub, changed)
    assert hub.articles([made.id])[made.id].terms == changed.terms


def test_what_was_taken_down_keeps_no_terms(hub: Store) -> None:
    made = article(terms=terms_of("Malaria", "vaccine"))
    save_new(hub, made)
    hub.take_down(made.id, NOW)
    assert hub.articles([made.id])[made.id].terms == b""


def test_the_newest_that_show_are_read_the_latest_first(hub: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_store, "NEWEST", 4)
    made = [article("alpha", str(n), sort_at=NOW - timedelta(hours=n), terms=terms_of(f"T{n}", "")) for n in range(6)]
    elsewhere = article("beta", "x", categories=("sport",))
    tellings = [telling("gamma", sort_at=NOW + timedelta(hours=1)), telling("delta", sort_at=NOW + timedelta(hours=2))]
    save_new(hub, *made, elsewhere, *tellings)
    place_newcomers(hub)
    hub.take_down(made[1].id, NOW)
    place_newcomers(hub)
    found = hub.recent("health")
    assert [one.id for one in found] == [tellings[0].id, made[0].id, made[2].id, made[3].id]
    first = made[0]
    assert found[1] == neighbour(first.id, "alpha", first.id, "en", first.sort_at, first.terms, first.title)
    assert found[0].story_id == tellings[0].id


def test_nothing_above_the_watermark_is_read(hub: Store) -> None:
    save_new(hub, article())
    assert hub.recent("health") == ()


def test_what_an_earlier_version_stored_is_compared_by_its_title(hub: Store, database_url: str) -> None:
    made = [
        article(name, title=title, sort_at=NOW) for name, title in zip(("alpha", "beta", "gamma"), TITLES, strict=True)
    ]
    save_new(hub, *made)
    place_newcomers(hub)
    database = Database(database_url)
    with database.write() as connection:
        config = migrating.config()
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, "0006")
    database.close()
    hub.migrate()
    assert hub.articles([made[0].id])[made[0].id] == replace(made[0], terms=b"", seq=1, story_id=made[0].id)
    me = neighbour("me", "delta", "me", "en", NOW, b"", "Malaria vaccine works")
    assert related(me, Recent(hub.recent("health")), 1) == (made[0].id,)


def test_articles_are_those_that_show_in_the_order_asked_for(hub: Store) -> None:
    made = [article("alpha", str(n)) for n in range(4)]
    save_new(hub, *made)
    place_newcomers(hub)
    hub.take_down(made[2].id, NOW)
    asked = [made[3].id, made[2].id, "none", made[0].id]
    assert [one.id for one in hub.shown("health", asked)] == [made[3].id, made[0].id]
    assert hub.shown("sport", asked) == ()


# --- what entries name --------------------------------------------------------------------------------

ONE, TWO = Related("one", "One <b>"), Related("two", "Two")


def _placed(hub: Store, *numbers: int, **fields: Any) -> list[Article]:
    made = [article("alpha", str(n), **fields) for n in numbers]
    save_new(hub, *made)
    place_newcomers(hub)
    return made


def _publish(hub: Store) -> None:
    """Note of every category that it is published as it is now."""
    for behind in hub.stale("other"):
        hub.save_documents((), behind, "print")
    assert hub.stale("print") == ()


def test_what_is_new_and_names_nothing_yet_is_found_with_its_own_category(hub: Store) -> None:
    _placed(hub, 1)
    [second, third] = _placed(hub, 2, 3)
    hub.save_related({third.id: [ONE]})
    [fourth] = _placed(hub, 4, categories=("sport", "health"))
    [nowhere] = _placed(hub, 5, categories=("all",))
    save_new(hub, article("alpha", "6"))
    assert [(category, one.id) for category, one in hub.unlisted("health", 1, 4)] == [
        ("sport", fourth.id), ("health", second.id),
    ]  # fmt: skip
    assert [(category, one.id) for category, one in hub.unlisted("all", 4, 9)] == [("all", nowhere.id)]
    assert hub.unlisted("health", 2, 3) == ()


def test_what_entries_name_is_the_same_wherever_they_are_read(hub: Store) -> None:
    first, second = _placed(hub, 1, 2)
    hub.save_related({first.id: [TWO, ONE], second.id: []})
    for category in ("health", "all"):
        archive = hub.archived(category, 1, 10)
        assert archive
        for found in (
            hub.newest(category, 9), in_channel(hub, category, 9),
            archive.items, hub.changes(category, 0, 9),
        ):  # fmt: skip
            assert {one.article.id: one.related for one in found} == {first.id: (TWO, ONE), second.id: ()}


def test_what_is_taken_down_leaves_the_lists_that_name_it_and_they_are_published_again(
    hub: Store, database_url: str
) -> None:
    first, second, third = _placed(hub, 1, 2, 3)
    [sport] = _placed(hub, 4, categories=("sport",))
    hub.save_related({first.id: [Related(second.id, "Second"), ONE], sport.id: [Related(second.id, "Second")]})
    hub.save_related({second.id: [Related(third.id, "Third")]})
    _publish(hub)
    hub.take_down(second.id, NOW)
    place_newcomers(hub)
    assert {one.category for one in hub.stale("print")} == {"all", "health", "sport"}
    assert [one.related for one in hub.contents("all", [first.id, sport.id])[0]] == [(ONE,), ()]
    assert table(database_url, "SELECT article_id, nth, other_id FROM related") == [(first.id, 2, "one")]


def _refile(hub: Store, *refiled: Article) -> None:
    hub.save_refiled(refiled, NOW)


def _poll(hub: Store, *updated: Article) -> None:
    hub.save_polls([polled("alpha", *(Updated(one, significant=False) for one in updated))])


SAVES = pytest.mark.parametrize("save", [_refile, _poll])


@SAVES
def test_what_leaves_everything_leaves_the_lists_that_name_it_and_they_are_published_again(
    hub: Store, database_url: str, save: Callable[..., None]
) -> None:
    first, second, third = _placed(hub, 1, 2, 3)
    [sport] = _placed(hub, 4, categories=("sport",))
    hub.save_related({first.id: [Related(second.id, "Second"), Related(third.id, "Third"), ONE]})
    hub.save_related({sport.id: [Related(third.id, "Third")], second.id: [TWO]})
    _publish(hub)
    save(hub, *(replace(one, categories=()) for one in hub.articles([second.id, third.id]).values()))
    place_newcomers(hub)
    assert {one.category for one in hub.stale("print")} == {"all", "health", "sport"}
    assert [one.related for one in hub.contents("all", [first.id, sport.id])[0]] == [(ONE,), ()]
    found = table(database_url, "SELECT article_id, nth, other_id FROM related")
    assert sorted(found) == sorted([(first.id, 3, "one"), (second.id, 1, "two")]), "its own list stays"


@SAVES
def test_what_stays_somewhere_or_had_left_before_is_named_as_it_was(hub: Store, save: Callable[..., None]) -> None:
    [first] = _placed(hub, 1, categories=("sport",))
    moved, left = _placed(hub, 2, 3)
    save(hub, *(replace(one, categories=()) for one in hub.articles([left.id]).values()))
    place_newcomers(hub)
    hub.save_related({first.id: [Related(moved.id, "Moved"), Related(left.id, "Left")]})
    _publish(hub)
    [moved] = hub.articles([moved.id]).values()
    [left] = hub.articles([left.id]).values()
    save(hub, replace(moved, categories=("all",)), replace(left, held="held: because"))
    place_newcomers(hub)
    assert {one.category for one in hub.stale("print")} == {"all", "health"}
    assert [len(one.related) for one in hub.contents("all", [first.id])[0]] == [2]
