"""What expires of what is stored, and what stays of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from .feed import NO_PODCAST
from .model import Article, Provenance


@dataclass(frozen=True, slots=True)
class Telling:
    """An article as far as its age is judged: its story, None where it is in none, and its last significant change."""

    article_id: str
    story_id: str | None
    revised: datetime


class Mark(NamedTuple):
    """How far the oldest articles have been looked through: the last one's age, and its number."""

    revised: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """One step of retention: how many articles expired, and up to where it looked; None where nothing older is left."""

    articles: int
    after: Mark | None


def expiring(tellings: Iterable[Telling], before: datetime, windows: Collection[str]) -> list[str]:
    """The ids of the articles that expire: last changed `before` then, and in none of the `windows` of channels.

    `tellings` hold every story whole, and it expires whole: else another telling, of the year before, would take the
    place of the one that was shown, as news.
    """
    stories: dict[str, list[Telling]] = defaultdict(list)
    for one in tellings:
        stories[one.story_id or one.article_id].append(one)
    old = (
        story
        for story in stories.values()
        if all(one.revised < before and one.article_id not in windows for one in story)
    )
    return [one.article_id for story in old for one in story]


def remains(article: Article, at: datetime) -> Article:
    """What stays of an article that expires: that by which its entry is recognised, under whatever id it comes again.

    Its first file is among that: of entries that share a page, and have no ids, it tells which is which.
    """
    return replace(
        article, removed=True, expired=at, provenance=Provenance("", ""), summary="", content="", authors=(),
        language="", image="", enclosures=article.enclosures[:1], tags=(), rights="", podcast=NO_PODCAST, terms=b"",
        story_id=None, reasons=(), filed_by=(),
    )  # fmt: skip
