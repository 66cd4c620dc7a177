"""Sources as an operator wants them listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, source

from syndicator.core.flood import HeldSource
from syndicator.core.listing import ListedSource, ago, listing, until
from syndicator.core.model import PollOutcome, SourceState
from syndicator.core.rhythm import Rhythm
from syndicator.core.standing import Standing

_KNOWN = SourceState("src", "src", "https://src.example.org/feed", NOW + timedelta(minutes=25), "interval 1 h")
_WELL = replace(_KNOWN, outcome=PollOutcome.UNCHANGED, last_success_at=NOW, rhythm=Rhythm(NOW, NOW))
_FAILED = replace(_KNOWN, outcome=PollOutcome.FAILED, failures=3, error="HTTP 500")
_GONE = replace(_KNOWN, outcome=PollOutcome.GONE, gone=True, error="HTTP 410 Gone")


@pytest.mark.parametrize(
    ("state", "stands", "why"),
    [
        (None, Standing.NEW, ""),
        (_KNOWN, Standing.NEW, ""),
        (_WELL, Standing.FINE, ""),
        (_FAILED, Standing.FAILING, "HTTP 500 (3 times in a row)"),
        (replace(_FAILED, failures=1), Standing.FAILING, "HTTP 500"),
        (_GONE, Standing.GONE, "HTTP 410 Gone"),
    ],
)
def test_O2_a_source_is_in_one_word_what_its_last_poll_made_of_it(
    state: SourceState | None, stands: Standing, why: str
) -> None:
    (row,) = listing([source()], {"src": state} if state else {}, {}, (), NOW)
    assert (row.standing, row.why) == (stands, why)
    assert row.failing == (stands in (Standing.FAILING, Standing.GONE))


def test_what_is_never_polled_has_no_next_poll() -> None:
    assert ListedSource(source(), _GONE).next_poll is None
    assert ListedSource(source(), None).next_poll is None
    assert ListedSource(source(), None).next_why == "with the next start"
    assert ListedSource(source(), _WELL).next_poll == _WELL.next_poll_at


def test_entries_a_day_are_told_from_the_first_good_poll_on() -> None:
    assert ListedSource(source(), _KNOWN).a_day(NOW) is None
    assert ListedSource(source(), _WELL).a_day(NOW) == pytest.approx(12)


def test_a_listing_keeps_the_order_and_takes_only_what_fails_if_wanted_so() -> None:
    sources = [source(id="b"), source(id="a"), source(id="c")]
    states, held = {"b": _WELL, "a": _FAILED}, HeldSource("b", 4, NOW, "a flood")
    assert listing(sources, states, {"b": 7}, [held], NOW) == (
        ListedSource(sources[0], _WELL, Standing.HELD, 7, held),
        ListedSource(sources[1], _FAILED, Standing.FAILING),
        ListedSource(sources[2], None),
    )
    assert [row.source.id for row in listing(sources, states, {}, (), NOW, failing=True)] == ["a"]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=61), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=47), "1 d"),
        (timedelta(days=400), "400 d"),
    ],
)
def test_times_are_told_from_now_in_their_largest_unit(span: timedelta, said: str) -> None:
    assert ago(NOW - span, NOW) == f"{said} ago"
    assert until(NOW + span, NOW) == f"in {said}"


def test_times_at_the_edges() -> None:
    assert (ago(None, NOW), until(None, NOW)) == ("never", "never")
    assert (ago(NOW, NOW), ago(NOW + timedelta(hours=1), NOW)) == ("now", "now"), "a clock that was set back"
    assert (until(NOW, NOW), until(NOW - timedelta(hours=1), NOW)) == ("due", "due")
    assert until(NOW + timedelta(seconds=20), NOW) == "in 20 s"
