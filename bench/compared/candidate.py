"""What is compared: how each is prepared and polls, and what it does not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Candidate(Protocol):
    """A program that polls feeds. `setting` is one of `settings`, of which the best is taken after a trial of each.

    `missing` says why it cannot run here; "" where it can. `conditional_from` is the first of its polls that asks with
    conditions, counted from 1; None where none ever does.
    """

    @property
    def name(self) -> str: ...
    @property
    def leaves_out(self) -> str: ...
    @property
    def settings(self) -> tuple[int, ...]: ...
    @property
    def conditional_from(self) -> int | None: ...

    def missing(self) -> str: ...

    def prepare(self, home: Path, urls: Sequence[str], setting: int) -> Commands:
        """A fresh start in the empty folder `home`; gives how it polls, the same every time."""
        ...

    def stored(self, home: Path) -> int:
        """How many articles it has now."""
        ...


@dataclass(frozen=True)
class Commands:
    """Run one after the other: all that belongs to a poll of all feeds.

    `server` is the process of one that works for them, with all that it starts; 0 for none.
    """

    commands: Sequence[Sequence[str]]
    env: dict[str, str] = field(default_factory=dict)
    server: int = 0
