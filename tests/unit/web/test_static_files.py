"""Static files and themes over HTTP: right types, the operator's in the place of ours, nothing beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from builders import NOW, configure, publisher, site, source
from over_http import served

from syndicator.core.errors import Problem
from syndicator.core.model import Category
from syndicator.core.theme import MEDIA_TYPES, NO_THEME, Theme, ThemeTemplate
from syndicator.store.store import Store
from syndicator.web.public import public_app

TREE = (Category("health", "Health"),)
THEME = Theme(
    {"front.html": ThemeTemplate("<p>Mine: {{ site.title }}</p>", "/theme/templates/front.html"),
     "error.html": ThemeTemplate("{{ nothing }}", "/theme/templates/error.html")},
    {"style.css": b"body{color:red}", "fonts/News.WOFF2": b"font", **{f"a.{ending}": b"x" for ending in MEDIA_TYPES}},
)  # fmt: skip


_ELSEWHERE = ("../templates/base.html", "%2e%2e/templates/base.html", "..%2fpages.py", "/etc/passwd", "fonts", "fonts/", "", "%00",
              "style.css/")  # fmt: skip


@contextmanager
def _site(tmp_path: object, theme: Theme, reported: list[Problem]) -> Iterator[str]:
    store = Store(f"sqlite:///{tmp_path}/web.db")
    store.migrate()
    configure(store, [source()], TREE)
    publisher(store, TREE).publish()
    with served(public_app(store, site(), TREE, 15, lambda: NOW, theme, reported.append)) as port:
        yield f"http://127.0.0.1:{port}"
    store.close()


def test_a_theme_stands_in_the_place_of_ours(tmp_path: object) -> None:
    with _site(tmp_path, THEME, []) as address:
        assert requests.get(address + "/static/style.css", timeout=10).text == "body{color:red}"
        front = requests.get(address + "/", timeout=10)
        assert front.text == "<p>Mine: Example News</p>"
        assert "default-src 'none'" in front.headers["Content-Security-Policy"]
        assert "<h1>Health" in requests.get(address + "/categories/health", timeout=10).text.replace("<bdi>", "")


def test_a_template_that_fails_takes_no_page_down_and_is_told_once(tmp_path: object) -> None:
    reported: list[Problem] = []
    with _site(tmp_path, THEME, reported) as address:
        for _ in range(2):
            answer = requests.get(address + "/nothing", timeout=10)
            assert answer.status_code == 404
            assert "<h1>Not Found</h1>" in answer.text
    assert list(map(str, reported)) == ["/theme/templates/error.html:1:1: UndefinedError: 'nothing' is undefined"]


def test_every_file_has_its_media_type(tmp_path: object) -> None:
    with _site(tmp_path, THEME, []) as address:
        found = {ending: requests.get(f"{address}/static/a.{ending}", timeout=10).headers for ending in MEDIA_TYPES}
    assert {ending: headers["Content-Type"] for ending, headers in found.items()} == MEDIA_TYPES
    assert all(headers["X-Content-Type-Options"] == "nosniff" and headers["ETag"] for headers in found.values())


def test_endings_are_known_in_capitals_too(tmp_path: object) -> None:
    with _site(tmp_path, THEME, []) as address:
        assert requests.get(f"{address}/static/fonts/News.WOFF2", timeout=10).headers["Content-Type"] == "font/woff2"


def test_nothing_else_is_served(tmp_path: object) -> None:
    with _site(tmp_path, NO_THEME, []) as address, requests.Session() as session:
        for path in _ELSEWHERE:
            request = requests.Request("GET", f"{address}/static/").prepare()
            request.url = f"{address}/static/{path}"  # not tidied up
            assert session.send(request, timeout=10).status_code == 404, path
