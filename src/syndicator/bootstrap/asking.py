"""What a command has the running engine do, since only that writes."""

from __future__ import annotations

from collections.abc import Sequence

from syndicator.core.errors import EngineRunning, PollsByItself

from .hub import Hub


def ask_to_poll(hub: Hub, names: Sequence[str], running: EngineRunning) -> tuple[str, ...]:
    """Have the `running` engine poll the sources `names` in a moment; gives them, each once.

    Raises UnknownSource before any is asked for, PollsByItself where none is named, and EngineRefused.
    """
    if not names:
        raise PollsByItself(running.database) from running
    sources = tuple(hub.configured(name).id for name in dict.fromkeys(names))
    for source in sources:
        hub.ask("/sources/poll", source=source)
    return sources
