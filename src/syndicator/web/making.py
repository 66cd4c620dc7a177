"""Answers that are made when they are asked for: one at a time, and kept while their category stays as it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

from anyio import Lock
from anyio.to_thread import run_sync

from .conditional import Answer

_MOST_BYTES = 32 << 20
_MOST_WAITING = 16
"""Making one takes some ten milliseconds: who comes behind so many others had better come later."""

Versions = Mapping[str, tuple[int, ...]]
"""Of every category numbers that change whenever what is made of it may."""


class Busy(Exception):
    """Too many wait for their answers to be made."""


class Maker:
    """Makes answers in a thread, one at a time: feedgen sets the locale of the whole process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, Answer]] = OrderedDict()
        self._bytes = 0
        self._versions: Versions = {}
        self._lock: Lock | None = None
        self._waiting = 0

    async def get(self, key: str, category: str, make: Callable[[], Answer | None]) -> Answer | None:
        """The answer under `key`, made of `category`; raises Busy."""
        if found := self._find(key):
            return found
        if self._waiting >= _MOST_WAITING:
            raise Busy
        self._lock = self._lock or Lock()
        self._waiting += 1
        try:
            async with self._lock:
                return self._find(key) or await self._make(key, category, make)
        finally:
            self._waiting -= 1

    def settle(self, versions: Versions) -> None:
        """Forget what was made of categories that have changed since."""
        known, self._versions = self._versions, versions
        changed = {id_ for id_ in (*known, *versions) if known.get(id_) != versions.get(id_)}
        for key in [key for key, (category, _) in self._kept.items() if category in changed]:
            self._drop(key)

    def _find(self, key: str) -> Answer | None:
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][1]

    async def _make(self, key: str, category: str, make: Callable[[], Answer | None]) -> Answer | None:
        version = self._versions.get(category)
        made = await run_sync(make)
        # What was read before the category changed may be old already.
        if made is not None and version == self._versions.get(category):
            self._kept[key] = category, made
            self._bytes += made.size
            while self._bytes > _MOST_BYTES:
                self._drop(next(iter(self._kept)))
        return made

    def _drop(self, key: str) -> None:
        _, answer = self._kept.pop(key)
        self._bytes -= answer.size
