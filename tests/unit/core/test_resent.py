"""Entries under other ids than before: which articles they are, and which they are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import NOW, article
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.feed import Enclosure
from syndicator.core.model import Article
from syndicator.core.resent import recognised

LONG = "<p>Rain in the north and the west, sunny spells elsewhere, with a light wind from the south.</p>"
OTHER = "<p>Snow is expected above eight hundred metres until Thursday, and roads may be closed at short notice.</p>"
SHORT = "<p>Sunny spells.</p>"
DAY = timedelta(days=1)
FILE, OTHER_FILE = ((Enclosure(f"https://src.example.org/{name}.mp3", "audio/mpeg", 1),) for name in "ab")


def _article(id_: str, title: str = "Forecast", content: str = LONG, day: int | None = 1, **changes: Any) -> Article:
    dated: dict[str, Any] = {} if day is None else {"date_text": f"day {day}", "published": NOW - (30 - day) * DAY}
    undated: dict[str, Any] = {"date_text": "", "published": NOW, "accepted": NOW}
    plain: dict[str, Any] = {"enclosures": (), "content_hash": f"{title} {content} {day} {changes}"}
    return replace(article(id=id_, title=title, content=content, **{**undated, **dated, **plain}), **changes)


def _recognised(found: list[Article], there: list[Article], still: tuple[str, ...] = ()) -> dict[str, str]:
    gone = {one.id for one in there} - set(still)
    return {id_: known.id for id_, known in recognised(found, there, gone).items()}


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (_article("new"), _article("old")),
        (_article("new", day=None), _article("old", day=None)),
        (_article("new", content=OTHER), _article("old")),
        (_article("new", "Another heading"), _article("old")),
        (_article("new", "FORECAST!", f"<div>{LONG}</div>"), _article("old")),
        (_article("new", content=SHORT, enclosures=FILE), _article("old", enclosures=FILE)),
        (_article("new", day=2), _article("old")),
        (_article("new", day=None), _article("old")),
        (_article("new", content=SHORT, day=None, enclosures=FILE), _article("old", content=SHORT, enclosures=FILE)),
    ],
)
def test_what_has_two_things_in_common_on_a_page_of_its_own_is_the_article(now: Article, before: Article) -> None:
    assert _recognised([now], [before]) == {"new": "old"}


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (_article("new", content=OTHER, day=2), _article("old")),
        (_article("new", content=OTHER, day=None), _article("old", day=None)),
        (_article("new", content=SHORT, day=2), _article("old", content=SHORT)),
        (_article("new", "Episode 2", day=2), _article("old", "Episode 1")),
        (_article("new", "Episode 2", OTHER), _article("old", "Episode 1")),
        (_article("new", day=2, enclosures=FILE), _article("old", enclosures=OTHER_FILE)),
        (_article("new", content=OTHER, day=2, enclosures=FILE), _article("old", enclosures=FILE)),
        (_article("new", canonical_url="https://src.example.org/2"), _article("old")),
        (_article("new", canonical_url=""), _article("old", canonical_url="")),
    ],
)
def test_what_shares_a_page_and_little_else_is_another(now: Article, before: Article) -> None:
    assert _recognised([now], [before]) == {}


def test_what_stands_in_the_feed_beside_another_is_another() -> None:
    assert _recognised([_article("new")], [_article("old")], still=("old",)) == {}


def test_nothing_is_recognised_twice() -> None:
    assert _recognised([_article("new"), _article("newer")], [_article("old")]) == {"new": "old"}


def test_on_a_page_of_many_a_title_and_a_text_that_stay_do_not_make_one_of_two() -> None:
    there = [_article("one"), _article("two", day=2)]
    assert _recognised([_article("new", day=3)], there) == {}
    assert _recognised([_article("new", day=2)], there) == {"new": "two"}


def test_of_several_each_is_the_one_that_it_has_most_in_common_with() -> None:
    """Two episodes of one day with one description; a third came, and the first has left the feed."""
    there = [_article("one", "Episode 1"), _article("two", "Episode 2")]
    found = [_article("new", "Episode 2, corrected"), _article("again", "Episode 1")]
    assert _recognised(found, there) == {"again": "one", "new": "two"}


def test_what_was_taken_down_is_recognised_by_what_is_kept_of_it() -> None:
    def down(one: Article) -> Article:
        return replace(one, removed=True, content="", summary="", enclosures=())

    assert _recognised([_article("new", content=OTHER)], [down(_article("old"))]) == {"new": "old"}
    undated = _article("old", day=None)
    assert _recognised([replace(undated, id="new")], [down(undated)]) == {"new": "old"}


_ARTICLES = st.lists(
    st.builds(
        _article,
        st.uuids().map(str),
        st.sampled_from(["Forecast", "Daily", "Episode 1", ""]),
        st.sampled_from([LONG, OTHER, SHORT, ""]),
        st.sampled_from([None, 1, 2, 3]),
        canonical_url=st.sampled_from(["", "https://src.example.org/1", "https://src.example.org/2"]),
        enclosures=st.sampled_from([(), FILE, OTHER_FILE]),
    ),
    max_size=8,
)


@given(_ARTICLES, _ARTICLES, st.data())
def test_an_article_is_recognised_once_on_its_page_and_never_while_the_feed_holds_it(
    found: list[Article], there: list[Article], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from([one.id for one in there]))) if there else set()
    which = recognised(found, there, gone)
    known = [one.id for one in which.values()]
    assert len(known) == len(set(known))
    assert set(known) <= gone
    pages = {one.id: one.canonical_url for one in found}
    assert all(pages[id_] == one.canonical_url != "" for id_, one in which.items())


@given(st.lists(st.integers(0, 2), min_size=1, max_size=8), st.data())
def test_a_feed_whose_ids_all_change_brings_nothing_new_whatever_the_order(
    pages: list[int], data: st.DataObject
) -> None:
    there = [
        _article(f"old {n}", f"Title {n}", f"{OTHER}<p>{n}</p>", n, canonical_url=f"https://src.example.org/{page}")
        for n, page in enumerate(pages)
    ]
    found = [replace(one, id=one.id.replace("old", "new")) for one in data.draw(st.permutations(there))]
    assert _recognised(found, there) == {f"new {n}": f"old {n}" for n in range(len(pages))}


@pytest.mark.parametrize(
    "now",
    [
        _article("new", "Another heading", OTHER),
        _article("new", content=OTHER, day=2),
    ],
)
def test_what_was_taken_down_stays_away_though_only_its_date_or_its_title_is_the_same(now: Article) -> None:
    down = _article("old", content="", removed=True, content_hash="kept")
    assert _recognised([now], [down]) == {"new": "old"}
    assert _recognised([now], [replace(down, removed=False)]) == {}


def test_what_was_taken_down_keeps_nothing_away_that_shares_its_page_with_others() -> None:
    """Tomorrow's forecast has the page and the title of the one that was taken down."""
    down = _article("old", content="", removed=True, content_hash="kept")
    others = [_article("two", day=2), _article("three", day=3)]
    assert _recognised([_article("new", content=OTHER, day=4)], [down, *others], still=("two", "three")) == {}
