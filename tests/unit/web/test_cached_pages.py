"""Pages from memory, over real HTTP and a real store: as fresh as what was published, and bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from builders import NOW, article, configure, place_newcomers, publisher, site, source
from over_http import served

from syndicator.core.identity import New, Updated
from syndicator.core.model import Article, Category, ChannelItem, SourceState
from syndicator.core.work import Change, Saving
from syndicator.store.store import Store
from syndicator.web import neighbours, publications
from syndicator.web.public import public_app

TREE = (Category("health", "Health"), Category("sport", "Sport"))


class _Counting:
    """The store, and how often a page read an article or a category from it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def article(self, article_id: str) -> Change | None:
        self.read.append(article_id)
        return self.store.article(article_id)

    def newest(self, category: str, limit: int) -> tuple[ChannelItem, ...]:
        self.read.append(category)
        return self.store.newest(category, limit)


@dataclass
class Site:
    address: str
    store: Store
    counting: _Counting

    def get(self, path: str) -> requests.Response:
        return requests.get(self.address + path, timeout=10)

    def save(self, *changes: New | Updated) -> None:
        self.store.save_polls([Saving(SourceState("src", "src", "https://src.example.org/feed", NOW), changes)])
        place_newcomers(self.store)

    def publish(self) -> None:
        publisher(self.store, TREE).publish()


def _article(number: int, category: str = "health") -> Article:
    url = f"https://src.example.org/{number}"
    return replace(article(), id=f"a{number}", guid=f"urn:x:{number}", title=f"Night rota number {number}", url=url,
                   canonical_url=url, source_id=f"s{number}", categories=(category,), content=f"<p>Text {number}.</p>")  # fmt: skip


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that looks at every request whether something was published."""
    monkeypatch.setattr(publications, "_LOOK_SECONDS", -1.0)
    monkeypatch.setattr(neighbours, "_LOOK_SECONDS", -1.0)
    store = Store(f"sqlite:///{tmp_path}/web.db")
    store.migrate()
    configure(store, [source()], TREE, NOW)
    counting = _Counting(store)
    with served(public_app(counting, site(), TREE, 15, lambda: NOW)) as port:
        web = Site(f"http://127.0.0.1:{port}", store, counting)
        web.save(*(New(_article(number)) for number in range(3)), New(_article(9, "sport")))
        web.publish()
        yield web
    store.close()


PAGES = ("/", "/categories/health", "/categories/health/archive/1", "/articles/a1")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_made_once(web: Site, path: str) -> None:
    first = web.get(path)
    web.counting.read.clear()
    again = [web.get(path), web.get(f"{path}?utm_source=x"), requests.head(web.address + path, timeout=10)]
    assert [one.headers["ETag"] for one in again] == [first.headers["ETag"]] * 3
    assert first.content == again[0].content
    assert web.counting.read == []


def test_an_edited_article_shows_when_it_is_published(web: Site) -> None:
    before = [web.get(path).text for path in PAGES]
    edited = replace(_article(1), title="Night rota, corrected", content_hash="other", seq=0)
    web.save(Updated(edited, significant=True))
    web.publish()
    after = [web.get(path).text for path in PAGES]
    assert all("Night rota number 1" in text for text in before)
    assert all("Night rota, corrected" in text for text in after)
    assert "Night rota number 1" not in after[3]


def test_a_taken_down_article_is_gone_before_anything_else_is_published(web: Site) -> None:
    for path in PAGES:
        web.get(path)
    assert web.store.take_down("a1", NOW)
    assert web.get("/articles/a1").status_code == 410
    assert all("Night rota number 1<" not in web.get(path).text for path in PAGES)


def test_news_of_one_category_leaves_the_pages_of_others_in_memory(web: Site) -> None:
    for path in ("/articles/a9", "/categories/sport", "/articles/a1"):
        web.get(path)
    web.save(New(_article(5)))
    web.publish()
    web.counting.read.clear()
    for path in ("/articles/a9", "/categories/sport"):
        web.get(path)
    assert web.counting.read == []
    assert "Night rota number 5" in web.get("/articles/a1").text, "and its own list of news has the new one"


def test_what_nobody_published_shows_within_a_minute(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a category is held back, pages tell all the same what is filed now."""
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert "Night rota number 6" not in web.get("/categories/health").text
    web.save(New(_article(6)))
    now += 61
    assert "Night rota number 6" in web.get("/categories/health").text


def test_what_is_not_there_takes_no_room(web: Site) -> None:
    app: Any = public_app(web.store, site(), TREE, 15, lambda: NOW)
    with served(app) as port:
        for number in range(20):
            for path in (
                f"/articles/x{number}",
                f"/x{number}",
                f"/categories/x{number}",
                f"/?x={number}",
                f"/static/x{number}",
            ):
                requests.get(f"http://127.0.0.1:{port}{path}", timeout=10)
    assert list(app._app._app._answers._kept) == ["/"]


def test_while_the_database_is_away_what_is_kept_is_served(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = web.get("/articles/a1").content

    def away() -> int:
        raise OSError("away")

    monkeypatch.setattr(web.counting, "publications", away, raising=False)
    assert web.get("/articles/a1").content == shown
