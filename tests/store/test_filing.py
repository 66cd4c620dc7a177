"""What a source excludes is kept and shows nowhere: in no document, page, list, record or delta; and it comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from builders import configure, place_newcomers, publisher, site
from over_http import served

from syndicator.core.categorise import Filing
from syndicator.core.feed import Enclosure
from syndicator.core.model import ALL, Article, Category
from syndicator.core.rules import Match
from syndicator.store.store import Store
from syndicator.web.public import public_app

from .making import CATEGORIES, NOW, SOURCES, article, save_changed, save_new, telling

_WORD = "zyzzyva"
_FILES = (Enclosure("https://paper.example/1.mp3", "audio/mpeg", 5),)


def _filed(one: Article, exclude: Match, tree: tuple[Category, ...] = CATEGORIES) -> Article:
    return Filing(replace(SOURCES[0], id=one.source_id, exclude=exclude), tree).filed(one)


# It tells the story of `_OTHER`, for their address and file.
_EXCLUDED = telling("alpha", title=f"A {_WORD}", url=f"https://alpha.example/{_WORD}", enclosures=_FILES)
_OTHER = telling("beta", title="Another title", enclosures=_FILES)
_PLAIN = article("gamma", "2", title="Plain")
_RULE = Match(title=(rf"\b{_WORD}\b",))


def _settle(store: Store) -> None:
    place_newcomers(store)
    publisher(store, CATEGORIES).publish()


def _shown(store: Store, word: str) -> set[str]:
    """The addresses at which `word` is to be read."""
    paths = {f"/{path}" for path in store.document_paths()} | {"/api/v1/articles?limit=500", "/", "/categories/health"}
    paths |= {"/categories/health/archive/1", "/feeds/all/archive/1.atom", "/feeds/health/archive/1.json"}
    for one in (_EXCLUDED, _OTHER, _PLAIN):
        page, record = f"/articles/{one.id}", f"/api/v1/articles/{one.id}"
        paths |= {page, record, f"{page}/related.json", f"{page}/related.html"}
    with served(public_app(store, site(), CATEGORIES, 50, lambda: NOW)) as port:
        return {path for path in paths if word in requests.get(f"http://127.0.0.1:{port}{path}", timeout=10).text}


def _answers(store: Store, one: Article) -> set[int]:
    page, record = f"/articles/{one.id}", f"/api/v1/articles/{one.id}"
    with served(public_app(store, site(), CATEGORIES, 50, lambda: NOW)) as port:
        asked = (page, record, f"{page}/related.json", f"{page}/related.html")
        return {requests.get(f"http://127.0.0.1:{port}{path}", timeout=10).status_code for path in asked}


def _told(store: Store) -> dict[str, list[str]]:
    """What `all` shows: for each article the other sources of its story."""
    shows = [change for change in store.changes(ALL, 0, 9) if change.removal is None]
    return {change.article.id: [other.source for other in change.also] for change in shows}


@pytest.mark.parametrize("order", [(_EXCLUDED, _OTHER), (_OTHER, _EXCLUDED)], ids=["first", "last"])
def test_what_a_source_excludes_shows_nowhere_and_can_be_explained(hub: Store, order: tuple[Article, ...]) -> None:
    save_new(hub, *(_filed(one, _RULE) for one in (*order, _PLAIN)))
    _settle(hub)
    assert _shown(hub, _WORD) == set()
    assert "/feeds/health.rss" in _shown(hub, "Another title")
    assert (_answers(hub, _EXCLUDED), _answers(hub, _OTHER)) == ({404}, {200})
    assert [change.article.id for change in hub.changes(ALL, 0, 9)] == [_OTHER.id, _PLAIN.id]
    assert hub.changes(ALL, 0, 9)[0].also == ()
    (kept,) = hub.named(_EXCLUDED.id, "")
    assert (kept.categories, kept.content) == ((), _EXCLUDED.content)
    assert kept.filed_by == (rf"kept out of all categories by source alpha: title pattern '\b{_WORD}\b' at '{_WORD}'",)


def test_it_leaves_when_the_rule_comes_and_is_back_when_it_goes(hub: Store) -> None:
    published = _filed(_EXCLUDED, Match())
    save_new(hub, published, _filed(_OTHER, Match()), _filed(_PLAIN, Match()))
    _settle(hub)
    assert "/feeds/health.rss" in _shown(hub, _WORD)
    seen = hub.changes(ALL, 0, 9)[-1].seq

    save_changed(hub, _filed(published, _RULE))
    _settle(hub)
    assert _shown(hub, _WORD) == set()
    assert _answers(hub, _EXCLUDED) == {404}
    assert {(one.article.id, one.removal is not None) for one in hub.changes(ALL, seen, 9)} == {
        (_EXCLUDED.id, True), (_OTHER.id, False),
    }  # fmt: skip
    assert _told(hub) == {_OTHER.id: [], _PLAIN.id: []}

    save_changed(hub, _filed(published, Match()))
    _settle(hub)
    assert _answers(hub, _EXCLUDED) == {200}
    assert _told(hub) == {_OTHER.id: ["Alpha"], _PLAIN.id: []}
    assert {"/", f"/articles/{_OTHER.id}"} <= _shown(hub, f"https://alpha.example/{_WORD}")


def test_what_every_category_of_its_own_keeps_out_shows_nowhere_either(hub: Store) -> None:
    tree = (replace(CATEGORIES[0], exclude=_RULE), *CATEGORIES[1:])
    configure(hub, SOURCES, tree, NOW)
    save_new(hub, _filed(_EXCLUDED, Match(), tree), _filed(_PLAIN, Match(), tree))
    _settle(hub)
    assert _shown(hub, _WORD) == set()
    assert _answers(hub, _EXCLUDED) == {404}
