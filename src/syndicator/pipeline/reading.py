"""What reading a body takes and gives. Apart from the readers, which only workers load."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from syndicator.core.feed import ReaderName
from syndicator.core.hints import NO_HINTS, Hints
from syndicator.core.identity import Ids
from syndicator.core.model import Article, Category
from syndicator.core.normalise import VERSION as NORMALISER
from syndicator.core.normalise import Setting
from syndicator.formats.version import READERS

VERSION = f"{READERS} {NORMALISER}"
"""Part of every hash of bodies and entries: what an upgrade reads differently counts as changed."""


class Tree(tuple[Category, ...]):
    """All categories, as every job of a configuration has them: a process makes them of their pickle once.

    200 with rules would take a millisecond on either side, for each body.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _tree, (self._pickled,)

    @cached_property
    def _pickled(self) -> bytes:
        return pickle.dumps(tuple(self))


@lru_cache(maxsize=2)
def _tree(pickled: bytes) -> Tree:
    return Tree(pickle.loads(pickled))  # noqa: S301 - of the process that asks


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """A fetched body and all that reading it depends on.

    `known` are the hashes of entries to drop, `urls` those under which the feed is or was to be had.
    """

    body: bytes
    url: str
    content_type: str
    setting: Setting
    known: frozenset[str]
    accepted: datetime
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body held: `articles` are those of new and changed entries, in the feed's order, `ids` are theirs.

    `unchanged` are the hashes of the entries that were known. `doubt` says why the quick reader did not read it.
    `seconds` is what reading took of a worker.
    """

    reader: ReaderName
    title: str
    articles: tuple[Article, ...]
    ids: tuple[Ids, ...]
    entries: int
    unchanged: frozenset[str]
    flaws: tuple[str, ...] = ()
    hints: Hints = NO_HINTS
    doubt: str = ""
    seconds: float = field(default=0.0, compare=False)
