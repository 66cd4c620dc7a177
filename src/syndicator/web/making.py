"""Answers that are made when they are asked for: one at a time, and kept while their category stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from anyio import Lock
from anyio.to_thread import run_sync

from .answers import Answers, Versions
from .conditional import Answer

_MOST_BYTES = 32 << 20
_MOST_WAITING = 16
"""Making one takes some ten milliseconds: who comes behind so many others had better come later."""


class Busy(Exception):
    """Too many wait for their answers to be made."""


class Maker:
    """Makes answers in a thread, one at a time: feedgen sets the locale of the whole process."""

    def __init__(self) -> None:
        self._answers = Answers(_MOST_BYTES)
        self._lock: Lock | None = None
        self._waiting = 0

    async def get(self, key: str, category: str, make: Callable[[], Answer | None]) -> Answer | None:
        """The answer under `key`, made of `category`; raises Busy."""
        if found := self._answers.find(key):
            return found
        if self._waiting >= _MOST_WAITING:
            raise Busy
        self._lock = self._lock or Lock()
        self._waiting += 1
        try:
            async with self._lock:
                return self._answers.find(key) or await self._make(key, category, make)
        finally:
            self._waiting -= 1

    def settle(self, versions: Versions) -> None:
        """Forget what was made of categories that have changed since."""
        self._answers.settle(versions)

    async def _make(self, key: str, category: str, make: Callable[[], Answer | None]) -> Answer | None:
        seen = self._answers.versions
        made = await run_sync(make)
        if made is not None:
            self._answers.keep(key, category, made, seen)
        return made
