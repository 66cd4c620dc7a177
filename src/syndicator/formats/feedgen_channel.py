"""A channel as a feedgen generator: what RSS and Atom have in common."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from syndicator.core.feed import Enclosure, Person
from syndicator.core.model import AlsoReported, Article, Channel, ChannelItem, Site

from . import addresses

MEDIA_NS = "http://search.yahoo.com/mrss/"
ATOM_NS = "http://www.w3.org/2005/Atom"
_HISTORY_NS = "http://purl.org/syndication/history/1.0"
ARCHIVE_MARK = b"<fh:archive/>"

_LIKE_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=[A-Za-z0-9#])")
# ISO 639-1, and of ISO 639-2 what news are written in: readers know no others.
_LANGUAGES = (
    " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el"
    " en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu"
    " ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na"
    " nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so"
    " sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
    " ast awa bal bho ceb chr doi dsb fil frr fur gsw haw hil hsb ilo kab kok lad mad mai mni nds nso pap sat scn"
    " sco sma smj smn sms syr tet tpi war"
    " "
)
_BY_ENDING = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "mp4": "video/mp4", "webm": "video/webm",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "pdf": "application/pdf",
}  # fmt: skip
_MEDIA_TYPE = re.compile(r"[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+")


def generator(
    channel: Channel, extension: str, media_type: str, of_feed: type[ChannelExtension], of_entry: type[ArticleExtension]
) -> FeedGenerator:
    """A feedgen generator with the channel's head, and our extensions for what it cannot write.

    Every date is given, since feedgen's default is now.

    feedgen writes RFC 822 dates with setlocale, which belongs to the whole process: one renderer at a time.
    """
    site, category = channel.site, channel.category
    feed = FeedGenerator()
    # One logical feed, and so one id, is what can be subscribed to and all its archives (RFC 5005, 1.2).
    feed.id(addresses.feed_url(site, category.id, extension))
    feed.title(channel.title)
    # feedgen keeps the subtitle as the description too, and RSS requires one.
    feed.description(category.description or site.description or channel.title)
    feed.link(href=addresses.feed_url(site, category.id, extension, channel.archive), rel="self", type=media_type)
    # The last link added becomes the RSS channel's own.
    feed.link(href=site.category_page(category.id), rel="alternate", type="text/html")
    feed.language(site.language)
    feed.author(author(site.contact_name or site.title, site.contact_email))
    feed.updated(seconds(channel.updated))
    feed.generator("syndicator")
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.register_extension("syndicator", of_feed, of_entry)
    feed.syndicator.channel, feed.syndicator.extension, feed.syndicator.media_type = channel, extension, media_type
    return feed


def author(name: str, email: str = "", url: str = "") -> dict[str, str]:
    """An author in feedgen's form."""
    return {key: value for key, value in (("name", name), ("email", email), ("uri", url)) if value}


def person_name(person: Person) -> str:
    return person.name or person.email


def unmistakable(text: str) -> str:
    """`text` for where markup cannot be declared: what looks like a tag or a reference is none for any reader.

    An invisible word joiner stands behind the `<` or `&`.
    """
    return _LIKE_MARKUP.sub(lambda found: found[0] + "\u2060", text) if "<" in text or "&" in text else text


class ChannelExtension(BaseExtension):  # type: ignore[misc] # feedgen is untyped
    """What feedgen cannot write of a channel: its hubs, and its place among its archives.

    `generator` hangs one into each feed.
    """

    channel: Channel
    extension: str
    media_type: str

    def extend_ns(self) -> dict[str, str]:
        return {"media": MEDIA_NS, **({"fh": _HISTORY_NS} if self.channel.archive else {})}

    def extend_atom(self, feed: Any) -> Any:
        self._add_links(feed, "link")
        return feed

    def extend_rss(self, feed: Any) -> Any:
        self._add_links(feed[0], f"{{{ATOM_NS}}}link")
        return feed

    def _add_links(self, parent: Any, link: str) -> None:
        """Links to the hubs (W3C WebSub, 4), and between the feed and its archives (RFC 5005, 4); also in RSS."""
        channel = self.channel
        for hub in channel.hubs:
            etree.SubElement(parent, link, rel="hub", href=hub)
        if channel.archive:
            etree.SubElement(parent, f"{{{_HISTORY_NS}}}archive")
            self._add_link(parent, link, "current", None)
        if channel.older:
            self._add_link(parent, link, "prev-archive", channel.older)
        if channel.newer:
            self._add_link(parent, link, "next-archive", channel.newer)

    def _add_link(self, parent: Any, link: str, rel: str, archive: int | None) -> None:
        href = addresses.feed_url(self.channel.site, self.channel.category.id, self.extension, archive)
        etree.SubElement(parent, link, rel=rel, href=href, type=self.media_type)


class ArticleExtension(BaseEntryExtension):  # type: ignore[misc] # feedgen is untyped
    """What feedgen cannot write of an article; `add_entry` hangs one with its article into each entry."""

    site: Site
    article: Article
    also: tuple[AlsoReported, ...]


def add_entry(feed: FeedGenerator, channel: Channel, item: ChannelItem) -> FeedEntry:
    """A new last entry of `feed`, whose extension knows its article, and who else tells it."""
    entry = feed.add_entry(order="append")
    entry.syndicator.site, entry.syndicator.article, entry.syndicator.also = channel.site, item.article, item.also
    return entry


def seconds(date: datetime) -> datetime:
    """`date` without its fraction: feeds carry whole seconds."""
    return date.replace(microsecond=0)


def link(channel: Channel, article: Article) -> str:
    """Where an entry points: the original, or our page where the publisher gave no address."""
    return article.url or channel.site.page(article.id)


def media_type(enclosure: Enclosure) -> str:
    """The enclosure's media type; RSS and Atom want one even where the publisher gave none."""
    if _MEDIA_TYPE.fullmatch(enclosure.type):
        return enclosure.type
    ending = enclosure.url.partition("?")[0].rpartition(".")[2].lower()
    return _BY_ENDING.get(ending, "application/octet-stream")


def language(article: Article) -> str:
    """The article's language where readers know it, else ""."""
    return article.language if f" {article.language.partition('-')[0].lower()} " in _LANGUAGES else ""
