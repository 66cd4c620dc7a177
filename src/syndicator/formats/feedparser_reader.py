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
        parsed = _parse(body, url, content_type)
    except Exception as error:
        # feedparser raises whatever its parts raise (RecursionError, AssertionError, UnicodeError …) on hostile
        # bodies; to us that is one answer: not readable.
        return NotAFeed(f"feedparser gave up on it: {type(error).__name__}: {str(error)[:200]}")
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
    base = web_url(url) or web_url(head.get("link", ""))
    return Feed(
        reader="feedparser",
        title=head.get("title", ""),
        id=head.get("id", ""),
        home_url=head.get("link", ""),
        language=head.get("language", "") or "",
        rights=head.get("rights", ""),
        updated=_instant(head.get("updated_parsed")),
        authors=_people(head),
        entries=tuple(_entry(raw) for raw in parsed.entries),
        base=base,
        ttl=_ttl(head.get("ttl", "")),
        flaws=_flaws(parsed),
    )


def _entry(raw: Any) -> Entry:
    content: Any = max(raw.get("content", ()), key=_fullness, default={})
    base = next((d.get("base", "") for d in (content, raw.get("summary_detail", {})) if d.get("base")), "")
    link = raw.get("link", "")
    # feedparser falls back from a missing `published` to `updated`; we want to know which was given.
    given = {key: dict.get(raw, key) or "" for key in ("published", "updated", "created")}
    return Entry(
        id=raw.get("id", "").strip(),
        url=web_url(link, base) or link,
        title=_text(raw.get("title_detail", {})),
        summary=_text(raw.get("summary_detail", {})),
        content=_text(content),
        authors=_people(raw),
        published=given["published"] or given["created"],
        updated=given["updated"],
        published_guess=_instant(dict.get(raw, "published_parsed") or dict.get(raw, "created_parsed")),
        updated_guess=_instant(dict.get(raw, "updated_parsed")),
        language=content.get("language") or raw.get("language") or "",
        image=_image(raw),
        enclosures=_enclosures(raw),
        tags=tuple(tag.get("label") or tag.get("term") or "" for tag in raw.get("tags", ())),
        rights=raw.get("rights", ""),
    )


def _fullness(content: Any) -> tuple[bool, int]:
    return content.get("type", "") in ("text/html", "application/xhtml+xml"), len(content.get("value", ""))


def _text(detail: Any) -> Text:
    return Text(detail.get("value") or "", detail.get("type", "") != "text/plain", detail.get("base") or "")


def _people(raw: Any) -> tuple[Person, ...]:
    details = raw.get("authors") or ()
    people = (Person(d.get("name", ""), d.get("email", ""), d.get("href", "")) for d in details)
    return tuple(person for person in people if person.name or person.email)


def _image(raw: Any) -> str:
    for media in raw.get("media_content", ()):
        if media.get("medium") == "image" or media.get("type", "").startswith("image/"):
            return str(media.get("url", ""))
    for thumbnail in raw.get("media_thumbnail", ()):
        return str(thumbnail.get("url", ""))
    for link in raw.get("enclosures", ()):
        if link.get("type", "").startswith("image/"):
            return str(link.get("href", ""))
    return str((raw.get("image") or {}).get("href", ""))


def _enclosures(raw: Any) -> tuple[Enclosure, ...]:
    links = [(e.get("href", ""), e.get("type", ""), e.get("length", "")) for e in raw.get("enclosures", ())]
    media = [(m.get("url", ""), m.get("type", ""), m.get("filesize", "")) for m in raw.get("media_content", ())]
    return tuple(Enclosure(url, type_, _length(length)) for url, type_, length in links + media if url)


def _length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _ttl(text: str) -> timedelta | None:
    """RSS `ttl`, in minutes."""
    minutes = _length(text.strip())
    return timedelta(minutes=min(minutes, 60 * 24 * 365)) if minutes else None


def _instant(parsed: Any) -> datetime | None:
    """feedparser's time tuple, which is in UTC."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
