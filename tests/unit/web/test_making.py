"""Answers made on demand: once for all who ask, kept while their category stays, bounded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from syndicator.web import making
from syndicator.web.conditional import Answer
from syndicator.web.making import Busy, Maker


def _answer(size: int = 10) -> Answer:
    return Answer(b"x" * size, "text/plain")


class _Work:
    """Counts how often something was made; may be told to wait."""

    def __init__(self) -> None:
        self.made = 0
        self.go = threading.Event()
        self.go.set()

    def __call__(self) -> Answer:
        assert self.go.wait(30)
        self.made += 1
        return _answer()


async def _at_once(maker: Maker, work: _Work, times: int) -> list[object]:
    work.go.clear()
    asking = [asyncio.create_task(maker.get("key", "health", work)) for _ in range(times)]
    await asyncio.sleep(0)
    work.go.set()
    return list(await asyncio.gather(*asking, return_exceptions=True))


def test_it_is_made_once_for_all_who_ask() -> None:
    work = _Work()
    found = asyncio.run(_at_once(Maker(), work, 10))
    assert (len(set(map(id, found))), work.made) == (1, 1)


def test_who_comes_when_too_many_wait_is_told_so() -> None:
    found = asyncio.run(_at_once(Maker(), _Work(), 40))
    assert sum(isinstance(one, Busy) for one in found) == 40 - making._MOST_WAITING
    assert sum(isinstance(one, Answer) for one in found) == making._MOST_WAITING


def _get(maker: Maker, key: str, category: str, make: Callable[[], Answer | None]) -> Answer | None:
    return asyncio.run(maker.get(key, category, make))


def test_what_was_made_of_a_category_is_forgotten_when_that_changes() -> None:
    maker, health, sport = Maker(), _Work(), _Work()
    maker.settle({"health": (1,), "sport": (1,)})
    for versions in ({"health": (1,), "sport": (1,)}, {"health": (2,), "sport": (1,)}, {"sport": (1,)}):
        maker.settle(versions)
        _get(maker, "a", "health", health)
        _get(maker, "b", "sport", sport)
    assert (health.made, sport.made) == (3, 1)


def test_what_was_made_while_its_category_changed_is_not_kept() -> None:
    maker, work = Maker(), _Work()

    def changing() -> Answer:
        maker.settle({"health": (2,)})
        return work()

    assert _get(maker, "a", "health", changing)
    _get(maker, "a", "health", work)
    assert work.made == 2


def test_what_is_not_there_is_asked_for_again() -> None:
    maker = Maker()
    assert _get(maker, "a", "health", lambda: None) is None
    assert _get(maker, "a", "health", _answer) is not None


def test_memory_is_bounded_and_what_was_asked_for_last_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_MOST_BYTES", 250)
    maker, first = Maker(), _Work()
    for number in range(5):
        _get(maker, "first", "health", first)
        _get(maker, str(number), "health", lambda: _answer(100))
    assert first.made == 1
    assert maker._answers._bytes <= 250
