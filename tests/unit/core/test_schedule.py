"""When a source is polled next, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from builders import NOW, source
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import schedule

_WAITS = st.timedeltas(timedelta(seconds=1), timedelta(days=30))


@given(_WAITS)
def test_hints_only_lengthen_and_stay_within_the_limits(hint: timedelta) -> None:
    one = source()
    decision = schedule.after_success(one, NOW, (("max-age", hint),))
    assert one.min_interval <= decision.at - NOW <= one.max_interval * 1.05
    assert decision.at - NOW >= min(hint, one.max_interval)
    assert decision == schedule.after_success(one, NOW, (("max-age", hint),))


@given(st.integers(1, 10_000), _WAITS)
def test_failures_back_off_and_retry_after_is_never_undercut(failures: int, retry_after: timedelta) -> None:
    one = source()
    decision = schedule.after_failure(one, NOW, failures, retry_after)
    assert decision.at >= NOW + retry_after
    assert schedule.after_failure(one, NOW, failures).at <= schedule.after_failure(one, NOW, failures + 1).at
    assert schedule.after_failure(one, NOW, failures).at <= NOW + one.max_interval * 1.05


def test_the_reason_is_in_words() -> None:
    assert schedule.after_success(source(), NOW, (("ttl", timedelta(hours=2)),)).reason.endswith("ttl 2 h")
    assert schedule.after_failure(source(), NOW, 2).reason.endswith("2 failures in a row")


@given(
    st.text("abc", min_size=1, max_size=5),
    st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)),
    st.integers(1, 40),
)
def test_no_poll_comes_before_the_least_wait_of_its_source(name: str, now: datetime, failures: int) -> None:
    one = source(id=name, interval=timedelta(minutes=1), min_interval=timedelta(minutes=30))
    for decision in (schedule.after_success(one, now), schedule.after_failure(one, now, failures)):
        assert decision.at >= now + one.min_interval
    assert schedule.after_failure(one, now, failures) == schedule.after_failure(one, now, failures)


def test_retry_after_is_kept_even_beyond_the_longest_wait() -> None:
    week = timedelta(days=7)
    decision = schedule.after_failure(source(), NOW, 1, week)
    assert decision.at == NOW + week
    assert decision.reason == "in 7 d: Retry-After 7 d"


def test_what_was_held_back_is_said() -> None:
    assert "held to at most 1 d" in schedule.after_success(source(), NOW, (("ttl", timedelta(days=9)),)).reason
    assert "held to at least 1 h" in schedule.after_success(source(interval=timedelta(seconds=1)), NOW).reason


def test_sources_that_answered_together_drift_apart() -> None:
    times = {schedule.after_success(source(id=f"s{n}"), NOW).at for n in range(50)}
    assert len(times) > 40
