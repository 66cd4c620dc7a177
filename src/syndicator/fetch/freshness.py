"""What the headers of an answer say about the next request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from syndicator.core.hints import Hint

_LONGEST_QUIET = timedelta(days=31)
"""What asks for more is a slip, and nothing but 410 ends the polling for good."""
_MAX_AGE = re.compile(r"(?:^|[\s,;])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_ASKS_FOR_QUIET = (429, 503)


def fresh_for(headers: Mapping[str, str]) -> Hint | None:
    """How long the publisher calls this answer fresh: `max-age`, else `Expires` since `Date`, less `Age`.

    RFC 9111, 4.2.1. `s-maxage` is for caches that many share.
    """
    age = _seconds(headers.get("Age"))
    if found := _MAX_AGE.search(headers.get("Cache-Control", "")):
        lifetime, words = int(found[1]), f"max-age {found[1]}"
    else:
        expires, sent = _date(headers.get("Expires")), _date(headers.get("Date"))
        if expires is None or sent is None:
            return None
        lifetime, words = int((expires - sent).total_seconds()), f"Expires {expires:%d %b %H:%M} UTC"
    if lifetime - age <= 0:
        return None
    return Hint(timedelta(seconds=lifetime - age), words + (f" less Age {age}" if age else ""))


def retry_after(status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a host that is overrun wants to be asked again: seconds or a date (RFC 9110, 10.2.3)."""
    if status not in _ASKS_FOR_QUIET:
        return None
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return now + min(timedelta(seconds=int(value[:9])), _LONGEST_QUIET)
    date = _date(value)
    return min(date, now + _LONGEST_QUIET) if date and date > now else None


def _seconds(value: str | None) -> int:
    value = (value or "").strip()
    return int(value[:9]) if value.isascii() and value.isdigit() else 0


def _date(value: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(value or "")
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
