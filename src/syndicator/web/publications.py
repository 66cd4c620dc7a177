"""Noticing that something was published: whoever keeps answers in memory is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from anyio.to_thread import run_sync

from .answers import Versions

_LOOK_SECONDS = 0.5
"""How long what is in memory is believed; so a new document is served within so much of its publishing."""


class Reader(Protocol):
    """The part of the store that tells of publications."""

    def publications(self) -> int: ...
    def versions(self) -> Versions: ...


class Publications:
    """Looks at most twice a second; `number` is that of the last publication it knows of."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._followers: list[Callable[[Versions], None]] = []
        self._looked_at = float("-inf")
        self.number = -1

    def follow(self, settle: Callable[[Versions], None]) -> None:
        """Have `settle` called with the categories' versions after every publication."""
        self._followers.append(settle)

    async def look(self) -> None:
        """Tell the followers where something was published since."""
        if time.monotonic() - self._looked_at <= _LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()  # first, so that of many requests one looks
        with suppress(Exception):  # while the database is away, what was published last is still right
            number = await run_sync(self._reader.publications)
            if number != self.number:
                versions = await run_sync(self._reader.versions)
                self.number = number
                for settle in self._followers:
                    settle(versions)
