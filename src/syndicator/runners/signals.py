"""Signals, heard by a thread of their own, whatever the others do."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Mapping


def hear(events: Mapping[int, threading.Event]) -> None:
    """Set the event of a signal, from now on, whenever it comes; for the main thread to call, once.

    A handler in Python would not do: it runs once the main thread gets to it. That never happens where the kernel gives
    the signal to another thread, or where the main thread was just about to wait; and what it interrupts may hold the
    very lock that setting an event asks for.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)  # behind some hundred that nobody has read yet one is lost; nothing waits
    signal.set_wakeup_fd(told.fileno())
    for number in events:
        signal.signal(number, lambda *_: None)  # only of those with a handler the number is written
    threading.Thread(target=_listen, args=[heard, told, events], name="signals", daemon=True).start()


def _listen(heard: socket.socket, told: socket.socket, events: Mapping[int, threading.Event]) -> None:
    """Without an end. `told` stays open that long: its number would be another file's, into which Python writes."""
    while told.fileno() >= 0:
        for number in heard.recv(64):
            if number in events:
                events[number].set()
