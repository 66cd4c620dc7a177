"""What is a problem, since when: a pure function of what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from builders import NOW
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.flood import HeldSource
from syndicator.core.model import PollOutcome, SourceState
from syndicator.core.problems import FAILS_FOR, HeldBack, Kind, problems

DAY = timedelta(days=1)
SOUND = SourceState("src", "src", "https://src.example.org/feed", NOW, outcome=PollOutcome.NEW, last_poll_at=NOW)


def _kinds(state: SourceState) -> list[Kind]:
    return [one.kind for one in problems([state], {}, (), NOW)]


def test_a_sound_source_has_none() -> None:
    assert _kinds(SOUND) == []
    assert _kinds(replace(SOUND, expected_by=NOW + DAY, last_new_at=NOW)) == []


def test_a_source_that_fails_is_one_after_a_day() -> None:
    failing = replace(SOUND, failures=3, error="HTTP 503", failing_since=NOW - FAILS_FOR)
    (found,) = problems([failing], {}, (), NOW)
    assert (found.kind, found.began, found.title) == (Kind.FAILING, NOW - FAILS_FOR, "src: failing, HTTP 503")
    assert "3 polls in a row" in found.advice
    assert _kinds(replace(failing, failing_since=NOW - FAILS_FOR + timedelta(seconds=1))) == []


def test_a_page_that_links_a_feed_is_said_without_its_secret() -> None:
    failing = replace(SOUND, failures=9, failing_since=NOW - DAY, offered_url="https://a.example/f?token=abc")
    (found,) = problems([failing], {}, (), NOW)
    assert "https://a.example/f" in found.advice
    assert "abc" not in found.advice


def test_each_sign_is_a_problem_of_its_own() -> None:
    assert _kinds(replace(SOUND, gone=True)) == [Kind.GONE]
    assert _kinds(replace(SOUND, expected_by=NOW)) == [Kind.SILENT]
    assert _kinds(replace(SOUND, empty_since=NOW, last_new_at=NOW - DAY)) == [Kind.EMPTY]
    assert _kinds(replace(SOUND, empty_since=NOW)) == [], "a feed that never had entries has lost none"
    assert _kinds(replace(SOUND, flaw="repaired", flawed_since=NOW)) == [Kind.DRIFT]
    assert _kinds(replace(SOUND, odd_dates_since=NOW)) == [Kind.DATES]


def test_what_is_held_is_one_as_long_as_something_waits() -> None:
    held = {"a": HeldSource("a", 3, NOW - DAY, "held: a flood"), "b": HeldSource("b", 0, None, "", "held: by you")}
    found = problems([], held, [HeldBack("health", "it would lose much", NOW)], NOW)
    assert [(one.kind, one.subject, one.began) for one in found] == [
        (Kind.GATE, "health", NOW),
        (Kind.HELD, "a", NOW - DAY),
    ]


_TIMES = st.none() | st.integers(-100, 100).map(lambda hours: NOW + timedelta(hours=hours))
_STATES = st.builds(
    SourceState, st.sampled_from("abc"), st.just("o"), st.just("https://a.example/"), st.just(NOW),
    failures=st.integers(0, 3), gone=st.booleans(), last_poll_at=_TIMES, last_new_at=_TIMES, expected_by=_TIMES,
    failing_since=_TIMES, flawed_since=_TIMES, empty_since=_TIMES, odd_dates_since=_TIMES,
)  # fmt: skip


@given(st.lists(_STATES, max_size=4, unique_by=lambda state: state.source_id))
def test_problems_have_ids_of_their_own_and_come_latest_first(states: list[SourceState]) -> None:
    found = problems(states, {}, (), NOW)
    assert len({one.key for one in found}) == len(found)
    assert [one.began for one in found] == sorted((one.began for one in found), reverse=True)


@given(_STATES, st.integers(1, 1000))
def test_a_problem_keeps_its_id_as_long_as_it_lasts(state: SourceState, hours: int) -> None:
    now = {one.key for one in problems([state], {}, (), NOW)}
    later = {one.key for one in problems([state], {}, (), NOW + timedelta(hours=hours))}
    assert now <= later
