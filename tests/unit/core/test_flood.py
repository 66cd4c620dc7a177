"""What is a flood: old entries that come all at once; and what is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import NOW, article, source
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import configured
from syndicator.core.flood import sudden
from syndicator.core.model import Article, SourceState

DAY = timedelta(days=1)
SEEN = SourceState("src", "src", "https://src.example.org/feed", NOW, body_hash="b", last_success_at=NOW - DAY)


def _new(count: int, published: datetime | None = NOW - 9 * DAY) -> list[Article]:
    return [article(id=f"{published} {n}", published=published or NOW, accepted=NOW) for n in range(count)]


def _held(new: list[Article], entries: int = 20, before: SourceState = SEEN, dated: bool = True) -> int:
    return len(sudden(new, before, entries, 0.5, dated)[0])


@pytest.mark.parametrize(
    ("new", "entries", "held"),
    [
        (_new(11), 20, 11),
        (_new(10), 20, 0),
        (_new(9), 9, 0),
        (_new(10), 10, 10),
        (_new(11, NOW - timedelta(days=1.9)), 20, 0),
        (_new(11, NOW - timedelta(days=2.1)), 20, 11),
        (_new(11) + _new(9, NOW - timedelta(hours=1)), 20, 11),
        (_new(6) + _new(5, None), 20, 11),
    ],
)
def test_old_entries_are_held_where_they_are_more_than_half_of_a_poll_and_ten_at_least(
    new: list[Article], entries: int, held: int
) -> None:
    assert _held(new, entries) == held


def test_why_tells_how_many_and_what_to_do() -> None:
    _, why = sudden(_new(40), SEEN, 50, 0.5, dated=True)
    assert why == (
        "held: 40 of 50 entries were new, but dated before 2026-01-29 12:00 UTC; `syndicator release src` publishes it"
    )
    assert "undated, or dated before" in sudden(_new(40, None), SEEN, 50, 0.5, dated=True)[1]


def test_what_never_had_dates_is_no_flood() -> None:
    assert _held(_new(20, None), dated=False) == 0


def test_the_first_body_of_a_source_or_from_another_url_is_no_flood() -> None:
    assert _held(_new(20), before=replace(SEEN, last_success_at=None, body_hash=None)) == 0
    moved = source(url="https://src.example.org/other")
    (state,) = configured.states({"src": moved}, {"src": SEEN}, {}, NOW)
    assert _held(_new(20), before=state) == 0
    assert _held(_new(20), before=replace(state, last_poll_at=NOW, failures=1)) == 0, "nor after it has failed"


def test_a_wrong_clock_makes_no_flood() -> None:
    assert _held(_new(20), before=replace(SEEN, last_success_at=NOW + 99 * DAY)) == 0


def test_a_share_of_one_holds_nothing() -> None:
    assert sudden(_new(20), SEEN, 20, 1.0, dated=True) == (frozenset(), "")


@given(st.integers(1, 400), st.lists(st.floats(0, 1), max_size=60))
def test_a_poll_that_comes_late_is_no_flood(days: int, when: list[float]) -> None:
    """Whatever was published since the last good poll, however long that is ago."""
    before = replace(SEEN, last_success_at=NOW - days * DAY)
    new = [replace(one, published=NOW - days * DAY * at) for one, at in zip(_new(len(when)), when, strict=True)]
    assert _held(new, len(new), before, dated=False) == 0
