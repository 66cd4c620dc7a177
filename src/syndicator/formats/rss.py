"""A channel as RSS 2.0, after the Advisory Board's best practices profile."""

from __future__ import annotations

import html
import re
from typing import Any

from feedgen.entry import FeedEntry
from lxml import etree

from syndicator.core.feed import Enclosure, Person
from syndicator.core.model import Article, Channel, ChannelItem
from syndicator.core.urls import host

from .content import entry_content
from .feedgen_channel import (
    ATOM_NS,
    MEDIA_NS,
    ArticleExtension,
    ChannelExtension,
    add_entry,
    generator,
    link,
    media_type,
    person_name,
    seconds,
    unmistakable,
)

_DC_NS = "http://purl.org/dc/elements/1.1/"
_JOINED_END = "&#x3C;\u2060/".encode()
_TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)


def render(channel: Channel) -> bytes:
    """The RSS 2.0 document of `channel`, UTF-8, byte-stable."""
    feed = generator(channel, "rss", "application/rss+xml", _Namespaces, _Modules)
    feed.description(unmistakable(feed.description()))
    feed.ttl(int(channel.ttl.total_seconds() // 60))
    feed.lastBuildDate(seconds(channel.updated))
    for item in channel.items:
        _fill(add_entry(feed, channel, item), channel, item)
    return _plain_titles(feed.rss_str())


def _fill(entry: FeedEntry, channel: Channel, item: ChannelItem) -> None:
    article = item.article
    entry.title(article.heading)
    entry.link(href=link(channel, article))
    entry.guid(article.guid, permalink=False)
    if article.public_summary:
        # Readers take a description for HTML (RSS 2.0): a literal `<` in plain text is escaped once more.
        entry.description(html.escape(article.public_summary, quote=False))
    if content := entry_content(channel.site, item):
        entry.content(content)
    entry.pubDate(seconds(article.published))
    _add_labels(entry, channel, article)
    if first := _enclosure(article):
        entry.enclosure(first.url, str(first.length or 0), media_type(first))
    if source_url := article.provenance.feed_url or article.provenance.home_url:
        entry.source(source_url, article.provenance.title)


def _add_labels(entry: FeedEntry, channel: Channel, article: Article) -> None:
    if person := _author(article):
        entry.author({"name": unmistakable(person_name(person)), "email": person.email})
    for category in article.categories:
        entry.category(term=category, scheme=f"{channel.site.url}/categories/")
    for tag in article.tags:
        entry.category(term=unmistakable(tag))


class _Namespaces(ChannelExtension):
    def extend_ns(self) -> dict[str, str]:
        return {"dc": _DC_NS, **super().extend_ns()}


class _Modules(ArticleExtension):
    """What RSS itself has no element for: authors without e-mail, further enclosures, the lead image."""

    def extend_rss(self, item: Any) -> Any:
        article = self.article
        for person in () if _author(article) else article.authors:
            etree.SubElement(item, f"{{{_DC_NS}}}creator").text = unmistakable(person_name(person))
        for enclosure in article.public_enclosures:
            if enclosure is _enclosure(article):
                continue
            media = etree.SubElement(item, f"{{{MEDIA_NS}}}content", url=enclosure.url, type=media_type(enclosure))
            if enclosure.length:
                media.set("fileSize", str(enclosure.length))
        if article.public_image:
            etree.SubElement(item, f"{{{MEDIA_NS}}}thumbnail", url=article.public_image)
        if article.updated > article.published:
            etree.SubElement(item, f"{{{ATOM_NS}}}updated").text = seconds(article.updated).isoformat()
        return item


def _author(article: Article) -> Person | None:
    """Whom RSS's own `author` can name: it is one e-mail address, and an item has either it or `dc:creator`."""
    return article.authors[0] if len(article.authors) == 1 and article.authors[0].email else None


def _enclosure(article: Article) -> Enclosure | None:
    """The one file that RSS's own element can name: readers refuse one on a host that only its neighbours know."""
    return next((one for one in article.public_enclosures if "." in host(one.url)), None)


def _plain_titles(document: bytes) -> bytes:
    """Titles with `<` and `&` as hexadecimal references: the one spelling that readers take as plain text.

    But for the end of an element, which validators take for markup in any spelling.
    """

    def plain(found: re.Match[bytes]) -> bytes:
        text = found.group(1).replace(b"&lt;/", _JOINED_END).replace(b"&lt;", b"&#x3C;")
        text = text.replace(b"&gt;", b"&#x3E;").replace(b"&amp;", b"&#x26;")
        return b"<title>" + text + b"</title>"

    return _TITLE.sub(plain, document)
