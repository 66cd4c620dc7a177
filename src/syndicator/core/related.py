"""News in the same category: which recent articles stand below an article."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from heapq import merge
from math import log
from typing import Literal

from .terms import length, terms_of, unpacked
from .text import words

Order = Literal["related", "recent"]
ORDERS: tuple[Order, ...] = ("related", "recent")

NEWEST = 2000
"""Of a category so many are looked among."""
PER_SOURCE = 2
"""So that one prolific source does not fill the list."""

_FRESH = 0.1
"""What being the newest of the category adds to closeness, which is from 0 to 1; it halves with every `_HALF_LIFE`."""
_HALF_LIFE = timedelta(days=7)
_CLOSE = 0.15
"""From here on an article in another language is related."""
_COMMON = 10
"""A term of more than a tenth of the articles tells nothing, and would cost the most."""
_FEW = 20
"""So few articles are looked at in any case."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What is looked at of an article. `title` is the same for titles of the same words, 0 where there are none."""

    id: str
    source_id: str
    story_id: str | None
    language: str
    sort_at: datetime
    title: int
    terms: bytes


@dataclass(frozen=True, slots=True)
class Related:
    """An article that another one's entry names, by the heading that it had when that was first published."""

    id: str
    heading: str


def neighbour(
    id_: str, source_id: str, story_id: str | None, language: str, sort_at: datetime, terms: bytes | None, title: str
) -> Neighbour:
    """What is looked at of a stored article: the terms of its title where an earlier version made none."""
    said = "\x1f".join(words(title)).encode()
    print_ = int.from_bytes(blake2b(said, digest_size=8).digest()) if said else 0
    return Neighbour(id_, source_id, story_id, language, sort_at, print_, bytes(terms or b"") or terms_of(title, ""))


class Recent:
    """The newest articles of one category, the latest first, indexed by their terms."""

    def __init__(self, articles: Iterable[Neighbour]) -> None:
        self.articles = tuple(articles)
        found = [unpacked(one.terms) for one in self.articles]
        # Sorted arrays instead of a dictionary of lists, which would take ten times the memory; sorted as one number,
        # since tuples take three times as long.
        lengths = [length(one) for one in found]
        postings = sorted(
            term << 24 | place << 8 | weight for place, one in enumerate(found) for term, weight in one.items()
        )
        self._terms = array("I", [posting >> 24 for posting in postings])
        self._places = array("H", [posting >> 8 & 0xFFFF for posting in postings])
        weights = zip(self._places, postings, strict=True)
        self._weights = array("f", [(posting & 0xFF) / lengths[place] for place, posting in weights])
        # Measured from the newest one, since there is no clock here.
        ages = ((self.articles[0].sort_at - one.sort_at) / _HALF_LIFE for one in self.articles)
        self.freshness = array("d", (_FRESH * 0.5**age for age in ages))

    def closeness(self, terms: Mapping[int, int]) -> dict[int, float]:
        """How close the articles come that share a telling term, by place: from 0 to 1, rare terms counting more."""
        count, whole = len(self.articles), length(terms)
        most = max(_FEW, count // _COMMON)
        found: defaultdict[int, float] = defaultdict(float)
        for term, weight in terms.items():
            first = bisect_left(self._terms, term)
            last = bisect_right(self._terms, term, first)
            if first < last <= first + most:
                factor = weight / whole * log((count + 1) / (last - first)) / log(count + 1)
                for place, weight_there in zip(self._places[first:last], self._weights[first:last], strict=True):
                    found[place] += factor * weight_there
        return found


def related(article: Neighbour, recent: Recent, limit: int, order: Order = ORDERS[0]) -> tuple[str, ...]:
    """The ids of up to `limit` of the `recent` articles of a category: never the article, nor its story or title.

    At most two are of one source, and each story and title stands once. `related` puts first what is close in words and
    date, `recent` the latest. What is in another language has to be close in words.
    """
    close = recent.closeness(unpacked(article.terms))
    places = range(len(recent.articles)) if order == "recent" else _by_relevance(recent, close)
    chosen: list[str] = []
    stories = {article.story_id}
    titles = {article.title} - {0}
    by_source: Counter[str] = Counter()
    for place in places:
        other = recent.articles[place]
        told = other.id == article.id or other.story_id in stories or other.title in titles
        foreign = close.get(place, 0.0) < _CLOSE and not _same_language(article.language, other.language)
        if told or foreign or by_source[other.source_id] >= PER_SOURCE:
            continue
        chosen.append(other.id)
        stories.add(other.story_id)
        titles |= {other.title} - {0}
        by_source[other.source_id] += 1
        if len(chosen) == limit:
            break
    return tuple(chosen)


def _by_relevance(recent: Recent, close: dict[int, float]) -> Iterator[int]:
    """All places, the most relevant first: those that are close, and in between the others by date, as they come."""
    near = sorted((-score - recent.freshness[place], place) for place, score in close.items())
    rest = ((-recent.freshness[place], place) for place in range(len(recent.articles)) if place not in close)
    return (place for _, place in merge(near, rest))


def _same_language(one: str, other: str) -> bool:
    """Whether two language tags may be of one language: not told is any."""
    return not one or not other or _primary(one) == _primary(other)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
