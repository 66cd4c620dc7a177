"""Stories: which articles of different sources tell the same news, and which of them a category shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .identity import SAME_STORY
from .model import Article, Filing
from .sanitise import plain_text
from .text import words
from .urls import host

_MIN_WORDS = 12
"""Shorter contents are equal by chance ("Comments", "Read more")."""


_Member = tuple[Article, Filing]
"""An article and its place in one category."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What clustering decided: articles with their story, filings that now show, categories to render again.

    `hidden` are filings that showed beside another one of their story; they no longer do, since `at`. What shows
    although it was filed before is news since then.
    """

    articles: tuple[Article, ...]
    shown: tuple[Filing, ...]
    hidden: tuple[Filing, ...]
    categories: frozenset[str]
    at: datetime


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


def place(
    newcomers: Iterable[Article], relatives: Iterable[Article], filings: Iterable[Filing], at: datetime
) -> Placed:
    """Give every newcomer a story, and every story a member that shows in each of its categories.

    What is filed nowhere belongs to no story, or others would name it as reported too: it leaves the one it had.
    `newcomers` come in order of `seq`; `relatives` are the articles already clustered that share an address or a
    story with one of them; `filings` are those of both. The shown filings come back as they were, in the order in
    which they are to be counted. `at` is the time of what changed last.
    """
    members: dict[str, list[Article]] = defaultdict(list)
    by_address: dict[str, list[Article]] = defaultdict(list)

    def remember(article: Article) -> None:
        members[article.story_id or ""].append(article)
        by_address[article.canonical_url].append(article)

    newcomers = tuple(newcomers)
    leaving = [newcomer for newcomer in newcomers if not newcomer.categories]
    filed = [newcomer for newcomer in newcomers if newcomer.categories]
    named = _named_anew(leaving, (*relatives, *filed))
    relatives, filed = [_in_story(one, named) for one in relatives], [_in_story(one, named) for one in filed]
    for known in (*relatives, *(newcomer for newcomer in filed if newcomer.story_id)):
        remember(known)
    placed = [*map(_without_story, leaving), *(one for one in relatives if one.story_id in named.values())]
    for newcomer in filed:
        if newcomer.story_id:
            placed.append(newcomer)
            continue
        told = _join(newcomer, by_address[newcomer.canonical_url], members)
        placed.append(told)
        remember(told)
    touched = {article.story_id for article in (*placed, *newcomers) if article.story_id}
    scene = _Scene(filings)
    for story in touched:
        scene.settle(members[story])
    return Placed(
        tuple(placed), scene.in_order(scene.shown), scene.in_order(scene.hidden), frozenset(scene.categories), at
    )


def _named_anew(leaving: Iterable[Article], staying: Sequence[Article]) -> dict[str, str]:
    """The stories whose namesakes leave, each with the id of the member whose name it takes.

    Else a namesake that comes back, and begins a story of its own, would find itself in this one.
    """
    named: dict[str, str] = {}
    for article in leaving:
        heir = next((one for one in staying if one.story_id == article.id), None)
        if heir is not None:
            named[article.id] = heir.id
    return named


def _in_story(article: Article, named: Mapping[str, str]) -> Article:
    story = named.get(article.story_id or "")
    return replace(article, story_id=story) if story else article


def _without_story(article: Article) -> Article:
    reasons = tuple(reason for reason in article.reasons if not reason.startswith(SAME_STORY))
    return replace(article, story_id=None, reasons=reasons)


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


class _Scene:
    """Sees to it that each story shows once in every category where it is filed."""

    def __init__(self, filings: Iterable[Filing]) -> None:
        self._of: dict[str, list[Filing]] = defaultdict(list)
        for filing in filings:
            self._of[filing.article_id].append(filing)
        self.shown: list[_Member] = []
        self.hidden: list[_Member] = []
        self.categories: set[str] = set()

    def settle(self, story: list[Article]) -> None:
        here: dict[str, list[_Member]] = defaultdict(list)
        for member in story:
            for filing in self._of[member.id]:
                if filing.may_show:
                    here[filing.category].append((member, filing))
                if filing.may_show or filing.seq == member.seq:
                    self.categories.add(filing.category)
        for candidates in here.values():
            self._settle_in_category(candidates)

    def _settle_in_category(self, candidates: list[_Member]) -> None:
        """What readers have seen stays; of several the one that they saw first."""
        seen = sorted((one for one in candidates if one[1].shows), key=lambda one: one[1].ordinal or 0)
        self.hidden += seen[1:]
        if not seen:
            self.shown.append(min(candidates, key=_preference))

    def in_order(self, members: list[_Member]) -> tuple[Filing, ...]:
        """Their filings in the order of the changes."""
        return tuple(filing for _, filing in sorted(members, key=lambda one: (one[0].seq, one[1].category)))


def _preference(candidate: _Member) -> tuple[bool, bool, int]:
    """The source that lives where the article lives, then full content, then the first."""
    article, _ = candidate
    at_home = bool(host(article.url)) and host(article.provenance.home_url) == host(article.url)
    return not at_home, article.content_policy != "full" or not article.content, article.seq
