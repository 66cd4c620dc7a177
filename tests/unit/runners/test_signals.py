"""Signals are heard while the main thread waits without an end, whichever thread they reach."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PATIENCE = 60
"""Seconds after which a test gives up; nothing is measured with it."""

_HEARS = """
import signal, sys, threading
from syndicator.runners.signals import hear
asked, stop = threading.Event(), threading.Event()
hear({signal.SIGHUP: asked, signal.SIGTERM: stop})
"""


def _said(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _HEARS + program], capture_output=True, text=True, timeout=_PATIENCE, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("sent", ["signal.raise_signal", "lambda number: signal.pthread_kill(ident, number)"])
def test_the_event_of_each_signal_is_set(sent: str) -> None:
    """Sent from another thread, to itself or to the main thread, which waits."""
    assert (
        _said(f"""
ident = threading.get_ident()
send = {sent}
threading.Thread(target=lambda: (send(signal.SIGHUP), asked.wait(), send(signal.SIGTERM))).start()
stop.wait()
print(asked.is_set())
""")
        == "True"
    )
