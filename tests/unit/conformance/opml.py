"""OPML 2.0 (opml.org/spec2.opml): lists of feeds."""

from __future__ import annotations

from collections.abc import Iterator

from .elements import (
    XML,
    Child,
    Element,
    attribute,
    attributes,
    children,
    document_flaws,
    no_text,
    one,
    place,
    some,
    text,
)
from .values import is_email, is_language, is_rfc822, is_said, is_web_url

_ATTRIBUTES = (
    "type", "isComment", "isBreakpoint", "created", "category", "xmlUrl", "htmlUrl", "description", "title", "language",
    "version", "url",
)  # fmt: skip
_VERSIONS = ("RSS", "RSS1", "RSS2", "scriptingNews")


def opml_flaws(body: bytes) -> tuple[str, ...]:
    """What keeps `body` from being a list of feeds in OPML 2.0."""
    return document_flaws(body, "opml", (XML,), _opml)


def _opml(root: Element) -> Iterator[str]:
    yield from attributes(root, required=("version",))
    yield from attribute(root, "version", "2.0".__eq__, "2.0")
    yield from no_text(root)
    yield from children(root, {"head": one(_head), "body": one(_body)})
    if [child.tag for child in root] == ["body", "head"]:
        yield "opml has its body before its head"


def _head(head: Element) -> Iterator[str]:
    yield from attributes(head)
    yield from no_text(head)
    yield from children(head, _HEAD)


def _body(body: Element) -> Iterator[str]:
    yield from attributes(body)
    yield from no_text(body)
    yield from children(body, {"outline": some(_outline)})


def _outline(outline: Element) -> Iterator[str]:
    yield from attributes(outline, *_ATTRIBUTES, required=("text",))
    yield from attribute(outline, "text", is_said, "more than blank")
    for name in ("xmlUrl", "htmlUrl", "url"):
        yield from attribute(outline, name, is_web_url, "a web address")
    for name in ("isComment", "isBreakpoint"):
        yield from attribute(outline, name, ("true", "false").__contains__, "true or false")
    yield from attribute(outline, "created", is_rfc822, _DATE)
    yield from attribute(outline, "language", is_language, "a language tag")
    yield from attribute(outline, "version", _VERSIONS.__contains__, "a version of RSS")
    yield from _target(outline)
    yield from no_text(outline)
    yield from children(outline, {"outline": Child(_outline, most=None)})


def _target(outline: Element) -> Iterator[str]:
    """What an outline of a type cannot be without."""
    needed = {"rss": "xmlUrl", "link": "url", "include": "url"}.get(outline.get("type", ""))
    if needed and needed not in outline.attrib:
        yield f"{place(outline)} is of type {outline.get('type')} and has no {needed}"


_DATE = "an RFC 822 date with its weekday and a year of four digits"
_HEAD = {
    "title": one(text(is_said, "a title")),
    "dateModified": one(text(is_rfc822, _DATE)),
    "dateCreated": Child(text(is_rfc822, _DATE)),
    "ownerName": Child(text(is_said, "a name")),
    "ownerEmail": Child(text(is_email, "an e-mail address")),
    "ownerId": Child(text(is_web_url, "a web address")),
    "docs": Child(text(is_web_url, "a web address")),
}
