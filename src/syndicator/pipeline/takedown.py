"""Take down: one article leaves every document, archive and page, and stays away."""

from __future__ import annotations

from dataclasses import dataclass

from syndicator.core.errors import SeveralArticles
from syndicator.core.model import AlsoReported, Article, Site

from .explain import named
from .ports import Clock, Store
from .publish import Published


@dataclass(frozen=True, slots=True)
class TakenDown:
    """The article that was taken down; `now` is False where it had been before.

    `others` tell the same story: one of them shows in its place.
    """

    article: Article
    now: bool
    others: tuple[AlsoReported, ...] = ()


@dataclass(frozen=True, slots=True)
class Takedown:
    """A takedown by command: the article's title, whether it was up until `now`, and who else tells its story.

    `published` is what was published then; None where the running engine does it in a moment.
    """

    title: str
    now: bool
    others: tuple[AlsoReported, ...]
    published: tuple[Published, ...] | None


def take_down(store: Store, clock: Clock, site: Site, name: str) -> TakenDown:
    """Take down the article with the id, guid or URL `name`, or that of its page; it goes with the next publish,
    also from a category that is held back.

    Raises UnknownArticle and SeveralArticles.
    """
    found = named(store, site, name)
    up = [article for article in found if not article.removed or article.expired]
    if len(up) > 1:
        raise SeveralArticles(name, tuple((article.id, article.source_id) for article in up))
    article = up[0] if up else found[0]
    now = store.take_down(article.id, clock())
    change = store.article(article.id)
    return TakenDown(article, now, change.also if change else ())


def other_tellings(others: tuple[AlsoReported, ...]) -> str:
    """What an operator who takes a text down has to know: others tell the same."""
    named = ", ".join(f"{other.source} ({other.url})" for other in others)
    return f"Others tell the same story, and one of them shows in its place: {named}."
