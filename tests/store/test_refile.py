"""An edited configuration files what is stored anew; `plan` says before what that will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import configure, place_newcomers

from syndicator.core.categorise import Filing
from syndicator.core.channel import FRESH
from syndicator.core.model import ALL, Article, Category, Source
from syndicator.core.rules import Match
from syndicator.pipeline.refile import Refiled, Refiler, plan
from syndicator.pipeline.takedown import take_down
from syndicator.store.store import Store

from .making import CATEGORIES, HOUR, NOW, article, filings, ids, save_changed, save_new, source
from .test_takedown import SITE

ALPHA, BETA = source("alpha"), source("beta")
SOURCES = {"alpha": ALPHA, "beta": BETA}
EYES = Category("health/eyes", "Eyes", match=Match(title=("cataract",)))
TREE = (*CATEGORIES, EYES)


def _refiler(store: Store, sources: dict[str, Source] = SOURCES, tree: Sequence[Category] = TREE) -> Refiler:
    configure(store, sources.values(), tree)
    return Refiler(store, lambda: NOW + HOUR, sources, tree)


def _refile(store: Store, sources: dict[str, Source] = SOURCES, tree: Sequence[Category] = TREE) -> list[Refiled]:
    """File all anew; gives what was done."""
    refiler, done = _refiler(store, sources, tree), []
    while step := refiler.step():
        done.append(step)
    assert not refiler.is_behind
    place_newcomers(store)
    return [one for one in done if one.articles]


def _made(key: str, title: str = "Plain news", source_id: str = "alpha", **changes: object) -> Article:
    made = article(source_id, key, title=title, **changes)
    return Filing(SOURCES[source_id], CATEGORIES).filed(made)


def _stored(store: Store, *articles: Article) -> None:
    _refiler(store, tree=CATEGORIES)
    save_new(store, *articles)
    place_newcomers(store)


def test_what_a_new_rule_fits_joins_its_category_and_parents_with_its_reason(hub: Store) -> None:
    made, other = _made("1", "A cataract"), _made("2")
    _stored(hub, made, other)
    assert _refile(hub) == [Refiled("alpha", 2, 1), Refiled("alpha", 1, 0)]
    (shown,) = hub.newest("health/eyes", 9)
    assert shown.article.categories == ("health", "health/eyes")
    assert shown.article.filed_by == (
        "filed in health by source alpha", "filed in health/eyes by title pattern 'cataract' at 'cataract'",
    )  # fmt: skip
    assert ids(hub.newest("health", 9)) == [other.id, made.id]
    assert hub.articles([other.id])[other.id].seq == 2, "what stays where it is does not change"


def test_what_a_rule_fits_no_longer_leaves_by_configuration_and_followers_learn_of_it(hub: Store) -> None:
    _stored(hub, _made("1", "A cataract"))
    _refile(hub)
    seen = hub.changes("health/eyes", 0, 9)[-1].seq
    assert _refile(hub, tree=(*CATEGORIES, replace(EYES, match=Match(title=("glaucoma",)))))
    assert hub.newest("health/eyes", 9) == ()
    (change,) = hub.changes("health/eyes", seen, 9)
    assert change.removal is not None
    assert change.removal.at == NOW + HOUR
    _refile(hub)
    assert len(hub.newest("health/eyes", 9)) == 1, "and comes back with it"


def test_what_a_source_no_longer_says_is_refiled_for_that_source_only(hub: Store) -> None:
    _stored(hub, _made("1"), _made("2", source_id="beta"))
    _refile(hub)
    moved = {**SOURCES, "beta": replace(BETA, categories=("sport",))}
    assert {one.source_id for one in _refile(hub, moved)} == {"beta"}
    assert [item.article.source_id for item in hub.newest("health", 9)] == ["alpha"]
    assert [item.article.source_id for item in hub.newest("sport", 9)] == ["beta"]


def test_nothing_is_looked_at_where_nothing_was_edited_and_a_title_is_no_rule(hub: Store) -> None:
    _stored(hub, _made("1", "A cataract"))
    _refile(hub)
    assert _refile(hub) == []
    assert _refile(hub, tree=(*CATEGORIES, replace(EYES, title="Sight", description="All about it"))) == []


def test_what_was_cut_short_begins_anew_after_a_restart(hub: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syndicator.pipeline.refile._BATCH", 1)
    _stored(hub, *(_made(str(key), "A cataract") for key in range(3)))
    refiler = _refiler(hub)
    assert refiler.step() == Refiled("alpha", 1, 1)
    done = _refile(hub)
    assert sum(one.moved for one in done) == 2
    assert len(hub.newest("health/eyes", 9)) == 3


def test_old_news_is_filed_without_being_news(hub: Store) -> None:
    old = NOW - FRESH - timedelta(days=9)
    made = _made("1", "A cataract", accepted=old, published=old, sort_at=old, revised=old)
    _stored(hub, made)
    _refile(hub)
    (candidate,) = hub.candidates("health/eyes", 9)
    assert candidate.fresh == old
    assert hub.articles([made.id])[made.id].updated == made.updated


def test_an_article_taken_down_stays_down(hub: Store, database_url: str) -> None:
    made = _made("1", "A cataract")
    _stored(hub, made)
    take_down(hub, lambda: NOW, SITE, made.id)
    assert _refile(hub) == []
    assert set(filings(database_url, made)) == {"health", ALL}


def test_what_its_publisher_changed_meanwhile_is_not_overwritten(hub: Store) -> None:
    made = _made("1", "A cataract")
    _stored(hub, made)
    (read,) = hub.of_source("alpha", 0, 9)
    save_changed(hub, replace(made, title="Nothing of the kind", content_hash="other"))
    hub.save_refiled([replace(read, categories=("health", "sport"))], NOW)
    place_newcomers(hub)
    stored = hub.articles([made.id])[made.id]
    assert (stored.title, stored.categories) == ("Nothing of the kind", ("health",))


def test_the_plan_is_what_happens_then_and_changes_nothing(hub: Store, database_url: str) -> None:
    articles = [
        _made(str(key), ("A cataract", "Plain news")[key % 2], ("alpha", "beta")[key % 3 % 2]) for key in range(9)
    ]
    _stored(hub, *articles)
    before = [filings(database_url, one) for one in articles]
    edited = {**SOURCES, "beta": replace(BETA, categories=("art",))}
    batches = list(plan(hub, edited, TREE))
    assert sum(count for count, _ in batches) == 9
    assert [filings(database_url, one) for one in articles] == before
    planned = {move.before.id: move.after.categories for _, moves in batches for move in moves}
    _refile(hub, edited)
    stored = hub.articles([one.id for one in articles])
    assert {id_: one.categories for id_, one in stored.items() if one.categories != ("health",)} == planned
    assert [move for _, moves in plan(hub, edited, TREE) for move in moves] == []


def _whys(store: Store, sources: dict[str, Source], tree: Sequence[Category] = TREE) -> dict[str, str]:
    """By category why its only article that would move joins or leaves it."""
    (move,) = [move for _, moves in plan(store, sources, tree) for move in moves]
    return {category: move.why(category) for category in (*move.joins, *move.leaves)}


def test_the_plan_says_why_what_its_source_keeps_out_leaves(hub: Store) -> None:
    _stored(hub, _made("1", "A sponsored word"))
    kept_out = replace(ALPHA, exclude=Match(title=("sponsored",)))
    why = "kept out of all categories by source alpha: title pattern 'sponsored' at 'sponsored'"
    assert _whys(hub, {"alpha": kept_out}) == {"health": why}


def test_the_plan_says_that_nothing_files_an_article_any_more(hub: Store) -> None:
    _stored(hub, _made("1"))
    assert _whys(hub, {"alpha": replace(ALPHA, categories=("art",))}) == {
        "art": "filed in art by source alpha",
        "health": "no longer filed there: nothing files it in health any more",
    }


def test_the_plan_says_why_what_nothing_files_joins_all_and_leaves_it(hub: Store) -> None:
    nowhere = {"alpha": replace(ALPHA, categories=())}
    _stored(hub, _made("1", "A cataract"))
    gone = "no longer filed there: nothing files it in health any more"
    assert _whys(hub, nowhere, CATEGORIES) == {ALL: "nothing files it in a category any more", "health": gone}
    _refile(hub, nowhere, CATEGORIES)
    why = "filed in health/eyes by title pattern 'cataract' at 'cataract'"
    assert _whys(hub, nowhere) == {"health/eyes": why, "health": "since it is filed in health/eyes", ALL: why}
