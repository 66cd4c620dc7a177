"""The process that others are forked from: begun early, it imports what they need while the first prepares."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext


def begun(*modules: str) -> ForkServerContext:
    """Have it begin, if it has not, with what workers need and further `modules`, and give the context that forks of
    it.

    A forked child of a threaded process may inherit locked locks: this one has no threads.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"{__package__}.workers", *modules])
    forkserver.ensure_running()
    return context
