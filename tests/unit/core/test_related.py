"""News in the same category."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.related import PER_SOURCE, Neighbour, Order, Recent, neighbour, related
from syndicator.core.terms import terms_of, unpacked

TOPICS = ("Malaria vaccine trial in Kenya", "Parliament debates the budget", "Rovers win the cup final")


def _news(number: int, source: str, title: str = "", text: str = "", **fields: object) -> Neighbour:
    """An article that is `number` hours old."""
    title = title or f"Title {number}"
    date = NOW - timedelta(hours=number)
    made = neighbour(f"a{number}", source, f"a{number}", "", date, terms_of(title, text), title)
    return replace(made, **fields)  # type: ignore[arg-type]


def _ids(article: Neighbour, recent: list[Neighbour], limit: int = 6, order: Order = "recent") -> list[str]:
    return list(related(article, Recent(recent), limit, order))


def test_never_itself_nor_its_story_and_at_most_two_of_a_source() -> None:
    me = _news(0, "x")
    recent = [me, _news(1, "y", story_id="a0"), *(_news(n, "x") for n in range(2, 6)), _news(6, "z")]
    assert _ids(me, recent) == ["a2", "a3", "a6"]
    assert _ids(me, recent, 1) == ["a2"]


def test_articles_without_words_in_their_titles_do_not_pass_for_one() -> None:
    others = [_news(n, f"s{n}", "!") for n in (1, 2)]
    assert _ids(_news(0, "x", "…"), others) == ["a1", "a2"]


def test_one_title_is_shown_once_whoever_tells_it() -> None:
    recent = [_news(n, f"s{n}", title) for n, title in ((1, "Same news"), (2, "SAME NEWS!"), (3, "Title 0"))]
    assert _ids(_news(0, "x"), recent) == ["a1"]


def test_what_is_close_in_words_comes_first_and_the_latest_fill_up() -> None:
    recent = [_news(n, f"s{n}", f"{TOPICS[n % 3]} {n}") for n in range(1, 31)]
    me = _news(0, "x", "Kenya starts a trial of a malaria vaccine")
    found = _ids(me, recent, 10, "related")
    assert {int(id_[1:]) % 3 for id_ in found} == {0}
    assert _ids(me, [*recent[:3], recent[5]], 4, "related") == ["a3", "a6", "a1", "a2"]
    assert _ids(me, recent, 10) == [one.id for one in recent[:10]]


def test_of_what_is_equally_close_the_later_comes_first() -> None:
    old, new = _news(24 * 30, "s1", TOPICS[0] + " old"), _news(1, "s2", TOPICS[0] + " new")
    others = [_news(n, f"t{n}") for n in range(2, 9)]
    assert _ids(_news(0, "x", TOPICS[0]), [new, *others, old], 2, "related") == [new.id, old.id]


def test_an_article_without_terms_is_compared_by_its_title() -> None:
    old = neighbour("old", "s", "old", "", NOW, b"", TOPICS[0])
    others = [_news(n, f"t{n}") for n in range(2, 9)]
    assert _ids(_news(0, "x", TOPICS[0] + " again"), [*others, old], 1, "related") == ["old"]


def test_what_everyone_writes_tells_nothing() -> None:
    recent = [_news(n, f"s{n}", f"Weekly newsletter about something{n}") for n in range(1, 400)]
    assert Recent(recent).closeness(unpacked(terms_of("Weekly newsletter about nothing", ""))) == {}


@pytest.mark.parametrize("order", ["related", "recent"])
def test_another_language_has_to_be_close_in_words(order: Order) -> None:
    me = _news(0, "x", "Merkel trifft Macron in Straßburg", language="de-AT")
    recent = [
        _news(1, "a", "Football results", language="en"),
        _news(2, "b", "Macron et Merkel à Strasbourg", language="fr"),
        _news(3, "c", "Fußball am Wochenende", language="de"),
        _news(4, "d", "No language given"),
    ]
    assert set(_ids(me, recent, order=order)) == {"a2", "a3", "a4"}


def test_an_empty_category_has_no_news() -> None:
    assert _ids(_news(0, "x"), [], order="related") == []


_neighbour = st.builds(
    lambda n, source, story, title, language: _news(
        n, f"s{source}", TOPICS[title] if title < 3 else f"Title {title}", TOPICS[n % 3], story_id=f"t{story}",
        language=language,
    ),
    st.integers(0, 99), st.integers(0, 4), st.integers(0, 30), st.integers(0, 40), st.sampled_from(["", "en", "el"]),
)  # fmt: skip
_category = st.lists(_neighbour, max_size=40, unique_by=lambda one: one.id).map(
    lambda found: sorted(found, key=lambda one: one.sort_at, reverse=True)
)


@given(_neighbour, _category, st.integers(1, 20), st.sampled_from(["related", "recent"]))
def test_whatever_the_category_holds(me: Neighbour, recent: list[Neighbour], limit: int, order: Order) -> None:
    found = _ids(me, recent, limit, order)
    by_id = {one.id: one for one in recent}
    chosen = [by_id[id_] for id_ in found]
    assert len(found) == len(set(found)) <= limit
    assert me.id not in found
    stories = [one.story_id for one in chosen]
    assert len({me.story_id, *stories}) == len(stories) + 1
    titles = [one.title for one in (me, *chosen)]
    assert len(set(titles)) == len(titles)
    assert max(Counter(one.source_id for one in chosen).values(), default=0) <= PER_SOURCE
    assert found == _ids(me, recent, limit, order), "the same again"
    assert _ids(me, recent, limit + 1, order)[:limit] == found, "a longer list begins with the shorter one"
    if order == "recent":
        assert [one.sort_at for one in chosen] == sorted((one.sort_at for one in chosen), reverse=True)


@given(_neighbour, _category)
def test_closeness_is_between_nothing_and_one(me: Neighbour, recent: list[Neighbour]) -> None:
    close = Recent([me, *recent]).closeness(unpacked(me.terms))
    assert 0 in close
    assert all(0 < score < 1.0001 for score in close.values())
