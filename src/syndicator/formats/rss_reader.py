"""RSS 0.91 to 2.0 (rssboard.org/rss-specification) and RSS 1.0 (web.resource.org/rss/1.0/spec) from an lxml tree."""

from __future__ import annotations

import re

from lxml import etree

from syndicator.core.feed import Feed

from . import fields
from .xml_draft import (
    ATOM,
    ITUNES,
    PODCAST,
    RDF,
    RSS_1,
    XML_LANG,
    Draft,
    Handler,
    Head,
    Scope,
    Table,
    Unsure,
    fill,
    ignore,
)
from .xml_elements import MODULES, OF_FEEDS, author, describes, enclosure, keyword, sets, titles

_BARE_REFERENCE = re.compile(r"&(\w+);", re.ASCII)


def read(rss: etree._Element, scope: Scope) -> Feed:
    """The feed of an `rss` element; raises Unsure."""
    if len(rss) != 1 or rss[0].tag != "channel":
        raise Unsure("<rss> holds something else than one <channel>")
    head = Head(scope, _CHANNEL, _ITEM)
    head.language = rss.get(XML_LANG, "")
    fill(head, rss[0])
    return head.feed()


def read_rdf(rdf: etree._Element, scope: Scope) -> Feed:
    """The feed of an `rdf:RDF` element that holds RSS 1.0; raises Unsure."""
    channel = rdf.find(f"{RSS_1}channel")
    if channel is None:
        raise Unsure("RDF without a channel of RSS 1.0")
    head = Head(scope, _RDF_CHANNEL, _RDF_ITEM)
    head.language = rdf.get(XML_LANG, "")
    fill(head, channel)
    for item in rdf.iterfind(f"{RSS_1}item"):
        head.add_entry(item, item.get(f"{RDF}about", ""))
    return head.feed()


def _item(head: Head, element: etree._Element) -> None:
    head.add_entry(element)


def _link(draft: Draft, element: etree._Element) -> None:
    url = draft.scope.text(element)
    if not url and element.attrib:
        raise Unsure("<link> with attributes in place of text")
    if "&" in url and ";" in url:
        # Escaped once too often, or a parameter's name that looks like a reference.
        url = _BARE_REFERENCE.sub(r"&\1", url.replace("&amp;", "&"))
    draft.link = draft.scope.absolute(url, element)


def _guid(draft: Draft, element: etree._Element) -> None:
    guid = draft.scope.text(element)
    if element.get("isPermaLink", "true") == "true":
        guid = draft.permalink = draft.scope.absolute(guid, element)
    draft.id = guid


def _source(draft: Draft, element: etree._Element) -> None:
    if len(element):
        raise Unsure("markup inside <source>")
    draft.taken_from = fields.given(element.get("url", "").strip())


def _image(draft: Draft, element: etree._Element) -> None:
    """Not in RSS, but met: an item's image, as the channel's or as its address."""
    draft.image = draft.image or (element.findtext("url", "") if len(element) else draft.scope.text(element))


def _skips(what: str) -> Handler:
    def handle(head: Head, element: etree._Element) -> None:
        getattr(head, what).extend(head.scope.text(child) for child in element)

    return handle


_ITEM = Table(
    {
        "title": titles(3),
        "link": _link,
        "guid": _guid,
        "description": describes("text/html"),
        "pubDate": sets("published"),
        "author": author,
        "category": keyword,
        "enclosure": enclosure,
        "image": _image,
        "source": _source,
        "comments": ignore,
        **MODULES,
    }
)

_CHANNEL = Table(
    {
        "title": titles(3),
        "link": _link,
        "language": sets("language"),
        "copyright": sets("rights"),
        "managingEditor": author,
        "pubDate": sets("published"),
        "lastBuildDate": sets("updated"),
        "ttl": sets("ttl"),
        "item": _item,
        **dict.fromkeys(
            ("category", "cloud", "description", "docs", "generator", "guid", "image", "rating", "textInput"),
            ignore,
        ),
        "webMaster": ignore,
        "skipHours": _skips("hours"),
        "skipDays": _skips("days"),
        **MODULES,
        **OF_FEEDS,
        **dict.fromkeys((ATOM + name for name in ("author", "icon", "id", "logo", "subtitle", "title")), ignore),
        f"{ITUNES}owner": ignore,
        f"{PODCAST}locked": sets("locked"),
    }
)  # fmt: skip

_RDF_ITEM = Table(
    {
        f"{RSS_1}title": titles(3),
        f"{RSS_1}link": _link,
        f"{RSS_1}description": describes("text/html"),
        **MODULES,
    }
)

_RDF_CHANNEL = Table(
    {
        **{RSS_1 + name: _CHANNEL[name] for name in ("title", "link", "description", "image")},
        f"{RSS_1}textinput": ignore,
        f"{RSS_1}items": ignore,
        **MODULES,
        **OF_FEEDS,
    }
)
