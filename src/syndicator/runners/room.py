"""Room in memory for fetched bodies that wait to be read and saved."""

from __future__ import annotations

import threading

SIZE = 256


class Room:
    """Room for `size` bodies; who brings one more waits until another has left."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._inside = 0
        self._changed = threading.Condition()

    def enter(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._inside < self._size)
            self._inside += 1

    def enter_again(self) -> None:
        """At once, also where none is left: for who makes room himself, and could not while he waited."""
        with self._changed:
            self._inside += 1

    def leave(self, bodies: int = 1) -> None:
        with self._changed:
            self._inside -= bodies
            self._changed.notify(bodies)
