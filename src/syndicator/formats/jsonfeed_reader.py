"""JSON Feed 1.0 and 1.1 (jsonfeed.org), tolerant of numbers as ids and single authors."""

from __future__ import annotations

import json
from typing import Any

from syndicator.core.feed import Enclosure, Entry, Feed, NotAFeed, Person, Text
from syndicator.core.urls import web_url

_VERSION_URL = "jsonfeed.org/version/"


def read(body: bytes, url: str) -> Feed | NotAFeed:
    """Read a JSON Feed; never raises for what a body may hold."""
    try:
        # The standard library's parser, since it lets a lone surrogate pass: that title is repaired later, where
        # orjson would refuse the whole feed for it.
        document = json.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        return NotAFeed(f"JSON with a mistake: {error}")
    if not isinstance(document, dict):
        return NotAFeed("JSON, but not a JSON Feed: the outermost value is no object")
    items = document.get("items")
    if _VERSION_URL not in _string(document.get("version")) and not isinstance(items, list):
        return NotAFeed('JSON, but not a JSON Feed: it has neither "version" nor "items"')
    return _feed(document, items if isinstance(items, list) else [], url)


def _feed(document: dict[str, Any], items: list[Any], url: str) -> Feed:
    home = _string(document.get("home_page_url"))
    entries = tuple(_entry(item) for item in items if isinstance(item, dict))
    dropped = len(items) - len(entries)
    return Feed(
        reader="jsonfeed",
        title=_string(document.get("title")),
        id=_string(document.get("feed_url")),
        home_url=home,
        language=_string(document.get("language")),
        authors=_people(document),
        entries=entries,
        base=web_url(home) or web_url(url),
        flaws=(f"{dropped} items are no objects",) if dropped else (),
    )


def _entry(item: dict[str, Any]) -> Entry:
    markup, plain = _string(item.get("content_html")), _string(item.get("content_text"))
    return Entry(
        id=_string(item.get("id")).strip(),
        url=_string(item.get("url")) or _string(item.get("external_url")),
        title=Text(_string(item.get("title"))),
        summary=Text(_string(item.get("summary"))),
        content=Text(markup, html=True) if markup else Text(plain),
        authors=_people(item),
        published=_string(item.get("date_published")),
        updated=_string(item.get("date_modified")),
        language=_string(item.get("language")),
        image=_string(item.get("image")) or _string(item.get("banner_image")),
        enclosures=tuple(_enclosure(a) for a in _list(item.get("attachments")) if isinstance(a, dict) and a.get("url")),
        tags=tuple(tag for tag in map(_string, _list(item.get("tags"))) if tag),
    )


def _people(holder: dict[str, Any]) -> tuple[Person, ...]:
    """`authors` of 1.1, or the single `author` of 1.0."""
    given = _list(holder.get("authors")) or [holder.get("author")]
    people = (Person(_string(a.get("name")), "", _string(a.get("url"))) for a in given if isinstance(a, dict))
    return tuple(person for person in people if person.name or person.url)


def _enclosure(attachment: dict[str, Any]) -> Enclosure:
    size = attachment.get("size_in_bytes")
    length = int(size) if isinstance(size, int | float) and 0 <= size < 10**15 else None
    return Enclosure(_string(attachment.get("url")), _string(attachment.get("mime_type")), length)


def _string(value: Any) -> str:
    """Strings, and the numbers that some publishers send where ids belong."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
