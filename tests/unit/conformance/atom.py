"""Atom 1.0 (RFC 4287) with archives (RFC 5005), removals (RFC 6721) and Media RSS."""

from __future__ import annotations

from collections.abc import Iterator

from .atom_parts import HEAD, category, construct, content, date, iri, is_binary, one_alternate, person, source, title
from .elements import (
    ATOM,
    HISTORY,
    MEDIA,
    TOMBSTONES,
    XHTML,
    XML,
    Child,
    Element,
    attribute,
    attributes,
    children,
    document_flaws,
    many,
    no_text,
    one,
    place,
    repeated,
)
from .modules import HISTORY_CHILDREN, MEDIA_CHILDREN, history, link, links, self_link
from .values import is_iri, is_rfc3339, moment

_NAMESPACES = (ATOM, HISTORY, MEDIA, TOMBSTONES, XHTML, XML)


def atom_flaws(body: bytes) -> tuple[str, ...]:
    """What keeps `body` from being an Atom feed."""
    return document_flaws(body, f"{ATOM}feed", _NAMESPACES, _feed)


def _feed(feed: Element) -> Iterator[str]:
    yield from attributes(feed)
    yield from no_text(feed)
    yield from children(feed, _FEED)
    yield from self_link(feed, "application/atom+xml")
    yield from one_alternate(feed)
    yield from history(feed)
    yield from _order(feed)
    yield from _authors(feed)
    yield from _ids(feed)
    yield from _removals(feed)


def _order(feed: Element) -> Iterator[str]:
    """The head of a feed stands before its entries: the schema says so, and readers that stream rely on it."""
    entries = False
    for child in feed:
        entries = entries or child.tag == f"{ATOM}entry"
        if entries and child.tag not in (f"{ATOM}entry", f"{TOMBSTONES}deleted-entry"):
            yield f"{place(child)} stands behind an entry"


def _authors(feed: Element) -> Iterator[str]:
    """Every entry has an author: its own, its source's or the feed's (4.2.1)."""
    if feed.find(f"{ATOM}author") is not None:
        return
    for entry in feed.iterchildren(f"{ATOM}entry"):
        if entry.find(f"{ATOM}author") is None and entry.find(f"{ATOM}source/{ATOM}author") is None:
            yield f"{place(entry)} has no author, nor has its source or the feed"


def _ids(feed: Element) -> Iterator[str]:
    found = [feed, *feed.iterchildren(f"{ATOM}entry")]
    yield from repeated(found, "id", [element.findtext(f"{ATOM}id", f"none of {place(element)}") for element in found])


# --- entries ---------------------------------------------------------------------------------------


def _entry(entry: Element) -> Iterator[str]:
    yield from attributes(entry)
    yield from no_text(entry)
    yield from children(entry, _ENTRY)
    yield from one_alternate(entry)
    yield from _substance(entry)


def _substance(entry: Element) -> Iterator[str]:
    """Without content a link leads to it; with content that is no text there is a summary (4.1.2)."""
    inside = entry.find(f"{ATOM}content")
    if inside is None:
        if not links(entry, "alternate"):
            yield f"{place(entry)} has neither content nor an alternate link"
    elif entry.find(f"{ATOM}summary") is None and ("src" in inside.attrib or is_binary(inside.get("type", "text"))):
        yield f"{place(entry)} has content that is no text, and no summary"


_ENTRY = {
    f"{ATOM}id": one(iri),
    f"{ATOM}title": one(title),
    f"{ATOM}updated": one(date),
    f"{ATOM}published": Child(date),
    f"{ATOM}author": many(person),
    f"{ATOM}contributor": many(person),
    f"{ATOM}category": many(category),
    f"{ATOM}link": many(link),
    f"{ATOM}content": Child(content),
    f"{ATOM}summary": Child(construct),
    f"{ATOM}rights": Child(construct),
    f"{ATOM}source": Child(source),
    **MEDIA_CHILDREN,
}


# --- removals (RFC 6721) ---------------------------------------------------------------------------


def _deleted(element: Element) -> Iterator[str]:
    yield from attributes(element, required=("ref", "when"))
    yield from attribute(element, "ref", is_iri, "an absolute IRI")
    yield from attribute(element, "when", is_rfc3339, "an RFC 3339 date with upper-case T and Z")
    yield from no_text(element)
    yield from children(element, _DELETED)


def _removals(feed: Element) -> Iterator[str]:
    """An entry is told to be removed once, and does not stand there any longer."""
    deleted = [element for element in feed.iterchildren(f"{TOMBSTONES}deleted-entry") if element.get("ref")]
    yield from repeated(deleted, "ref", [element.get("ref", "") for element in deleted])
    updated = {e.findtext(f"{ATOM}id"): e.findtext(f"{ATOM}updated") for e in feed.iterchildren(f"{ATOM}entry")}
    for element in deleted:
        ref = element.get("ref")
        removed, kept = moment(element.get("when", "")), moment(updated.get(ref) or "")
        if removed and kept and removed > kept:
            yield f"{place(element)} removes an entry that stands in the feed: {ref!r}"


_DELETED = {
    f"{TOMBSTONES}by": Child(person),
    f"{TOMBSTONES}comment": Child(construct),
    f"{ATOM}link": many(link),
    f"{ATOM}source": Child(source),
}

_FEED = {
    **HEAD,
    **HISTORY_CHILDREN,
    f"{TOMBSTONES}deleted-entry": many(_deleted),
    f"{ATOM}entry": many(_entry),
}
