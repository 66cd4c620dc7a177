"""Retention: what expires is gone from all that is read, is known when it comes again, and disturbs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import configure, place_newcomers, publisher

from syndicator.core.errors import NotRetold
from syndicator.core.identity import Unchanged, Updated, verdict
from syndicator.core.model import ALL, Article, Category, RemovedBy, Site
from syndicator.core.related import Related
from syndicator.core.resent import recognised
from syndicator.pipeline.explain import explain
from syndicator.pipeline.hold import release
from syndicator.pipeline.publish import ChannelLimits
from syndicator.pipeline.retain import Retained, Retainer
from syndicator.pipeline.retell import split
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store

from .making import (
    CATEGORIES,
    NOW,
    SOURCES,
    article,
    filings,
    ids,
    in_channel,
    polled,
    save_changed,
    save_new,
    table,
    telling,
)

DAY = timedelta(days=1)
KEEP = 365 * DAY
OLD = NOW - 400 * DAY
SITE = Site("Site", "https://news.example", "", "en", "UTC", "", "")


def _aged(key: str, days: int, source_id: str = "alpha", **changes: Any) -> Article:
    at = NOW - days * DAY
    return article(source_id, key, published=at, updated=at, accepted=at, sort_at=at, revised=at, **changes)


def _save(store: Store, articles: Sequence[Article]) -> None:
    save_new(store, *articles)
    place_newcomers(store)


def _retain(
    store: Store, feed_size: int = 1, keep: timedelta | None = KEEP, at: datetime = NOW, batch: int = 2
) -> Retained | None:
    return Retainer(store, lambda: at, keep, feed_size, batch).run(lambda _: False)


def _shown(store: Store, category: str = "health") -> list[str]:
    return sorted(ids(store.newest(category, 99)))


def test_what_is_old_leaves_everything_and_its_page_is_gone(hub: Store, database_url: str) -> None:
    old, new = _aged("1", 400, categories=("health", "sport")), _aged("2", 1, categories=("health", "sport"))
    _save(hub, [old, new])
    before = hub.versions(), hub.publications()
    assert _retain(hub) == Retained(1, NOW - KEEP, whole=True)
    for category in ("health", "sport", ALL):
        assert _shown(hub, category) == [new.id]
        assert [(one.article.id, one.removal) for one in hub.changes(category, 0, 9)] == [(new.id, None)]
        assert hub.contents(category, [old.id, new.id])[1] == (), "expiry is no removal"
    change = hub.article(old.id)
    assert change is not None
    assert change.removal
    assert change.article.expired == NOW
    assert (change.article.content, change.article.summary, change.article.title) == ("", "", old.title)
    assert filings(database_url, old) == {}
    assert hub.versions()["sport"] != before[0]["sport"], "what was made of it on demand is made anew"
    assert hub.versions()["art"] == before[0]["art"]
    assert hub.publications() > before[1]


def test_its_age_counts_from_its_acceptance_and_from_its_last_update(hub: Store) -> None:
    """An archive that is released today is kept for as long as what is written today."""
    archive = replace(_aged("1", 3000), accepted=NOW, revised=NOW)
    edited = replace(_aged("2", 400), revised=NOW - DAY)
    _save(hub, [archive, edited, _aged("3", 0)])
    retained = _retain(hub)
    assert retained is not None
    assert retained.articles == 0


def test_a_channel_keeps_its_newest_whatever_their_age(hub: Store) -> None:
    quiet = [_aged(str(n), 400 + n, categories=("art",)) for n in range(5)]
    busy = [_aged(f"b{n}", n) for n in range(5)]
    _save(hub, [*quiet, *busy])
    _retain(hub, feed_size=2)
    assert _shown(hub, "art") == sorted(one.id for one in quiet[:2])
    assert ids(in_channel(hub, "art", 2)) == [one.id for one in quiet[:2]]


def test_what_a_channel_lists_stays_where_caps_have_it_reach_further_back(hub: Store) -> None:
    prolific = [_aged(f"a{n}", 400 + n) for n in range(4)]
    other = _aged("b", 450, source_id="beta")
    _save(hub, [*prolific, other])
    publisher(hub, CATEGORIES, ChannelLimits(2, 10, caps={"alpha": 1}), lambda: NOW).publish()
    _retain(hub, feed_size=2)
    assert _shown(hub) == sorted([prolific[0].id, prolific[1].id, other.id])


def test_it_is_recognised_under_its_own_id_and_under_another_and_never_updated(hub: Store) -> None:
    old = _aged("1", 400, content=f"<p>{'One of many words. ' * 20}</p>", date_text="once")
    _save(hub, [old, _aged("2", 0)])
    _retain(hub)
    assert hub.known_hashes("alpha") >= {old.entry_hash}, "it is not even read again"
    stored = hub.articles([old.id])[old.id]
    edited = replace(old, title="Changed", content_hash="changed", entry_hash="changed")
    assert verdict(edited, stored) == Unchanged(old.id, "changed")
    (there,) = hub.on_pages("alpha", [old.canonical_url], 9)
    renamed = replace(old, id="another")
    assert recognised([renamed], [there], {old.id}) == {"another": there}


def test_a_poll_that_was_under_way_does_not_bring_it_back(hub: Store) -> None:
    old = _aged("1", 400)
    _save(hub, [old, _aged("2", 0)])
    known = hub.articles([old.id])[old.id]
    edited = verdict(replace(old, title="Changed", content_hash="changed", entry_hash="changed"), known)
    assert isinstance(edited, Updated)
    _retain(hub)
    hub.save_polls([polled("alpha", edited)])
    place_newcomers(hub)
    left = hub.articles([old.id])[old.id]
    assert (left.expired, left.title, left.content, left.entry_hash) == (NOW, old.title, "", "changed")
    assert old.id not in _shown(hub)


def test_a_story_expires_whole_or_not_at_all(hub: Store) -> None:
    first, second = (
        telling(source, "1", sort_at=OLD, accepted=OLD, revised=at, published=OLD)
        for source, at in (("alpha", OLD), ("beta", NOW - 300 * DAY))
    )
    _save(hub, [first, second, _aged("2", 0)])
    _retain(hub)
    assert first.id in _shown(hub), "else the other telling would show as new"
    _retain(hub, at=NOW + 100 * DAY)
    assert not {first.id, second.id} & set(_shown(hub))
    with pytest.raises(NotRetold, match="expired"):
        split(hub, lambda: NOW, SITE, first.id)


def test_nothing_expires_while_clustering_may_have_read_it(hub: Store) -> None:
    _save(hub, [_aged("1", 400), _aged("2", 0)])
    save_new(hub, _aged("3", 0))
    assert hub.expire(NOW - KEEP, NOW, frozenset(), None, 9) is None
    waits: list[float] = []

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        place_newcomers(hub)
        return False

    retained = Retainer(hub, lambda: NOW, KEEP, 1).run(pause)
    assert retained is not None
    assert (retained.articles, len(waits)) == (1, 1)


def test_what_waits_for_the_operator_waits_on_and_is_kept_as_new_once_released(hub: Store) -> None:
    held = _aged("1", 400, held="too old to be new", categories=())
    _save(hub, [held, _aged("2", 0)])
    assert _retain(hub) == Retained(0, NOW - KEEP, whole=True)
    release(hub, lambda: NOW, SOURCES[0], CATEGORIES, None)
    place_newcomers(hub)
    _retain(hub)
    assert held.id in _shown(hub)


def test_archives_that_have_expired_are_gone_and_the_others_keep_their_numbers(hub: Store) -> None:
    old, new = [_aged(str(n), 500 - n) for n in range(25)], [_aged(f"n{n}", 9 - n) for n in range(8)]
    _save(hub, [*old, *new])
    whole = hub.archived("health", 4, 10)
    _retain(hub)
    shelf = hub.shelf("health")
    assert shelf is not None
    assert (shelf.first_kept, shelf.last_ordinal) == (26, 33)
    assert [hub.archived("health", number, 10) is None for number in (1, 2, 3, 4)] == [True, True, False, False]
    partly = hub.archived("health", 3, 10)
    assert partly is not None
    assert [item.ordinal for item in partly.items] == [30, 29, 28, 27, 26]
    assert (partly.older, partly.newer) == (None, 4)
    assert whole is not None
    assert replace(whole, first=3) == hub.archived("health", 4, 10)


def test_an_archive_stays_as_long_as_one_of_its_articles_may_show_again(hub: Store) -> None:
    """What has left a category and comes back has its old ordinal."""
    left = _aged("1", 10)
    _save(hub, [left, *(_aged(f"o{n}", 500) for n in range(25)), _aged("n", 0)])
    save_changed(hub, replace(left, categories=("sport",), content_hash="2"))
    place_newcomers(hub)
    _retain(hub)
    save_changed(hub, replace(left, content_hash="3"))
    place_newcomers(hub)
    archive = hub.archived("health", 1, 10)
    assert archive is not None
    assert ids(archive.items) == [left.id]


def test_followers_learn_of_a_removal_whose_article_has_expired_since(hub: Store) -> None:
    left = _aged("1", 400, categories=("health", "sport"))
    _save(hub, [left, _aged("2", 0)])
    save_changed(hub, replace(left, categories=("sport",), content_hash="2"))
    place_newcomers(hub)
    _save(hub, [_aged("3", 0, categories=("sport",))])
    _retain(hub)
    assert [one.article.id for one in hub.changes("health", 0, 9) if one.removal] == [left.id]
    assert [one for one in hub.changes("sport", 0, 9) if one.article.id == left.id] == []


def test_it_can_be_taken_down_and_whoever_has_a_copy_learns_of_it(hub: Store) -> None:
    old = _aged("1", 400)
    _save(hub, [old, _aged("2", 0)])
    seen = hub.changes("health", 0, 9)[-1].seq
    _retain(hub)
    assert take_down(hub, lambda: NOW, SITE, old.id).now
    place_newcomers(hub)
    for category in ("health", ALL):
        (change,) = hub.changes(category, seen, 9)
        assert change.removal is not None
        assert (change.article.id, change.removal.guid) == (old.id, old.guid)
        assert hub.contents(category, [])[1] == (change.removal,)
    assert not take_down(hub, lambda: NOW, SITE, old.id).now


def test_lists_of_related_articles_forget_it_and_are_rendered_again(hub: Store, database_url: str) -> None:
    old, names, other = _aged("1", 400), _aged("2", 1, categories=("sport",)), _aged("3", 0)
    _save(hub, [old, names, other])
    publisher(hub, CATEGORIES, ChannelLimits(1, 10), lambda: NOW).publish()
    hub.save_related({names.id: [Related(old.id, "Old"), Related(other.id, "Other")]})
    print_ = table(database_url, "SELECT published_print FROM categories WHERE id = 'sport'")[0][0]
    _retain(hub)
    (item,) = hub.contents("sport", [names.id])[0]
    assert [one.id for one in item.related] == [other.id]
    assert {"sport", ALL} <= {one.category for one in hub.stale(print_)}
    hub.save_related({other.id: [Related(old.id, "Old")]})
    assert hub.contents("health", [other.id])[0][0].related == (), "what was chosen before it expired is left out"


def test_the_gate_knows_it_as_a_cause(hub: Store) -> None:
    """It may expire between the choice of what a channel lists and its saving."""
    old = [_aged(str(n), 400 + n) for n in range(5)]
    _save(hub, old)
    publish = publisher(hub, CATEGORIES, ChannelLimits(5, 10, max_loss=0.1), lambda: NOW)
    publish.publish()
    listed = hub.shelf("health")
    assert listed is not None
    hub.expire(NOW - KEEP, NOW, frozenset(), None, 99)
    assert {one.removed_by for one in hub.filed("health", listed.listed).values()} == {RemovedBy.RETENTION}
    save_new(hub, _aged("new", 0))
    place_newcomers(hub)
    later = publisher(hub, CATEGORIES, ChannelLimits(5, 10, max_loss=0.1), lambda: NOW + DAY)
    assert [(one.category, one.held) for one in later.publish()] == [(ALL, ""), ("health", "")]


def test_what_it_costs_is_spread_over_steps_and_a_stop_is_gone_on_from(hub: Store) -> None:
    _save(hub, [*(_aged(str(n), 400) for n in range(7)), _aged("new", 0)])
    stopped = Retainer(hub, lambda: NOW, KEEP, 1, batch=3).run(lambda _: True)
    assert stopped == Retained(3, NOW - KEEP, whole=False)
    assert _retain(hub, batch=3) == Retained(4, NOW - KEEP, whole=True)
    assert _retain(hub) == Retained(0, NOW - KEEP, whole=True)


def test_forever_keeps_all_and_a_longer_time_brings_nothing_back(hub: Store) -> None:
    old = _aged("1", 400)
    _save(hub, [old, _aged("2", 0)])
    assert _retain(hub, keep=None) is None
    assert old.id in _shown(hub)
    _retain(hub)
    _retain(hub, keep=9999 * DAY)
    assert old.id not in _shown(hub)


def test_what_was_filed_nowhere_has_no_page_afterwards_either(hub: Store) -> None:
    kept_out = _aged("1", 400, categories=())
    _save(hub, [kept_out, _aged("2", 0)])
    _retain(hub)
    assert hub.article(kept_out.id) is None


def test_explain_says_when_it_expired_and_where_it_stood_also_after_a_rename(hub: Store) -> None:
    old = _aged("1", 400)
    _save(hub, [old, _aged("2", 0)])
    _retain(hub)
    (told,) = explain(hub, SITE, old.url)
    assert told.nowhere == "nowhere any more: expired on 2026-03-01; it was filed in health"
    renamed = Category("medicine", "Medicine", was=("health",))
    configure(hub, SOURCES, [renamed, *CATEGORIES[1:]], NOW)
    assert explain(hub, SITE, old.url)[0].nowhere.endswith("filed in medicine")
    shelf = hub.shelf("medicine")
    assert shelf is not None
    assert shelf.first_kept == 2
