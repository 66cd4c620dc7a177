"""What keeps pages from doing what they were not made for: on every route of both listeners, whatever it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from builders import NOW, article, configure, place_newcomers, publisher, site, source
from over_http import served

from syndicator.core.errors import NothingHeld, NothingToLearn, SourceNotHeld, UnknownArticle, UnknownSource
from syndicator.core.identity import New
from syndicator.core.learning import Lesson
from syndicator.core.model import Category, SourceState
from syndicator.core.reloading import InEffect
from syndicator.core.work import Saving
from syndicator.pipeline.retell import Retold
from syndicator.pipeline.takedown import TakenDown
from syndicator.store.store import Store
from syndicator.web import making
from syndicator.web.operator import operator_app
from syndicator.web.public import public_app

TREE = (Category("health", "Health", was=("medicine",)),)
PUBLIC = {
    200: ["/", "/categories/health", "/categories/all", "/categories/health/archive/1", "/articles/a1", "/articles/a1/related.json",
          "/articles/a1/related.html", "/categories/health/latest.html", "/categories/health/latest.json", "/feeds/health.rss",
          "/feeds/health.atom", "/feeds/health.json", "/feeds/health/archive/1.rss", "/feeds.opml", "/api/v1/articles",
          "/api/v1/articles/a1", "/api/v1/categories", "/api/v1/openapi.json", "/healthz", "/static/style.css"],
    301: ["/categories/medicine", "/feeds/medicine.rss"],
    400: ["/api/v1/articles?limit=0"],
    404: ["/nothing", "/categories/none", "/categories/health/archive/9", "/articles/none", "/articles/none/related.html", "/feeds/none.rss",
          "/static/none.css", "/static/../pages.py", "/static/%2e%2e/pages.py", "/static/%00", "/static/", "/api/v1/articles/none"],
    410: ["/categories/alchemy", "/categories/alchemy/latest.html", "/feeds/alchemy.rss", "/articles/a2", "/api/v1/articles/a2"],
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('web')}/web.db")
    store.migrate()
    configure(store, [source()], (*TREE, Category("alchemy", "Alchemy")), NOW)
    configure(store, [source()], TREE, NOW)
    made = [article(id=f"a{n}", guid=f"urn:x:{n}", url=f"https://src.example.org/{n}") for n in (1, 2)]
    store.save_polls([Saving(SourceState("src", "src", "https://src.example.org/feed", NOW), tuple(map(New, made)))])
    place_newcomers(store)
    store.take_down("a2", NOW)
    place_newcomers(store)
    publisher(store, TREE).publish()
    yield store
    store.close()


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    with served(public_app(store, site(), TREE, 15, lambda: NOW)) as port:
        yield f"http://127.0.0.1:{port}"


def _is_guarded(answer: requests.Response) -> bool:
    """Whether the answer has what it needs: all of it where a browser shows it as a page."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    a_page = headers.get("Content-Type", "").startswith(("text/html", "text/plain", "text/css", "image/"))
    strict = "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
    return headers.get("X-Content-Type-Options") == "nosniff" and (
        not a_page or (strict and bool(headers.get("Referrer-Policy")))
    )


@pytest.mark.parametrize(("status", "path"), [(status, path) for status, paths in PUBLIC.items() for path in paths])
def test_every_answer_in_public_is_guarded(address: str, status: int, path: str) -> None:
    request = requests.Request("GET", address + path).prepare()
    request.url = address + path  # not tidied up
    answer = requests.Session().send(request, allow_redirects=False, timeout=10)
    assert answer.status_code == status
    assert _is_guarded(answer), answer.headers


@pytest.mark.parametrize("path", [path for paths in PUBLIC.values() for path in paths])
def test_so_is_the_refusal_of_another_method(address: str, path: str) -> None:
    answer = requests.post(address + path, timeout=10)
    assert answer.status_code in (405, 404)
    assert _is_guarded(answer), answer.headers


def test_so_is_a_fault_of_ours(store: Store) -> None:
    class Faulty:
        def __getattr__(self, name: str) -> Any:
            if name in ("newest", "article", "changes"):
                raise OSError("the disk is gone")
            return getattr(store, name)

    faulty: Any = Faulty()
    with served(public_app(faulty, site(), TREE, 15, lambda: NOW)) as port:
        for path in ("/", "/categories/health", "/articles/a1", "/articles/a1/related.html", "/api/v1/articles"):
            answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=10)
            assert answer.status_code == 500
            assert _is_guarded(answer), answer.headers
            assert "Something went wrong on our side." in answer.text
            assert "disk" not in answer.text


def test_so_is_too_busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_MOST_WAITING", 0)
    with served(public_app(store, site(), TREE, 15, lambda: NOW)) as port:
        answer = requests.get(f"http://127.0.0.1:{port}/feeds/health/archive/1.rss", timeout=10)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "ask again" in answer.text
    assert _is_guarded(answer), answer.headers


class _Idle:
    """An operator's actions that find nothing to act on."""

    def take_down(self, name: str) -> TakenDown:
        raise UnknownArticle(name)

    def split(self, name: str) -> Retold:
        raise UnknownArticle(name)

    def merge(self, name: str, other: str) -> Retold:
        raise UnknownArticle(name)

    def release(self, category: str) -> None:
        raise NothingHeld(category)

    def hold(self, name: str) -> None:
        raise UnknownSource(name, ())

    def release_source(self, name: str) -> int:
        raise SourceNotHeld(name)

    def learn(self) -> Lesson:
        raise NothingToLearn()

    def poll_now(self, name: str) -> None:
        raise UnknownSource(name, ())

    def adopt(self, name: str, url: str) -> None:
        raise UnknownSource(name, ())


@pytest.mark.parametrize(
    ("status", "method", "path", "host"),
    [(200, "GET", "/", ""), (200, "GET", "/readyz", ""), (200, "GET", "/static/style.css", ""), (404, "GET", "/nothing", ""),
     (404, "GET", "/static/none.css", ""), (405, "POST", "/", ""), (405, "GET", "/takedown", ""), (400, "POST", "/takedown", ""),
     (200, "GET", "/problems", ""), (200, "GET", "/problems.atom", ""), (200, "GET", "/held", ""), (200, "GET", "/stories", ""),
     (200, "GET", "/search?q=a", ""), (404, "GET", "/sources/none", ""), (400, "POST", "/sources/poll", ""), (403, "FORM", "/takedown", ""),
     (409, "POST", "/release?", ""), (400, "POST", "/sources/hold", ""), (400, "POST", "/sources/release", ""), (421, "GET", "/", "evil.example")],
)  # fmt: skip
def test_every_answer_to_the_operator_is_guarded(store: Store, status: int, method: str, path: str, host: str) -> None:
    with served(
        operator_app(store, _Idle(), site(), {"src": source()}, lambda: NOW, (), lambda: InEffect(NOW))
    ) as port:
        form = {"category": "none"} if "?" in path else None
        headers = {"Host": host} if host else {"Accept": "application/json"} if method == "POST" else {}
        method = "POST" if method == "FORM" else method
        answer = requests.request(method, f"http://127.0.0.1:{port}{path}", data=form, headers=headers, timeout=10)
    assert answer.status_code == status
    assert _is_guarded(answer), answer.headers


def test_a_fault_on_the_operators_page_is_guarded_too() -> None:
    class Faulty:
        def __getattr__(self, name: str) -> Any:
            raise OSError("the disk is gone")

    faulty: Any = Faulty()
    with served(operator_app(faulty, _Idle(), site(), {}, lambda: NOW, (), lambda: InEffect(NOW))) as port:
        answer = requests.get(f"http://127.0.0.1:{port}/", timeout=10)
    assert (answer.status_code, answer.text) == (500, "500 Internal Server Error\n")
    assert _is_guarded(answer), answer.headers
