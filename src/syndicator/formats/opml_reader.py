"""Lists of subscriptions in OPML 1.0 to 2.0, however odd or broken (opml.org/spec2.opml)."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from syndicator.core.canonical import canonical
from syndicator.core.subscriptions import Folder, NotAList, Refused, Subscription, SubscriptionList
from syndicator.core.text import one_line
from syndicator.core.urls import web_url

from . import opml_writer
from .encodings import AS_WINDOWS, declared, relabelled
from .mending import mended
from .opml_mending import markup_escaped
from .subscription_address import NotTaken, address

LARGEST = 10 * 2**20
"""In bytes; the largest list seen has 40,000."""
_MOST = 100_000
"""Of outlines."""
_DEEPEST = 8
"""Of folders; what lies deeper is filed in the eighth."""
_MOST_FOLDERS = 20
"""Of one feed."""
_LONGEST_NAME = 200

_ROOTS = ("opml", "body", "outline")
_FEEDS = ("rss", "feed", "rdf")
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)
_WHOLE_DOCTYPE = re.compile(rb"<!doctype[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_OUTLINE = re.compile(rb"<outline\b", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml\b[^<>]*\?>")
_ATTRIBUTES = ("text", "title", "type", "xmlurl", "url", "htmlurl", "category")
_OF_A_FEED = ("rss", "atom", "rdf", "feed", "jsonfeed", "podcast", "")


def read(body: bytes) -> SubscriptionList | NotAList:
    """Read a list of subscriptions; never raises for what a body may hold, in time that grows with its size only."""
    if len(body) > LARGEST:
        return NotAList(f"it is larger than {LARGEST // 2**20} MiB")
    if body.startswith(b"\x1f\x8b"):
        return NotAList("it is compressed (gzip); unpack it first")
    parsed = _parsed(body)
    root, flaws = parsed.root, parsed.flaws
    name = _name(root) if root is not None else ""
    if root is None or name not in _ROOTS:
        return NotAList(_something_else(body, name))
    found = _Found()
    whole = 0
    for n, (outline, folder) in enumerate(_outlines(root)):
        if n == _MOST:
            return NotAList(f"it has more than {_MOST:,} outlines")
        found.take(outline, folder)
        whole += len(outline.attrib) > 0  # what libxml2 cannot read of an outline it leaves bare
    if parsed.outlines > whole:
        flaws = (*flaws, f"{parsed.outlines - whole} of {parsed.outlines} outlines are lost in broken markup")
    elif name == "opml" and not any(_name(child) in _ROOTS for child in root):
        flaws = (*flaws, "it has no body")
    return SubscriptionList(tuple(found.subscriptions.values()), tuple(found.refused), flaws, found.folder_ids)


def _something_else(body: bytes, root: str) -> str:
    if not body.strip():
        return "it is empty"
    if not root:
        return "it is no XML"
    if root == "html":
        return "it is an HTML page"
    if root in _FEEDS:
        return "it is a feed itself and no list of feeds; add its address under `sources`"
    return f"its root is <{one_line(root)[:40]}>, not <opml>"


# --- XML, repaired -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A root, None where nothing is to be had; in words what was repaired; how many `outlines` a broken text names."""

    root: etree._Element | None
    flaws: tuple[str, ...]
    outlines: int


def _parsed(body: bytes) -> _Parsed:
    labelled, _, flaws = relabelled(body, "")
    whole, mends = mended(_without_doctype(_declaration_first(labelled.removeprefix(BOM_UTF8))))
    root, mistake = _recovered(whole)
    if root is None and declared(whole):
        # `utf-16` above a text of single bytes: Windows programs write it when they save a string as a file.
        flaws = (f"it is called {declared(whole)[:40]}, and is not; read as UTF-8 or windows-1252",)
        whole = _DECLARATION.sub(b"", whole, count=1).decode("utf-8", AS_WINDOWS).encode("utf-8", "replace")
        root, mistake = _recovered(whole)
    if mistake:
        # What libxml2 makes of markup in an attribute loses the outline, and its folder for those that follow.
        escaped, count = markup_escaped(whole)
        if count:
            mends = (*mends, f"markup in attributes ({count})")
            root, mistake = _recovered(escaped)
    repairs = (*mends, mistake) if mistake else mends
    if repairs:
        flaws = (*flaws, f"not well-formed, read with repairs: {', '.join(repairs)}")
    return _Parsed(root, flaws, len(_OUTLINE.findall(whole)) if mistake else 0)


def _declaration_first(body: bytes) -> bytes:
    """`body` with the blanks behind its XML declaration that should not be before it; lines keep their numbers."""
    bare = body.lstrip()
    found = _DECLARATION.match(bare)
    return found.group() + body[: len(body) - len(bare)] + bare[found.end() :] if found else body


def _without_doctype(body: bytes) -> bytes:
    """`body` without its DOCTYPE, which OPML has no use for: with it go entities, and all that they could multiply.

    Lines keep their numbers. Looked for once, so that a thousand that never end cost nothing.
    """
    start = _DOCTYPE.search(body)
    whole = _WHOLE_DOCTYPE.match(body, start.start()) if start else None
    if whole is None:
        return body
    return body[: whole.start()] + b"\n" * whole.group().count(b"\n") + body[whole.end() :]


def _recovered(body: bytes) -> tuple[etree._Element | None, str]:
    """The root, and the first mistake in words."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return None, ""
    first = next(iter(parser.error_log), None)
    if first is None:
        return root, ""
    return root, f"{one_line(first.message)[:200]}, line {first.line}".replace(", use XML_PARSE_HUGE option", "")


def _name(element: etree._Element) -> str:
    """The name of an element in small letters and without namespace; "" of what is none, such as an entity."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


# --- outlines ----------------------------------------------------------------------------------------


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, Folder]]:
    """Every outline in the order of the document, with the folder that it stands in."""
    waiting: list[tuple[etree._Element, Folder]] = [(root, ())]
    while waiting:
        element, folder = waiting.pop()
        name = _name(element)
        if name in ("", "head"):
            continue
        inner = folder
        if name == "outline":
            yield element, folder
            called = _title(_attributes(element)) if len(element) else ""
            inner = (*folder, called)[:_DEEPEST] if called else folder
        waiting.extend((child, inner) for child in reversed(element))


def _attributes(outline: etree._Element) -> dict[str, str]:
    """The attributes by their names in small letters: `xmlUrl` is `xmlurl` and `xmlURL` elsewhere."""
    found: dict[str, str] = {}
    for key in outline.keys():  # noqa: SIM118 (an element is no mapping)
        name = str(key).rpartition("}")[2].lower()
        # Asked for one by one: lxml looks for each from the first on, and a hostile outline has a million.
        if name in _ATTRIBUTES and name not in found:
            found[name] = str(outline.get(key) or "").strip()
    return found


def _title(attributes: dict[str, str]) -> str:
    """What is shown for an outline: `text`; many have a `title` instead."""
    return _line(attributes.get("text", "")) or _line(attributes.get("title", ""))


def _line(text: str) -> str:
    return one_line(text[: 5 * _LONGEST_NAME])[:_LONGEST_NAME].strip()


class _Found:
    """The subscriptions so far, by the canonical form of their address, and what was refused."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.refused: list[Refused] = []
        self.folder_ids: dict[Folder, str] = {}

    def take(self, outline: etree._Element, folder: Folder) -> None:
        """Take the feed of an outline, or refuse it; an outline without one is a folder or a remark."""
        attributes = _attributes(outline)
        id_ = str(outline.get(opml_writer.ID) or "")
        given = _feed_address(attributes, is_folder=len(outline) > 0)
        if given is None:
            if id_ and (name := _title(attributes)):
                self.folder_ids[(*folder, name)] = id_
            return
        url = given if isinstance(given, NotTaken) else address(given)
        if isinstance(url, NotTaken):
            title = _title(attributes)
            self.refused.append(Refused(f"line {outline.sourceline}" + (f", {title!r}" if title else ""), url.reason))
            return
        folders = (folder,) if folder else _categories(attributes) or ((),)
        self._add(
            Subscription(
                _title(attributes), url, web_url(attributes.get("htmlurl", "")), folders,
                _line(attributes.get("title", "")), id_,
            )
        )  # fmt: skip

    def _add(self, one: Subscription) -> None:
        """Once for an address: readers that let a feed stand in several folders list it again for each."""
        key = canonical(one.url)
        known = self.subscriptions.setdefault(key, one)
        if len(known.folders) < _MOST_FOLDERS:
            # A list of ours names the source where its first category is.
            both = (*one.folders, *known.folders) if one.id else (*known.folders, *one.folders)
            folders = tuple(filter(None, dict.fromkeys(both))) or ((),)
            self.subscriptions[key] = replace(known, folders=folders[:_MOST_FOLDERS], id=known.id or one.id)


def _feed_address(attributes: dict[str, str], is_folder: bool) -> str | NotTaken | None:
    """What an outline says to be the address of its feed; None where it is not about a feed."""
    kind = attributes.get("type", "").lower()
    if given := attributes.get("xmlurl"):
        return given
    if given := attributes.get("url"):
        if kind in ("link", "include"):
            return NotTaken(f"is of type {kind}, which leads to a page or another list and is no feed")
        return given
    missing = kind in _OF_A_FEED and kind and not is_folder
    return NotTaken("names no address (xmlUrl)") if missing else None


def _categories(attributes: dict[str, str]) -> tuple[Folder, ...]:
    """The folders that `category="/a/b,/c"` names."""
    given = attributes.get("category", "")[: _MOST_FOLDERS * _LONGEST_NAME].split(",")
    paths = (tuple(filter(None, map(_line, path.split("/"))))[:_DEEPEST] for path in given)
    return tuple(dict.fromkeys(filter(None, paths)))[:_MOST_FOLDERS]
