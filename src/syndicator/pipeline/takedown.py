"""Take down: one article leaves every document, archive and page, and stays away."""

from __future__ import annotations

from dataclasses import dataclass

from syndicator.core.errors import SeveralArticles, UnknownArticle
from syndicator.core.model import Article, Site
from syndicator.core.urls import canonical

from .ports import Clock, Store


@dataclass(frozen=True, slots=True)
class TakenDown:
    """The article that was taken down; `now` is False where it had been before."""

    article: Article
    now: bool


def take_down(store: Store, clock: Clock, site: Site, name: str) -> TakenDown:
    """Take down the article with the id, guid or URL `name`, or that of its page; it goes with the next publish.

    Raises UnknownArticle and SeveralArticles.
    """
    wanted = name.removeprefix(site.page(""))
    found = store.named(wanted, canonical(wanted))
    up = [article for article in found if not article.removed]
    if not found:
        raise UnknownArticle(name)
    if len(up) > 1:
        raise SeveralArticles(name, tuple((article.id, article.source_id) for article in up))
    article = up[0] if up else found[0]
    return TakenDown(article, store.take_down(article.id, clock()))
