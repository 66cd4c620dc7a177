"""Explain: what is known of an article, where it is filed, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from syndicator.core.canonical import canonical
from syndicator.core.errors import UnknownArticle
from syndicator.core.identity import SAME_STORY
from syndicator.core.model import AlsoReported, Article, Filing, RemovedBy, Site
from syndicator.core.revisions import Revision
from syndicator.core.work import Change

_LEFT = {
    RemovedBy.TAKEDOWN: "taken down by the operator",
    RemovedBy.CONFIGURATION: "has left: the configuration files it elsewhere",
    RemovedBy.PUBLISHER: "has left: its publisher files it elsewhere",
    RemovedBy.STORY: "does not show any more: another telling of its story shows in its place",
    RemovedBy.RETENTION: "has expired",
}


class Named(Protocol):
    """The part of the store that finds articles by what people know of them."""

    def named(self, name: str, url: str) -> tuple[Article, ...]: ...


class Reader(Named, Protocol):
    """The part of the store that explanations come from."""

    def filings(self, article_id: str) -> tuple[Filing, ...]: ...
    def article(self, article_id: str) -> Change | None: ...
    def revisions(self, article_id: str) -> tuple[Revision, ...]: ...
    def story(self, article_id: str) -> tuple[Article, ...]: ...
    def held(self) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A category that an article is or was filed in: whether it shows there, and in words how that came."""

    category: str
    shows: bool
    why: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An article with all of its reasons, its places, the other tellings of its story, and its former versions, the
    newest first. `joined` are the reasons of other tellings that name it, by the address of each."""

    article: Article
    places: tuple[Place, ...]
    also: tuple[AlsoReported, ...]
    revisions: tuple[Revision, ...]
    joined: dict[str, str]

    @property
    def nowhere(self) -> str:
        """In words why it has no place; "" where it has one."""
        if at := self.article.expired:
            stood = ", ".join(self.article.categories)
            return f"nowhere any more: expired on {at:%Y-%m-%d}" + (f"; it was filed in {stood}" if stood else "")
        return "" if self.places else ", since ".join(filter(None, ("nowhere", "; ".join(self.article.filed_by))))


def named(store: Named, site: Site, name: str) -> tuple[Article, ...]:
    """The articles with the id, guid or URL `name`, or that of their page; raises UnknownArticle."""
    wanted = name.removeprefix(site.page(""))
    found = store.named(wanted, canonical(wanted))
    if not found:
        raise UnknownArticle(name)
    return found


def explain(store: Reader, site: Site, name: str) -> tuple[Explained, ...]:
    """What is known of every article called `name`, in the order in which they came; raises UnknownArticle."""
    held = store.held()
    return tuple(_explained(store, article, held) for article in named(store, site, name))


def _explained(store: Reader, article: Article, held: dict[str, str]) -> Explained:
    change = store.article(article.id)
    filings = {filing.category: filing for filing in store.filings(article.id)}
    known = [category for category in article.categories if category in filings]
    order = dict.fromkeys((*known, *filings))
    places = tuple(_place(filings[category], article, held.get(category, "")) for category in order)
    also = change.also if change else ()
    return Explained(article, places, also, store.revisions(article.id), _joined(article, store.story(article.id)))


def _joined(article: Article, story: Iterable[Article]) -> dict[str, str]:
    """Why others are in one story with `article`, where the reason is theirs."""
    by_it = f"{SAME_STORY} {article.id} of {article.source_id}: "
    return {one.url: reason.removeprefix(by_it) for one in story for reason in one.reasons if reason.startswith(by_it)}


def _place(filing: Filing, article: Article, held: str) -> Place:
    if filing.shows:
        words = f"shows, as number {filing.ordinal} of the category"
        return Place(filing.category, True, f"{words}; its feeds are held back: {held}" if held else words)
    if filing.removed_by:
        return Place(filing.category, False, _LEFT[filing.removed_by])
    if article.story_id is None:
        return Place(filing.category, False, "does not show yet: it waits for its story")
    return Place(filing.category, False, "does not show: another telling of its story was there first")
