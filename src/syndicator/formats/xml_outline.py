"""Where the entries of an XML feed begin and end in its bytes, however broken it is: a parser that repairs does not
tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import fields

_TAG = rb"<(?P<end>/?)(?:(?P<prefix>[\w.-]{1,40}):)?(?P<name>item|entry|locked|channel|rss|feed|rdf)\b(?P<rest>[^<>]*)>"
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
    """How many entries begin, whether the document ends inside the last one, and whether its head is locked."""

    entries: int = 0
    cut: bool = False
    locked: bool = False


def outline(document: bytes) -> Outline:
    """The outline of a feed in an encoding that contains ASCII."""
    prefixes = {b"", *_OF_FEEDS.findall(document)}
    entries, inside, locked = 0, False, False
    for tag in _tags(document):
        prefix, name = tag["prefix"] or b"", tag["name"].lower()
        if name == b"locked":
            locked = locked or (not tag["end"] and not inside and _says_locked(document, tag.end()))
        elif tag["end"]:
            inside = inside and prefix not in prefixes
        elif name in (b"item", b"entry") and prefix in prefixes:
            entries += 1
            inside = not tag["rest"].endswith(b"/")
    return Outline(entries, inside, locked)


def _tags(document: bytes) -> Iterator[re.Match[bytes]]:
    """Every tag that counts, outside of comments and CDATA sections."""
    for token in _TOKENS.finditer(document):
        if token["name"]:
            yield token
        elif token.end() == len(document) and not token[0].endswith(_ENDS) and _END_OF_FEED.search(token[0][-200:]):
            # Nobody closed it, and the document is whole: what it hides was meant to be read.
            yield from _TAGS.finditer(document, token.start() + 1)


def _says_locked(document: bytes, start: int) -> bool:
    return fields.locked(document[start : document.find(b"<", start)].decode("utf-8", "replace"))
