"""Learning where articles belong from those that are filed: what is learned from, how well, and what is filed by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor
from typing import Any

from .feed import record
from .model import Article
from .sanitise import text_of_clean
from .text import excerpt

MOST = 50_000
"""Articles that are learned from: the newest."""
ENOUGH_MARKUP = 4000
"""Characters of content that are looked at: all that is read of an article to learn from it."""
_ENOUGH_TEXT = 1500
_BY_CLASSIFIER = re.compile(r"filed in (\S+) by the classifier, ")


@record
class Sample:
    """An article to learn from: what it says, and the categories that its source or rules file it in."""

    id: str
    source_id: str
    title: str
    text: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """How well the articles of a category are recognised, and in `flaw` why they are not, or not to be relied on.

    Of its `articles`, `held_out` were not learned from. `filed` articles were held out and then filed here as
    `certainty` asks for, `right` of them belong here. `learned` is False where there was too little to learn from.
    """

    category: str
    certainty: float
    articles: int
    learned: bool = False
    held_out: int = 0
    filed: int = 0
    right: int = 0
    flaw: str = ""

    @property
    def precision(self) -> float | None:
        """The share of what was filed that belongs here; None where nothing was filed."""
        return self.right / self.filed if self.filed else None

    @property
    def recall(self) -> float | None:
        """The share of what belongs here that was filed; None where nothing was held out."""
        return self.right / self.held_out if self.held_out else None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a training came to: from how many articles, and for each category that asked for it."""

    articles: int
    scores: tuple[Scores, ...]

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Lesson:
        """The lesson that `asdict` made `plain`."""
        return cls(plain["articles"], tuple(Scores(**one) for one in plain["scores"]))


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A trained model as it is kept."""

    made: datetime
    body: bytes


def text(summary: str, content: str) -> str:
    """What is read of an article besides its title, from its content or the first `ENOUGH_MARKUP` characters of it."""
    return excerpt(text_of_clean(content[:ENOUGH_MARKUP]) or summary, _ENOUGH_TEXT)


def by_classifier(filed_by: Sequence[str]) -> bool:
    """Whether the classifier has filed an article: what it says itself is not to be learned from."""
    return any(_BY_CLASSIFIER.match(reason) for reason in filed_by)


def told(certainties: Mapping[str, float], made: datetime, articles: int) -> dict[str, str]:
    """By what a model that was `made` of so many `articles` files one, by category, the most certain first."""
    model = f"(trained {made:%Y-%m-%d} on {articles:,} articles)"
    return {
        # Cut, not rounded: it is never said to be more certain than it was.
        category: f"the classifier, {floor(certainties[category] * 100) / 100:.2f} certain {model}"
        for category in sorted(certainties, key=lambda category: (-certainties[category], category))
    }


def refiled(article: Article, known: Article, offered: Mapping[str, float]) -> Article | None:
    """`article` where the classifier has filed it as it was `known`; None where it is to be asked (again).

    A later model may think otherwise of the same text: it stays where it is until it changes, as long as its categories
    are `offered` still.
    """
    filed = {found[1] for reason in known.filed_by if (found := _BY_CLASSIFIER.match(reason))}
    if known.content_hash != article.content_hash or not filed or not offered.keys() >= filed:
        return None
    return replace(article, categories=known.categories, filed_by=known.filed_by)
