"""Texts of the last days in memory, to find those that are nearly the same as another one.

Every signature is cut into 42 bands of three minima; texts that share a band are looked at (locality-sensitive
hashing: J. Leskovec, A. Rajaraman and J. Ullman, Mining of Massive Datasets, 3.4). The bands lie in sorted arrays, each
for a run of articles in the order in which they came; runs of one size are merged, and dropped when all is too old.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from .facts import Facts, facts
from .fingerprint import ALIKE, MINIMA, is_of, minima
from .work import Fingerprint

_BANDS = MINIMA // 3
_AT_ONCE = 128
"""Articles that are looked for together: a megabyte or two in every run."""
_SMALL = 512
"""Articles in a run that is merged with whatever comes: every run is looked through."""
_NTH_BITS = 19
_LARGEST = 1 << _NTH_BITS
"""Articles in a run that is merged no more."""
_NTH = _LARGEST - 1
_MOST_IN_BAND = 16
_MOST_COMPARED = 32
"""The latest of a run that share a band, and the likest whose facts are compared: templates come by the thousand."""
_MOST_FOUND = 12
_TEXTS_OF = 8
"""Articles for which texts are asked for together: theirs and those of what is alike, 264 of 20,000 characters at most.
"""
_FACTS_KEPT = 128
"""Texts whose facts are kept for the next articles."""

# A key is a band's number (6 bits), its three minima as 39 bits, and the article's place in its run (19 bits).
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_NUMBERS = np.arange(_BANDS, dtype=np.uint64) << np.uint64(58)
_KEPT = np.uint64(((1 << 39) - 1) << _NTH_BITS)

_Keys = NDArray[np.uint64]
_Alike = list[tuple[Fingerprint, float]]
_Version = tuple[str, bytes]
"""An article, and the fingerprint of what it said."""

Texts = Callable[[Collection[str]], Mapping[str, tuple[str, str]]]
"""Gives the titles and texts of articles as they are now, or are being saved, by id, as far as they are there."""


class Nearby:
    """The texts of articles dated within `window` of each other; not safe to call from several threads.

    An article takes about 1 KB. What is told is asked of `texts`, where they are alike.
    """

    def __init__(self, window: timedelta, texts: Texts) -> None:
        self._window = window
        self._texts = texts
        self._facts: dict[bytes, Facts] = {}
        self._runs: list[_Run] = []
        self._numbers: dict[str, int] = {}
        """Which article, counted from the first that ever came, an id stands for now."""

    def __len__(self) -> int:
        return len(self._numbers)

    def holds(self, id_: str, body: bytes) -> bool:
        """Whether the article `id_` is here with this very fingerprint."""
        number = self._numbers.get(id_)
        return number is not None and self._one(number).body == body

    def discard(self, id_: str) -> None:
        self._numbers.pop(id_, None)

    def take_in(self, many: Iterable[Fingerprint]) -> list[list[tuple[str, float]]]:
        """Take in articles one after the other; what was known of them before is forgotten.

        For each the ids of the texts here until then that tell the same, and how alike they are, the likest first: of
        one language as far as it is known, and dated within the window of each other. At most a dozen.
        """
        found: list[list[tuple[str, float]]] = []
        rest = iter(many)
        while some := list(islice(rest, _AT_ONCE)):
            # All are looked for at once, also among themselves, which costs a quarter.
            keys = _keys(b"".join(minima(one.body) for one in some))
            sharing: list[set[int]] = [set() for _ in some]
            for run in self._runs:
                for nth, number in run.sharing(keys):
                    sharing[nth].add(number)
            own = _Run(self._next, some, _sorted(keys))
            for nth, number in own.sharing_within():
                sharing[nth].add(number)
            self._runs.append(own)
            alike: list[_Alike] = []
            for at, (one, numbers) in enumerate(zip(some, sharing, strict=True), own.start):
                alike.append(self._likest(one, numbers) if numbers else [])
                self._numbers[one.article_id] = at
            found += self._agreeing(some, alike)
            self._merge()
        return found

    def add_all(self, many: Iterable[Fingerprint]) -> None:
        """Take in very many at once, in a fraction of the time."""
        rest = iter(many)
        while some := list(islice(rest, _LARGEST // 2)):
            run = _Run(self._next, some, _sorted(_keys(b"".join(minima(one.body) for one in some))))
            self._numbers.update((one.article_id, number) for number, one in enumerate(some, run.start))
            self._runs.append(run)
            self._merge()

    @property
    def _next(self) -> int:
        """The number of the article that comes next."""
        return self._runs[-1].start + len(self._runs[-1]) if self._runs else 0

    def _agreeing(self, some: list[Fingerprint], alike: list[_Alike]) -> list[list[tuple[str, float]]]:
        """For each of `some` the ids of those that tell the same facts, among those that are `alike`."""
        found: list[list[tuple[str, float]]] = [[] for _ in some]
        compared = iter(nth for nth, others in enumerate(alike) if others)
        while few := list(islice(compared, _TEXTS_OF)):
            told = self._told([each for nth in few for each in (some[nth], *(other for other, _ in alike[nth]))])
            for nth in few:
                found[nth] = list(islice(_agreeing(told, some[nth], alike[nth]), _MOST_FOUND))
        return found

    def _told(self, some: list[Fingerprint]) -> dict[_Version, Facts]:
        """What articles tell, as far as they still say what was signed."""
        said = self._texts({one.article_id for one in some})
        # What says something else by now is compared when that change is placed.
        still = {
            (one.article_id, one.body): said[one.article_id]
            for one in some
            if one.article_id in said and is_of(one.body, *said[one.article_id])
        }
        words = {body: told for (_, body), told in still.items()}
        made = {body: self._facts.get(body) or facts(*told) for body, told in words.items()}
        # A template that comes by the thousand is compared with its latest again and again.
        self._facts = dict([*self._facts.items(), *made.items()][-_FACTS_KEPT:])
        return {version: made[version[1]] for version in still}

    def _likest(self, one: Fingerprint, numbers: set[int]) -> _Alike:
        """Those among `numbers` that are alike this one, the likest first."""
        others = [
            other for number in sorted(numbers) if (other := self._one(number)) and self._fits(one, other, number)
        ]
        if not others:
            return []
        own = np.frombuffer(minima(one.body), dtype="<u2")
        theirs = np.frombuffer(b"".join(minima(other.body) for other in others), dtype="<u2").reshape(-1, MINIMA)
        scores = (theirs == own).sum(axis=1) / MINIMA
        likest = np.argsort(-scores, kind="stable")[:_MOST_COMPARED]
        return [(others[nth], float(scores[nth])) for nth in likest if scores[nth] >= ALIKE]

    def _fits(self, one: Fingerprint, other: Fingerprint, number: int) -> bool:
        """Whether two may be compared, and what the other is known as is still this."""
        mine, theirs = _primary(one.language), _primary(other.language)
        return (
            self._numbers.get(other.article_id) == number
            and (not mine or not theirs or mine == theirs)
            and abs(one.at - other.at) <= self._window
            and one.body[0] == other.body[0]
            and one.article_id != other.article_id
        )

    def _one(self, number: int) -> Fingerprint:
        run = self._runs[bisect(self._runs, number, key=lambda run: run.start) - 1]
        return run.members[number - run.start]

    def _merge(self) -> None:
        """Merge the last runs as far as they are of one size, or small."""
        while len(self._runs) > 1:
            before, last = len(self._runs[-2]), len(self._runs[-1])
            if before + last > (_LARGEST if last >= before else _SMALL):
                break
            late = self._runs.pop()
            self._runs[-1] = self._runs[-1].joined(late)
        self._drop_old()

    def _drop_old(self) -> None:
        """Forget the first runs, where all in them is too old by now: what comes is dated later, or not compared."""
        latest = max(run.latest for run in self._runs)
        while len(self._runs) > 1 and self._runs[0].latest < latest - self._window:
            gone = self._runs.pop(0)
            for number, one in enumerate(gone.members, gone.start):
                if self._numbers.get(one.article_id) == number:
                    del self._numbers[one.article_id]


class _Run:
    """Articles, numbered from `start` on, the latest dated `latest`, and the sorted keys of all their bands."""

    def __init__(self, start: int, members: list[Fingerprint], keys: _Keys, latest: datetime | None = None) -> None:
        self.start = start
        self.members = members
        self.latest = latest or max(one.at for one in members)
        self._keys = keys
        # Where the keys with each beginning begin, about eight of them: a search in memory costs a miss a step.
        self._free = np.uint64(64 - max(len(keys) // 8, 1).bit_length())
        beginnings = np.arange(1 << (64 - int(self._free)), dtype=np.uint64) << self._free
        self._begins = np.append(np.searchsorted(keys, beginnings), len(keys)).astype(np.uint32)

    def __len__(self) -> int:
        return len(self.members)

    def sharing(self, rows: _Keys) -> Iterator[tuple[int, int]]:
        """Which of the `rows` of bands share one with whom, by their numbers; of each band the latest."""
        keys = rows.ravel()
        # Most bands are shared with nobody.
        shared = ((self._keys.take(self._places(keys), mode="clip") ^ keys) >> np.uint64(_NTH_BITS)) == 0
        for at in np.flatnonzero(shared):
            begin = int(np.searchsorted(self._keys, keys[at]))
            end = int(np.searchsorted(self._keys, keys[at] | np.uint64(_NTH), side="right"))
            for key in self._keys[max(begin, end - _MOST_IN_BAND) : end]:
                yield int(at) // _BANDS, self.start + (int(key) & _NTH)

    def _places(self, keys: _Keys) -> NDArray[np.uint32]:
        """Where each of `keys` would stand: a binary search for all at once, among those with the same beginning."""
        beginnings = keys >> self._free
        places: NDArray[np.uint32] = self._begins[beginnings]
        left = self._begins[beginnings + np.uint64(1)] - places
        for bit in reversed(range(int(left.max()).bit_length())):
            step = np.uint32(1 << bit)
            before = self._keys.take(places + (step - np.uint32(1)), mode="clip") < keys
            taken = (before & (left >= step)) * step
            places, left = places + taken, left - taken
        return places

    def sharing_within(self) -> Iterator[tuple[int, int]]:
        """Which of the members share a band with whom before them, by their numbers; of each band the latest."""
        bands = self._keys >> np.uint64(_NTH_BITS)
        for at in np.flatnonzero(bands[1:] == bands[:-1]):
            begin = int(np.searchsorted(bands, bands[at]))
            for key in self._keys[max(begin, at + 1 - _MOST_IN_BAND) : at + 1]:
                yield int(self._keys[at + 1]) & _NTH, self.start + (int(key) & _NTH)

    def joined(self, late: _Run) -> _Run:
        """One run of this and the next one."""
        keys = np.concatenate([self._keys, late._keys + np.uint64(len(self))])
        keys.sort(kind="stable")  # two sorted runs: it takes half as long
        return _Run(self.start, self.members + late.members, keys, max(self.latest, late.latest))


def _agreeing(told: Mapping[_Version, Facts], one: Fingerprint, alike: _Alike) -> Iterator[tuple[str, float]]:
    """Those that are `alike` one text and tell the same facts."""
    here = told.get((one.article_id, one.body))
    for other, score in alike:
        there = told.get((other.article_id, other.body))
        if here and there and here.agree(there, score):
            yield other.article_id, score


def _keys(signatures: bytes) -> _Keys:
    """The bands of signatures, one row each; the place in a run is left free."""
    bands = np.frombuffer(signatures, dtype="<u2").reshape(-1, _BANDS, 3).astype(np.uint64)
    mixed: _Keys = (bands * _MIXERS).sum(axis=2, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(29)
    keys: _Keys = _NUMBERS | (mixed & _KEPT)
    return keys


def _sorted(keys: _Keys) -> _Keys:
    """All in rows of bands, each with the place of its row."""
    flat = (keys | np.arange(len(keys), dtype=np.uint64)[:, None]).ravel()
    flat.sort()
    return flat


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
