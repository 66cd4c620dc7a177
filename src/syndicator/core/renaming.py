"""Categories that have another path now: which they are, and what becomes of the categories that an article names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .model import Category

Rename = tuple[str, str]
"""A former path, and the one that took its place."""


def renames(known: Collection[str], tree: Iterable[Category]) -> tuple[Rename, ...]:
    """What `tree` renames of the categories that are `known`, in the order in which it is done."""
    return tuple((former, category.id) for category in tree for former in category.was if former in known)


def renamed(categories: Iterable[str], done: Iterable[Rename]) -> tuple[str, ...]:
    """`categories` with new paths in the place of former ones, each once."""
    for former, path in done:
        categories = [path if category == former else category for category in categories]
    return tuple(dict.fromkeys(categories))
