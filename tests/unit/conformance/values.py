"""Whether a text is what a specification calls by that name."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

# --- addresses (RFC 3987, 2.2) -------------------------------------------------------------------

_BEYOND_ASCII = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 15)
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_HEX_PAIR = "%[0-9A-Fa-f]{2}"
_PLAIN = rf"A-Za-z0-9\-._~!$&'()*+,;={_BEYOND_ASCII}"
_HOST = rf"(?:\[[0-9A-Fa-f:.]+\]|(?:[{_PLAIN}]|{_HEX_PAIR})*)"
_AUTHORITY = rf"(?:(?:[{_PLAIN}:]|{_HEX_PAIR})*@)?{_HOST}(?::[0-9]*)?"
_PATH = rf"(?:[{_PLAIN}:@/]|{_HEX_PAIR})*"
_IRI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_AUTHORITY}(?:/{_PATH})?|(?!//){_PATH})"
    rf"(?:\?(?:[{_PLAIN}{_PRIVATE}:@/?]|{_HEX_PAIR})*)?(?:#(?:[{_PLAIN}:@/?]|{_HEX_PAIR})*)?"
)


def is_iri(text: str) -> bool:
    """An absolute IRI, which may have a fragment."""
    return bool(_IRI.fullmatch(text)) and (not text.lower().startswith(("http:", "https:")) or is_web_url(text))


def is_web_url(text: str) -> bool:
    """An IRI of the web with a host."""
    if not _IRI.fullmatch(text):
        return False
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


# --- names and numbers ---------------------------------------------------------------------------

# RFC 5646, 2.1: language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*)(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    r"|art-lojban|cel-gaulish|en-gb-oed|no-(?:bok|nyn)|sgn-(?:be-(?:fr|nl)|ch-de)|zh-(?:guoyu|hakka|min(?:-nan)?|xiang)"
)
_TOKEN = r"[A-Za-z0-9!#$&^_.+-]+"
_MEDIA_TYPE = re.compile(rf'{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:{_TOKEN}|"[^"\\]*"))*')
_EMAIL = re.compile(r"[^@\s<>()]+@[^@\s<>()]+")


def is_language(text: str) -> bool:
    """A well-formed language tag (BCP 47, 2.2.9): no variant and no extension stands in it twice."""
    if not (found := _LANGUAGE.fullmatch(text.lower())):
        return False
    extensions = re.findall(r"-([a-z0-9])(?=-)", found["extensions"] or "")
    return _all_differ((found["variants"] or "").split("-")[1:]) and _all_differ(extensions)


def _all_differ(parts: list[str]) -> bool:
    return len(set(parts)) == len(parts)


def is_media_type(text: str) -> bool:
    """`type/subtype` with or without parameters (RFC 6838, 4.2)."""
    return bool(_MEDIA_TYPE.fullmatch(text))


def is_email(text: str) -> bool:
    """An address alone, without a name."""
    return bool(_EMAIL.fullmatch(text))


def is_count(text: str) -> bool:
    """An integer of at least nought."""
    return bool(re.fullmatch("[0-9]+", text))


def is_positive(text: str) -> bool:
    return is_count(text) and int(text) > 0


def is_said(text: str) -> bool:
    """More than white space."""
    return bool(text.strip())


# --- dates -----------------------------------------------------------------------------------------

_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60))? (?:GMT|UT|[ECMP][SD]T|[+-](?:0\d|1[0-4])[0-5]\d)",
    re.ASCII,
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FARTHEST = timedelta(hours=14)
"""From UTC: what XML Schema's dateTime allows."""


def moment(text: str) -> datetime | None:
    """The moment of an RFC 3339 date with upper-case T and Z (RFC 4287, 3.3) to the second, or None."""
    if not (found := _RFC_3339.fullmatch(text)):
        return None
    seconds = "59" if found[2] == "60" else found[2]  # a leap second
    try:
        given = datetime.fromisoformat(found[1] + seconds + found[3])
    except ValueError:
        return None
    return given if abs(given.utcoffset() or timedelta()) <= _FARTHEST else None


def is_rfc3339(text: str) -> bool:
    return moment(text) is not None


def is_rfc822(text: str) -> bool:
    """A date of RFC 822 with the weekday that it was, and a year of four digits."""
    if not (found := _RFC_822.fullmatch(text)):
        return False
    day, month, year = text[5:].split(" ")[:3]
    try:
        weekday = date(int(year), _MONTHS.index(month) + 1, int(day)).weekday()
    except ValueError:
        return False
    return _DAYS[weekday] == found[1]
