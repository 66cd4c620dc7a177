"""What is learned from and what is kept of it, on both databases; what the classifier touches and what it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syndicator.core.learning import Sample, StoredModel
from syndicator.store import store as store_module
from syndicator.store.store import Store

from .making import NOW, article, save_changed, save_new

BY_CLASSIFIER = "filed in health by the classifier, 0.94 certain (trained 2026-01-31 on 4,210 articles)"
BY_SOURCE = "filed in health by source alpha"


def test_it_learns_from_what_source_and_rules_have_filed_and_from_nothing_else(hub: Store) -> None:
    by_source = article("alpha", "1", filed_by=(BY_SOURCE,), content="<p>Some &amp; <b>text</b></p>")
    by_rule = article("alpha", "2", categories=("art", "sport"), filed_by=("filed in art by tag 'art'",))
    by_itself = article("alpha", "3", filed_by=(BY_CLASSIFIER,))
    unfiled = article("alpha", "4", categories=("all",))
    kept_out = article("alpha", "5", categories=(), filed_by=("kept out of all categories by source alpha: tag 'x'",))
    taken_down = article("alpha", "6", filed_by=(BY_SOURCE,))
    save_new(hub, by_source, by_rule, by_itself, unfiled, kept_out, taken_down)
    hub.take_down(taken_down.id, NOW)
    assert list(hub.samples(100)) == [
        Sample(by_rule.id, "alpha", by_rule.title, "Content.", ("art", "sport")),
        Sample(by_source.id, "alpha", by_source.title, "Some & text", ("health",)),
    ]


def test_it_learns_from_the_newest_up_to_a_number_however_they_are_read(
    hub: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [article("alpha", str(n), filed_by=(BY_SOURCE,)) for n in range(10)]
    save_new(hub, *made)
    save_changed(hub, replace(made[0], title="Changed"))
    newest = [one.id for one in (made[0], *reversed(made[1:]))]
    for at_once in (1, 3, 4, 10, 11):
        monkeypatch.setattr(store_module, "_SAMPLES", at_once)
        for most in (0, 1, 4, 9, 10, 100):
            assert [one.id for one in hub.samples(most)] == newest[:most]


def test_the_beginning_of_a_text_is_the_same_as_where_it_is_asked(hub: Store) -> None:
    from syndicator.core import learning

    long = article("alpha", "1", filed_by=(BY_SOURCE,), content=f"<p>{'wörter 言葉 &amp; ' * 2000}</p>")
    save_new(hub, long)
    assert [one.text for one in hub.samples(9)] == [learning.text(long.summary, long.content)]


def test_the_last_model_is_kept(hub: Store) -> None:
    assert hub.model() is None
    for n in range(2):
        kept = StoredModel(NOW + timedelta(days=n), bytes(range(256)) * (n + 1))
        hub.save_model(kept)
        assert hub.model() == kept


def test_what_nothing_files_shows_in_all_and_nowhere_else(hub: Store) -> None:
    unfiled = article("alpha", "1", categories=("all",))
    save_new(hub, unfiled)
    assert [filing.category for filing in hub.filings(unfiled.id)] == ["all"]
    filed = replace(unfiled, categories=("health",), filed_by=(BY_CLASSIFIER,))
    save_changed(hub, filed)
    assert sorted(filing.category for filing in hub.filings(unfiled.id)) == ["all", "health"]
    assert hub.articles([filed.id])[filed.id].filed_by == (BY_CLASSIFIER,)
