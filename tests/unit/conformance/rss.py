"""RSS 2.0 after the Advisory Board's best practices profile, with the modules that we use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .elements import (
    ATOM,
    CONTENT,
    DC,
    HISTORY,
    MEDIA,
    XML,
    Child,
    Element,
    attribute,
    attributes,
    children,
    document_flaws,
    empty,
    many,
    no_text,
    one,
    place,
    repeated,
    some,
    text,
)
from .modules import HISTORY_CHILDREN, MEDIA_CHILDREN, history, link, self_link
from .values import (
    is_count,
    is_iri,
    is_language,
    is_media_type,
    is_positive,
    is_rfc822,
    is_rfc3339,
    is_said,
    is_web_url,
)

_NAMESPACES = (ATOM, CONTENT, DC, HISTORY, MEDIA, XML)
_TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
_DOUBTFUL = re.compile(rb"&lt;|&amp;|<!\[CDATA\[")
_MAILBOX = re.compile(r"(?:[^@\s<>()]+@[^@\s<>()]+)(?: \(.+\))?", re.DOTALL)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DC_NAMES = (
    "contributor", "coverage", "creator", "date", "description", "format", "identifier", "language", "publisher",
    "relation", "rights", "source", "subject", "title", "type",
)  # fmt: skip


def rss_flaws(body: bytes) -> tuple[str, ...]:
    """What keeps `body` from being an RSS 2.0 feed that every reader takes alike."""
    return document_flaws(body, "rss", _NAMESPACES, _rss) + tuple(_titles(body))


def _titles(body: bytes) -> Iterator[str]:
    """Readers agree that a title is plain text only where `<` and `&` are hexadecimal references."""
    for number, found in enumerate(_TITLE.finditer(body), 1):
        if doubtful := _DOUBTFUL.search(found[1]):
            yield f"title {number} of the document is not written as plain text: {doubtful[0].decode()}"


def _rss(root: Element) -> Iterator[str]:
    yield from attributes(root, required=("version",))
    yield from attribute(root, "version", "2.0".__eq__, "2.0")
    yield from no_text(root)
    yield from children(root, {"channel": one(_channel)})


def _channel(channel: Element) -> Iterator[str]:
    yield from attributes(channel)
    yield from no_text(channel)
    yield from children(channel, _CHANNEL)
    yield from self_link(channel, "application/rss+xml")
    for own in channel.iterchildren(f"{ATOM}link"):
        if own.get("rel") == "self" and "type" not in own.attrib:
            yield f"{place(own)} has no type"
    yield from history(channel)
    guids = [item for item in channel.iterchildren("item") if item.findtext("guid")]
    yield from repeated(guids, "guid", [item.findtext("guid", "") for item in guids])


# --- items -----------------------------------------------------------------------------------------


def _item(item: Element) -> Iterator[str]:
    yield from attributes(item)
    yield from no_text(item)
    yield from children(item, _ITEM)
    if not any(is_said(item.findtext(name, "")) for name in ("title", "description")):
        yield f"{place(item)} has neither title nor description"
    if item.find("author") is not None and item.find(f"{DC}creator") is not None:
        yield f"{place(item)} has both author and dc:creator"
    encoded = item.find(f"{CONTENT}encoded")
    if encoded is not None and any(later.tag == "description" for later in encoded.itersiblings()):
        yield f"{place(item)} has its description behind content:encoded"


def _guid(element: Element) -> Iterator[str]:
    yield from text(is_said, "an id", "isPermaLink")(element)
    yield from attribute(element, "isPermaLink", ("true", "false").__contains__, "true or false")
    if element.get("isPermaLink", "true") == "true" and not is_web_url(element.text or ""):
        yield f"{place(element)} is called a permalink and is no web address: {element.text or ''!r}"


def _enclosure(element: Element) -> Iterator[str]:
    yield from attributes(element, required=("url", "type", "length"))
    yield from attribute(element, "url", is_web_url, "a web address")
    yield from attribute(element, "type", is_media_type, "a media type")
    yield from attribute(element, "length", is_count, "a number of bytes")
    yield from empty(element)


def _source(element: Element) -> Iterator[str]:
    yield from text(is_said, "a title", "url")(element)
    yield from attribute(element, "url", is_web_url, "a web address")
    if "url" not in element.attrib:
        yield f"{place(element)} has no url"


def _category(element: Element) -> Iterator[str]:
    yield from text(is_said, "a category", "domain")(element)


# --- parts of the channel --------------------------------------------------------------------------


def _image(element: Element) -> Iterator[str]:
    yield from attributes(element)
    yield from no_text(element)
    yield from children(element, _IMAGE)


def _skip_hours(element: Element) -> Iterator[str]:
    yield from _skips(element, "hour", tuple(map(str, range(24))), "an hour from 0 to 23")


def _skip_days(element: Element) -> Iterator[str]:
    yield from _skips(element, "day", _DAYS, "a day of the week")


def _skips(element: Element, name: str, values: tuple[str, ...], what: str) -> Iterator[str]:
    yield from attributes(element)
    yield from no_text(element)
    yield from children(element, {name: some(text(values.__contains__, what))})
    yield from repeated(list(element), name, [child.text or "" for child in element])


_PLAIN = text(is_said, "more than blank")
_WEB = text(is_web_url, "a web address")
_MAIL = text(lambda value: bool(_MAILBOX.fullmatch(value)), "an e-mail address with or without a name")
_DATE = text(is_rfc822, "an RFC 822 date with its weekday and a year of four digits")

_IMAGE = {
    "url": one(_WEB),
    "title": one(_PLAIN),
    "link": one(_WEB),
    "width": Child(text(is_positive, "a number of pixels")),
    "height": Child(text(is_positive, "a number of pixels")),
    "description": Child(_PLAIN),
}

_ITEM = {
    "title": Child(_PLAIN),
    "link": Child(text(is_iri, "an absolute address")),
    "description": Child(_PLAIN),
    "author": Child(_MAIL),
    "category": many(_category),
    "comments": Child(_WEB),
    "enclosure": Child(_enclosure),
    "guid": one(_guid),
    "pubDate": Child(_DATE),
    "source": Child(_source),
    f"{CONTENT}encoded": Child(_PLAIN),
    f"{ATOM}link": many(link),
    f"{ATOM}updated": Child(text(is_rfc3339, "an RFC 3339 date with upper-case T and Z")),
    **{f"{DC}{name}": many(_PLAIN) for name in _DC_NAMES},
    **MEDIA_CHILDREN,
}

_CHANNEL = {
    "title": one(_PLAIN),
    "link": one(_WEB),
    "description": one(_PLAIN),
    "language": Child(text(is_language, "a language tag")),
    "copyright": Child(_PLAIN),
    "managingEditor": Child(_MAIL),
    "webMaster": Child(_MAIL),
    "pubDate": Child(_DATE),
    "lastBuildDate": Child(_DATE),
    "category": many(_category),
    "generator": Child(_PLAIN),
    "docs": Child(_WEB),
    "ttl": Child(text(is_positive, "a positive number of minutes")),
    "image": Child(_image),
    "skipHours": Child(_skip_hours),
    "skipDays": Child(_skip_days),
    "item": many(_item),
    f"{ATOM}link": many(link),
    **{f"{DC}{name}": many(_PLAIN) for name in _DC_NAMES},
    **HISTORY_CHILDREN,
}
