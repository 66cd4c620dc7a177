"""Retell: the operator takes an article out of its story, or puts two stories into one; both are kept for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from syndicator.core.errors import NotRetold, SeveralArticles
from syndicator.core.model import AlsoReported, Article, Site

from .explain import Named, named
from .ports import Clock


class Store(Named, Protocol):
    """The part of the store that retelling uses."""

    def story(self, article_id: str) -> tuple[Article, ...]: ...
    def split(self, article_id: str, at: datetime) -> tuple[Article, ...]: ...
    def merge(self, one_id: str, other_id: str, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Retold:
    """An article's title, and the tellings that it was parted from, or is one story with from now on."""

    title: str
    others: tuple[AlsoReported, ...]


def split(store: Store, clock: Clock, site: Site, name: str) -> Retold:
    """Take the article with the id, guid or URL `name` out of its story; it shows by itself with the next publish.

    Raises UnknownArticle, SeveralArticles and NotRetold.
    """
    article = _published(store, site, name)
    others = store.split(article.id, clock())
    if not others:
        raise NotRetold(name, "it tells its story alone, so there is nothing to take it out of.")
    return Retold(article.heading, _told_by(others))


def merge(store: Store, clock: Clock, site: Site, name: str, other_name: str) -> Retold:
    """Have two articles, and whatever tells the same as either, in one story; it shows once with the next publish.

    Raises UnknownArticle, SeveralArticles and NotRetold.
    """
    article, other = _published(store, site, name), _published(store, site, other_name)
    if article.id == other.id:
        raise NotRetold(name, "both names are those of one article.")
    others = [one for one in store.story(other.id) if one.id != article.id]
    if not store.merge(article.id, other.id, clock()):
        raise NotRetold(name, f"it is in one story with {other.id} already; that is noted now, and stays so.")
    return Retold(article.heading, _told_by(others))


def _published(store: Named, site: Site, name: str) -> Article:
    """The article called `name`; raises UnknownArticle, SeveralArticles, and NotRetold where it is in no story."""
    known = named(store, site, name)
    found = [article for article in known if not article.removed]
    if not found:
        raise NotRetold(name, "it has expired." if known[0].expired else "it was taken down.")
    if len(found) > 1:
        raise SeveralArticles(name, tuple((article.id, article.source_id) for article in found))
    if found[0].story_id is None:
        raise NotRetold(name, "it is published nowhere, and belongs to no story; `syndicator explain` tells why.")
    return found[0]


def _told_by(articles: Sequence[Article]) -> tuple[AlsoReported, ...]:
    return tuple(AlsoReported(one.provenance.title or one.source_id, one.url) for one in articles)
