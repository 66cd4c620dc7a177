"""When a source is polled next, and why."""

from __future__ import annotations

from datetime import timedelta

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
