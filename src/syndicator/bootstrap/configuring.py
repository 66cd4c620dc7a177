"""A configuration looked at, before anything is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from syndicator.config.doubts import doubts
from syndicator.core.errors import ConfigError, Problem

from .hub import load


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the configuration at `path`, and what of a right one is probably not meant."""

    path: Path
    mistakes: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    sources: int = 0
    categories: int = 0


def check(path: Path) -> Checked:
    """Every mistake of the configuration at `path` and of its theme."""
    try:
        hub = load(path)
        hub.check()
    except ConfigError as error:
        return Checked(path, mistakes=error.problems)
    return Checked(path, (), doubts(path, hub.settings), len(hub.sources), len(hub.categories))
