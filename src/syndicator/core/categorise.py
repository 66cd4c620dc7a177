"""Filing: which categories an article belongs to, and why."""

from __future__ import annotations

import re
from functools import lru_cache

from .model import Category, Source


def categorise(
    title: str, tags: tuple[str, ...], source: Source, categories: tuple[Category, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The categories of an article, the primary one first, and a reason for each that was matched.

    The source's own categories come first, then those whose `match` fits, then the parents of all of these:
    a parent holds its children's articles.
    """
    reasons = [f"filed in {category} by source {source.id}" for category in source.categories]
    found = list(source.categories)
    for category in categories:
        if category.id not in found and (why := _matches(title, tags, category)):
            found.append(category.id)
            reasons.append(f"filed in {category.id} by {why}")
    parents = (parent for category in found for parent in Category(category, "").ancestors)
    return tuple(dict.fromkeys((*found, *parents))), tuple(reasons)


def _matches(title: str, tags: tuple[str, ...], category: Category) -> str | None:
    wanted = {tag.casefold() for tag in category.match.tags}
    for tag in tags:
        if tag.casefold() in wanted:
            return f"tag {tag!r}"
    for pattern in category.match.title:
        if found := _compiled(pattern).search(title):
            return f"title pattern {pattern!r} at {found.group()!r}"
    return None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
