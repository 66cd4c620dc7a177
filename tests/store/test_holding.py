"""What is held for the operator, on both databases; and articles under the ids that they are sent as."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from builders import place_newcomers

from syndicator.core.categorise import Filing
from syndicator.core.errors import SourceNotHeld
from syndicator.core.flood import HeldSource, held_by_operator
from syndicator.core.identity import Unchanged, Updated
from syndicator.core.model import ALL, Article
from syndicator.pipeline.hold import hold, release
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store

from .making import CATEGORIES, HOUR, NOW, SOURCES, article, filings, ids, polled, save_changed, save_new
from .test_takedown import SITE

ALPHA = SOURCES[0]
WHY = "held: 40 of 50 entries were new, but dated before yesterday"


def _held(key: str, why: str = WHY, **changes: Any) -> Article:
    return replace(article(key=key), held=why, categories=(), filed_by=(why,), **changes)


def _release(store: Store, after: int = 1) -> int:
    count = release(store, lambda: NOW + after * HOUR, ALPHA, CATEGORIES, None)
    place_newcomers(store)
    return count


def test_what_is_held_is_kept_and_filed_nowhere(hub: Store, database_url: str) -> None:
    plain, held = article(key="1"), _held("2")
    save_new(hub, plain, held)
    place_newcomers(hub)
    assert ids(hub.changes(ALL, 0, 9)) == [plain.id]
    assert filings(database_url, held) == {}
    assert hub.articles([held.id])[held.id].held == WHY
    assert hub.article(held.id) is None, "its page is not there"


def test_the_list_of_what_is_held_names_sources_with_articles_and_without(hub: Store) -> None:
    assert hub.held_sources() == ()
    save_new(hub, _held("1"), _held("2", "held: later", accepted=NOW + HOUR), article("beta"))
    hold(hub, lambda: NOW, SOURCES[2])
    by_operator = held_by_operator("gamma", NOW)
    assert hub.held_sources() == (
        HeldSource("alpha", 2, NOW, "held: later"), HeldSource("gamma", 0, None, by_operator, by_operator),
    )  # fmt: skip


def test_what_is_released_is_filed_once_as_news_to_nobody_and_followers_learn_of_it(hub: Store) -> None:
    save_new(hub, article(key="1"))
    place_newcomers(hub)
    seen = hub.changes("health", 0, 9)[-1].seq
    save_new(hub, _held("2"), _held("3"))
    place_newcomers(hub)
    assert hub.changes("health", seen, 9) == ()
    assert _release(hub) == 2
    changes = hub.changes("health", seen, 9)
    assert [(one.article.held, one.article.categories) for one in changes] == [(None, ("health",))] * 2
    assert [one.fresh for one in hub.candidates("health", 9)].count(None) == 2
    with pytest.raises(SourceNotHeld):
        _release(hub)


def test_what_is_released_and_kept_out_of_all_is_held_no_more(hub: Store) -> None:
    save_new(hub, _held("1"))
    hub.save_refiled([replace(one, held=None, filed_by=("kept out",)) for one in hub.held_articles("alpha", 9)], NOW)
    (stored,) = hub.articles([_held("1").id]).values()
    assert (stored.held, stored.categories, stored.filed_by) == (None, (), ("kept out",))


def test_release_files_more_than_a_batch_and_goes_on_after_a_crash(hub: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syndicator.pipeline.hold._BATCH", 2)
    hold(hub, lambda: NOW, ALPHA)
    save_new(hub, *(_held(str(n)) for n in range(5)))
    save, calls = hub.save_refiled, []

    def dies(*args: object) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise OSError("the machine went down")
        save(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(hub, "save_refiled", dies)
    with pytest.raises(OSError, match="went down"):
        _release(hub)
    assert hub.held_sources()[0].articles == 3
    assert _release(hub) == 3
    assert len(hub.newest("health", 9)) == 5


def test_an_edit_that_was_read_before_a_release_does_not_hold_it_again(hub: Store) -> None:
    held = _held("1")
    save_new(hub, held)
    _release(hub)
    save_changed(hub, replace(held, title="Edited", content_hash="other"))
    place_newcomers(hub)
    (item,) = hub.newest("health", 9)
    assert (item.article.title, item.article.held, item.article.filed_by) == (
        "Edited", None, ("filed in health by source alpha",),
    )  # fmt: skip


def test_what_is_held_can_be_taken_down_and_is_not_released_then(hub: Store) -> None:
    held = _held("1")
    save_new(hub, held, _held("2"))
    take_down(hub, lambda: NOW, SITE, held.id)
    assert hub.held_sources()[0].articles == 1
    assert _release(hub) == 1
    assert [item.article.removed for item in hub.newest("health", 9)] == [False]


def test_a_poll_and_a_restart_leave_a_source_held(hub: Store) -> None:
    hold(hub, lambda: NOW, ALPHA)
    hub.save_polls([polled("alpha")])
    assert hub.why_held(["alpha", "beta"]) == {"alpha": held_by_operator("alpha", NOW)}


def test_releasing_while_a_poll_is_saved_loses_nothing(hub: Store) -> None:
    save_new(hub, *(_held(str(n)) for n in range(30)))
    edits = [Updated(replace(_held(str(n)), title=f"Edit {n}", content_hash=f"e{n}"), False) for n in range(30)]
    polling = threading.Thread(target=lambda: [hub.save_polls([polled("alpha", one)]) for one in edits])
    polling.start()
    release(hub, lambda: NOW, ALPHA, CATEGORIES, None)
    polling.join()
    place_newcomers(hub)
    assert sorted(item.article.title for item in hub.newest("health", 99)) == sorted(f"Edit {n}" for n in range(30))


# --- sent as another -----------------------------------------------------------------------------------


def test_an_article_is_found_under_the_id_that_it_is_sent_as(hub: Store) -> None:
    one, other = article(key="1"), article(key="2")
    save_new(hub, one, other)
    hub.save_polls([polled("alpha", Unchanged(one.id, "hash", "new id"))])
    found = hub.articles(["new id", other.id])
    assert {name: article.id for name, article in found.items()} == {"new id": one.id, other.id: other.id}
    hub.save_polls([polled("alpha", Unchanged(one.id, "later"))])
    assert hub.articles(["new id"])["new id"].entry_hash == "later", "and stays to be"
    both = hub.articles(["new id", one.id])
    assert both["new id"] == both[one.id]


def test_the_articles_on_a_page_are_those_of_the_source_the_newest_first(hub: Store) -> None:
    page = "https://paper.example/1"
    made = [article(key=str(n), canonical_url=page) for n in range(4)]
    save_new(hub, *made, article("beta", canonical_url=page), article(key="other"))
    assert [one.id for one in hub.on_pages("alpha", [page], 3)] == [one.id for one in reversed(made[1:])]


def test_a_source_dates_its_entries_if_the_newest_has_a_date(hub: Store) -> None:
    assert not hub.dates_entries("alpha")
    save_new(hub, article(key="1"))
    assert not hub.dates_entries("alpha")
    save_new(hub, article(key="2", published=NOW - HOUR))
    assert hub.dates_entries("alpha")


def test_rules_have_no_say_over_what_is_held(hub: Store) -> None:
    save_new(hub, _held("1"))
    (stored,) = hub.of_source("alpha", 0, 9)
    assert Filing(ALPHA, CATEGORIES).filed(stored) is stored
