"""Relate: what the entries of a feed name as related is chosen once, before they are first published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container

from syndicator.core.model import ALL
from syndicator.core.related import Neighbour, Recent, Related, related
from syndicator.core.work import Stale

from .ports import Store


def relate(store: Store, behind: Stale, limit: int, categories: Container[str]) -> None:
    """Choose up to `limit` related articles for what is new in a category that is `behind`, and store them.

    Each is looked for in its own category, where that is one of `categories`, so it names the same in every feed.
    """
    wanted: defaultdict[str, list[Neighbour]] = defaultdict(list)
    for category, article in store.unlisted(behind.category, behind.published_seq, behind.seq):
        wanted[category if category in categories else ALL].append(article)
    chosen: dict[str, tuple[str, ...]] = {}
    for category, articles in wanted.items():
        recent = Recent(store.recent(category))
        chosen |= {article.id: related(article, recent, limit) for article in articles}
    named = store.articles(sorted({id_ for ids in chosen.values() for id_ in ids}))
    store.save_related(
        {id_: [Related(other, named[other].heading) for other in ids if other in named] for id_, ids in chosen.items()}
    )
