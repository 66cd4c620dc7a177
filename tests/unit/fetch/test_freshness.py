"""Headers that lengthen the wait, and garbage that does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import NOW
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from syndicator.fetch.freshness import fresh_for, retry_after

_DATE = "Sat, 31 Jan 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds", "words"),
    [
        ({"Cache-Control": "max-age=3600", "Age": "480"}, 3120, "max-age 3600 less Age 480"),
        ({"cache-control": 'private, MAX-AGE="60"'}, 60, "max-age 60"),
        ({"Cache-Control": "max-age=60", "Expires": "Sat, 31 Jan 2026 18:00:00 GMT", "Date": _DATE}, 60, "max-age 60"),
        ({"Expires": "Sat, 31 Jan 2026 18:00:00 GMT", "Date": _DATE}, 21_600, "Expires 31 Jan 18:00 UTC"),
        ({"Expires": "Sat, 31 Jan 2026 13:00:00 GMT", "Date": _DATE, "Age": "600"}, 3000,
         "Expires 31 Jan 13:00 UTC less Age 600"),
    ],
)  # fmt: skip
def test_F4_max_age_and_expires_say_how_long(headers: dict[str, str], seconds: int, words: str) -> None:
    hint = fresh_for(CaseInsensitiveDict(headers))
    assert hint
    assert (hint.wait.total_seconds(), hint.words) == (seconds, words)


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Cache-Control": "no-cache"}, {"Cache-Control": "s-maxage=3600"}, {"Cache-Control": "max-age=-1"},
        {"Cache-Control": "max-age=soon"}, {"Cache-Control": "max-age=60", "Age": "60"}, {"Expires": "0", "Date": _DATE},
        {"Expires": "Sat, 31 Jan 2026 18:00:00 GMT"}, {"Expires": "Sat, 31 Jan 2026 18:00:00 GMT", "Date": "today"},
        {"Expires": _DATE, "Date": "Sat, 31 Jan 2026 18:00:00 GMT"},
    ],
)  # fmt: skip
def test_F4_what_says_nothing_is_no_hint(headers: dict[str, str]) -> None:
    assert fresh_for(CaseInsensitiveDict(headers)) is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 120 ", timedelta(seconds=120)),
        ("Sat, 31 Jan 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Saturday, 31-Jan-26 13:00:00 GMT", timedelta(hours=1)),
        ("Sat, 31 Jan 2026 11:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
        ("Fri, 31 Dec 2027 23:59:59 GMT", timedelta(days=31)),
        ("99999999999999999999", timedelta(days=31)),
        ("Sat, 31 Jan 2026 13:00:00 +99999999999999", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_F4_retry_after_is_seconds_or_a_date_up_to_a_month(value: str, wait: timedelta | None, status: int) -> None:
    assert retry_after(status, CaseInsensitiveDict({"Retry-After": value}), NOW) == (NOW + wait if wait else None)


@given(
    st.dictionaries(st.sampled_from(["Cache-Control", "Age", "Expires", "Date", "Retry-After"]), st.text(max_size=60))
)
def test_F4_no_header_whatever_it_holds_does_harm(headers: dict[str, str]) -> None:
    hint = fresh_for(headers)
    assert hint is None or hint.wait > timedelta()
    until = retry_after(429, headers, NOW)
    assert until is None or NOW <= until <= NOW + timedelta(days=31)
