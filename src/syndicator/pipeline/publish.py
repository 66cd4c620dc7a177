"""Publish: render the categories that changed, save the documents whose bytes did."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from syndicator.core import identity
from syndicator.core.channel import newest_archive, subscription, window
from syndicator.core.gate import loss
from syndicator.core.model import ALL, Category, Channel, RemovedBy, Site
from syndicator.core.theme import NO_THEME, Report, Theme, unreported
from syndicator.core.work import Stale
from syndicator.formats.version import RENDERERS

from .ports import Clock, Store
from .relate import relate

if TYPE_CHECKING:
    from .render import Renderer

_GATHER = timedelta(seconds=5)
"""A category that was just published waits so long for more: what comes in bursts is rendered once."""
_RETRY = timedelta(minutes=1)
_CAPPED_DEPTH = 2000
"""How many of the newest articles are looked through where some sources may only fill a part of the channel."""


@dataclass(frozen=True, slots=True)
class ChannelLimits:
    """How much goes into channels: entries of a feed and of an archive, the share that may leave at once without a
    known cause, and the most entries of one source, where it has a cap."""

    feed_size: int = 50
    archive_size: int = 100
    max_loss: float = 0.3
    caps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """One category's publication: how many entries its channel holds, and the paths whose bytes changed.

    With an `error`, or `held` back for a reason, the last good documents stay, and the category is tried again.
    `left_out` are articles that could not be rendered, by id, each with the reason. `seconds` is what it took.
    """

    category: str
    items: int = 0
    changed: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    held: str = ""
    error: Exception | None = None
    seconds: float = field(default=0.0, compare=False)


class Publisher:
    """Renders and stores what readers fetch. One caller at a time."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        site: Site,
        categories: tuple[Category, ...],
        limits: ChannelLimits,
        theme: Theme = NO_THEME,
        report: Report = unreported,
    ) -> None:
        self._store = store
        self._clock = clock
        self._site = site
        everything = Category(ALL, site.title, site.description)
        self._categories = {category.id: category for category in (everything, *categories)}
        self._limits = limits
        self._theme, self._report = theme, report
        self._rests_until: dict[str, datetime] = {}
        self._print = identity.digest(RENDERERS, repr(site), repr(categories), repr(limits), theme.print)

    @cached_property
    def _renderer(self) -> Renderer:
        # Imported with the first document: templates and XML take a tenth of a second, and often nothing has changed.
        from .render import Renderer

        tree = tuple(category for category in self._categories.values() if category.id != ALL)
        return Renderer(self._site, tree, self._clock, self._theme, self._report)

    def publish(self) -> tuple[Published, ...]:
        """Publish every category that is behind and does not rest; gives what was done. Call it again soon."""
        behind = [one for one in self._store.stale(self._print) if one.category in self._categories]
        return tuple(self._try(one) for one in behind if not self._rests(one.category))

    def _rests(self, category: str) -> bool:
        now = self._clock()
        # Nor for longer: a clock that was set back holds up nothing.
        return now < self._rests_until.get(category, now) <= now + _RETRY

    def _try(self, behind: Stale) -> Published:
        began = time.monotonic()
        try:
            published = self._publish(behind)
        except Exception as error:
            # One category that cannot be rendered must not hold back the others.
            published = Published(behind.category, error=error)
        self._rests_until[behind.category] = self._clock() + (_RETRY if published.error else _GATHER)
        return replace(published, seconds=time.monotonic() - began)

    def _publish(self, behind: Stale) -> Published:
        category = self._categories[behind.category]
        limits = self._limits
        candidates = self._store.candidates(category.id, _CAPPED_DEPTH if limits.caps else limits.feed_size)
        ids = window(candidates, limits.feed_size, limits.caps)
        why = self._loss(behind, {one.article_id for one in candidates})
        if why:
            ids = self._still_up(behind)
            # What its entries name may have been taken down.
            if ids == behind.listed and not self._site.related:
                self._store.hold(category.id, why)
                return Published(category.id, held=why)
        elif self._site.related:
            relate(self._store, behind, self._site.related, self._categories)
        channel = self._channel(category, behind, ids, held=bool(why))
        rendered = self._renderer.render(channel, behind)
        changed = self._store.save_documents(rendered.documents, behind, self._print, ids, why)
        return Published(category.id, len(channel.items), changed, rendered.left_out, why)

    def _channel(self, category: Category, behind: Stale, ids: tuple[str, ...], held: bool) -> Channel:
        """The channel of the articles `ids`; while it is `held` back also with those that have left it since."""
        items, removals = self._store.contents(category.id, ids, left=held)
        listed = {item.article.guid for item in items}
        gone = tuple(removal for removal in removals if removal.guid not in listed)
        newest = newest_archive(behind.last_ordinal, self._limits.archive_size)
        seq = behind.published_seq if held else behind.seq
        return subscription(self._site, category, items, gone, behind.created, seq, newest)

    def _still_up(self, behind: Stale) -> tuple[str, ...]:
        """What was listed, without what was taken down: that goes also from a category that is held back."""
        filed = self._store.filed(behind.category, behind.listed)
        down = {id_ for id_, filing in filed.items() if filing.removed_by is RemovedBy.TAKEDOWN}
        return tuple(id_ for id_ in behind.listed if id_ not in down)

    def _loss(self, behind: Stale, candidates: set[str]) -> str:
        left = sorted(set(behind.listed) - candidates)
        filed = self._store.filed(behind.category, left) if left else {}
        full = len(candidates) >= self._limits.feed_size
        return loss(behind.listed, candidates, filed, full, self._limits.max_loss)
