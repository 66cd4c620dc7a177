"""What the answers of the web leave in a source's state, as far as problems are told by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import NOW, article, source

from syndicator.core.fetching import Fetched, NotModified
from syndicator.core.hints import NO_HINTS
from syndicator.core.model import Article, SourceState
from syndicator.core.outcomes import Poll, has_odd_date
from syndicator.core.rhythm import Rhythm

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGUN = SourceState("src", "src", "https://src.example.org/feed", NOW)
FETCHED = Fetched("https://src.example.org/feed", b"")


def _read(
    before: SourceState, at: datetime, new: Sequence[Article] = (), flaws: tuple[str, ...] = (), entries: int = 20
) -> SourceState:
    after = Poll(source(), before, at).read(FETCHED, NO_HINTS, flaws, new, entries)
    return replace(after, body_hash="body")


def test_a_source_fails_since_its_first_failure_until_it_succeeds() -> None:
    first = Poll(source(), BEGUN, NOW).failed("HTTP 500")
    second = Poll(source(), first, NOW + HOUR).failed("a page", offered_url="https://src.example.org/new")
    assert (second.failing_since, second.failures, second.offered_url) == (NOW, 2, "https://src.example.org/new")
    mended = Poll(source(), second, NOW + DAY).unchanged(NotModified())
    assert (mended.failing_since, mended.offered_url) == (None, None)


def test_a_feed_that_was_always_flawed_has_not_drifted() -> None:
    assert _read(BEGUN, NOW, flaws=("repaired",)).flawed_since is None
    sound = _read(BEGUN, NOW)
    drifted = _read(sound, NOW + HOUR, flaws=("repaired",))
    assert _read(drifted, NOW + DAY, flaws=("repaired otherwise",)).flawed_since == NOW + HOUR
    assert _read(drifted, NOW + DAY).flawed_since is None


def test_a_feed_is_empty_since_it_was_read_without_entries() -> None:
    emptied = _read(_read(BEGUN, NOW, entries=0), NOW + HOUR, entries=0)
    assert emptied.empty_since == NOW
    assert _read(emptied, NOW + DAY).empty_since is None


def test_dates_are_odd_where_most_of_what_is_new_has_an_unbelievable_one() -> None:
    dated = article(date_text="yesterday", published=NOW - DAY)
    odd = article(date_text="the day before", published=NOW, accepted=NOW)
    undated = article(date_text="", published=NOW, accepted=NOW)
    assert [has_odd_date(one) for one in (dated, odd, undated)] == [False, True, False]
    assert _read(BEGUN, NOW, [odd, odd]).odd_dates_since is None, "too few"
    assert _read(BEGUN, NOW, [odd] * 3 + [dated] * 4).odd_dates_since is None, "the lesser part"
    found = _read(BEGUN, NOW, [odd] * 3 + [dated] * 3)
    assert found.odd_dates_since == NOW
    assert _read(found, NOW + HOUR).odd_dates_since == NOW, "nothing new says nothing"
    assert _read(found, NOW + HOUR, [odd] * 5).odd_dates_since == NOW
    assert _read(found, NOW + HOUR, [dated]).odd_dates_since is None


def test_a_daily_paper_is_silent_after_three_days_and_a_weekly_one_after_weeks() -> None:
    for gap, silent in ((timedelta(hours=2), 3), (DAY, 3), (2 * DAY, 6), (7 * DAY, 21)):
        times = [NOW - gap * n for n in range(int(60 * DAY / gap))]
        rhythm = Rhythm(times[-1], times[-1])
        for time in reversed(times):
            rhythm = rhythm.with_entries([time], time)
        expected = rhythm.expected_by(NOW)
        assert expected is not None
        assert (expected - NOW) / DAY == pytest.approx(silent, rel=0.05)


def test_of_a_source_that_seldom_publishes_silence_tells_nothing() -> None:
    assert Rhythm(NOW, NOW).with_entries([NOW], NOW).expected_by(NOW) is None
