"""What an operator is told of the configuration that is in effect, and of the file where that says something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .errors import Problem


@dataclass(frozen=True, slots=True)
class InEffect:
    """The configuration that is in effect `since` then, the `nth` since the start.

    `refused` are the mistakes for which the file was refused that is there now, at `refused_at`; () where it is what is
    in effect. `restart` are the keys of it that only a restart brings into effect, `trouble` is why it cannot be taken
    up just now, as on a full disk.
    """

    since: datetime
    nth: int = 1
    refused: tuple[Problem, ...] = ()
    refused_at: datetime | None = None
    restart: tuple[str, ...] = ()
    trouble: str = ""
