"""A body becomes a Feed: which reader takes it, and what it is when none does.

Whoever changes what a reader gives raises READERS (`version`), so that stored entries are compared with it anew.
"""

from __future__ import annotations

from dataclasses import replace

from syndicator.core.feed import Feed, NotAFeed, NotCertain
from syndicator.core.urls import web_url

from . import feedparser_reader, jsonfeed_reader, xml_reader

_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
"""White space and byte order marks, also of UTF-16 and UTF-32, whose ASCII has bytes of zero."""


def read(body: bytes, url: str, content_type: str = "") -> Feed | NotAFeed:
    """Read a feed of any format. `url` is where the body came from; relative links are relative to it.

    What stands in the body decides; a wrong Content-Type does not matter.
    """
    certain = read_certain(body, url, content_type)
    if not isinstance(certain, NotCertain):
        return certain
    patient = feedparser_reader.read(body, url, content_type)
    return replace(patient, doubt=certain.reason) if isinstance(patient, Feed) else patient


def read_certain(body: bytes, url: str, content_type: str = "") -> Feed | NotAFeed | NotCertain:
    """Read a feed whose meaning is beyond doubt, in time that grows with its size only."""
    start = body.lstrip(_BLANK)
    if not start:
        return NotAFeed("the body is empty")
    if start.startswith((b"{", b"[")):
        return jsonfeed_reader.read(body, url)
    return xml_reader.read(body, web_url(url), content_type)
