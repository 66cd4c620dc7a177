"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from builders import NOW
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import dates

ATHENS = dates.zone("Europe/Athens")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22/01/2026 22:05", "2026-01-22T20:05:00"),
        ("05/02/2026 09:10", "2026-02-05T07:10:00"),
        ("Tue, 06 Jan 26 10:00 EST", "2026-01-06T15:00:00"),
        ("Mon, 05 Jan 2026 10:00:00 +0200", "2026-01-05T08:00:00"),
        ("05 Jan 2026 10:00:00 GMT", "2026-01-05T10:00:00"),
        ("2026-01-05T10:00:00Z", "2026-01-05T10:00:00"),
        ("2026-07-05T10:00:00.25-05:30", "2026-07-05T15:30:00.250000"),
        ("2026-01-05 10:00", "2026-01-05T08:00:00"),
        ("2026-07-05", "2026-07-04T21:00:00"),
        ("2026/01/05 10:00", "2026-01-05T08:00:00"),
    ],
)
def test_the_usual_shapes_are_read(text: str, expected: str) -> None:
    assert dates.parse(text, ATHENS) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_the_order_of_day_and_month_is_the_sources() -> None:
    assert dates.parse("05/02/2026", UTC, "dmy") == datetime(2026, 2, 5, tzinfo=UTC)
    assert dates.parse("05/02/2026", UTC, "mdy") == datetime(2026, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "sometime last Tuesday", "32/01/2026", "2026-13-01", "2026-01-05T25:00Z", "Mon, 01 Jan 0001 00:00:00 +0000"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.parse(text, UTC) is None


@given(st.text() | st.from_regex(r"[0-9/:TZ+., -]{0,30}"), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_no_text_breaks_it(text: str, order: str) -> None:
    found = dates.parse(text, ATHENS, order)  # type: ignore[arg-type]
    assert found is None or found.tzinfo is UTC


def test_an_unset_clock_and_the_far_future_are_not_believed() -> None:
    assert dates.believable(NOW - timedelta(days=3000), NOW)
    assert dates.believable(NOW + timedelta(hours=20), NOW)
    assert not dates.believable(datetime(1970, 1, 1, tzinfo=UTC), NOW)
    assert not dates.believable(datetime(2099, 1, 1, tzinfo=UTC), NOW)
    assert not dates.believable(None, NOW)
