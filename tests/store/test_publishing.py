"""What publishing and the cursor read: what is behind, what may stand in a channel, documents, changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from builders import place_newcomers

from syndicator.core.document import PublishedDocument
from syndicator.core.model import ALL, Removal
from syndicator.store.store import Store

from .making import HOUR, NOW, article, ids, in_channel, save_changed, save_new


def document(path: str, body: bytes, modified: datetime = NOW, category: str = ALL) -> PublishedDocument:
    return PublishedDocument(
        path, category, "text/xml", body, b"gz" + body, b"br" + body, f'"{body.decode()} {modified:%H%M}"', modified
    )


def publish(store: Store, category: str, path: str, body: bytes, modified: datetime = NOW) -> tuple[str, ...]:
    """Save one document of `category`, which must be behind or just have been published."""
    behind = next(one for one in store.stale(f"never {modified}") if one.category == category)
    return store.save_documents([document(path, body, modified, category)], behind, "print")


def _stale(store: Store, print_: str = "print") -> dict[str, int]:
    return {behind.category: behind.seq for behind in store.stale(print_)}


def _publish_all(store: Store) -> None:
    for behind in store.stale("print"):
        store.save_documents([], behind, "print")


# --- stale ------------------------------------------------------------------------------------------


def test_every_category_is_stale_until_it_was_published(hub: Store) -> None:
    assert _stale(hub) == {ALL: 0, "art": 0, "health": 0, "sport": 0}
    _publish_all(hub)
    assert _stale(hub) == {}


def test_a_change_makes_its_categories_stale_once_it_is_clustered(hub: Store) -> None:
    _publish_all(hub)
    save_new(hub, article())
    assert _stale(hub) == {}
    place_newcomers(hub)
    assert _stale(hub) == {ALL: 1, "health": 1}
    _publish_all(hub)
    assert _stale(hub) == {}


def test_leaving_a_category_makes_it_stale(hub: Store) -> None:
    made = article()
    save_new(hub, made)
    place_newcomers(hub)
    _publish_all(hub)
    save_changed(hub, replace(made, categories=("sport",)))
    place_newcomers(hub)
    assert _stale(hub) == {ALL: 2, "health": 2, "sport": 2}


def test_another_print_makes_everything_stale(hub: Store) -> None:
    _publish_all(hub)
    assert set(_stale(hub, "another print")) == {ALL, "art", "health", "sport"}


def test_what_changes_while_a_category_is_rendered_keeps_it_stale(hub: Store) -> None:
    behind = hub.stale("print")
    save_new(hub, article())
    place_newcomers(hub)
    for one in behind:
        hub.save_documents([], one, "print")
    assert _stale(hub) == {ALL: 1, "health": 1}


def test_what_is_gone_is_among_the_removals_and_not_among_the_items(hub: Store) -> None:
    made = [article(key=key) for key in "12"]
    save_new(hub, *made)
    place_newcomers(hub)
    hub.take_down(made[0].id, NOW)
    items, removals = hub.contents("health", [one.id for one in made])
    assert [item.article.id for item in items] == [made[1].id]
    assert removals == (Removal(made[0].guid, NOW),)


# --- candidates -------------------------------------------------------------------------------------


def test_candidates_are_the_newest_by_date_and_the_late_dated_fresh_ones(hub: Store) -> None:
    days = [timedelta(days=n) for n in range(100)]
    newest = [article(key=f"new {n}", sort_at=NOW - days[n], accepted=NOW - days[n]) for n in range(3)]
    older = article(key="older", sort_at=NOW - days[20], accepted=NOW - days[20])
    late = article("beta", "late", sort_at=NOW - days[30], accepted=NOW - HOUR)
    backfill = article("gamma", "backfill", sort_at=NOW - days[30], accepted=NOW, backfill=True)
    save_new(hub, older, *newest, late, backfill)
    place_newcomers(hub)
    assert ids(in_channel(hub, "health", 3)) == [*(one.id for one in newest), late.id]
    assert in_channel(hub, "sport", 3) == ()


def test_freshness_ends_a_day_before_the_latest_change(hub: Store) -> None:
    day = timedelta(hours=24)
    newest = article(key="newest")
    exactly, within = (
        article(key=key, sort_at=NOW - 9 * day, accepted=NOW - day + more)
        for key, more in (("exactly", timedelta()), ("within", timedelta(microseconds=1)))
    )
    save_new(hub, newest, exactly, within)
    place_newcomers(hub)
    assert ids(in_channel(hub, "health", 1)) == [newest.id, within.id]


def test_a_significant_edit_brings_an_entry_back_in(hub: Store) -> None:
    old, newest = article(key="old", sort_at=NOW - 99 * HOUR, backfill=True), article(key="newest")
    save_new(hub, old, newest)
    place_newcomers(hub)
    assert ids(in_channel(hub, "health", 1)) == [newest.id]
    save_changed(hub, replace(old, revised=NOW + HOUR), significant=True)
    place_newcomers(hub)
    assert ids(in_channel(hub, "health", 1)) == [newest.id, old.id]


def test_what_is_removed_or_not_yet_clustered_is_no_candidate(hub: Store) -> None:
    made = article()
    save_new(hub, made)
    assert in_channel(hub, "health", 9) == hub.newest("health", 9) == ()
    place_newcomers(hub)
    assert ids(in_channel(hub, "health", 9)) == ids(hub.newest("health", 9)) == [made.id]
    save_changed(hub, replace(made, categories=()))
    assert in_channel(hub, "health", 9) == hub.newest("health", 9) == ()


def test_a_page_shows_the_newest_first(hub: Store) -> None:
    made = [article(key=str(n), sort_at=NOW - n * HOUR) for n in range(5)]
    save_new(hub, *reversed(made))
    place_newcomers(hub)
    assert ids(hub.newest("health", 2)) == [made[0].id, made[1].id]


# --- documents --------------------------------------------------------------------------------------


def test_a_document_is_served_as_it_was_saved(hub: Store) -> None:
    assert hub.document("a.xml") is None
    assert publish(hub, ALL, "a.xml", b"one") == ("a.xml",)
    assert hub.document("a.xml") == document("a.xml", b"one")


def test_unchanged_bytes_keep_their_etag_and_date(hub: Store) -> None:
    publish(hub, ALL, "a.xml", b"one")
    assert publish(hub, ALL, "a.xml", b"one", NOW + HOUR) == ()
    assert hub.document("a.xml") == document("a.xml", b"one")


def test_only_changed_documents_are_written(hub: Store) -> None:
    behind = hub.stale("print")[0]
    hub.save_documents([document("a.xml", b"one"), document("b.xml", b"one")], behind, "print")
    later = NOW + HOUR
    again = [document("a.xml", b"one", later), document("b.xml", b"two", later), document("c.xml", b"one", later)]
    assert hub.save_documents(again, behind, "print") == ("b.xml", "c.xml")
    assert hub.document("a.xml") == document("a.xml", b"one")
    assert hub.document("b.xml") == document("b.xml", b"two", later)


def test_the_date_never_goes_back_when_the_clock_does(hub: Store) -> None:
    publish(hub, ALL, "a.xml", b"one", NOW)
    assert publish(hub, ALL, "a.xml", b"two", NOW - HOUR) == ("a.xml",)
    found = hub.document("a.xml")
    assert found is not None
    assert (found.body, found.modified) == (b"two", NOW)


# --- the cursor -------------------------------------------------------------------------------------


def test_nothing_above_the_watermark_is_visible(hub: Store) -> None:
    made = article()
    save_new(hub, made)
    assert hub.changes(ALL, 0, 10) == ()
    assert hub.article(made.id) is None
    place_newcomers(hub)
    assert ids(hub.changes(ALL, 0, 10)) == [made.id]
    assert hub.article(made.id) is not None


def test_changes_come_in_order_page_by_page(hub: Store) -> None:
    made = [article(key=str(n)) for n in range(5)]
    save_new(hub, *made)
    save_changed(hub, made[1])
    place_newcomers(hub)
    first = hub.changes(ALL, 0, 3)
    assert [change.seq for change in first] == [1, 3, 4]
    assert [change.seq for change in hub.changes(ALL, first[-1].seq, 3)] == [5, 6]
    assert hub.changes(ALL, 6, 3) == ()
    assert ids(hub.changes(ALL, 5, 3)) == [made[1].id]


def test_each_category_has_its_own_changes_with_removals(hub: Store) -> None:
    made, other = article(), article(key="2", categories=("sport",))
    save_new(hub, made, other)
    place_newcomers(hub)
    save_changed(hub, replace(made, categories=("sport",)))
    place_newcomers(hub)
    seen = {
        category: [
            (change.article.id, change.removal is not None, change.seq) for change in hub.changes(category, 0, 9)
        ]
        for category in (ALL, "health", "sport", "art")
    }
    assert seen["health"] == [(made.id, True, 3)]
    assert seen[ALL] == seen["sport"] == [(other.id, False, 2), (made.id, False, 3)]
    assert seen["art"] == []
