"""Stories: which articles of different sources tell the same news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, pairwise

from .fingerprint import share
from .identity import OWN_STORY, SAME_STORY
from .model import Article, Filing
from .records import changed
from .sanitise import plain_text
from .scene import Scene
from .text import words

_MIN_WORDS = 12
"""Shorter contents are equal by chance ("Comments", "Read more")."""

_ONE_NEWS = timedelta(days=7)
_MUCH = 0.5
"""How far apart in time, or else how alike, what has one address and one title tells the same news."""
_SURE = 0.6
"""How alike a text has to be to two stories for them to be one: a round-up is a little like either."""
_UNLIKE = 0.2
"""Texts that are less alike do not tell the same any more, once one of them was edited. Developing news is more so."""

BY_OPERATOR = "the operator says so"
PARTED = f"{OWN_STORY}: since an edit, or since another telling is gone, it tells other news than the rest of it"
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
    here, there = _told(a), _told(b)
    titled = words(a.title) and words(a.title) == words(b.title)
    # A column, or a forecast, of another day has its page and its title.
    if titled and (abs(a.published - b.published) <= _ONE_NEWS or _overlap(here, there) >= _MUCH):
        return "same address and title"
    if {e.url for e in a.enclosures} & {e.url for e in b.enclosures}:
        return "same address and enclosure"
    if len(here) >= _MIN_WORDS and here == there:
        return "same address and content"
    return None


def _told(article: Article) -> tuple[str, ...]:
    return words(plain_text(article.content))


def _overlap(here: Sequence[str], there: Sequence[str]) -> float:
    """How much of the shorter of two texts is in the other one, from 0 to 1, by its pairs of words."""
    some, others = set(pairwise(here)), set(pairwise(there))
    fewer = min(len(some), len(others))
    return len(some & others) / fewer if fewer else 0.0


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
    for story in sorted({named.get(one.story_id, one.story_id) for one in newcomers if one.story_id}):
        stories.part(story)
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
            told.append(replace(_without_reasons(one, {article_id}), story_id=name))
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
            self.put(changed(newcomer, story_id=newcomer.id))
        if newcomer.removed:
            return
        for other, why, sure in self._tellings(newcomer):
            mine, theirs = self._known[newcomer.id].story_id or "", self._known[other].story_id or ""
            if mine == theirs or not self._may_be_one(mine, theirs):
                continue
            if not sure and min(len(self._members[mine]), len(self._members[theirs])) > 1:
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

    def _tellings(self, newcomer: Article) -> Iterator[tuple[str, str, bool]]:
        """Articles that tell the same as `newcomer`, how that is known, and whether it is enough to make one of two
        stories; the surest first.
        """
        others = ((other, BY_OPERATOR, True) for other in self._together[newcomer.id])
        near = ((other, f"{_TEXT_ALIKE} by {score:.2f}", score >= _SURE)
                for other, score in self._evidence.near.get(newcomer.id, ()))  # fmt: skip
        for other, why, sure in chain(others, self._at_its_address(newcomer), near):
            if other in self._known:
                yield other, why, sure

    def _at_its_address(self, newcomer: Article) -> Iterator[tuple[str, str, bool]]:
        """Those nearest in time first: a page may have told several stories."""
        there = (self._known[id_] for id_ in self._by_address[newcomer.canonical_url])
        for other in sorted(there, key=lambda one: (abs(one.sort_at - newcomer.sort_at), one.seq)):
            if why := same_story(newcomer, other):
                yield other.id, why, True

    def part(self, story: str) -> None:
        """Take a story apart whose members tell different news by now; each part has the name of one of its members.

        It holds together by its operator, by addresses, and by texts, where they are known.
        """
        whole = [id_ for id_ in self._members.get(story, ()) if not self._known[id_].removed]
        parts = _connected(whole, self._are_together) if len(whole) > 1 else []
        # The namesake's part, or else the one that began first, keeps the name.
        parts.sort(key=lambda part: (story not in part, min(self._known[id_].accepted for id_ in part), part))
        for part in parts[1:]:
            name = min(part, key=lambda id_: (self._known[id_].accepted, id_))
            self._members[story] = [id_ for id_ in self._members[story] if id_ not in part]
            self._members[name] = list(part)
            for id_ in part:
                told = _without_reasons(self._known[id_], set(whole) - set(part))
                self._known[id_] = replace(told, story_id=name, reasons=(*told.reasons, PARTED))
        for id_ in parts[0] if len(parts) > 1 else ():
            self._known[id_] = _without_reasons(self._known[id_], set(whole) - set(parts[0]))

    def _are_together(self, a: str, b: str) -> bool:
        here, there = self._known[a], self._known[b]
        if b in self._together[a] or here.fingerprint[:1] != there.fingerprint[:1] or not here.fingerprint:
            return True
        return share(here.fingerprint, there.fingerprint) >= _UNLIKE or same_story(here, there) is not None

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


def _connected(ids: Sequence[str], are_together: Callable[[str, str], bool]) -> list[list[str]]:
    """`ids` in parts, in each of which every one is together with another, directly or by others between them."""
    left, parts = list(ids), list[list[str]]()
    while left:
        part, reached = [left.pop(0)], 0
        while reached < len(part):
            found = [id_ for id_ in left if are_together(part[reached], id_)]
            left = [id_ for id_ in left if id_ not in found]
            part += found
            reached += 1
        parts.append(part)
    return parts


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


def _without_reasons(article: Article, others: Collection[str]) -> Article:
    """`article` without what joined it to `others`."""
    named = tuple(f"{SAME_STORY} {id_} " for id_ in others)
    return replace(article, reasons=tuple(reason for reason in article.reasons if not reason.startswith(named)))
