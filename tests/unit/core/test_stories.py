"""Stories: the same news of several sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from builders import article

from syndicator.core.model import Article, Filing
from syndicator.core.stories import place, same_story


def _told(number: int, source: str, **fields: Any) -> Article:
    return replace(article(), id=f"a{number}", source_id=source, seq=number, story_id=None, **fields)


def _filed(*articles: Article) -> list[Filing]:
    return [Filing(one.id, category, None, one.seq) for one in articles for category in ("health", "all")]


def test_an_address_alone_proves_nothing() -> None:
    a, b = _told(1, "x", enclosures=()), _told(2, "y", title="Another", enclosures=(), content="<p>Comment</p>")
    assert same_story(a, b) is None
    assert same_story(a, replace(b, title="A TITLE!")) == "same address and title"
    assert same_story(a, replace(b, title="A title", canonical_url="https://elsewhere.example/")) is None


def test_two_posts_of_one_source_stay_two() -> None:
    placed = place([_told(1, "x"), _told(2, "x")], [], [])
    assert {one.story_id for one in placed.articles} == {"a1", "a2"}


def test_a_story_shows_once_in_each_category() -> None:
    tellings = [_told(n, f"s{n}") for n in range(1, 6)]
    placed = place(tellings, [], _filed(*tellings))
    assert {one.story_id for one in placed.articles} == {"a1"}
    assert sorted((f.article_id, f.category) for f in placed.shown) == [("a1", "all"), ("a1", "health")]
    assert "same address and title" in placed.articles[1].reasons[-1]


def test_the_one_who_lives_there_is_shown_first() -> None:
    far = replace(_told(1, "far"), provenance=replace(article().provenance, home_url="https://far.example/"))
    home = _told(2, "home")
    assert {f.article_id for f in place([far, home], [], _filed(far, home)).shown} == {"a2"}


def test_what_readers_have_seen_stays() -> None:
    shown = replace(_told(1, "x"), story_id="a1")
    filings = [Filing("a1", "health", 7, 1), Filing("a2", "health", None, 2)]
    placed = place([_told(2, "y")], [shown], filings)
    assert placed.articles[0].story_id == "a1"
    assert placed.shown == ()
    assert placed.categories == {"health"}


def test_another_telling_shows_where_the_shown_one_left() -> None:
    left = replace(_told(1, "x"), story_id="s")
    other = replace(_told(2, "y"), story_id="s")
    placed = place([left], [other], [Filing("a1", "health", 7, 3, True), Filing("a2", "health", None, 2)])
    assert [f.article_id for f in placed.shown] == ["a2"]
