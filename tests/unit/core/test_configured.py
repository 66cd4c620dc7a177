"""What becomes of sources when the configuration is read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from builders import NOW, source

from syndicator.core import configured, schedule
from syndicator.core.hints import Hint
from syndicator.core.model import Source, SourceState
from syndicator.core.rhythm import Rhythm
from syndicator.runners.cron import next_time

_HOUR = timedelta(hours=1)


def _polled(**fields: Any) -> SourceState:
    """A state as a poll at NOW left it."""
    plain = SourceState(
        "src", "src", source().url, NOW, etag='"1"', last_modified="a", body_hash="b", last_poll_at=NOW,
        last_success_at=NOW, fresh=Hint(2 * _HOUR, "max-age 7200"), rhythm=Rhythm(NOW, NOW),
    )  # fmt: skip
    state = replace(plain, **fields)
    decision = schedule.next_poll(source(), state)
    return replace(state, next_poll_at=decision.at, next_poll_reason=decision.reason)


def _states(
    sources: Iterable[Source], known: Iterable[SourceState] = (), later: timedelta = _HOUR
) -> dict[str, SourceState]:
    wanted = {one.id: one for one in sources}
    crons = {one.id: next_time(one.cron, "UTC") for one in wanted.values() if one.cron}
    found = configured.states(wanted, {one.source_id: one for one in known}, crons, NOW + later)
    return {state.source_id: state for state in found}


def test_F3_twenty_restarts_cause_no_poll() -> None:
    state = _polled()
    for minutes in range(20):
        assert _states([source()], [state], timedelta(minutes=minutes)) == {"src": state}


def test_F3_a_restart_in_the_middle_of_the_first_polls_leaves_their_times() -> None:
    sources = [source(id=f"{n}", url=f"https://{n}.example/") for n in range(500)]
    first = _states(sources)
    assert _states(sources, first.values(), timedelta(hours=1, minutes=20)) == first


def test_a_new_source_begins_and_one_left_out_is_no_more() -> None:
    found = _states([source(id="new")], [_polled()])
    assert found.keys() == {"new"}
    assert (found["new"].next_poll_at, found["new"].last_poll_at) == (NOW + _HOUR, None)


def test_F6_a_url_changed_by_the_operator_begins_anew_and_keeps_what_the_articles_need() -> None:
    before = _polled(gone=True, failures=3, error="e", moved_to="https://x.example/", moved_polls=2)
    after = _states([source(url="https://new.example/feed")], [before])["src"]
    assert (after.url, after.polled_url, after.etag, after.last_modified) == (
        ("https://new.example/feed",) * 2 + (None, None)
    )
    assert (after.gone, after.failures, after.error, after.moved_to, after.moved_polls) == (False, 0, None, None, 0)
    assert (after.next_poll_at, after.last_poll_at) == (NOW + _HOUR, None)
    assert (after.origin, after.former_urls, after.last_success_at) == ("src", (source().url,), NOW)


def test_F6_a_hundred_urls_changed_at_once_are_spread() -> None:
    known = [replace(_polled(), source_id=f"{n}") for n in range(100)]
    found = _states([source(id=f"{n}", url=f"https://{n}.example/") for n in range(100)], known)
    assert len({state.next_poll_at for state in found.values()}) == 100


def test_F6_an_adopted_url_that_the_operator_takes_over_goes_on_as_it_was() -> None:
    before = _polled(adopted_url="https://new.example/feed", former_urls=(source().url,))
    after = _states([source(url="https://new.example/feed")], [before])["src"]
    assert after == replace(before, url="https://new.example/feed", adopted_url=None)
    assert _states([source()], [before])["src"] == before


def test_F6_a_third_url_outweighs_the_adopted_one() -> None:
    before = _polled(adopted_url="https://new.example/feed", former_urls=(source().url,))
    after = _states([source(url="https://third.example/feed")], [before])["src"]
    assert (after.polled_url, after.former_urls) == (
        "https://third.example/feed", ("https://new.example/feed", source().url)
    )  # fmt: skip


def test_a_changed_setting_reschedules() -> None:
    before = _polled(fresh=None)
    six, cron = source(interval=6 * _HOUR, adaptive=False), source(cron="0 7 * * *")
    assert _states([six], [before])["src"].next_poll_at >= NOW + 6 * _HOUR
    assert _states([cron], [before])["src"].next_poll_at == NOW + 19 * _HOUR


def test_a_clock_that_was_far_ahead_stops_no_source() -> None:
    before = _polled()
    found = _states([source()], [before], later=-timedelta(days=3650))["src"]
    assert found.next_poll_at == NOW - timedelta(days=3650)
    assert found.etag == '"1"'


def test_a_renamed_source_goes_on_where_it_was() -> None:
    before = _polled()
    assert _states([source(id="new", was=("src",))], [before]) == {"new": replace(before, source_id="new")}


def test_a_source_that_gets_a_former_id_has_an_origin_of_its_own() -> None:
    """Else the articles of two sources could have one id."""
    renamed = replace(_polled(), source_id="new")
    found = _states([source(id="new"), source(id="src", url="https://b.example/")], [renamed])
    assert (found["new"].origin, found["src"].origin) == ("src", "src~2")
    assert _states([source(id="src", url="https://b.example/")], found.values())["src"].origin == "src~2"
