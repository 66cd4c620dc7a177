"""Dates as publishers write them, and which of them to believe."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from .model import DateOrder

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""The web begins: 1970 in a feed is an unset clock, not a date."""

_SLACK = timedelta(days=1)
"""How far ahead a publisher's clock or an embargo may be."""

_MONTHS = {
    name: month
    for month, names in enumerate(
        (  # by their first letters, without accents: English first, then whoever writes dates in their own language
            "jan ene gen янв ιαν sty led", "feb fev fevr фев φεβ lut uno", "mar mrt maa marz мар μαρ bre",
            "apr avr abr апр απρ kwi dub", "may mai mei mag maj мая май μαι kve", "jun juin giu июн ιουν ιον cze cer",
            "jul juil lug июл ιουλ ιολ lip cvc", "aug aou ago авг αυγ sie srp", "sep set sze сен σεπ wrz zar",
            "oct okt ott out окт οκτ paz rij", "nov ноя νοε lis", "dec dez dic дек δεκ gru pro",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ZONES = {
    name: hours
    for hours, names in {
        0: "z ut utc gmt wet", 1: "bst cet met west", 2: "cest mest eet sast", 3: "eest msk", 5.5: "ist",
        8: "hkt sgt awst", 9: "jst kst", 9.5: "acst", 10: "aest", 10.5: "acdt", 11: "aedt", 12: "nzst", 13: "nzdt",
        -2.5: "ndt", -3: "adt brt", -3.5: "nst", -4: "ast at edt", -5: "est et cdt", -6: "cst ct mdt",
        -7: "mst mt pdt", -8: "pst pt akdt", -9: "akst", -10: "hst",
    }.items()
    for name in names.split()
}  # fmt: skip

_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:[.,](?P<fraction>\d+))?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
_ZONE = r"\s*(?:(?:GMT|UTC)(?=[+-]))?(?P<zone>[+-]\d{1,2}(?::?\d\d)?(?:\s+[a-z]{3,5}\b)?|(?:etc/)?[a-z]{1,5}\b)?"
_ZONE += r"(?:\s*\(.*\)|\[.*\])?"  # its name in words, as mail and Java have it
_WEEKDAY = r"(?:[^\W\d]+[.,\s]+)?"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        # RFC 822 and its damage: 05 Jan 2026 10:00:00 GMT, Mon, 5-January-26 10:00
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]*(?P<name>[^\W\d]{{3,12}})\.?,?[\s-]*(?P<year>\d{{4}}|\d\d)"
        rf"(?:,?\s+{_TIME}{_HALF}{_ZONE})?",
        # ISO 8601 and RFC 3339, extended or basic: 2026-01-05T10:00:00Z, 20260105T100000Z, 2026-01
        rf"(?P<year>\d{{4}})(?:-(?P<month>\d{{1,2}})(?:-(?P<day>\d{{1,2}})(?:[T\s]+{_TIME}{_HALF}{_ZONE})?)?)?",
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:T(?P<hour>\d\d):?(?P<minute>\d\d):?(?P<second>\d\d)?{_ZONE})?",
        # the day of the year: 2026-335
        r"(?P<year>\d{4})-?(?P<ordinal>\d{3})",
        # 2026/01/05 10:00, Fri, 2026/01/05 10:00:00 EDT
        rf"{_WEEKDAY}(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}})(?:,?\s+{_TIME}{_HALF}{_ZONE})?",
        # 22/01/2026 22:05, in the source's order
        rf"(?P<first>\d{{1,2}})[/.-](?P<other>\d{{1,2}})[/.-](?P<year>\d{{4}})(?:,?\s+{_TIME}{_HALF}{_ZONE})?",
        # 26/02/05 10:00, in the source's order
        rf"(?P<first>\d\d)[/.-](?P<other>\d\d)[/.-](?P<last>\d\d)(?:,?\s+{_TIME}{_HALF}{_ZONE})?",
        # January 5, 2026 10:00 AM EST
        rf"{_WEEKDAY}(?P<name>[^\W\d]{{3,12}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}|\d\d)"
        rf"(?:,?\s+(?:at\s+)?{_TIME}{_HALF}{_ZONE})?",
        # asctime: Sun Jan  4 16:29:06 PST 2026
        rf"{_WEEKDAY}(?P<name>[^\W\d]{{3,12}})\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
        # 2004-július-13T9:15-05:00
        rf"(?P<year>\d{{4}})-(?P<name>[^\W\d]{{3,12}})-(?P<day>\d{{1,2}})(?:[T\s]+{_TIME}{_ZONE})?",
        # 2004년 5월 28일 오후 11:31:55, 2004-05-25 오후 11:23:17, 2026年1月5日 10:00
        rf"(?P<year>\d{{4}})[년年-]\s*(?P<month>\d{{1,2}})[월月-]\s*(?P<day>\d{{1,2}})[일日]?"
        rf"(?:\s+(?P<korean>오전|오후)?\s*{_TIME})?",
    )
)
_ORDERS: dict[DateOrder, str] = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}
_KOREA = timezone(timedelta(hours=9))
_USUAL = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3}) ([12]\d{3}) (\d\d):(\d\d)(?::(\d\d))? "
    r"(?:GMT|UTC|Z|([+-])([01]\d|2[0-3]):?([0-5]\d))",
    re.ASCII,
)
"""RFC 822 as it should be, with a year of four digits and a zone that is a number."""
_NO_TIME = timedelta()
_EPOCH = re.compile(r"(\d{10})(?:\d{3}|\.\d*)?", re.ASCII)
"""Seconds or milliseconds since 1970, as JSON and JavaScript have them."""


def parse(text: str, zone: tzinfo, order: DateOrder = "dmy", assumed: list[str] | None = None) -> datetime | None:
    """The instant that `text` names, in UTC; None where it names none.

    Reads RFC 822 with its usual damage, ISO 8601 / RFC 3339, seconds since 1970, and numeric dates such as
    `22/01/2026 22:05` in the given `order`. A date without a zone is local to `zone`. What `text` left open is added
    to `assumed`, in words.
    """
    text = text.strip()
    if len(text) > 100:
        return None
    if instant := _as_it_should_be(text):
        return instant
    for shape in _SHAPES:
        if (found := shape.fullmatch(text)) and (instant := _instant(parts := found.groupdict(), zone, order)):
            if assumed is not None:
                assumed += _left_open(parts, zone, order)
            return instant
    epoch = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(epoch[1]), UTC) if epoch else None


def _as_it_should_be(text: str) -> datetime | None:
    """What RFC 3339 or RFC 822 names, if `text` keeps to them: nine of ten dates, read in a third of the time."""
    if text[10:11] == "T":
        with suppress(ValueError, OverflowError):
            if (date := datetime.fromisoformat(text)).tzinfo:
                return date.astimezone(UTC)
    if usual := _USUAL.fullmatch(text):
        day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
        with suppress(ValueError, KeyError, OverflowError):
            clock = (int(hour), int(minute), int(second or 0))
            instant = datetime(int(year), _MONTHS[month.lower()], int(day), *clock, 0, UTC)
            offset = timedelta(hours=int(hours), minutes=int(minutes)) if sign else _NO_TIME
            return instant + offset if sign == "-" else instant - offset
    return None


def believable(date: datetime | None, accepted: datetime) -> bool:
    """Whether an entry accepted at `accepted` can be of `date`."""
    return date is not None and _EARLIEST <= date <= accepted + _SLACK


def zone(name: str) -> ZoneInfo:
    """The time zone called `name` (IANA)."""
    return ZoneInfo(name)


def _instant(parts: dict[str, str | None], zone: tzinfo, order: DateOrder) -> datetime | None:
    year, month, day = _day(parts, order)
    if not year or not month:
        return None
    next_day, hour = divmod(_hour(parts), 24)
    if next_day and hour:
        return None
    # A leap second is the one before it.
    second = min(int(parts.get("second") or 0), 59)
    try:
        midnight = datetime(year, month, day) + timedelta(days=next_day)
        local = midnight.replace(
            hour=hour, minute=int(parts.get("minute") or 0), second=second, microsecond=_micros(parts)
        )
        return local.replace(tzinfo=_zone(parts, zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _left_open(parts: dict[str, str | None], zone: tzinfo, order: DateOrder) -> Iterator[str]:
    """What a date does not say, and what is taken for it."""
    if not (parts.get("day") or parts.get("ordinal") or parts.get("other")):
        yield "no day given: the first is used"
    if not parts.get("hour"):
        yield "no time given: midnight is used"
    given = parts.get("zone")
    if _offset(given) is None and not parts.get("korean"):
        yield f"time zone {given!r} is unknown: {zone} is used" if given else f"no time zone given: {zone} is used"
    if parts.get("last"):
        yield f"read as {_ORDERS[order]}"
        return
    first, other = int(parts.get("first") or 0), int(parts.get("other") or 0)
    if first != other and 0 < first <= 12 and 0 < other <= 12:
        yield f"read as {'month/day' if order == 'mdy' else 'day/month'}/year"


def _year(text: str) -> int | None:
    """Of two digits, those below 90 are of this century; a year 0001 is an unset clock."""
    if len(text) == 2:
        return int(text) + (2000 if text < "90" else 1900)
    return int(text) if text >= "1000" else None


def _day(parts: dict[str, str | None], order: DateOrder) -> tuple[int | None, int | None, int]:
    """Year, month and day; None for what is none."""
    first, other, last = (parts.get(part) or "" for part in ("first", "other", "last"))
    if last:
        year, month, day = {"dmy": (last, other, first), "mdy": (last, first, other), "ymd": (first, other, last)}[
            order
        ]
        return _year(year), int(month), int(day)
    year = parts["year"] or ""
    if first:
        month, day = (first, other) if order == "mdy" else (other, first)
        return _year(year), int(month), int(day)
    if ordinal := parts.get("ordinal"):
        of, number = _year(year), int(ordinal)
        if of is None or not 0 < number <= 365 + calendar.isleap(of):
            return None, None, 0
        date = datetime(of, 1, 1) + timedelta(days=number - 1)
        return of, date.month, date.day
    month_of = _month(parts.get("name") or "") if parts.get("name") else int(parts.get("month") or 1)
    return _year(year), month_of, int(parts.get("day") or 1)


def _month(name: str) -> int | None:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return _MONTHS.get(plain[:4]) or _MONTHS.get(plain[:3])


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").lower() or {"오전": "a", "오후": "p"}.get(parts.get("korean") or "", "")
    return hour % 12 + (12 if half == "p" else 0) if half and hour <= 12 else hour


def _micros(parts: dict[str, str | None]) -> int:
    fraction = parts.get("fraction")
    return int(f"{fraction:0<6}"[:6]) if fraction else 0


def _zone(parts: dict[str, str | None], default: tzinfo) -> tzinfo:
    offset = _offset(parts.get("zone"))
    if offset is None:
        return _KOREA if parts.get("korean") else default
    return timezone(offset)


def _offset(zone: str | None) -> timedelta | None:
    """How far `zone` is from UTC, None where that is unknown; "-0000" is UTC too (RFC 5322, 3.3)."""
    text = (zone or "").lower().removeprefix("etc/")
    if not text:
        return None
    if text[0] in "+-":
        text = text.split()[0]
    else:
        return timedelta(hours=_ZONES[text]) if text in _ZONES else None
    digits = text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if text[0] == "-" else offset
