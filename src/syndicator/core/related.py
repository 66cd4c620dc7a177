"""News in the same category: which recent articles stand below an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .model import Article
from .text import words

PER_SOURCE = 2
"""So that one prolific source does not fill the list."""


def related(article: Article, recent: Iterable[Article], limit: int) -> tuple[Article, ...]:
    """Up to `limit` of the `recent` articles of one category, in their order: never the article, nor its story."""
    chosen: list[Article] = []
    stories = {article.story_id}
    titles = {words(article.title)}
    by_source: Counter[str] = Counter()
    for other in recent:
        title = words(other.title)
        told = other.id == article.id or other.story_id in stories or (title and title in titles)
        if told or by_source[other.source_id] >= PER_SOURCE:
            continue
        chosen.append(other)
        stories.add(other.story_id)
        titles.add(title)
        by_source[other.source_id] += 1
        if len(chosen) == limit:
            break
    return tuple(chosen)
