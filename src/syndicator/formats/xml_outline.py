"""Where the entries of an XML feed begin and end in its bytes, however broken it is: a parser that repairs does not
tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import fields

_TAG = (
    rb"<(?P<end>/?)(?:(?P<prefix>[\w.-]{1,40}):)?"
    rb"(?P<name>item|entry|locked|hour|day|channel|rss|feed|rdf)\b(?P<rest>[^<>]*)>"
)
_TAGS = re.compile(_TAG, re.IGNORECASE)
# What is hidden comes first, so that no tag is found in it; where it never ends, it hides all that follows.
_TOKENS = re.compile(rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|" + _TAG, re.DOTALL | re.IGNORECASE)
_ENDS = (b"-->", b"]]>")
_END_OF_FEED = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)\s*>\s*\Z", re.IGNORECASE)
_OF_FEEDS = re.compile(
    rb"""xmlns:([\w.-]{1,40})\s*=\s*["']http://(?:www\.w3\.org/2005/Atom|purl\.org/(?:atom/ns|rss/1\.0)"""
    rb"""|(?:my|channel)\.netscape\.com/rdf|backend\.userland\.com/rss)""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Outline:
    """How many entries begin, and whether the document ends inside the last one; then what its head says.

    Whether it is locked (podcast:locked), and the texts of its skipHours and skipDays.
    """

    entries: int = 0
    cut: bool = False
    locked: bool = False
    hours: tuple[str, ...] = ()
    days: tuple[str, ...] = ()


def outline(document: bytes) -> Outline:
    """The outline of a feed in an encoding that contains ASCII."""
    prefixes = {b"", *_OF_FEEDS.findall(document)}
    entries, inside = 0, False
    said: dict[bytes, list[str]] = {b"locked": [], b"hour": [], b"day": []}
    for tag in _tags(document):
        prefix, name = tag["prefix"] or b"", tag["name"].lower()
        if name in said:
            if not tag["end"] and not inside:
                said[name].append(_text(document, tag.end()))
        elif tag["end"]:
            inside = inside and prefix not in prefixes
        elif name in (b"item", b"entry") and prefix in prefixes:
            entries += 1
            inside = not tag["rest"].endswith(b"/")
    locked = any(map(fields.locked, said[b"locked"]))
    return Outline(entries, inside, locked, tuple(said[b"hour"]), tuple(said[b"day"]))


def _tags(document: bytes) -> Iterator[re.Match[bytes]]:
    """Every tag that counts, outside of comments and CDATA sections."""
    for token in _TOKENS.finditer(document):
        if token["name"]:
            yield token
        elif token.end() == len(document) and not token[0].endswith(_ENDS) and _END_OF_FEED.search(token[0][-200:]):
            # Nobody closed it, and the document is whole: what it hides was meant to be read.
            yield from _TAGS.finditer(document, token.start() + 1)


def _text(document: bytes, start: int) -> str:
    return document[start : document.find(b"<", start)].decode("utf-8", "replace")
