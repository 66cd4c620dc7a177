"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from builders import NOW
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import dates
from syndicator.core.model import DateOrder

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
        ("1767607200", "2026-01-05T10:00:00"),
        ("1767607200000", "2026-01-05T10:00:00"),
        ("1767607200.5", "2026-01-05T10:00:00"),
        ("Mon, 5-January-26 10:00 GMT", "2026-01-05T10:00:00"),
        ("Mon, 5th Jan. 2026, 10:00 PM UTC+2", "2026-01-05T20:00:00"),
        ("January 5, 2026 at 10:00 AM EST", "2026-01-05T15:00:00"),
        ("Δευ, 05 Ιαν 2026 10:00 +0200", "2026-01-05T08:00:00"),
        ("lun., 5 févr. 2026 10:00 CET", "2026-02-05T09:00:00"),
        ("Пн, 5 февраля 2026 10:00 MSK", "2026-02-05T07:00:00"),
        ("Mon Jan  5 10:00:00 PST 2026", "2026-01-05T18:00:00"),
        ("2026-január-5T9:15+01:00", "2026-01-05T08:15:00"),
        ("2026년 1월 5일 오후 11:31:55", "2026-01-05T14:31:55"),
        ("2026年1月5日 10:00", "2026-01-05T08:00:00"),
        ("20260105T100000Z", "2026-01-05T10:00:00"),
        ("2026-335", "2026-11-30T22:00:00"),
        ("2026-01", "2025-12-31T22:00:00"),
        ("2026-01-05T24:00:00Z", "2026-01-06T00:00:00"),
        ("Mon, 05 Jan 2026 23:59:60 GMT", "2026-01-05T23:59:59"),
        ("Mon, 05 Jan 2026 10:00:00 -0000", "2026-01-05T10:00:00"),
        ("Mon, 05 Jan 2026 10:00:00 GMT (Coordinated Universal Time)", "2026-01-05T10:00:00"),
        ("2026-01-05 10:00:00 Etc/GMT", "2026-01-05T10:00:00"),
        ("2026-01-05 10:00:00 +0200 EET", "2026-01-05T08:00:00"),
        ("2026-01-05T10:00:00+02:00[Europe/Athens]", "2026-01-05T08:00:00"),
        ("2028-366", "2028-12-30T22:00:00"),
        ("31 Jan 2026 24:00 GMT", "2026-02-01T00:00:00"),
    ],
)
def test_the_usual_shapes_are_read(text: str, expected: str) -> None:
    assert dates.parse(text, ATHENS) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_the_order_of_day_and_month_is_the_sources() -> None:
    assert dates.parse("05/02/2026", UTC, "dmy") == datetime(2026, 2, 5, tzinfo=UTC)
    assert dates.parse("05/02/2026", UTC, "mdy") == datetime(2026, 5, 2, tzinfo=UTC)
    orders: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
    found = [dates.parse("05/02/26 10:00", UTC, order) for order in orders]
    assert found == [datetime(*day, 10, tzinfo=UTC) for day in ((2026, 2, 5), (2026, 5, 2), (2005, 2, 26))]


@pytest.mark.parametrize(
    "text",
    ["00 Jan 2026 10:00", "2026-01-00", "00/01/2026", "31 Feb 2026 24:00 GMT", "2025-366", "2026-000", "31/02/2026",
     "05 Jan 2026 10:00:00 +9900", "05 Jan 2026 10:00:00 -2400", "2026-13-01", "20260001", "30/13/26",
     "0000-101", "0000101"],
)  # fmt: skip
def test_days_and_zones_that_do_not_exist_are_none(text: str) -> None:
    assert dates.parse(text, UTC) is None


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("Mon, 05 Jan 2026 10:00:00 +0200", []),
        ("Mon, 05 Jan 26 10:00 EST", []),
        ("2026-01-05T10:00:00Z", []),
        ("1767607200", []),
        ("2026년 1월 5일 오후 11:31:55", []),
        ("2026-01-05 10:00", ["no time zone given: Europe/Athens is used"]),
        ("Mon, 05-Jan-2026 10:00:00 -0000", []),
        ("Mon, 05 Jan 2026 10:00 XYZ", ["time zone 'XYZ' is unknown: Europe/Athens is used"]),
        ("22/01/2026 10:00 +02:00", []),
        ("05/02/2026 10:00 Z", ["read as day/month/year"]),
        ("5 Jan 2026", ["no time given: midnight is used", "no time zone given: Europe/Athens is used"]),
        ("2026", ["no day given: the first is used", "no time given: midnight is used", "no time zone given: Europe/Athens is used"]),
        ("5th of never", []),
    ],
)  # fmt: skip
def test_what_a_date_leaves_open_is_said(text: str, assumed: list[str]) -> None:
    found: list[str] = []
    dates.parse(text, ATHENS, "dmy", found)
    assert found == assumed


@pytest.mark.parametrize(
    "text",
    ["", "sometime last Tuesday", "32/01/2026", "2026-13-01", "2026-01-05T25:00Z", "Mon, 01 Jan 0001 00:00:00 +0000"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.parse(text, UTC) is None


@given(st.text() | st.from_regex(r"[0-9/:TZ+., -]{0,30}|[0-9]{0,12}"), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_no_text_breaks_it(text: str, order: str) -> None:
    found = dates.parse(text, ATHENS, order)  # type: ignore[arg-type]
    assert found is None or found.tzinfo is UTC


def test_an_unset_clock_and_the_far_future_are_not_believed() -> None:
    assert dates.believable(NOW - timedelta(days=3000), NOW)
    assert dates.believable(NOW + timedelta(hours=20), NOW)
    assert not dates.believable(datetime(1970, 1, 1, tzinfo=UTC), NOW)
    assert not dates.believable(datetime(2099, 1, 1, tzinfo=UTC), NOW)
    assert not dates.believable(None, NOW)


@given(st.lists(st.sampled_from(
    ["Mon,", "05", "Jan", "26", "2026", "9999", "10:00", "24:00:61", "10.00.00", "GMT", "EST", "+9999", "-0000", "+02:00", "٣",
     "T", "Z", "-", "/", ".", "9" * 30, "0001", "2026-01-05", "31/12/9999", "01/01/0001"]
), max_size=8), st.sampled_from(["", " "]), st.sampled_from(["UTC", "Europe/Athens", "Pacific/Kiritimati"]))  # fmt: skip
def test_no_heap_of_date_parts_breaks_it(parts: list[str], between: str, zone: str) -> None:
    found = dates.parse(between.join(parts), dates.zone(zone))
    assert found is None or found.tzinfo is UTC


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_proper_date_reads_back_as_the_instant_it_is(local: datetime, minutes: int) -> None:
    date = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert dates.parse(date.isoformat(), ATHENS) == date
    assert dates.parse(format_datetime(date), ATHENS) == date


def test_the_slack_for_the_future_is_a_day() -> None:
    assert dates.believable(NOW + timedelta(days=1), NOW)
    assert not dates.believable(NOW + timedelta(days=1, seconds=1), NOW)


def test_a_local_date_follows_the_clock_change() -> None:
    assert dates.parse("28/03/2026 12:00", ATHENS) == datetime(2026, 3, 28, 10, tzinfo=UTC)
    assert dates.parse("29/03/2026 12:00", ATHENS) == datetime(2026, 3, 29, 9, tzinfo=UTC)
