"""What Atom and RSS borrow alike: links, archives (RFC 5005) and Media RSS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .elements import ATOM, HISTORY, MEDIA, Child, Element, attribute, attributes, bare, empty, many, place
from .values import is_count, is_iri, is_language, is_media_type, is_web_url

_IANA = "http://www.iana.org/assignments/relation/"
_REL = re.compile(r"[^\s:/?#\[\]<>\"{}|\\^`]+")
_SINGLE = ("prev-archive", "next-archive", "current")
_MEDIUM = ("image", "audio", "video", "document", "executable")


# --- links (RFC 4287, 4.2.7) -----------------------------------------------------------------------


def link(element: Element) -> Iterator[str]:
    yield from attributes(element, "rel", "type", "hreflang", "title", "length", required=("href",))
    yield from attribute(element, "href", is_iri, "an absolute IRI")
    yield from attribute(element, "rel", _is_rel, "a link relation")
    yield from attribute(element, "type", is_media_type, "a media type")
    yield from attribute(element, "hreflang", is_language, "a language tag")
    yield from attribute(element, "length", is_count, "a number of bytes")
    yield from empty(element)


def _is_rel(value: str) -> bool:
    return bool(_REL.fullmatch(value)) or is_iri(value)


def links(parent: Element, rel: str) -> list[Element]:
    """The links of `parent` with that relation: `alternate` where none is said, and its long name is the same."""
    return [one for one in parent.iterchildren(f"{ATOM}link") if one.get("rel", "alternate").removeprefix(_IANA) == rel]


def self_link(head: Element, media_type: str) -> Iterator[str]:
    """A feed has one link to itself."""
    found = links(head, "self")
    if len(found) != 1:
        yield f"{place(head)} has {len(found)} links to itself, not one"
    for one in found:
        if one.get("type", media_type) != media_type:
            yield f"{place(one)} is not of type {media_type}: {one.get('type')!r}"


# --- archives (RFC 5005) ---------------------------------------------------------------------------

HISTORY_CHILDREN = {f"{HISTORY}archive": Child(bare), f"{HISTORY}complete": Child(bare)}


def history(head: Element) -> Iterator[str]:
    """A feed is an archive or complete, not both; it has one neighbour on each side, and an archive knows its feed."""
    archive = head.find(f"{HISTORY}archive") is not None
    if archive and head.find(f"{HISTORY}complete") is not None:
        yield f"{place(head)} is both an archive and complete"
    for rel in _SINGLE:
        if (count := len(links(head, rel))) > 1:
            yield f"{place(head)} has {count} {rel} links"
    if archive and not links(head, "current"):
        yield f"{place(head)} is an archive without a link to the current feed"


# --- Media RSS -------------------------------------------------------------------------------------


def _thumbnail(element: Element) -> Iterator[str]:
    yield from _medium(element)


def _content(element: Element) -> Iterator[str]:
    yield from _medium(element, "type", "fileSize", "medium", "duration")
    yield from attribute(element, "type", is_media_type, "a media type")
    yield from attribute(element, "fileSize", is_count, "a number of bytes")
    yield from attribute(element, "duration", is_count, "a number of seconds")
    yield from attribute(element, "medium", _MEDIUM.__contains__, "a medium")


def _medium(element: Element, *allowed: str) -> Iterator[str]:
    yield from attributes(element, "width", "height", *allowed, required=("url",))
    yield from attribute(element, "url", is_web_url, "a web address")
    for side in ("width", "height"):
        yield from attribute(element, side, is_count, "a number of pixels")
    yield from empty(element)


MEDIA_CHILDREN = {f"{MEDIA}thumbnail": many(_thumbnail), f"{MEDIA}content": many(_content)}
