"""Stories: the same news of several sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from builders import NOW, article
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.model import Article, Filing, RemovedBy
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
    placed = place([_told(1, "x"), _told(2, "x")], [], [], NOW)
    assert {one.story_id for one in placed.articles} == {"a1", "a2"}


def test_a_story_shows_once_in_each_category() -> None:
    tellings = [_told(n, f"s{n}") for n in range(1, 6)]
    placed = place(tellings, [], _filed(*tellings), NOW)
    assert {one.story_id for one in placed.articles} == {"a1"}
    assert sorted((f.article_id, f.category) for f in placed.shown) == [("a1", "all"), ("a1", "health")]
    assert "same address and title" in placed.articles[1].reasons[-1]


def test_the_one_who_lives_there_is_shown_first() -> None:
    far = replace(_told(1, "far"), provenance=replace(article().provenance, home_url="https://far.example/"))
    home = _told(2, "home")
    assert {f.article_id for f in place([far, home], [], _filed(far, home), NOW).shown} == {"a2"}


def test_what_readers_have_seen_stays() -> None:
    shown = replace(_told(1, "x"), story_id="a1")
    filings = [Filing("a1", "health", 7, 1), Filing("a2", "health", None, 2)]
    placed = place([_told(2, "y")], [shown], filings, NOW)
    assert placed.articles[0].story_id == "a1"
    assert placed.shown == ()
    assert placed.categories == {"health"}


def test_another_telling_shows_where_the_shown_one_left() -> None:
    left = replace(_told(1, "x"), story_id="s")
    other = replace(_told(2, "y"), story_id="s")
    placed = place(
        [left], [other], [Filing("a1", "health", 7, 3, RemovedBy.PUBLISHER), Filing("a2", "health", None, 2)], NOW
    )
    assert [f.article_id for f in placed.shown] == ["a2"]


def test_what_came_back_shows_where_nobody_took_its_place() -> None:
    back = replace(_told(3, "x"), story_id="s")
    collapsed = Filing("a3", "health", 7, 3, RemovedBy.STORY)
    assert [f.article_id for f in place([back], [], [collapsed], NOW).shown] == ["a3"]
    other = replace(_told(2, "y"), story_id="s")
    placed = place([back], [other], [collapsed, Filing("a2", "health", 8, 2)], NOW)
    assert (placed.shown, placed.hidden) == ((), ())


def test_of_two_that_show_the_one_seen_first_stays() -> None:
    first, second = replace(_told(1, "x"), story_id="s"), replace(_told(2, "y"), story_id="s")
    placed = place([second], [first], [Filing("a1", "health", 3, 1), Filing("a2", "health", 4, 2)], NOW)
    assert [f.article_id for f in placed.hidden] == ["a2"]
    assert placed.at == NOW
    assert placed.shown == ()


_NEWS = st.lists(
    st.tuples(
        st.sampled_from("xyz"),
        st.sampled_from(["", "https://a.example/1", "https://a.example/2"]),
        st.sampled_from("TU"),
    ),
    max_size=8,
)


@given(_NEWS)
def test_however_news_come_each_has_a_story_of_distinct_sources_that_shows_once(
    news: list[tuple[str, str, str]],
) -> None:
    told = [
        _told(n, name, canonical_url=url, title=f"Title {title}", enclosures=(), content="")
        for n, (name, url, title) in enumerate(news, 1)
    ]
    placed = place(told, [], _filed(*told), NOW)
    assert [one.id for one in placed.articles] == [one.id for one in told]
    stories: dict[str, list[Article]] = {}
    for one in placed.articles:
        assert one.story_id
        stories.setdefault(one.story_id, []).append(one)
    for members in stories.values():
        assert len({member.source_id for member in members}) == len(members)
        assert len({(member.canonical_url, member.title) for member in members}) == 1
        shown = [f.category for f in placed.shown if f.article_id in {member.id for member in members}]
        assert sorted(shown) == ["all", "health"]


def test_a_content_tells_a_story_and_a_short_one_does_not() -> None:
    long = "<p>" + "Twelve words or more of the very same text in both of them. " * 2 + "</p>"
    a, b = (
        _told(1, "x", enclosures=(), content=long),
        _told(2, "y", title="Another", enclosures=(), content=f"<div>{long}</div>"),
    )
    assert same_story(a, b) == "same address and content"
    assert same_story(replace(a, content="<p>Read more</p>"), replace(b, content="<p>Read more</p>")) is None


def test_an_enclosure_tells_a_story() -> None:
    a = _told(1, "x", content="")
    assert same_story(a, _told(2, "y", title="Another", content="")) == "same address and enclosure"
    assert same_story(a, _told(2, "y", title="Another", content="", enclosures=())) is None


def test_titles_without_words_are_not_equal() -> None:
    a = _told(1, "x", title="…", enclosures=(), content="")
    assert same_story(a, replace(a, source_id="y")) is None


def test_what_is_shown_comes_in_the_order_of_the_changes() -> None:
    told = [_told(n, "x", canonical_url=f"https://a.example/{n}") for n in (1, 2, 3)]
    assert [(f.article_id, f.category) for f in place(told, [], reversed(_filed(*told)), NOW).shown] == [
        ("a1", "all"), ("a1", "health"), ("a2", "all"), ("a2", "health"), ("a3", "all"), ("a3", "health"),
    ]  # fmt: skip


def test_full_content_goes_before_an_excerpt_and_then_the_first() -> None:
    brief, full = _told(1, "x", content_policy="summary"), _told(2, "y")
    assert {f.article_id for f in place([brief, full], [], _filed(brief, full), NOW).shown} == {"a2"}
    assert {f.article_id for f in place([full, _told(3, "z")], [], _filed(full, _told(3, "z")), NOW).shown} == {"a2"}


def test_a_story_whose_namesake_leaves_is_named_after_another_so_that_who_comes_back_is_no_stranger_in_it() -> None:
    first, second, third = (replace(_told(n, f"s{n}"), story_id="a1") for n in (1, 2, 3))
    gone = replace(first, categories=(), seq=4)
    placed = place([gone], [second, third], _filed(second, third), NOW)
    assert {one.id: one.story_id for one in placed.articles} == {"a1": None, "a2": "a2", "a3": "a2"}
    elsewhere = replace(gone, categories=("health",), story_id=None, canonical_url="https://x.example/other", seq=5)
    (back,) = place([elsewhere], [], _filed(elsewhere), NOW).articles
    assert back.story_id == "a1"
