"""Progress of what takes time: a bar on standard error, where a person looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[int, int], None]
"""Told how much there is, and how much is done."""


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """A function to be told of progress; until it is, the bar shows that `what` goes on."""
    if not sys.stderr.isatty():
        yield _unseen
        return
    # Imported where somebody sees it: rich takes as long as a short command.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda total, done: bar.update(task, total=total, completed=done)


def _unseen(total: int, done: int) -> None:
    """Nobody looks."""
