"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .values import is_iri, is_language, is_media_type, is_rfc3339, is_said, is_web_url

Check = Callable[[Any, str], Iterator[str]]
Table = dict[str, Check]

_VERSION = "https://jsonfeed.org/version/1.1"
_EXTENSION = re.compile(r"_[A-Za-z][^.]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def json_feed_flaws(body: bytes) -> tuple[str, ...]:
    """What keeps `body` from being a JSON Feed."""
    doubled: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        doubled.extend(
            f"an object has the key {name!r} twice" for name in sorted({n for n in names if names.count(n) > 1})
        )
        return dict(pairs)

    try:
        feed = json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=_no_number)
    except ValueError as error:  # a UnicodeDecodeError is one
        return (f"the document is not JSON in UTF-8: {error}",)
    return (*doubled, *_feed(feed))


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _feed(feed: Any) -> Iterator[str]:
    yield from _object(_FEED, "version", "title", "items")(feed, "the feed")
    if not isinstance(feed, dict):
        return
    if "next_url" in feed and feed["next_url"] == feed.get("feed_url"):
        yield "next_url is the feed's own: " + repr(feed["next_url"])
    yield from _ids(feed.get("items"))


def _ids(items: Any) -> Iterator[str]:
    seen: set[str] = set()
    for number, item in enumerate(items if isinstance(items, list) else ()):
        id_ = item.get("id") if isinstance(item, dict) else None
        if isinstance(id_, str) and id_ in seen:
            yield f"items[{number}] has the id of another: {id_!r}"
        seen.add(str(id_))


# --- values ----------------------------------------------------------------------------------------


def _object(table: Table, *required: str) -> Check:
    """An object with the keys of `table` and such as extensions have."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{place} is not an object: {value!r}"
            return
        yield from (f"{place} has no {name}" for name in required if name not in value)
        for name, inner in value.items():
            known = table.get(name) or _extension(name)
            yield from known(inner, name if place == "the feed" else f"{place}.{name}")

    return check


def _extension(name: str) -> Check:
    """A key beyond the specification: an underscore, a letter, no period; what is in its object is its own."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not _EXTENSION.fullmatch(name):
            yield f"{place} is not known there"
        elif not isinstance(value, dict):
            yield f"{place} is an extension and not an object: {value!r}"

    return check


def _text(valid: Callable[[str], bool] = is_said, what: str = "more than blank") -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{place} is not a string: {value!r}"
        elif _LONE_SURROGATE.search(value):
            yield f"{place} holds half a character: {value!r}"
        elif not valid(value):
            yield f"{place} is not {what}: {value!r}"

    return check


def _list(each: Check, may_be_empty: bool = False) -> Check:
    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{place} is not an array: {value!r}"
            return
        if not value and not may_be_empty:
            yield f"{place} is empty"
        for number, one in enumerate(value):
            yield from each(one, f"{place}[{number}]")

    return check


def _number(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        yield f"{place} is not a number of at least nought: {value!r}"


def _boolean(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{place} is neither true nor false: {value!r}"


# --- objects ---------------------------------------------------------------------------------------


def _author(value: Any, place: str) -> Iterator[str]:
    yield from _object(_AUTHOR)(value, place)
    if isinstance(value, dict) and not value.keys() & _AUTHOR.keys():
        yield f"{place} has neither name nor url nor avatar"


def _item(value: Any, place: str) -> Iterator[str]:
    yield from _object(_ITEM, "id")(value, place)
    if isinstance(value, dict) and not value.keys() & {"content_html", "content_text"}:
        yield f"{place} has neither content_html nor content_text"


_WEB = _text(is_web_url, "a web address")
_DATE = _text(is_rfc3339, "an RFC 3339 date with upper-case T and Z")
_LANGUAGE = _text(is_language, "a language tag")

# An author's address may be of any kind: mailto is the specification's own example.
_AUTHOR: Table = {"name": _text(), "url": _text(is_iri, "an absolute address"), "avatar": _WEB}
_AUTHORS = _list(_author)
_HUB: Table = {"type": _text(), "url": _WEB}
_ATTACHMENT: Table = {
    "url": _WEB,
    "mime_type": _text(is_media_type, "a media type"),
    "title": _text(),
    "size_in_bytes": _number,
    "duration_in_seconds": _number,
}
_ITEM: Table = {
    "id": _text(),
    "url": _WEB,
    "external_url": _WEB,
    "title": _text(),
    "content_html": _text(),
    "content_text": _text(),
    "summary": _text(),
    "image": _WEB,
    "banner_image": _WEB,
    "date_published": _DATE,
    "date_modified": _DATE,
    "authors": _AUTHORS,
    "tags": _list(_text()),
    "language": _LANGUAGE,
    "attachments": _list(_object(_ATTACHMENT, "url", "mime_type")),
}
_FEED: Table = {
    "version": _text(_VERSION.__eq__, _VERSION),
    "title": _text(),
    "home_page_url": _WEB,
    "feed_url": _WEB,
    "description": _text(),
    "user_comment": _text(),
    "next_url": _WEB,
    "icon": _WEB,
    "favicon": _WEB,
    "authors": _AUTHORS,
    "language": _LANGUAGE,
    "expired": _boolean,
    "hubs": _list(_object(_HUB, "type", "url")),
    "items": _list(_item, may_be_empty=True),
}
