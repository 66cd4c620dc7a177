"""What tests of a running program need: a port for it, and patience."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import requests

_PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], bool]) -> None:
    """Ask again until it is true; fail after a generous time."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except (requests.ConnectionError, requests.Timeout):
            pass
        # The only way to wait for another process that tells nobody when it is done.
        time.sleep(0.1)
    raise AssertionError("it did not become true in time")
