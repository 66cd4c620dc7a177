"""The process that others are forked from: begun early, it imports what they need while the first prepares."""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext

_modules = dict.fromkeys((f"{__package__}.workers", "syndicator.pipeline.bodies"), True)
"""What it imports, in this order; also where it has to be started again."""


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
