"""Dates as publishers write them, and which of them to believe."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

from .model import DateOrder

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""The web begins: 1970 in a feed is an unset clock, not a date."""

_SLACK = timedelta(days=1)
"""How far ahead a publisher's clock or an embargo may be."""

_ISO = re.compile(
    r"(\d{4})-(\d\d?)(?:-(\d\d?))?"
    r"(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?)?")


def parse(text: str, zone: tzinfo, order: DateOrder = "dmy") -> datetime | None:
    """The instant that `text` names, in UTC; None where it names none.

    Reads RFC 822 with its usual damage, ISO 8601 / RFC 3339, and numeric dates such as `22/01/2026 22:05`
    in the given `order`. A date without a zone is local to `zone`.
    """
    text = text.strip()
    for read in (_iso, _numeric, _year_first):
        if (found := read(text, zone, order)) is not None:
            return found
    return _rfc822(text, zone)


def believable(date: datetime | None, accepted: datetime) -> bool:
    """Whether an entry accepted at `accepted` can be of `date`."""
    return date is not None and _EARLIEST <= date <= accepted + _SLACK


def zone(name: str) -> ZoneInfo:
    """The time zone called `name` (IANA)."""
    return ZoneInfo(name)


def _iso(text: str, zone: tzinfo, order: DateOrder) -> datetime | None:
    if (m := _ISO.fullmatch(text)) is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = m.groups()
    micros = int(f"{fraction:0<6}"[:6]) if fraction else 0
    return _instant((year, month, day or 1, hour, minute, second), _offset(offset) or zone, micros)


def _numeric(text: str, zone: tzinfo, order: DateOrder) -> datetime | None:
    if (m := _NUMERIC.fullmatch(text)) is None:
        return None
    first, second_, year, *time = m.groups()
    day, month = (second_, first) if order == "mdy" else (first, second_)
    return _instant((year, month, day, *time), zone)


def _year_first(text: str, zone: tzinfo, order: DateOrder) -> datetime | None:
    m = _YEAR_FIRST.fullmatch(text)
    return _instant(m.groups(), zone) if m else None


def _rfc822(text: str, zone: tzinfo) -> datetime | None:
    """RFC 822 by the standard library, which takes two-digit years, missing weekdays and named zones."""
    # A year 0001 is an unset clock; parsedate_tz would make 2001 of it.
    if not re.search(r"\d", text) or re.search(r"(?<![+-])\b0\d{3}\b", text) or (parts := parsedate_tz(text)) is None:
        return None
    # parsedate_tz reports a missing zone and "-0000" alike as None: RFC 2822 3.3 leaves both to the reader.
    offset = parts[9]
    return _instant(parts[:6], zone if offset is None else _fixed(offset))


def _instant(parts: tuple[object, ...], zone: tzinfo, micros: int = 0) -> datetime | None:
    numbers = [int(str(part)) if part else 0 for part in parts]
    try:
        local = datetime(*numbers[:3], *numbers[3:6], micros, tzinfo=zone)  # type: ignore[misc, arg-type]
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:4]) * 60
    return _fixed(-seconds if text[0] == "-" else seconds)


def _fixed(seconds: int) -> tzinfo:
    return timezone(timedelta(seconds=seconds)) if abs(seconds) < 86400 else UTC
