"""What elements mean in every feed over lxml: texts, people, labels, files, and the modules that RSS borrows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from syndicator.core.feed import Enclosure, Person, Text

from . import fields
from .xml_draft import (
    ATOM,
    CONTENT,
    DC,
    DCTERMS,
    FEEDBURNER,
    ITUNES,
    MEDIA,
    PHEEDO,
    PODCAST,
    SYNDICATION,
    XML_LANG,
    Draft,
    Handler,
    Scope,
    Unsure,
    fill,
    local_name,
)

_HTML_TYPES = ("html", "text/html", "xhtml", "application/xhtml+xml")
_IS_HTML = {**dict.fromkeys(_HTML_TYPES, True), **dict.fromkeys(("text", "plain", "text/plain"), False)}


# --- texts ---------------------------------------------------------------------------------------


def markup(element: etree._Element, scope: Scope, kind: str) -> Text:
    """The text of an element as `kind` (a media type, or text, html of Atom), unless its own `type` says otherwise."""
    text = scope.text(element)
    html = _IS_HTML.get(given := element.get("type", kind))
    if html is None:
        raise Unsure(f"<{local_name(element)}> of type {given!r}")
    if not html and not scope.atom and ("<" in text or "&" in text):
        html = fields.looks_like_html(text)
    return Text(text, html, scope.base(element) if scope.inherits else scope.url)


def sets(name: str) -> Handler:
    """A handler that keeps the text of its element under `name`; of several the last counts."""

    def handle(draft: Draft, element: etree._Element) -> None:
        setattr(draft, name, draft.scope.text(element))

    return handle


def titles(rank: int) -> Handler:
    """A handler of a title; the first one that is not empty counts, but for one of a higher rank."""

    def handle(draft: Draft, element: etree._Element) -> None:
        title = markup(element, draft.scope, "text/plain")
        if title.value and rank > draft.title_rank:
            draft.title, draft.title_rank = title, rank

    return handle


def describes(kind: str) -> Handler:
    """A handler of a description, nominally of type `kind`. After the first, others are content until there is some."""

    def handle(draft: Draft, element: etree._Element) -> None:
        if draft.summary is not None and not draft.contents:
            draft.contents.append(markup(element, draft.scope, "text/plain"))
        else:
            draft.summary = markup(element, draft.scope, kind)

    return handle


def _encoded(draft: Draft, element: etree._Element) -> None:
    draft.contents.append(markup(element, draft.scope, "text/html"))
    keep_language(draft, element)


def keep_language(draft: Draft, element: etree._Element) -> None:
    """Keep xml:lang where it stands nearest, but not that of the root, which is the feed's."""
    if draft.scope.inherits and not draft.language:
        above = (one.get(XML_LANG, "") for one in (element, *element.iterancestors()) if one.getparent() is not None)
        draft.language = next(filter(None, above), "")


# --- people, labels, files -------------------------------------------------------------------------


def author(draft: Draft, element: etree._Element) -> None:
    """A person: as text, or as Atom's person construct, which some put into RSS."""
    person = _person_construct(element, draft.scope) if len(element) else fields.person(draft.scope.text(element))
    if person.name or person.email:
        draft.people.append(person)


def _person_construct(element: etree._Element, scope: Scope) -> Person:
    given = {local_name(part): scope.text(part) for part in element}
    return fields.person_of(given.get("name", ""), given.get("email", ""), given.get("uri", "") or given.get("url", ""))


def enclosure(draft: Draft, element: etree._Element) -> None:
    """RSS's enclosure: url, type, length."""
    url, kind = element.get("url", "") or element.get("href", ""), element.get("type", "")
    draft.enclosures.append((url.strip(), kind, element.get("length", "")))


def keyword(draft: Draft, element: etree._Element) -> None:
    """A tag as text."""
    if text := draft.scope.text(element):
        draft.keywords.append(text)


def _keywords(draft: Draft, element: etree._Element) -> None:
    draft.keywords += filter(None, map(str.strip, draft.scope.text(element).split(",")))


def _itunes_category(draft: Draft, element: etree._Element) -> None:
    draft.keywords += filter(None, (one.get("text", "") for one in element.iter(element.tag)))


def link(draft: Draft, element: etree._Element) -> None:
    """Atom's link element (RFC 4287 4.2.7): the entry's page, a file that belongs to it, or where it stands itself."""
    attributes = element.attrib
    rel, kind = attributes.get("rel", "alternate").lower(), attributes.get("type", "").lower()
    url = draft.scope.absolute(attributes.get("href", "").strip(), element)
    if rel == "alternate" and url and kind in ("", *_HTML_TYPES):
        draft.link = url
    elif rel == "enclosure":
        draft.enclosures.append((url, kind, attributes.get("length", "")))
    elif rel == "self":
        draft.self_url = url


def _media_content(draft: Draft, element: etree._Element) -> None:
    get = element.get
    draft.media.append((get("url", ""), get("type", ""), get("fileSize", ""), get("medium", "")))
    if len(element):
        fill(draft, element)


def _media_group(draft: Draft, element: etree._Element) -> None:
    fill(draft, element)


def _thumbnail(draft: Draft, element: etree._Element) -> None:
    draft.thumbnail = draft.thumbnail or element.get("url", "") or draft.scope.text(element)


def _itunes_image(draft: Draft, element: etree._Element) -> None:
    draft.image = element.get("href", "") or element.get("url", "") or draft.image


# --- podcasts ------------------------------------------------------------------------------------


def _episode(name: str, read: Callable[[str], Any] = str) -> Handler:
    def handle(draft: Draft, element: etree._Element) -> None:
        text = draft.scope.text(element)
        draft.podcast[name] = fields.noted(read(text), name, text, draft.flaws)

    return handle


def _chapters(draft: Draft, element: etree._Element) -> None:
    draft.podcast["chapters"] = element.get("url", "")


def _transcript(draft: Draft, element: etree._Element) -> None:
    transcript = Enclosure(element.get("url", ""), element.get("type", ""))
    draft.podcast.setdefault("transcripts", []).append(transcript)


OF_FEEDS: dict[str, Handler] = {
    f"{SYNDICATION}updatePeriod": sets("period"),
    f"{SYNDICATION}updateFrequency": sets("frequency"),
}

MODULES: dict[str, Handler] = {
    f"{ATOM}link": link,
    f"{ATOM}published": sets("published"),
    f"{ATOM}updated": sets("updated"),
    f"{DC}title": titles(2),
    f"{DC}creator": author,
    f"{DC}author": author,
    f"{DC}date": sets("updated"),
    f"{DC}description": describes("text/html"),
    f"{DC}language": sets("language"),
    f"{DC}rights": sets("rights"),
    f"{DC}subject": keyword,
    f"{DCTERMS}issued": sets("published"),
    f"{DCTERMS}modified": sets("updated"),
    f"{DCTERMS}created": sets("created"),
    f"{CONTENT}encoded": _encoded,
    f"{ITUNES}author": author,
    f"{ITUNES}summary": describes("text/plain"),
    f"{ITUNES}keywords": _keywords,
    f"{ITUNES}category": _itunes_category,
    f"{ITUNES}image": _itunes_image,
    f"{ITUNES}duration": _episode("duration", fields.duration),
    f"{ITUNES}season": _episode("season"),
    f"{ITUNES}episode": _episode("episode"),
    f"{ITUNES}episodeType": _episode("kind"),
    f"{ITUNES}explicit": _episode("explicit", fields.explicit),
    f"{PODCAST}season": _episode("season"),
    f"{PODCAST}episode": _episode("episode"),
    f"{PODCAST}chapters": _chapters,
    f"{PODCAST}transcript": _transcript,
    f"{FEEDBURNER}origLink": sets("original"),
    f"{PHEEDO}origLink": sets("original"),
    f"{MEDIA}title": titles(1),
    f"{MEDIA}description": describes("text/html"),
    f"{MEDIA}content": _media_content,
    f"{MEDIA}group": _media_group,
    f"{MEDIA}thumbnail": _thumbnail,
    f"{MEDIA}category": keyword,
    f"{MEDIA}keywords": _keywords,
}
"""The elements that any feed may borrow."""
