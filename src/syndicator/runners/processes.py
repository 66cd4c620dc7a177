"""Starting and ending processes of multiprocessing's, from many threads."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing.connection import wait
from typing import Any

alone = threading.Lock()
"""Who starts a process looks at how all others do: two who hear of one's end at once would lose how it ended."""


def start(process: Any) -> int:
    """Start a process, and give a descriptor by which `end` reaches it."""
    with alone:
        process.start()
    return os.pidfd_open(process.pid)


def end(process: Any, descriptor: int) -> int:
    """Kill a process, if it has not ended, and give its exit code; 255 where what it was forked of is gone, too.

    By its number it could not be killed then, and another one may have that number by now.
    """
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)
    wait([process.sentinel])
    with alone:
        process.join()
        return process.exitcode or 0
