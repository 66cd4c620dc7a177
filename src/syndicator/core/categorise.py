"""Filing: which categories an article belongs to, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .model import Category, Source


@dataclass(frozen=True, slots=True)
class _Rule:
    """What files an article in a category besides its source: tags without regard to case, and title patterns."""

    category: str
    tags: frozenset[str]
    titles: tuple[re.Pattern[str], ...]

    def fits(self, title: str, tags: tuple[str, ...]) -> str:
        """Why an article belongs here, "" where it does not."""
        if self.tags:
            for tag in tags:
                if tag.casefold() in self.tags:
                    return f"tag {tag!r}"
        for pattern in self.titles:
            if found := pattern.search(title):
                return f"title pattern {pattern.pattern!r} at {found.group()!r}"
        return ""


class Filing:
    """Files the articles of one source."""

    def __init__(self, source: Source, categories: tuple[Category, ...]) -> None:
        self._own = source.categories
        self._reasons = tuple(f"filed in {category} by source {source.id}" for category in source.categories)
        self._rules = tuple(
            _Rule(
                category.id,
                frozenset(tag.casefold() for tag in category.match.tags),
                tuple(re.compile(pattern, re.IGNORECASE) for pattern in category.match.title),
            )
            for category in categories
            if (category.match.tags or category.match.title) and category.id not in source.categories
        )

    def of(self, title: str, tags: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The categories of an article, the primary one first, and a reason for each that is no parent.

        The source's own categories come first, then those whose `match` fits, then the parents of all of these:
        a parent holds its children's articles.
        """
        found, reasons = list(self._own), list(self._reasons)
        for rule in self._rules:
            if why := rule.fits(title, tags):
                found.append(rule.category)
                reasons.append(f"filed in {rule.category} by {why}")
        parents = [parent for category in found if "/" in category for parent in Category(category, "").ancestors]
        return tuple(dict.fromkeys((*found, *parents))), tuple(reasons)
