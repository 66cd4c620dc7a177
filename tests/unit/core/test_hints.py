"""What feeds ask of those who poll them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import hints
from syndicator.core.hints import NO_HINTS, Hint, Hints


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("60", 60), (" 5 ", 5), ("0", None), ("-1", None), ("99999", None), ("1h", None), ("", None), ("9" * 99, None), ("٣", None)],
)  # fmt: skip
def test_F4_a_ttl_is_minutes_up_to_ten_days(text: str, minutes: int | None) -> None:
    waits = (Hint(timedelta(minutes=minutes), f"ttl {minutes}"),) if minutes else ()
    assert hints.read(ttl=text).waits == waits


@pytest.mark.parametrize(
    ("period", "frequency", "wait"),
    [("hourly", "1", "1:00:00"), (" Daily ", "", "1 day, 0:00:00"), ("daily", "4", "6:00:00"), ("weekly", "7", "1 day, 0:00:00"),
     ("hourly", "0", None), ("hourly", "often", None), ("sometimes", "1", None), ("", "2", None)],
)  # fmt: skip
def test_F4_an_update_period_is_shared_by_its_frequency(period: str, frequency: str, wait: str | None) -> None:
    assert [str(hint.wait) for hint in hints.read(period=period, frequency=frequency).waits] == ([wait] if wait else [])


def test_F4_hours_and_days_to_skip_are_read_and_garbage_is_ignored() -> None:
    found = hints.read(hours=("24", " 7", "7", "25", "-1", "noon", ""), days=("Saturday", " sunday ", "Caturday", ""))
    assert found == Hints((), (0, 7), (5, 6))
    assert (
        hints.read(
            hours=map(str, range(24)),
            days=["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        )
        == NO_HINTS
    )


def test_F4_a_poll_that_would_slip_into_a_skipped_hour_is_skipped_too() -> None:
    found = Hints((), (22,), (5,))
    day = datetime(2026, 1, 30, tzinfo=UTC)  # a Friday
    skipped = [minute for minute in range(24 * 60) if found.skips(day + timedelta(minutes=minute))]
    assert skipped == [*range(22 * 60 - 2, 23 * 60), *range(24 * 60 - 2, 24 * 60)]


@given(st.text(), st.lists(st.text()), st.lists(st.text()), st.text(), st.text())
def test_F4_whatever_stands_there_is_read(
    ttl: str, hours: list[str], days: list[str], period: str, frequency: str
) -> None:
    found = hints.read(ttl, hours, days, period, frequency)
    assert all(timedelta() < hint.wait <= timedelta(days=365) for hint in found.waits)
