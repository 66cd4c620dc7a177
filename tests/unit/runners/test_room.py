"""Room in memory: never more bodies than it is for, but for those that are read again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from syndicator.runners.room import Room


def test_no_more_are_inside_than_there_is_room_for() -> None:
    room, guard = Room(3), threading.Lock()
    inside, most = 0, 0

    def visit(_: int) -> None:
        nonlocal inside, most
        room.enter()
        with guard:
            inside += 1
            most = max(most, inside)
        with guard:
            inside -= 1
        room.leave()

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(visit, range(2000)))
    assert 1 <= most <= 3


def test_who_is_inside_again_waits_for_nobody_and_counts() -> None:
    room = Room(1)
    room.enter()
    room.enter_again()
    entered = threading.Event()

    def enter() -> None:
        room.enter()
        entered.set()

    waiting = threading.Thread(target=enter)
    waiting.start()
    room.leave()
    waiting.join(0.2)  # so that one that did not wait would have come in
    assert not entered.is_set(), "one of two has left"
    room.leave()
    waiting.join(60)
    assert entered.is_set()
