"""What has happened, as values: told to all who watch, the log and the metrics, at one place each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # every process that reads bodies imports this module, and needs nothing of theirs
    from .announce import Announced
    from .cluster import Clustered
    from .poll import Polled
    from .publish import Published
    from .purge import Purged
    from .refile import Refiled


@dataclass(frozen=True, slots=True)
class Ended:
    """A process beside the engine ended, and another one takes its place; `source` is what it was busy with, if any."""

    process: str
    how: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """How much work waits: hosts for a thread, sources that are being polled until they are saved, results."""

    hosts: int = 0
    in_flight: int = 0
    results: int = 0


Event: TypeAlias = "Polled | Clustered | Published | Announced | Refiled | Purged | Ended"
Observe: TypeAlias = Callable[["Event"], None]
"""Called from any thread; takes note, quickly, and never raises."""


def unobserved(event: Event) -> None:
    """For who works where nobody watches."""


def observed(*observers: Observe) -> Observe:
    """Tells each of `observers` of every event."""

    def observe(event: Event) -> None:
        for tell in observers:
            tell(event)

    return observe
