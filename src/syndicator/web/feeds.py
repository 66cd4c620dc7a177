"""Feeds that are made when they are asked for: archives (RFC 5005), and what has changed since (RFC 3229)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from syndicator.core.channel import CEILING, archive, newest_archive, subscription
from syndicator.core.document import PublishedDocument
from syndicator.core.model import Category, ChannelItem, Site
from syndicator.core.work import Archive, Change, Shelf
from syndicator.formats import addresses, publishing
from syndicator.formats.addresses import FeedAddress

from .conditional import Answer, entity_tags, gzipped
from .security import OPEN

FEED = {**OPEN, "Vary": "Accept-Encoding, A-IM"}
"""Headers of every feed."""

_TAG = re.compile(rb'"([0-9]{1,18})-([0-9a-z]+)(?:-gz|-br)?"')
_WANTED = re.compile(rb"(?:^|,)\s*feed\s*(?:;(?!\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$))|,|$)", re.IGNORECASE)
_MORE = "more"
"""Stands for the hash in the tag of a delta that is not the last one: no document has such bytes."""
_MOST_CONTENT = 1 << 20
"""Characters of content in one delta: who was away for longer asks again, with the tag that leads on."""
_MAX_AGE = 300
_ARCHIVE_MAX_AGE = 86_400


class Tag(NamedTuple):
    """An entity tag of a feed: up to which change it tells, a hash of its bytes, and its own text."""

    seq: int
    print: str
    text: bytes


class Reader(Protocol):
    """The part of the store that such feeds are made of."""

    def shelf(self, category: str) -> Shelf | None: ...
    def archived(self, category: str, number: int, size: int) -> Archive | None: ...
    def changes(self, category: str, after: int, limit: int, through: int | None = None) -> tuple[Change, ...]: ...


class Feeds:
    """Makes archives and deltas. One caller at a time: feedgen sets the locale of the whole process."""

    def __init__(self, reader: Reader, site: Site, categories: Mapping[str, Category], archive_size: int) -> None:
        self._reader = reader
        self._site = site
        self._categories = categories
        self._archive_size = archive_size

    def headers(self, path: str) -> dict[str, str]:
        """The headers of the feed at `path`: where to subscribe to its changes (W3C WebSub, 4)."""
        links = [f'<{hub}>; rel="hub"' for hub in self._site.hubs]
        links.append(f'<{self._site.document(path)}>; rel="self"')
        return {**FEED, "Link": ", ".join(links)} if self._site.hubs else FEED

    def archive(self, address: FeedAddress) -> Answer | None:
        """The archive at `address`; None where there is none."""
        category = self._categories.get(address.category)
        found = self._reader.archived(address.category, address.archive or 0, self._archive_size)
        if category is None or found is None:
            return None
        channel = archive(self._site, category, found)
        document = publishing.feed(channel, address.extension).documents[0]
        max_age = _ARCHIVE_MAX_AGE if found.full else _MAX_AGE
        return _answer(document.body, document.media_type, max_age=max_age, headers=FEED)

    def delta(self, document: PublishedDocument, after: int) -> Answer | None:
        """What has changed of a feed after the change numbered `after`; None where nothing has.

        It follows the changes of the category, also those that the feed itself has no room for; where there are too
        many for one answer, its tag leads on.
        """
        address = addresses.parse_feed_path(document.path)
        shelf = self._reader.shelf(document.category)
        category = self._categories.get(document.category)
        if address is None or shelf is None or category is None:
            return None
        changes = self._reader.changes(category.id, after, CEILING + 1, document.seq)
        if not changes:
            return None
        told = changes[: _fitting(changes)]
        body = self._delta_body(category, shelf, told, address.extension)
        seq, print_ = document.seq, print_of(document)
        if len(told) < len(changes):
            seq, print_ = told[-1].seq, _MORE
        headers = {**self.headers(document.path), "IM": "feed", "Cache-Control": "no-store"}
        return _answer(body, document.media_type, etag=f'"{seq}-{print_}"', headers=headers, status=226)

    def _delta_body(self, category: Category, shelf: Shelf, changes: tuple[Change, ...], extension: str) -> bytes:
        items = [ChannelItem(one.article, 0, also=one.also, related=one.related) for one in changes if not one.removal]
        items.sort(key=lambda item: (item.article.sort_at, item.article.seq), reverse=True)
        removals = tuple(one.removal for one in reversed(changes) if one.removal)
        newest = newest_archive(shelf.last_ordinal, self._archive_size)
        channel = subscription(
            self._site, category, tuple(items), removals, shelf.created, changes[-1].seq, newest
        )  # fmt: skip
        return publishing.feed(channel, extension).documents[0].body


def _fitting(changes: Sequence[Change]) -> int:
    """How many of the first `changes` one answer holds."""
    size = 0
    for number, change in enumerate(changes[:CEILING]):
        size += len(change.article.content)
        if size > _MOST_CONTENT and number:
            return number
    return min(len(changes), CEILING)


def _answer(body: bytes, media_type: str, **options: Any) -> Answer:
    """An answer that is compressed already, in the thread that makes it."""
    return Answer(body, media_type, encoded={"gzip": gzipped(body)}, **options)


def print_of(document: PublishedDocument) -> str:
    """The hash in a document's entity tag."""
    return document.etag.strip('"').rpartition("-")[2]


def known_tag(headers: Mapping[bytes, bytes], seq: int) -> Tag | None:
    """Where a client that asks for a delta has come to: the latest of its tags that may be ours, up to `seq`.

    The number in it is enough, since it counts all changes: what the client has need not be stored.
    """
    if not _WANTED.search(headers.get(b"a-im", b"")):
        return None
    found = (_TAG.fullmatch(tag) for tag in entity_tags(headers.get(b"if-none-match", b"")))
    tags = (Tag(int(tag[1]), tag[2].decode(), tag[0]) for tag in found if tag)
    return max((tag for tag in tags if tag.seq <= seq), default=None)
