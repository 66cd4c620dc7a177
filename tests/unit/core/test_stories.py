"""Stories: the same news of several sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import NOW, article
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.fingerprint import fingerprint
from syndicator.core.identity import SAME_STORY
from syndicator.core.model import Article, Filing, RemovedBy
from syndicator.core.stories import PARTED, Evidence, Placed, place, same_story, taken_out


def _told(number: int, source: str, **fields: Any) -> Article:
    return replace(article(), **{"id": f"a{number}", "source_id": source, "seq": number, "story_id": None, **fields})


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


# --- texts, and what the operator says ------------------------------------------------------------------


def _apart(number: int, source: str, **fields: Any) -> Article:
    """An article that shares no address with others."""
    url = f"https://{source}.example/{number}"
    return _told(number, source, **{"url": url, "canonical_url": url, **fields})


def _stories(placed: Placed) -> dict[str, str | None]:
    return {one.id: one.story_id for one in placed.articles}


def test_nearly_equal_texts_tell_one_story_and_the_reason_says_how_near() -> None:
    old, new = replace(_apart(1, "x"), story_id="a1"), _apart(2, "y")
    placed = place([new], [old], _filed(old, new), NOW, Evidence(near={"a2": [("a1", 0.8734)]}))
    assert _stories(placed) == {"a2": "a1"}
    assert placed.articles[0].reasons[-1] == "same story as a1 of x: text alike by 0.87"


def test_the_surest_evidence_comes_first_and_a_source_tells_a_story_once() -> None:
    likest, same_page = replace(_apart(1, "x"), story_id="a1"), replace(_told(2, "x"), story_id="a2")
    new = _told(3, "y")
    placed = place(
        [new], [likest, same_page], _filed(likest, same_page, new), NOW, Evidence(near={"a3": [("a1", 1.0)]})
    )
    assert _stories(placed) == {"a3": "a2"}


def test_what_joins_two_stories_makes_them_one_and_the_later_entry_goes() -> None:
    first = replace(_apart(1, "x"), story_id="a1")
    second = replace(_apart(2, "y", accepted=NOW + timedelta(hours=1)), story_id="a2")
    new = _apart(3, "z", accepted=NOW + timedelta(hours=2))
    filings = [Filing("a1", "health", 1, 1), Filing("a2", "health", 2, 2), Filing("a3", "health", None, 3)]
    placed = place([new], [first, second], filings, NOW, Evidence(near={"a3": [("a2", 0.9), ("a1", 0.8)]}))
    assert _stories(placed) == {"a2": "a1", "a3": "a1"}
    assert (placed.shown, [f.article_id for f in placed.hidden]) == ((), ["a2"])
    assert [reason.partition(":")[2] for reason in placed.articles[-1].reasons[-2:]] == [
        " text alike by 0.90",
        " text alike by 0.80",
    ]


def test_an_edit_may_show_that_two_stories_are_one() -> None:
    first = replace(_apart(1, "x"), story_id="a1")
    edited = replace(_apart(2, "y", accepted=NOW + timedelta(hours=1)), story_id="a2", seq=9)
    filings = [Filing("a1", "health", 1, 1), Filing("a2", "health", 2, 9)]
    placed = place([edited], [first], filings, NOW, Evidence(near={"a2": [("a1", 0.9)]}))
    assert _stories(placed) == {"a2": "a1"}
    assert [f.article_id for f in placed.hidden] == ["a2"]


def test_what_was_taken_apart_stays_apart_and_what_was_put_together_is_together() -> None:
    one, other = replace(_told(1, "x"), story_id="a1"), _told(2, "y")
    apart = place([other], [one], _filed(one, other), NOW, Evidence(apart=frozenset({("a1", "a2")})))
    assert _stories(apart) == {"a2": "a2"}
    third = _told(3, "z")
    both = replace(other, story_id="a2")
    placed = place([third], [one, both], _filed(one, both, third), NOW, Evidence(apart=frozenset({("a1", "a2")})))
    assert _stories(placed) == {"a3": "a1"}, "nor does another one join them"
    strangers = replace(_apart(1, "x"), story_id="a1"), replace(_apart(2, "x"), story_id="a2", seq=9)
    placed = place(strangers[1:], strangers[:1], _filed(*strangers), NOW, Evidence(together=frozenset({("a1", "a2")})))
    assert _stories(placed) == {"a2": "a1"}, "although one source tells both"


def test_a_category_that_shows_all_tellings_hides_none() -> None:
    tellings = [_told(n, f"s{n}") for n in range(1, 4)]
    placed = place(tellings, [], _filed(*tellings), NOW, whole={"health"})
    assert [f.article_id for f in placed.shown if f.category == "health"] == ["a1", "a2", "a3"]
    assert [f.article_id for f in placed.shown if f.category == "all"] == ["a1"]


def test_who_is_taken_out_has_a_story_with_its_own_name_and_the_others_keep_a_members() -> None:
    reason = f"{SAME_STORY} a1 of x: same address and title"
    story = [replace(_told(n, f"s{n}"), story_id="a1", reasons=(reason,) if n > 1 else ()) for n in (1, 2, 3)]
    told = taken_out("a1", story, NOW)
    assert {one.id: one.story_id for one in told} == {"a1": "a1", "a2": "a2", "a3": "a2"}
    assert "taken out of its story by the operator" in told[0].reasons[-1]
    assert told[1].reasons == told[2].reasons == ()
    assert {one.id: one.story_id for one in taken_out("a3", story, NOW)} == {"a1": "a1", "a2": "a1", "a3": "a3"}


@given(st.permutations(range(40)))
def test_a_wire_story_is_one_whatever_the_order_of_its_forty_tellings(order: list[int]) -> None:
    """Half share the address, the others are like two before them in text alone."""
    tellings = [(_told if n % 2 else _apart)(n, f"s{n}") for n in order]
    near = {one.id: [(other.id, 0.8) for other in tellings[:at]][-2:] for at, one in enumerate(tellings)}
    placed = place(tellings, [], _filed(*tellings), NOW, Evidence(near=near))
    assert len(set(_stories(placed).values())) == 1
    assert sorted(f.category for f in placed.shown) == ["all", "health"]


_FOREST = "The fire in the forest above the village is under control since this morning, the brigade says."
_BASKET = "Aris wins the cup after extra time and the whole town is on its feet until dawn breaks."
_FLOOD = "Heavy rain has flooded the valley, and two bridges are closed until further notice, the mayor says."


def _saying(number: int, source: str, text: str, title: str = "News", **fields: Any) -> Article:
    page = {"url": f"https://{source}.example/{number}", "canonical_url": f"https://{source}.example/{number}"}
    made = {"content": f"<p>{text}</p>", "title": title, "fingerprint": fingerprint(title, text), **page}
    return _told(number, source, **{**made, **fields})


def test_an_edit_into_other_news_leaves_the_story() -> None:
    """Feeds that use one guid for a place on their page would hide what others still tell."""
    known = _saying(1, "agency", _FOREST, story_id="a1")
    reason = f"{SAME_STORY} a1 of agency: text alike by 1.00"
    edited = _saying(2, "beta", _BASKET, story_id="a1", reasons=(reason,))
    filings = [Filing("a1", "health", None, 1), Filing("a2", "health", 4, 2)]
    placed = place([edited], [known], filings, NOW)
    (told,) = placed.articles
    assert (told.story_id, told.reasons) == ("a2", (PARTED,))
    assert [one.article_id for one in placed.shown] == ["a1"]


def test_an_edit_of_the_namesake_leaves_the_others_together() -> None:
    others = [_saying(n, f"s{n}", _FOREST, story_id="a1") for n in (2, 3)]
    placed = place([_saying(1, "agency", _BASKET, story_id="a1")], others, [], NOW)
    assert {one.id: one.story_id for one in placed.articles} == {"a2": "a2", "a3": "a2", "a1": "a1"}


@pytest.mark.parametrize(
    "held_together",
    [
        {"evidence": Evidence(together=frozenset({("a1", "a2")}))},
        {"canonical_url": "https://agency.example/1"},
        {"fingerprint": b""},
    ],
)
def test_what_the_operator_or_an_address_holds_together_stays(held_together: dict[str, Any]) -> None:
    evidence = held_together.pop("evidence", Evidence())
    known = _saying(1, "agency", _FOREST, story_id="a1")
    edited = _saying(2, "beta", _BASKET, story_id="a1", **held_together)
    (placed,) = place([edited], [known], [], NOW, evidence).articles
    assert placed.story_id == "a1"


def test_a_round_up_joins_one_story_and_does_not_make_one_of_two() -> None:
    fire, flood = _saying(1, "a", _FOREST, story_id="a1"), _saying(2, "b", _FLOOD, story_id="a2")
    known = [fire, _saying(3, "c", _FOREST, story_id="a1"), flood, _saying(4, "d", _FLOOD, story_id="a2")]
    both = _saying(5, "e", f"{_FOREST} {_FLOOD}")
    evidence = Evidence(near={"a5": [("a1", 0.56), ("a2", 0.5)]})
    assert [one.story_id for one in place([both], known, [], NOW, evidence).articles] == ["a1"]


def test_when_the_round_up_is_gone_what_it_held_together_parts() -> None:
    gone = _saying(1, "e", f"{_FOREST} {_FLOOD}", story_id="a1", removed=True, fingerprint=b"")
    rest = [_saying(2, "a", _FOREST, story_id="a1"), _saying(3, "b", _FLOOD, story_id="a1")]
    placed = place([gone], rest, [], NOW)
    assert len({one.story_id for one in placed.articles if not one.removed} | {"a1"}) == 2


def test_a_page_of_many_days_is_told_by_the_nearest_one() -> None:
    days = [
        _told(n, "weather", story_id=f"a{n}", sort_at=NOW + timedelta(days=n), published=NOW + timedelta(days=n))
        for n in (1, 2, 3)
    ]
    copy = _told(9, "copy", sort_at=NOW + timedelta(days=3, hours=1), published=NOW + timedelta(days=3, hours=1))
    assert place([copy], days, [], NOW).articles[0].story_id == "a3"


def test_a_column_of_long_ago_is_another_though_page_and_title_are_the_same() -> None:
    old = _told(1, "x", enclosures=(), content=f"<p>{_FOREST}</p>", published=NOW - timedelta(days=200))
    new = _told(2, "y", enclosures=(), content=f"<p>{_BASKET}</p>", published=NOW)
    assert same_story(old, new) is None
    assert same_story(old, replace(new, published=NOW - timedelta(days=199))) == "same address and title"
    assert same_story(old, replace(new, content=f"<p>{_FOREST} Read more.</p>")) == "same address and title"


def test_for_each_article_that_joins_it_is_told_how_that_was_known() -> None:
    page, text, other = _told(1, "alpha"), _apart(2, "beta"), _told(3, "gamma")
    placed = place([page, text, other], [], _filed(page, text, other), NOW, Evidence(near={"a2": [("a1", 0.9)]}))
    assert sorted(placed.joined) == ["address", "text"]
    together = Evidence(together=frozenset({("a1", "a2")}))
    assert place([page, text], [], _filed(page, text), NOW, together).joined == ("operator",)
    assert place([page], [], _filed(page), NOW).joined == ()
