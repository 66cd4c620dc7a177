"""Answers in memory: by key, kept while the category that they were made of stays as it is, within bounds."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from .conditional import Answer

Versions = Mapping[str, tuple[int, ...]]
"""Of every category numbers that change whenever what is made of it may."""


class _Kept(NamedTuple):
    category: str
    answer: Answer
    until: float


class Answers:
    """At most `most_bytes` of answers, those that were asked for last; each for `seconds` at most."""

    def __init__(self, most_bytes: int, seconds: float = math.inf) -> None:
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self.versions: Versions = {}
        """As of the last look: take them before reading what an answer is made of."""

    def find(self, key: str) -> Answer | None:
        kept = self._kept.get(key)
        if kept is None or kept.until < time.monotonic():
            return None
        self._kept.move_to_end(key)
        return kept.answer

    def keep(self, key: str, category: str, answer: Answer, seen: Versions) -> None:
        """Keep an answer made of `category`, read after `versions` were `seen`; not where it may be old already."""
        if seen.get(category) != self.versions.get(category):
            return
        self._drop(key)
        self._kept[key] = _Kept(category, answer, time.monotonic() + self._seconds)
        self._bytes += answer.size
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def settle(self, versions: Versions) -> None:
        """Forget what was made of categories that have changed since."""
        known, self.versions = self.versions, versions
        changed = {id_ for id_ in (*known, *versions) if known.get(id_) != versions.get(id_)}
        for key in [key for key, kept in self._kept.items() if kept.category in changed]:
            self._drop(key)

    def _drop(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        self._bytes -= kept.answer.size if kept else 0
