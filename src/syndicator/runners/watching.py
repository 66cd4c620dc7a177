"""Tells when files change that a configuration is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

_GATHERS_MS = 100
"""Editors write a file in several steps: what comes within so many milliseconds is one change."""
_LOOK_MS = 500


def changes(
    folders: Callable[[], frozenset[Path]], concerns: Callable[[Path], bool], stop: threading.Event
) -> Iterator[bool]:
    """Whether anything directly in `folders` may have changed that `concerns` us; a word twice a second, until `stop`.

    The folders are asked for anew with each change. It is they that are watched, since editors and orchestrators put
    another file into the place of one.
    """
    while not stop.is_set():
        unseen = True  # what happened before the watch began
        try:
            watched = folders()
            for found in _looks(watched, stop):
                yield unseen or any(concerns(Path(path)) for _, path in found)
                unseen = False
                if folders() != watched:
                    break
        except (OSError, RuntimeError):  # one of them is gone, leads to itself, or no more can be watched
            stop.wait(_LOOK_MS / 1000)
            yield True


def _looks(watched: frozenset[Path], stop: threading.Event) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    return watchfiles.watch(
        *sorted(watched), watch_filter=None, debounce=_GATHERS_MS * 2, step=_GATHERS_MS, stop_event=stop,
        rust_timeout=_LOOK_MS, yield_on_timeout=True, recursive=False, raise_interrupt=False,
    )  # fmt: skip
