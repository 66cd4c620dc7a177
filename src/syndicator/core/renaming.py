"""Categories and sources that have another id now: which they are, and what becomes of the categories of an article."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

Rename = tuple[str, str]
"""A former id (of a category its path), and the one that took its place."""


class Renamable(Protocol):
    """A category or a source."""

    @property
    def id(self) -> str: ...
    @property
    def was(self) -> tuple[str, ...]: ...


def renames(known: Collection[str], wanted: Iterable[Renamable]) -> tuple[Rename, ...]:
    """What `wanted` renames of those that are `known`, in the order in which it is done."""
    return tuple((former, one.id) for one in wanted for former in one.was if former in known)


def renamed(categories: Iterable[str], done: Iterable[Rename]) -> tuple[str, ...]:
    """`categories` with new paths in the place of former ones, each once."""
    for former, path in done:
        categories = [path if category == former else category for category in categories]
    return tuple(dict.fromkeys(categories))
