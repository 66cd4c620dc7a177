"""A channel as RSS 2.0, after the Advisory Board's best practices profile."""

from __future__ import annotations

import html
import re
from typing import Any

from feedgen.entry import FeedEntry
from lxml import etree

from syndicator.core.model import Article, Channel

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
)

_DC_NS = "http://purl.org/dc/elements/1.1/"
_TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)


def render(channel: Channel) -> bytes:
    """The RSS 2.0 document of `channel`, UTF-8, byte-stable."""
    feed = generator(channel, "rss", "application/rss+xml", _Namespaces, _Modules)
    feed.ttl(int(channel.ttl.total_seconds() // 60))
    feed.lastBuildDate(seconds(channel.updated))
    for item in channel.items:
        _fill(add_entry(feed, item.article), channel, item.article)
    return _plain_titles(feed.rss_str())


def _fill(entry: FeedEntry, channel: Channel, article: Article) -> None:
    entry.title(article.heading)
    entry.link(href=link(channel, article))
    entry.guid(article.guid, permalink=False)
    if article.public_summary:
        # Readers take a description for HTML (RSS 2.0): a literal `<` in plain text is escaped once more.
        entry.description(html.escape(article.public_summary, quote=False))
    if article.public_content:
        entry.content(article.public_content)
    entry.pubDate(seconds(article.published))
    _add_labels(entry, channel, article)
    if article.public_enclosures:
        first = article.public_enclosures[0]
        entry.enclosure(first.url, str(first.length or 0), media_type(first))
    if source_url := article.provenance.feed_url or article.provenance.home_url:
        entry.source(source_url, article.provenance.title)


def _add_labels(entry: FeedEntry, channel: Channel, article: Article) -> None:
    if _all_have_email(article):
        for person in article.authors:
            entry.author({"name": person_name(person), "email": person.email})
    for category in article.categories:
        entry.category(term=category, scheme=f"{channel.site.url}/categories/")
    for tag in article.tags:
        entry.category(term=tag)


class _Namespaces(ChannelExtension):
    def extend_ns(self) -> dict[str, str]:
        return {"dc": _DC_NS, **super().extend_ns()}


class _Modules(ArticleExtension):
    """What RSS itself has no element for: authors without e-mail, further enclosures, the lead image."""

    def extend_rss(self, item: Any) -> Any:
        article = self.article
        for person in () if _all_have_email(article) else article.authors:
            etree.SubElement(item, f"{{{_DC_NS}}}creator").text = person_name(person)
        for enclosure in article.public_enclosures[1:]:
            media = etree.SubElement(item, f"{{{MEDIA_NS}}}content", url=enclosure.url, type=media_type(enclosure))
            if enclosure.length:
                media.set("fileSize", str(enclosure.length))
        if article.public_image:
            etree.SubElement(item, f"{{{MEDIA_NS}}}thumbnail", url=article.public_image)
        if article.updated > article.published:
            etree.SubElement(item, f"{{{ATOM_NS}}}updated").text = seconds(article.updated).isoformat()
        return item


def _all_have_email(article: Article) -> bool:
    """RSS's own `author` is an e-mail address, and an item has either it or `dc:creator`."""
    return all(person.email for person in article.authors)


def _plain_titles(document: bytes) -> bytes:
    """Titles with `<` and `&` as hexadecimal references: the one spelling that readers take as plain text."""

    def plain(found: re.Match[bytes]) -> bytes:
        text = found.group(1).replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;").replace(b"&amp;", b"&#x26;")
        return b"<title>" + text + b"</title>"

    return _TITLE.sub(plain, document)
