"""The process that others are forked from: begun early, it imports what they need while the first prepares."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from typing import Any

_modules = dict.fromkeys((f"{__package__}.workers", "syndicator.pipeline.bodies"), True)
"""What it imports, in this order; also where it has to be started again."""
alone = threading.Lock()
"""Who starts a process looks at how all others do: two who hear of one's end at once would lose how it ended."""


def begun(*modules: str) -> ForkServerContext:
    """Have it begin, if it has not, with what workers need and further `modules`, and give the context that forks of
    it.

    A forked child of a threaded process may inherit locked locks: this one has no threads.
    """
    context = multiprocessing.get_context("forkserver")
    _modules.update(dict.fromkeys(modules, True))
    context.set_forkserver_preload(list(_modules))
    resource_tracker.ensure_running()  # which begins to listen to signals again
    # Ctrl-C reaches the whole process group: while it imports it would say so, too. What is forked of it inherits that:
    # the engine decides when its processes end.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def start(process: Any) -> int:
    """Start a process of multiprocessing's, and give a descriptor by which `end` reaches it."""
    with alone:
        process.start()
    return os.pidfd_open(process.pid)


def end(process: Any, handle: int) -> int:
    """Kill a process, if it has not ended, and give its exit code; 255 where what it was forked of is gone, too.

    By its number it could not be killed then, and another one may have that number by now.
    """
    try:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except ProcessLookupError:
        pass
    finally:
        os.close(handle)
    wait([process.sentinel])
    with alone:
        process.join()
        return process.exitcode or 0
