"""News in the same category: what is looked among is kept in memory, and read anew once its category has changed."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from syndicator.core.model import Article
from syndicator.core.related import Neighbour, Order, Recent, neighbour, related

from .answers import Versions

_MOST_ARTICLES = 64_000
"""Of all categories together, the one not asked for longest goes first; an article takes 750 bytes, so 48 MB."""
_LOOK_SECONDS = 60.0
"""How long what is in memory is believed: as long as a page may be kept. To read and index 2,000 takes 70 ms."""


class Reader(Protocol):
    """The part of the store that knows an article's neighbours."""

    def recent(self, category: str) -> tuple[Neighbour, ...]: ...
    def shown(self, category: str, ids: Sequence[str]) -> tuple[Article, ...]: ...
    def versions(self) -> Versions: ...


@dataclass(slots=True)
class _Kept:
    """What is looked among in a category at its `version`, which was looked at last at `looked_at`."""

    recent: Recent
    version: tuple[int, ...] | None
    looked_at: float


class Neighbours:
    """Finds related articles; safe to call from several threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def related(self, article: Article, category: str, limit: int, order: Order) -> tuple[Article, ...]:
        """Up to `limit` articles that are related to `article`; what has left the category meanwhile is left out."""
        a = article
        it = neighbour(a.id, a.source_id, a.story_id, a.language, a.sort_at, a.terms, a.title)
        ids = related(it, self._recent(category), limit, order)
        return self._reader.shown(category, ids)

    def _recent(self, category: str) -> Recent:
        with self._lock:
            kept = self._kept.get(category)
            if kept is None or time.monotonic() - kept.looked_at > _LOOK_SECONDS:
                kept = self._kept[category] = self._look(category, kept)
            self._kept.move_to_end(category)
            while len(self._kept) > 1 and sum(len(one.recent.articles) for one in self._kept.values()) > _MOST_ARTICLES:
                self._kept.popitem(last=False)
            return kept.recent

    def _look(self, category: str, kept: _Kept | None) -> _Kept:
        version = self._reader.versions().get(category)
        unchanged = kept is not None and kept.version == version
        recent = kept.recent if kept and unchanged else Recent(self._reader.recent(category))
        return _Kept(recent, version, time.monotonic())
