"""RSS 0.9x, 1.0, 2.0 and Atom 0.3, 1.0 through feedparser: lenient, and right about fifteen years of damage."""

from __future__ import annotations

import io
import re
from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from syndicator.core.model import Enclosure, Entry, Feed, NotAFeed, Person, Text
from syndicator.core.urls import web_url

VERSION = f"feedparser {feedparser.__version__}"

_HTML_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def read(body: bytes, url: str, content_type: str) -> Feed | NotAFeed:
    """Read an XML feed; never raises for what a body may hold."""
    try:
        return _read(_parse(body, url, content_type), body, url)
    except Exception as error:
        # feedparser raises whatever its parts raise (RecursionError, AssertionError, UnicodeError …) on hostile
        # bodies; to us that is one answer: not readable.
        return NotAFeed(f"feedparser gave up on it: {type(error).__name__}: {str(error)[:200]}")


def _read(parsed: Any, body: bytes, url: str) -> Feed | NotAFeed:
    if not parsed.version and not parsed.entries:
        return NotAFeed(_what_it_is(body, parsed))
    return _feed(parsed, url)


def _parse(body: bytes, url: str, content_type: str) -> Any:
    headers = {"content-location": url if web_url(url) else ""}
    if content_type:
        headers["content-type"] = content_type
    # A BytesIO, since bytes are first tried as a file name. Sanitising and links are ours: nh3 lets no payload
    # through and is not quadratic.
    return feedparser.parse(
        io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
    )


def _what_it_is(body: bytes, parsed: Any) -> str:
    if _HTML_PAGE.search(body[:2048]):
        return "an HTML page, not a feed; the address may have changed: look for the page's own feed link"
    if parsed.bozo:
        return f"not a feed: {_flaw(parsed)}"
    return "XML, but neither RSS nor Atom"


def _flaws(parsed: Any) -> tuple[str, ...]:
    """What the body did wrong; what the server said about it (type, encoding) is no flaw of the body."""
    harmless = feedparser.NonXMLContentType | feedparser.CharacterEncodingOverride
    if not parsed.bozo or isinstance(parsed.get("bozo_exception"), harmless):
        return ()
    return (f"not well-formed, read with repairs: {_flaw(parsed)}",)


def _flaw(parsed: Any) -> str:
    error = parsed.get("bozo_exception")
    place = f" at line {error.getLineNumber()}" if hasattr(error, "getLineNumber") else ""
    message = error.getMessage() if hasattr(error, "getMessage") else str(error)
    return f"{message}{place}"[:300]


def _feed(parsed: Any, url: str) -> Feed:
    head = parsed.feed
    base = web_url(url) or web_url(_string(head, "link"))
    return Feed(
        reader="feedparser",
        title=_string(head, "title"),
        id=_string(head, "id"),
        home_url=_string(head, "link"),
        language=_string(head, "language"),
        rights=_string(head, "rights"),
        updated=_instant(head.get("updated_parsed")),
        authors=_people(head),
        entries=tuple(_entry(raw) for raw in parsed.entries),
        base=base,
        ttl=_ttl(_string(head, "ttl")),
        flaws=_flaws(parsed),
    )


def _entry(raw: Any) -> Entry:
    content: Any = max(_records(raw, "content"), key=_fullness, default={})
    summary = _record(raw, "summary_detail")
    base = _string(content, "base") or _string(summary, "base")
    link = _string(raw, "link")
    # feedparser falls back from a missing `published` to `updated`; we want to know which was given.
    given = dict(raw)
    return Entry(
        id=_string(raw, "id").strip(),
        url=web_url(link, base) or link,
        title=_text(_record(raw, "title_detail")),
        summary=_text(summary),
        content=_text(content),
        authors=_people(raw),
        published=_string(given, "published") or _string(given, "created"),
        updated=_string(given, "updated"),
        published_guess=_instant(given.get("published_parsed") or given.get("created_parsed")),
        updated_guess=_instant(given.get("updated_parsed")),
        language=_string(content, "language") or _string(raw, "language"),
        image=_image(raw),
        enclosures=_enclosures(raw),
        tags=tuple(_string(tag, "label") or _string(tag, "term") for tag in _records(raw, "tags")),
        rights=_string(raw, "rights"),
    )


def _fullness(content: Any) -> tuple[bool, int]:
    return _string(content, "type") in ("text/html", "application/xhtml+xml"), len(_string(content, "value"))


def _text(detail: Any) -> Text:
    return Text(_string(detail, "value"), _string(detail, "type") != "text/plain", _string(detail, "base"))


def _people(raw: Any) -> tuple[Person, ...]:
    details = _records(raw, "authors")
    people = (Person(_string(d, "name"), _string(d, "email"), _string(d, "href")) for d in details)
    return tuple(person for person in people if person.name or person.email)


def _image(raw: Any) -> str:
    for media in _records(raw, "media_content"):
        if media.get("medium") == "image" or _string(media, "type").startswith("image/"):
            return _string(media, "url")
    for thumbnail in _records(raw, "media_thumbnail"):
        return _string(thumbnail, "url")
    for link in _records(raw, "enclosures"):
        if _string(link, "type").startswith("image/"):
            return _string(link, "href")
    return _string(_record(raw, "image"), "href")


def _enclosures(raw: Any) -> tuple[Enclosure, ...]:
    links = [tuple(_string(e, key) for key in ("href", "type", "length")) for e in _records(raw, "enclosures")]
    media = [tuple(_string(m, key) for key in ("url", "type", "filesize")) for m in _records(raw, "media_content")]
    return tuple(Enclosure(url, type_, _length(length)) for url, type_, length in links + media if url)


def _length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _ttl(text: str) -> timedelta | None:
    """RSS `ttl`, in minutes."""
    minutes = _length(text.strip())
    return timedelta(minutes=min(minutes, 60 * 24 * 365)) if minutes else None


def _instant(parsed: Any) -> datetime | None:
    """feedparser's time tuple, which is in UTC."""
    if not isinstance(parsed, tuple):
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


# feedparser keeps an element it does not know under the element's own name, as text, None or the attributes: a feed
# may so put anything where feedparser's own keys (`tags`, `title_detail`, `ttl` …) hold something else.


def _string(holder: Any, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _record(holder: Any, key: str) -> Any:
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _records(holder: Any, key: str) -> list[Any]:
    value = holder.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
