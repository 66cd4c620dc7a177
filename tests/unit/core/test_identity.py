"""Who an entry is, and whether what came is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, article, entry, normalised

from syndicator.core import identity
from syndicator.core.identity import New, Unchanged, Updated
from syndicator.core.model import Text


@pytest.mark.parametrize("guid", ["https://a.example/1", "tag:a.example,2020:x", "urn:uuid:1-2", "yt:video:abc"])
def test_an_id_that_names_one_thing_in_the_world_is_kept(guid: str) -> None:
    assert normalised(id=guid).guid == guid


@pytest.mark.parametrize(
    "guid", ["4711", "", "/post/1", "http://localhost", "https://a.example/a b", "post:<x>", "http://a.example/\x01"]
)
def test_any_other_id_gets_a_tag_of_ours(guid: str) -> None:
    assert normalised(id=guid).guid.startswith("tag:news.example.org,2026:")


def test_an_articles_id_depends_on_its_source_and_entry_alone() -> None:
    assert identity.article_id("a", "id:1") == identity.article_id("a", "id:1")
    assert identity.article_id("a", "id:1") != identity.article_id("b", "id:1")
    assert identity.entry_key(entry(id="")) == "url:https://src.example.org/1"
    assert identity.entry_key(entry(id="", url="")).startswith("text:")


def test_entries_that_share_an_id_but_not_a_title_are_told_apart() -> None:
    same, other = entry(title=Text("One")), entry(title=Text("Two"))
    found = identity.told_apart((same, other, same))
    assert [one.title.value for one in found] == ["One", "Two"]
    assert len({identity.entry_key(one) for one in found}) == 2
    assert not any(identity.is_global(one.id) for one in found)
    assert identity.told_apart((same, same)) == (same,)


def test_new_unchanged_and_updated() -> None:
    known = replace(article(), story_id="s", seq=5)
    assert identity.verdict(known, None) == New(known)
    assert identity.verdict(replace(known, entry_hash="x"), known) == Unchanged(known.id, "x")
    later = replace(known, title="Another title", content_hash="y", accepted=NOW + timedelta(hours=2), guid="other")
    updated = identity.verdict(later, known)
    assert isinstance(updated, Updated)
    assert updated.significant
    kept = ("guid", "accepted", "sort_at", "story_id", "backfill")
    assert [getattr(updated.article, name) for name in kept] == [getattr(known, name) for name in kept]
    assert updated.article.revised == NOW + timedelta(hours=2)


def test_markup_alone_is_no_significant_change() -> None:
    known = article()
    changed = replace(known, content=known.content.replace("<p>", "<div>"), content_hash="y", updated=NOW)
    updated = identity.verdict(changed, known)
    assert isinstance(updated, Updated)
    assert not updated.significant
    assert updated.article.updated == known.updated
    assert updated.article.revised == known.revised


def test_what_was_taken_down_stays_down() -> None:
    known = replace(article(), removed=True)
    assert isinstance(identity.verdict(replace(known, content_hash="y"), known), Unchanged)
