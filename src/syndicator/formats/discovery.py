"""The feeds that an HTML page links: autodiscovery by `rel="alternate"` (HTML Living Standard, 4.6.7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree, html

from syndicator.core.feed import FeedLink, NotAFeed
from syndicator.core.text import one_line
from syndicator.core.urls import web_url, without_secrets

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_MOST = 20
"""Feeds that are told of one page: sites with more offer one for every tag."""
_NAMED = 5
_LONGEST_TITLE = 200


def page(body: bytes, url: str) -> NotAFeed:
    """What an HTML page at `url` is to a feed reader: no feed, but a place that may link some."""
    feeds = linked(body, url)
    if not feeds:
        return NotAFeed("an HTML page, not a feed, and it links none; the address may have changed", ())
    named = ", ".join(without_secrets(feed.url) for feed in feeds[:_NAMED])
    more = f" and {len(feeds) - _NAMED} more" if len(feeds) > _NAMED else ""
    return NotAFeed(f"an HTML page, not a feed; it links {named}{more}", feeds)


def linked(body: bytes, url: str) -> tuple[FeedLink, ...]:
    """The feeds that the page links, each once, in its order; those the publisher means come first by custom."""
    try:
        document = html.document_fromstring(body, parser=html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.LxmlError, ValueError):
        return ()
    found: dict[str, FeedLink] = {}
    for feed in _links(document, url):
        found.setdefault(feed.url, feed)
    return tuple(found.values())[:_MOST]


def _links(document: html.HtmlElement, url: str) -> Iterator[FeedLink]:
    base = next((urljoin(url, str(one.get("href"))) for one in document.iter("base") if one.get("href")), url)
    for link in document.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        type_ = (link.get("type") or "").partition(";")[0].strip().lower()
        target = web_url(link.get("href") or "", base)
        if target and ("feed" in rel or ("alternate" in rel and type_ in _TYPES)):
            yield FeedLink(target, one_line(link.get("title") or "")[:_LONGEST_TITLE])
