"""A channel as Atom 1.0 (RFC 4287), with `atom:source` for every entry's provenance."""

from __future__ import annotations

import html
import re
from typing import Any

from feedgen.entry import FeedEntry
from lxml import etree

from syndicator.core.identity import is_global, minted_guid
from syndicator.core.model import Article, Channel, ChannelItem, Provenance, Site
from syndicator.core.urls import published_url

from .content import entry_content
from .feedgen_channel import (
    ARCHIVE_MARK,
    MEDIA_NS,
    ArticleExtension,
    ChannelExtension,
    add_entry,
    author,
    generator,
    language,
    link,
    media_type,
    person_name,
    seconds,
    unmistakable,
)

_MARKUP = re.compile(r"<|&\S")
_BARE_HOST = re.compile(r"https?://[^/?#]+")
_TOMBSTONES_NS = "http://purl.org/atompub/tombstones/1.0"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def render(channel: Channel) -> bytes:
    """The Atom 1.0 document of `channel`, UTF-8, byte-stable."""
    feed = generator(channel, "atom", "application/atom+xml", _Tombstones, _Source)
    for item in channel.items:
        _fill(add_entry(feed, channel, item), channel, item)
    document: bytes = feed.atom_str()
    return _mark_after_entries(document) if channel.archive else document


def _mark_after_entries(document: bytes) -> bytes:
    """The mark of an archive behind its entries: validators look at what stands before them for both neighbours,
    which the only archive of a category does not have."""
    without = document.replace(ARCHIVE_MARK, b"", 1)
    return without.removesuffix(b"</feed>") + ARCHIVE_MARK + b"</feed>"


def _fill(entry: FeedEntry, channel: Channel, item: ChannelItem) -> None:
    article, content = item.article, entry_content(channel.site, item)
    entry.id(article.guid)
    entry.title(article.heading)
    entry.updated(seconds(article.updated))
    entry.published(seconds(article.published))
    for person in article.authors:
        entry.author(author(unmistakable(person_name(person)), person.email, person.url))
    if content:
        entry.content(content, type="html")
    if article.public_summary or not content:
        entry.summary(article.public_summary or article.heading)
    for category in article.categories:
        entry.category(term=category, scheme=f"{channel.site.url}/categories/")
    for tag in article.tags:
        entry.category(term=tag)
    if article.rights:
        entry.rights(article.rights)
    entry.link(href=link(channel, article), rel="alternate")


class _Tombstones(ChannelExtension):
    """Says which entries are gone (RFC 6721)."""

    def extend_ns(self) -> dict[str, str]:
        return {**super().extend_ns(), **({"at": _TOMBSTONES_NS} if self.channel.removals else {})}

    def extend_atom(self, feed: Any) -> Any:
        super().extend_atom(feed)
        _declare_markup(feed)
        for removal in self.channel.removals:
            name = f"{{{_TOMBSTONES_NS}}}deleted-entry"
            etree.SubElement(feed, name, ref=removal.guid, when=seconds(removal.at).isoformat())
        return feed


class _Source(ArticleExtension):
    """Provenance, enclosures, language and image, which feedgen cannot write itself."""

    def extend_atom(self, entry: Any) -> Any:
        article = self.article
        if tag := language(article):
            entry.set(_XML_LANG, tag)
        _declare_markup(entry)
        # feedgen loses the rel of the one link that it has written.
        entry.find("link").set("rel", "alternate")
        for enclosure in article.public_enclosures:
            attributes = {"href": enclosure.url, "type": media_type(enclosure)}
            if enclosure.length:
                attributes["length"] = str(enclosure.length)
            etree.SubElement(entry, "link", {"rel": "enclosure", **attributes})
        for other in self.also:
            if other.url:
                etree.SubElement(entry, "link", rel="related", href=other.url, title=f"Also reported by {other.source}")
        if article.public_image:
            etree.SubElement(entry, f"{{{MEDIA_NS}}}thumbnail", url=article.public_image)
        _add_source(entry, self.site, article)
        return entry


def _declare_markup(parent: Any) -> None:
    """Text that speaks of markup goes as escaped HTML: some readers take `<b>` or `&lt;` in plain text for it."""
    for name in ("title", "subtitle", "summary", "rights"):
        element = parent.find(name)
        if element is not None and _MARKUP.search(element.text or ""):
            element.set("type", "html")
            element.text = html.escape(element.text, quote=False)


def _add_source(entry: Any, site: Site, article: Article) -> None:
    """`atom:source` (4.2.11): the hub's own author and rights must not be taken for the entry's."""
    provenance = article.provenance
    source = etree.SubElement(entry, "source")
    etree.SubElement(source, "id").text = _source_id(site, article)
    etree.SubElement(source, "title").text = provenance.title
    _declare_markup(source)
    etree.SubElement(source, "updated").text = seconds(provenance.feed_updated or article.updated).isoformat()
    if provenance.feed_url:
        etree.SubElement(source, "link", rel="self", href=provenance.feed_url)
    if provenance.home_url:
        etree.SubElement(source, "link", rel="alternate", href=provenance.home_url)
    etree.SubElement(etree.SubElement(source, "author"), "name").text = unmistakable(provenance.title)


def _source_id(site: Site, article: Article) -> str:
    """The source's own id, else an address of it, in the normal form (4.2.6.1); else one of ours."""
    provenance: Provenance = article.provenance
    given = (provenance.feed_id, provenance.feed_url, provenance.home_url)
    found = (published_url(one) if _BARE_HOST.fullmatch(one) else one for one in given)
    return next(filter(is_global, found), minted_guid(site, f"source:{article.source_id}"))
