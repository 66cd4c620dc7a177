"""Saving polls: articles, filings, validators and next poll times, together or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from builders import place_newcomers
from sqlalchemy.exc import IntegrityError

from syndicator.core.identity import New, Updated
from syndicator.core.model import ALL, Provenance
from syndicator.core.work import Saving
from syndicator.store.database import Database
from syndicator.store.store import Store

from .making import (
    HOUR,
    NOW,
    article,
    counter,
    filings,
    in_channel,
    polled,
    save_changed,
    save_new,
    save_unchanged,
    state,
    table,
)


def test_new_articles_get_consecutive_numbers_in_their_order(hub: Store) -> None:
    made = [article(source, key) for source in ("beta", "alpha") for key in "12"]
    assert hub.save_polls([polled("beta", *map(New, made[:2])), polled("alpha", *map(New, made[2:]))]) == 4
    stored = hub.articles([one.id for one in made])
    assert [stored[one.id].seq for one in made] == [1, 2, 3, 4]
    assert save_new(hub, article(key="3")) == 5


def test_an_article_comes_back_as_it_was_saved(hub: Store) -> None:
    provenance = Provenance("T", "https://a.example/f", "https://a.example/", "tag:a", NOW - HOUR)
    made = article(
        provenance=provenance, published=NOW - timedelta(days=9000, microseconds=1), backfill=True,
        title="Zwölf 🦉 \"quoted\"", reasons=("one", "two"), content_policy="link", categories=("sport", "health"),
    )  # fmt: skip
    save_new(hub, made)
    assert hub.articles([made.id]) == {made.id: replace(made, seq=1)}


def test_a_time_in_another_zone_is_the_same_instant(hub: Store) -> None:
    made = article(published=datetime(2026, 3, 1, 3, tzinfo=timezone(-timedelta(hours=5))))
    save_new(hub, made)
    assert hub.articles([made.id])[made.id].published == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_new_article_is_filed_in_its_categories_and_in_all(hub: Store, database_url: str) -> None:
    made = article(categories=("sport", "health"))
    save_new(hub, made)
    assert filings(database_url, made) == dict.fromkeys(("sport", "health", ALL), (None, 1, False))


def test_validators_are_saved_with_the_articles(hub: Store) -> None:
    after = state("alpha", NOW, etag='W/"ü"', failures=2, error="HTTP 500", retry_after=NOW + HOUR, flaw="a flaw")
    hub.save_polls([replace(polled("alpha", New(article())), state=after)])
    assert hub.states()["alpha"] == after
    assert hub.states()["beta"].last_poll_at is None


def test_an_error_inside_saves_nothing_of_the_batch(hub: Store, database_url: str) -> None:
    save_new(hub, article("gamma", guid="taken"))
    before = hub.states()
    batch = [
        polled("alpha", New(article("alpha")), at=NOW + HOUR),
        polled("beta", New(article("beta", guid="taken")), at=NOW + HOUR),
    ]
    with pytest.raises(IntegrityError):
        hub.save_polls(batch)
    assert hub.states() == before
    assert counter(database_url) == 1
    assert table(database_url, "SELECT count(*) FROM articles") == [(1,)]
    assert table(database_url, "SELECT count(*) FROM filings") == [(2,)]
    assert save_new(hub, article("alpha")) == 2


def test_a_change_moves_the_article_and_all_its_filings(hub: Store, database_url: str) -> None:
    made, other = article(categories=("health", "sport")), article(key="2")
    save_new(hub, made, other)
    assert save_changed(hub, replace(made, title="Another")) == 3
    stored = hub.articles([made.id, other.id])
    assert (stored[made.id].title, stored[made.id].seq, stored[other.id].seq) == ("Another", 3, 2)
    assert {seq for _, seq, _ in filings(database_url, made).values()} == {3}
    assert {seq for _, seq, _ in filings(database_url, other).values()} == {2}


def test_leaving_a_category_marks_the_filing_and_coming_back_keeps_its_ordinal(hub: Store, database_url: str) -> None:
    made = article(categories=("health", "sport"))
    save_new(hub, made)
    place_newcomers(hub)
    save_changed(hub, replace(made, categories=("art",)))
    place_newcomers(hub)
    assert filings(database_url, made) == {
        "health": (1, 2, True), "sport": (1, 2, True), "art": (1, 2, False), ALL: (1, 2, False),
    }  # fmt: skip
    save_changed(hub, replace(made, categories=("health", "art")))
    place_newcomers(hub)
    assert filings(database_url, made) == {
        "health": (1, 3, False), "sport": (1, 2, True), "art": (1, 3, False), ALL: (1, 3, False),
    }  # fmt: skip


def test_an_unchanged_article_gets_its_new_entry_hash_and_no_number(hub: Store, database_url: str) -> None:
    made = article()
    save_new(hub, made)
    assert save_unchanged(hub, made, "newer") == 1
    assert hub.articles([made.id]) == {made.id: replace(made, seq=1, entry_hash="newer")}
    assert hub.known_hashes("alpha") == {"newer"}
    assert counter(database_url) == 1


def test_what_was_taken_down_while_its_poll_was_under_way_stays_so(hub: Store, database_url: str) -> None:
    made = article()
    save_new(hub, made)
    place_newcomers(hub)
    read = article(title="New title", content="<p>New content.</p>", entry_hash="new", categories=("health", "sport"))
    hub.take_down(made.id, NOW)
    assert save_changed(hub, read, significant=True) == counter(database_url) == 2
    stored = hub.articles([made.id])[made.id]
    assert (stored.removed, stored.content) == (True, "")
    assert filings(database_url, made) == {ALL: (1, 2, True), "health": (1, 2, True)}
    assert hub.known_hashes("alpha") == {"new"}


def test_known_hashes_are_those_of_one_source(hub: Store) -> None:
    save_new(hub, article("alpha", entry_hash="a"), article("beta", entry_hash="b"))
    assert hub.known_hashes("alpha") == {"a"}
    assert hub.known_hashes("gamma") == frozenset()


def test_many_ids_and_guids_are_looked_up_at_once(hub: Store) -> None:
    made = [article(key=str(n)) for n in range(1100)]
    hub.save_polls([polled("alpha", *map(New, made))])
    assert len(hub.articles([one.id for one in made])) == 1100
    assert hub.guids_taken([one.guid for one in made] + ["free"]) == {one.guid for one in made}
    assert hub.articles([]) == {}
    assert hub.article_counts() == {"alpha": 1100}


def test_a_significant_edit_is_fresh_also_where_it_is_newly_filed(hub: Store) -> None:
    made = article(backfill=True)
    save_new(hub, made)
    save_changed(hub, replace(made, revised=NOW + HOUR, categories=("health", "sport")), significant=True)
    place_newcomers(hub)
    for category in (ALL, "health", "sport"):
        assert [item.fresh for item in in_channel(hub, category, 10)] == [NOW + HOUR]


def test_an_insignificant_edit_makes_nothing_fresh(hub: Store) -> None:
    made = article(backfill=True)
    save_new(hub, made)
    save_changed(hub, replace(made, categories=("health", "sport")))
    place_newcomers(hub)
    assert [item.fresh for item in in_channel(hub, "health", 10)] == [None]


@pytest.mark.parametrize(("reconfigured", "fresh"), [(False, NOW + HOUR), (True, None)])
def test_what_its_publisher_files_elsewhere_is_news_there_and_what_the_operator_does_is_not(
    hub: Store, reconfigured: bool, fresh: datetime | None
) -> None:
    made = article(backfill=True)
    save_new(hub, made)
    moved = Updated(replace(made, categories=("sport",)), significant=False)
    hub.save_polls([Saving(state(made.source_id, NOW + HOUR), (moved,), reconfigured=reconfigured)])
    place_newcomers(hub)
    assert [item.fresh for item in in_channel(hub, "sport", 10)] == [fresh]


def test_everything_in_one_read_sees_the_same_moment(hub: Store, database_url: str) -> None:
    database = Database(database_url)
    with database.read() as connection:
        count = "SELECT count(*) FROM articles"
        before = connection.exec_driver_sql(count).scalar_one()
        save_new(hub, article())
        assert connection.exec_driver_sql(count).scalar_one() == before == 0
    with database.read() as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 1
    database.close()
