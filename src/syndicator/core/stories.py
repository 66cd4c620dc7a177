"""Stories: which articles of different sources tell the same news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from .identity import OWN_STORY, SAME_STORY
from .model import Article, Filing
from .sanitise import plain_text
from .scene import Scene
from .text import words

_MIN_WORDS = 12
"""Shorter contents are equal by chance ("Comments", "Read more")."""

BY_OPERATOR = "the operator says so"
_TEXT_ALIKE = "text alike"


@dataclass(frozen=True, slots=True)
class Placed:
    """What clustering decided: articles with their story, filings that now show, categories to render again.

    `hidden` are filings that showed beside another one of their story; they no longer do, since `at`. What shows
    although it was filed before is news since then. `joined` is for each article that joined a story of others how that
    was known: by its "address", by its "text", or by the "operator".
    """

    articles: tuple[Article, ...]
    shown: tuple[Filing, ...]
    hidden: tuple[Filing, ...]
    categories: frozenset[str]
    at: datetime
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of articles besides themselves: `near` are those whose texts are nearly the same, by the id of the
    one that was compared, the likest first, with how alike they are (from 0 to 1).

    `together` and `apart` are pairs of articles that the operator has put into one story, or into two.
    """

    near: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    together: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()


NO_EVIDENCE = Evidence()


def same_story(a: Article, b: Article) -> str | None:
    """Why two articles tell the same news, as their addresses tell, or None.

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
    newcomers: Iterable[Article], relatives: Iterable[Article], filings: Iterable[Filing], at: datetime,
    evidence: Evidence = NO_EVIDENCE, whole: Collection[str] = (),
) -> Placed:  # fmt: skip
    """Give every newcomer a story, and every story a member that shows in each of its categories.

    What is filed nowhere belongs to no story, or others would name it as reported too: it leaves the one it had.
    `newcomers` come in order of `seq`; `relatives` are the articles already clustered that share an address, a text or
    a story with one of them; `filings` are those of both. `whole` are the categories that show every telling. The
    shown filings come back as they were, in the order in which they are to be counted. `at` is the time of what
    changed last.
    """
    newcomers, relatives = tuple(newcomers), tuple(relatives)
    leaving = [newcomer for newcomer in newcomers if not newcomer.categories]
    filed = [newcomer for newcomer in newcomers if newcomer.categories]
    named = _named_anew(leaving, (*relatives, *filed))
    stories = _Stories(evidence)
    for known in (*relatives, *(newcomer for newcomer in filed if newcomer.story_id)):
        stories.put(_in_story(known, named))
    for newcomer in filed:
        stories.join(newcomer)
    placed = stories.changed(relatives, filed)
    touched = {article.story_id for article in (*placed, *newcomers) if article.story_id}
    scene = Scene(filings, whole)
    for story in sorted(touched):
        scene.settle(stories.members(story))
    return Placed(
        (*map(_without_story, leaving), *placed), scene.shown, scene.hidden, frozenset(scene.categories), at,
        tuple(stories.joined),
    )  # fmt: skip


def taken_out(article_id: str, story: Sequence[Article], at: datetime) -> list[Article]:
    """The members of a story, the one with `article_id` in one of its own from now on; a story has a member's name."""
    heir = next(one.id for one in story if one.id != article_id)
    told: list[Article] = []
    for one in story:
        if one.id == article_id:
            reason = f"{OWN_STORY} by the operator at {at:%Y-%m-%d %H:%M} UTC"
            told.append(replace(one, story_id=one.id, reasons=(*_without_story(one).reasons, reason)))
        else:
            name = heir if one.story_id == article_id else one.story_id
            kept = tuple(reason for reason in one.reasons if not reason.startswith(f"{SAME_STORY} {article_id} "))
            told.append(replace(one, story_id=name, reasons=kept))
    return told


class _Stories:
    """Stories by their names, and what joins them.

    A source tells a story once: two posts of one blog about one page stay two, and so do two stories that one source
    has told, unless the operator says so. What the operator has taken apart stays apart.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._known: dict[str, Article] = {}
        self._members: dict[str, list[str]] = defaultdict(list)
        self._by_address: dict[str, list[str]] = defaultdict(list)
        self._together = _by_article(evidence.together)
        self._apart = _by_article(evidence.apart)
        self.joined: list[str] = []

    def put(self, article: Article) -> None:
        """Take in an article that has its story."""
        self._known[article.id] = article
        self._members[article.story_id or ""].append(article.id)
        self._by_address[article.canonical_url].append(article.id)

    def join(self, newcomer: Article) -> None:
        """Put a newcomer into the story that it tells; where that joins two, they are one from now on."""
        if newcomer.id not in self._known:
            self.put(replace(newcomer, story_id=newcomer.id))
        if newcomer.removed:
            return
        for other, why in self._tellings(newcomer):
            mine, theirs = self._known[newcomer.id].story_id or "", self._known[other].story_id or ""
            if mine == theirs or not self._may_be_one(mine, theirs):
                continue
            kept, ends = sorted((mine, theirs), key=lambda story: self._age(story, newcomer))
            self._merge(kept, ends)
            self.joined.append(_known_by(why))
            reason = f"{SAME_STORY} {other} of {self._known[other].source_id}: {why}"
            told = self._known[newcomer.id]
            self._known[newcomer.id] = replace(told, reasons=(*told.reasons, reason))

    def members(self, story: str) -> list[Article]:
        return [self._known[id_] for id_ in self._members[story]]

    def changed(self, relatives: Iterable[Article], newcomers: Iterable[Article]) -> list[Article]:
        """The newcomers as they are now, and those of their relatives whose story is another one now."""
        told = [self._known[one.id] for one in relatives if self._known[one.id].story_id != one.story_id]
        return [*told, *(self._known[one.id] for one in newcomers)]

    def _tellings(self, newcomer: Article) -> Iterator[tuple[str, str]]:
        """Articles that tell the same as `newcomer`, and how that is known; the surest first."""
        others = ((other, BY_OPERATOR) for other in self._together[newcomer.id])
        near = ((other, f"{_TEXT_ALIKE} by {score:.2f}") for other, score in self._evidence.near.get(newcomer.id, ()))
        for other, why in chain(others, self._at_its_address(newcomer), near):
            if other in self._known:
                yield other, why

    def _at_its_address(self, newcomer: Article) -> Iterator[tuple[str, str]]:
        for other in tuple(self._by_address[newcomer.canonical_url]):
            if why := same_story(newcomer, self._known[other]):
                yield other, why

    def _may_be_one(self, a: str, b: str) -> bool:
        here, there = self._members[a], self._members[b]
        inside = set(there)
        if any(not self._apart[id_].isdisjoint(inside) for id_ in here):
            return False
        if any(not self._together[id_].isdisjoint(inside) for id_ in here):
            return True
        return {self._known[id_].source_id for id_ in here}.isdisjoint(self._known[id_].source_id for id_ in there)

    def _age(self, story: str, newcomer: Article) -> tuple[bool, datetime, str]:
        """For sorting: what a newcomer begins by itself comes last, whenever it was accepted."""
        members = self._members[story]
        begins = members == [newcomer.id] and newcomer.story_id is None
        return begins, min(self._known[id_].accepted for id_ in members), story

    def _merge(self, kept: str, ends: str) -> None:
        for id_ in self._members.pop(ends):
            self._known[id_] = replace(self._known[id_], story_id=kept)
            self._members[kept].append(id_)


def _known_by(why: str) -> str:
    return "operator" if why == BY_OPERATOR else "text" if why.startswith(_TEXT_ALIKE) else "address"


def _by_article(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The others of each article's pairs."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found


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
