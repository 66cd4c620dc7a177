"""The parts of an Atom feed (RFC 4287, 3 and 4.2): constructs, categories, content, source."""

from __future__ import annotations

import base64
import re
from binascii import Error as NotBase64
from collections.abc import Iterator

from .elements import (
    ATOM,
    XHTML,
    Check,
    Child,
    Element,
    attribute,
    attributes,
    children,
    empty,
    many,
    no_text,
    one,
    only_text,
    place,
    repeated,
    text,
)
from .modules import link, links
from .values import is_email, is_iri, is_media_type, is_rfc3339, is_said

_TEXT_TYPES = ("text", "html", "xhtml")
# What readers take for markup, though the type says text.
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[A-Za-z]+|#[0-9]+|#x[0-9A-Fa-f]+);")

date: Check = text(is_rfc3339, "an RFC 3339 date with upper-case T and Z")
iri: Check = text(is_iri, "an absolute IRI")


# --- text and person constructs (3.1, 3.2) ---------------------------------------------------------


def construct(element: Element) -> Iterator[str]:
    """Text, escaped HTML, or XHTML in one div."""
    yield from attributes(element, "type")
    kind = element.get("type", "text")
    if kind not in _TEXT_TYPES:
        yield f"{place(element)} has a type other than text, html and xhtml: {kind!r}"
    else:
        yield from _inside(element, kind)


def _inside(element: Element, kind: str) -> Iterator[str]:
    if kind == "xhtml":
        yield from _div(element)
        return
    yield from only_text(element)
    if kind == "text" and (found := _MARKUP.search(element.text or "")):
        yield f"{place(element)} is plain text with markup in it: {found[0]!r}"


def _div(element: Element) -> Iterator[str]:
    yield from no_text(element)
    if [child.tag for child in element] != [f"{XHTML}div"]:
        yield f"{place(element)} is XHTML without one div around it"
    for inner in element.iterdescendants():
        if not str(inner.tag).startswith(XHTML):
            yield f"{place(inner)} is no element of XHTML"


def title(element: Element) -> Iterator[str]:
    yield from construct(element)
    if not is_said("".join(map(str, element.itertext()))):
        yield f"{place(element)} is blank"


def person(element: Element) -> Iterator[str]:
    yield from attributes(element)
    yield from no_text(element)
    yield from children(element, _PERSON)


_PERSON = {
    f"{ATOM}name": one(text(is_said, "a name")),
    f"{ATOM}uri": Child(iri),
    f"{ATOM}email": Child(text(is_email, "an e-mail address")),
}


# --- categories and generator (4.2.2, 4.2.4) -------------------------------------------------------


def category(element: Element) -> Iterator[str]:
    yield from attributes(element, "scheme", "label", required=("term",))
    yield from attribute(element, "term", is_said, "a term")
    yield from attribute(element, "scheme", is_iri, "an absolute IRI")
    yield from empty(element)


def _generator(element: Element) -> Iterator[str]:
    yield from text(is_said, "a name", "uri", "version")(element)
    yield from attribute(element, "uri", is_iri, "an absolute IRI")


# --- content (4.1.3) -------------------------------------------------------------------------------


def content(element: Element) -> Iterator[str]:
    yield from attributes(element, "type", "src")
    kind = element.get("type", "text")
    if "src" in element.attrib:
        yield from attribute(element, "src", is_iri, "an absolute IRI")
        yield from empty(element)
        if kind in _TEXT_TYPES and "type" in element.attrib:
            yield f"{place(element)} stands elsewhere and has no media type: {kind!r}"
    elif kind in _TEXT_TYPES:
        yield from _inside(element, kind)
    if kind not in _TEXT_TYPES:
        yield from _media(element, kind)


def _media(element: Element, kind: str) -> Iterator[str]:
    if not is_media_type(kind):
        yield f"{place(element)} has a type that is not a media type: {kind!r}"
    elif kind.lower().startswith(("multipart/", "message/")):
        yield f"{place(element)} is of a composite type: {kind!r}"
    elif "src" not in element.attrib:
        yield from _as_media(element, kind)


def _as_media(element: Element, kind: str) -> Iterator[str]:
    if _is_xml(kind):
        if len(element) != 1:
            yield f"{place(element)} is XML without one root"
        return
    yield from only_text(element)
    if is_binary(kind) and not _is_base64(element.text or ""):
        yield f"{place(element)} is not in Base64"


def _is_xml(kind: str) -> bool:
    essence = kind.lower().partition(";")[0].strip()
    return essence.endswith(("/xml", "+xml")) or essence == "application/xml-dtd"


def is_binary(kind: str) -> bool:
    """A media type whose content is in Base64: neither a text construct's nor text nor XML."""
    return kind not in _TEXT_TYPES and not _is_xml(kind) and not kind.lower().startswith("text/")


def _is_base64(value: str) -> bool:
    try:
        return bool(base64.b64decode("".join(value.split()), validate=True))
    except NotBase64:
        return False


# --- heads (4.1.1, 4.2.11) -------------------------------------------------------------------------


def one_alternate(parent: Element) -> Iterator[str]:
    """One alternate link for a media type and language."""
    found = links(parent, "alternate")
    kinds = [f"{each.get('type', '')} {each.get('hreflang', '')}".lower().strip() for each in found]
    yield from repeated(found, "type and language", kinds)


HEAD = {
    f"{ATOM}id": one(iri),
    f"{ATOM}title": one(title),
    f"{ATOM}updated": one(date),
    f"{ATOM}author": many(person),
    f"{ATOM}contributor": many(person),
    f"{ATOM}category": many(category),
    f"{ATOM}link": many(link),
    f"{ATOM}generator": Child(_generator),
    f"{ATOM}icon": Child(iri),
    f"{ATOM}logo": Child(iri),
    f"{ATOM}rights": Child(construct),
    f"{ATOM}subtitle": Child(construct),
}


def source(element: Element) -> Iterator[str]:
    """The head of another feed; id, title and updated may lack by the letter, but 4.2.11 wants them kept."""
    yield from attributes(element)
    yield from no_text(element)
    yield from children(element, HEAD)
    yield from one_alternate(element)
