"""Stories: which articles of different sources tell the same news, and which of them a category shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .identity import SAME_STORY
from .model import Article, Filing
from .sanitise import plain_text
from .text import words
from .urls import host

_MIN_WORDS = 12
"""Shorter contents are equal by chance ("Comments", "Read more")."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What clustering decided: articles with their story, filings that now show, categories to render again."""

    articles: tuple[Article, ...]
    shown: tuple[Filing, ...]
    categories: frozenset[str]


def same_story(a: Article, b: Article) -> str | None:
    """Why two articles tell the same news, or None.

    One address alone proves nothing: link blogs link to other people's pages and podcasts link every episode to
    one. So it takes the address together with the title, the content or an enclosure.
    """
    if a.source_id == b.source_id or not a.canonical_url or a.canonical_url != b.canonical_url:
        return None
    if words(a.title) and words(a.title) == words(b.title):
        return "same address and title"
    if {e.url for e in a.enclosures} & {e.url for e in b.enclosures}:
        return "same address and enclosure"
    text = words(plain_text(a.content))
    if len(text) >= _MIN_WORDS and text == words(plain_text(b.content)):
        return "same address and content"
    return None


def place(newcomers: Iterable[Article], relatives: Iterable[Article], filings: Iterable[Filing]) -> Placed:
    """Give every newcomer a story, and every story a member that shows in each of its categories.

    `newcomers` come in order of `seq`; `relatives` are the articles already clustered that share an address or a
    story with one of them; `filings` are those of both. The shown filings come back without their ordinals, in the
    order in which they are to be counted.
    """
    members: dict[str, list[Article]] = defaultdict(list)
    by_address: dict[str, list[Article]] = defaultdict(list)

    def remember(article: Article) -> None:
        members[article.story_id or ""].append(article)
        by_address[article.canonical_url].append(article)

    newcomers = tuple(newcomers)
    for known in (*relatives, *(newcomer for newcomer in newcomers if newcomer.story_id)):
        remember(known)
    placed = []
    for newcomer in newcomers:
        if newcomer.story_id:
            placed.append(newcomer)
            continue
        told = _join(newcomer, by_address[newcomer.canonical_url], members)
        placed.append(told)
        remember(told)
    touched = {article.story_id or "" for article in placed}
    shown, categories = _show({story: members[story] for story in touched}, filings)
    return Placed(tuple(placed), shown, categories)


def _join(newcomer: Article, neighbours: list[Article], members: dict[str, list[Article]]) -> Article:
    for neighbour in neighbours:
        story = neighbour.story_id or ""
        # A source tells a story once: two posts of one blog about one page stay two.
        if any(member.source_id == newcomer.source_id for member in members[story]):
            continue
        if why := same_story(newcomer, neighbour):
            reason = f"{SAME_STORY} {neighbour.id} of {neighbour.source_id}: {why}"
            return replace(newcomer, story_id=story, reasons=(*newcomer.reasons, reason))
    return replace(newcomer, story_id=newcomer.id)


def _show(stories: dict[str, list[Article]], filings: Iterable[Filing]) -> tuple[tuple[Filing, ...], frozenset[str]]:
    by_article: dict[str, list[Filing]] = defaultdict(list)
    for filing in filings:
        by_article[filing.article_id].append(filing)
    chosen: list[tuple[int, Filing]] = []
    categories: set[str] = set()
    for told in stories.values():
        live: dict[str, list[tuple[Article, Filing]]] = defaultdict(list)
        for member in told:
            categories.update(filing.category for filing in by_article[member.id])
            for filing in by_article[member.id]:
                if not filing.removed:
                    live[filing.category].append((member, filing))
        for candidates in live.values():
            if all(filing.ordinal is None for _, filing in candidates):
                article, filing = min(candidates, key=_preference)
                chosen.append((article.seq, filing))
    chosen.sort(key=lambda pair: (pair[0], pair[1].category))
    return tuple(filing for _, filing in chosen), frozenset(categories)


def _preference(candidate: tuple[Article, Filing]) -> tuple[bool, bool, int]:
    """The source that lives where the article lives, then full content, then the first."""
    article, _ = candidate
    at_home = bool(host(article.url)) and host(article.provenance.home_url) == host(article.url)
    return not at_home, article.content_policy != "full" or not article.content, article.seq
