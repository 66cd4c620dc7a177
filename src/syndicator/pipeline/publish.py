"""Publish: render the categories that changed, save the documents whose bytes did."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

import brotli
from jinja2 import Environment

from syndicator.core import identity
from syndicator.core.channel import assemble
from syndicator.core.model import ALL, Category, Channel, Document, PublishedDocument, Site
from syndicator.core.work import Stale
from syndicator.formats import addresses, opml
from syndicator.formats.publishing import VERSION, documents

from .ports import Clock, Store

_GATHER = timedelta(seconds=5)
"""A category that was just published waits so long for more: what comes in bursts is rendered once."""
_RETRY = timedelta(minutes=1)
_GZIP_LEVEL = 6
_BROTLI_QUALITY = 5
"""5 ms for a feed of 50 entries; 11, the best, takes 300."""


@dataclass(frozen=True, slots=True)
class Published:
    """One category's publication: how many entries its channel holds, and the paths whose bytes changed.

    With an `error` nothing changed: the last good documents stay, and the category is tried again.
    """

    category: str
    items: int = 0
    changed: tuple[str, ...] = ()
    error: Exception | None = None


class Publisher:
    """Renders and stores what readers fetch. One caller at a time."""

    def __init__(
        self, store: Store, clock: Clock, site: Site, categories: tuple[Category, ...], feed_size: int, env: Environment
    ) -> None:
        self._store = store
        self._clock = clock
        self._site = site
        everything = Category(ALL, site.title, site.description)
        self._categories = {category.id: category for category in (everything, *categories)}
        self._feed_size = feed_size
        self._env = env
        self._rests_until: dict[str, datetime] = {}
        self._print = identity.digest(VERSION, repr(site), repr(categories), str(feed_size))

    def publish(self) -> tuple[Published, ...]:
        """Publish every category that is behind and does not rest; gives what was done. Call it again soon."""
        behind = [one for one in self._store.stale(self._print) if one.category in self._categories]
        return tuple(self._try(one) for one in behind if not self._rests(one.category))

    def _rests(self, category: str) -> bool:
        now = self._clock()
        # Nor for longer: a clock that was set back holds up nothing.
        return now < self._rests_until.get(category, now) <= now + _RETRY

    def _try(self, behind: Stale) -> Published:
        try:
            published = self._publish(behind)
        except Exception as error:
            # One category that cannot be rendered must not hold back the others.
            published = Published(behind.category, error=error)
        self._rests_until[behind.category] = self._clock() + (_RETRY if published.error else _GATHER)
        return published

    def _publish(self, behind: Stale) -> Published:
        category = self._categories[behind.category]
        candidates = self._store.candidates(category.id, self._feed_size)
        channel = assemble(self._site, category, candidates, self._feed_size, behind.created, behind.seq)
        rendered = [self._published(document) for document in self._render(channel, behind)]
        changed = self._store.save_documents(rendered, behind, self._print)
        return Published(category.id, len(channel.items), changed)

    def _render(self, channel: Channel, behind: Stale) -> tuple[Document, ...]:
        rendered = documents(channel, self._env)
        if channel.category.id != ALL:
            return rendered
        tree = tuple(category for category in self._categories.values() if category.id != ALL)
        outlines = opml.render(self._site, tree, behind.created)
        return (*rendered, Document(addresses.OPML_PATH, ALL, addresses.OPML, outlines, channel.seq))

    def _published(self, document: Document) -> PublishedDocument:
        return PublishedDocument(
            path=document.path,
            media_type=document.media_type,
            body=document.body,
            gzipped=gzip.compress(document.body, _GZIP_LEVEL, mtime=0),
            brotli=brotli.compress(document.body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY),
            etag=f'"{document.seq}-{blake2b(document.body, digest_size=9).hexdigest()}"',
            modified=self._clock().replace(microsecond=0),
        )
