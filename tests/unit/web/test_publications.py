"""Whoever keeps something is told of a publication, once, and the database is asked twice a second at most."""

from __future__ import annotations

import asyncio
import time

import pytest

from syndicator.web.answers import Versions
from syndicator.web.publications import Publications


class _Store:
    def __init__(self) -> None:
        self.number = 1
        self.asked = 0
        self.away = False

    def publications(self) -> int:
        self.asked += 1
        if self.away:
            raise OSError("away")
        return self.number

    def versions(self) -> Versions:
        return {"health": (self.number,)}


def test_followers_are_told_once_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    store, told = _Store(), list[tuple[str, Versions]]()
    seen = Publications(store)
    seen.follow(lambda versions: told.append(("one", versions)))
    seen.follow(lambda versions: told.append(("two", versions)))

    def look(seconds: float) -> None:
        nonlocal now
        now += seconds
        asyncio.run(seen.look())

    look(0)
    assert told == [("one", {"health": (1,)}), ("two", {"health": (1,)})]
    store.number = 2
    look(0.4)
    assert (len(told), store.asked) == (2, 1), "nobody has asked the database yet"
    look(0.2)
    look(0.6)
    assert told[2:] == [("one", {"health": (2,)}), ("two", {"health": (2,)})]
    assert (store.asked, seen.number) == (3, 2)
    store.away, store.number = True, 3
    look(1)
    assert seen.number == 2
    store.away = False
    look(1)
    assert seen.number == 3
