"""Atom 1.0 (RFC 4287) from an lxml tree."""

from __future__ import annotations

import re

from lxml import etree

from syndicator.core.feed import Feed, Text

from . import fields
from .xml_draft import ATOM, XHTML, XML_LANG, Draft, Head, Scope, Table, Unsure, fill, ignore
from .xml_elements import MODULES, OF_FEEDS, author, keep_language, link, markup, sets

# HTML has no short form for other elements: `<p/>` would begin a paragraph that never ends.
_EMPTY = re.compile(r"<(?!(?:area|br|col|embed|hr|img|input|source|track|wbr)\b)(\w+)\b([^<>]*)/>")
_PREFIXED = re.compile(r"</?\w+:")
_DECLARATION = f' xmlns="{XHTML[1:-1]}"'
_ID, _LINK = f"{ATOM}id", f"{ATOM}link"
_WRAPPER = re.compile(r"<[^<>]*>(.*)</\w+>|<[^<>]*/>", re.DOTALL)


def read(feed: etree._Element, scope: Scope) -> Feed:
    """The feed of an Atom `feed` element; raises Unsure."""
    head = Head(scope, _FEED, _ENTRY)
    head.language = feed.get(XML_LANG, "")
    fill(head, feed)
    return head.feed()


def _entry(head: Head, element: etree._Element) -> None:
    head.add_entry(element)


def _id(draft: Draft, element: etree._Element) -> None:
    draft.id = draft.permalink = draft.scope.absolute(draft.scope.text(element), element)


def _title(draft: Draft, element: etree._Element) -> None:
    title = _construct(draft, element)
    if title.value:
        draft.title, draft.title_rank = title, 3


def _summary(draft: Draft, element: etree._Element) -> None:
    draft.summary = _construct(draft, element)


def _content(draft: Draft, element: etree._Element) -> None:
    """`atom:content` (4.1.3), or where it stands: a page to link to, or a file."""
    if src := element.get("src", "").strip():
        if len(element) or (element.text or "").strip():
            raise Unsure("content that stands here and elsewhere")
        url, kind = draft.scope.absolute(src, element), element.get("type", "")
        if fields.readable(kind):
            draft.elsewhere = draft.elsewhere or url
        else:
            draft.enclosures.append((url, kind, ""))
    else:
        draft.contents.append(_construct(draft, element))
    keep_language(draft, element)


def _category(draft: Draft, element: etree._Element) -> None:
    if label := element.get("label", "").strip() or element.get("term", "").strip():
        draft.keywords.append(label)


def _source(draft: Draft, element: etree._Element) -> None:
    """`atom:source` (4.2.11): the head of the feed that the entry was copied from."""
    scope = draft.scope
    id_ = self_url = ""
    for part in element:
        if part.tag == _ID:
            id_ = scope.absolute(scope.text(part), part)
        elif part.tag == _LINK and part.get("rel", "").lower() == "self":
            self_url = scope.absolute(part.get("href", "").strip(), part)
    draft.taken_from = fields.given(id_, self_url)


def _construct(draft: Draft, element: etree._Element) -> Text:
    """A text construct (3.1): plain text, escaped HTML, or XHTML inside a `div` that is not part of it."""
    if element.get("type", "").lower() in ("xhtml", "application/xhtml+xml"):
        return Text(draft.scope.lifted.put_back_in_markup(_xhtml(element)), True, draft.scope.base(element))
    return markup(element, draft.scope, "text")


def _xhtml(element: etree._Element) -> str:
    """The markup inside `element`, spelled as HTML."""
    wrapper = element[0] if len(element) == 1 and element[0].tag == f"{XHTML}div" else element
    whole = _WRAPPER.fullmatch(etree.tostring(wrapper, encoding="unicode", with_tail=False))
    inside = ((whole and whole[1]) or "").replace(_DECLARATION, "")
    if " xmlns" in inside or _PREFIXED.search(inside):
        raise Unsure("other elements inside XHTML")
    return _EMPTY.sub(r"<\1\2></\1>", inside).strip()


_ENTRY = Table(
    {
        **MODULES,
        f"{ATOM}id": _id,
        f"{ATOM}title": _title,
        f"{ATOM}link": link,
        f"{ATOM}published": sets("published"),
        f"{ATOM}updated": sets("updated"),
        f"{ATOM}summary": _summary,
        f"{ATOM}content": _content,
        f"{ATOM}author": author,
        f"{ATOM}category": _category,
        f"{ATOM}rights": sets("rights"),
        f"{ATOM}contributor": ignore,
        f"{ATOM}source": _source,
    }
)

_FEED = Table(
    {
        **MODULES,
        **OF_FEEDS,
        **{ATOM + name: _ENTRY[ATOM + name] for name in ("id", "title", "link", "author", "updated", "rights")},
        **dict.fromkeys(
            (ATOM + name for name in ("category", "contributor", "generator", "icon", "logo", "subtitle")), ignore
        ),
        f"{ATOM}entry": _entry,
    }
)
