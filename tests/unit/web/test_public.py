"""The public application over real HTTP, on a store that was filled the usual way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests
from builders import NOW, article, configure, place_newcomers, publisher, site, source
from over_http import served

from syndicator.core.identity import New
from syndicator.core.model import Article, Category, SourceState
from syndicator.core.work import Saving
from syndicator.store.store import Store
from syndicator.web.conditional import chosen_coding
from syndicator.web.public import public_app

TREE = (
    Category("health", "Health"),
    Category("health/oncology", "Oncology", was=("cancer", "old/cancer")),
    Category("science", "Science", was=("physics",)),
)
WITHDRAWN = (Category("alchemy", "Alchemy"), Category("health/bile", "Bile"))
HOSTILE = "</script><script>alert(1)</script>"


@dataclass(frozen=True)
class Site:
    address: str
    store: Store

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.address + path, headers={"Accept-Encoding": "identity", **headers}, timeout=10)


def _fill(store: Store) -> None:
    store.migrate()
    configure(store, [source()], (*TREE, *WITHDRAWN), NOW)
    configure(store, [source()], TREE, NOW)
    made = [
        replace(
            article(),
            id=f"a{n}",
            guid=f"urn:x:{n}",
            title=f"Title {n}" if n else HOSTILE,
            source_id=f"s{n % 3}",
            url=f"https://src.example.org/{n}",
            canonical_url=f"https://src.example.org/{n}",
            sort_at=NOW - timedelta(hours=n),
            categories=("health",),
            content_policy="link" if n == 1 else "full",
            content=f"<p>Content {n}</p>",
        )
        for n in range(40)
    ]
    state = SourceState("src", "src", "https://src.example.org/feed", NOW)
    store.save_polls([Saving(state, tuple(New(one) for one in reversed(made)))])
    place_newcomers(store)
    publisher(store, TREE).publish()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path_factory.mktemp('web')}/web.db"
    writer = Store(url)
    _fill(writer)
    writer.close()
    store = Store(url, read_only=True)
    with _served(store, TREE) as web:
        yield web
    store.close()


@contextmanager
def _served(store: Store, tree: tuple[Category, ...], url: str = "https://news.example.org") -> Iterator[Site]:
    with served(public_app(store, site(url=url), tree, 15, lambda: NOW)) as port:
        yield Site(f"http://127.0.0.1:{port}", store)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html"),
        ("/categories/health", "text/html"),
        ("/categories/health/archive/3", "text/html"),
        ("/feeds/health/archive/1.rss", "application/rss+xml"),
        ("/feeds/health/archive/3.atom", "application/atom+xml"),
        ("/feeds/all/archive/2.json", "application/feed+json"),
        ("/categories/science", "text/html"),
        ("/categories/health/latest.json", "application/json"),
        ("/categories/health/latest.html", "text/html"),
        ("/articles/a5", "text/html"),
        ("/articles/a5/related.json", "application/json"),
        ("/articles/a5/related.html", "text/html"),
        ("/feeds/health.rss", "application/rss+xml"),
        ("/feeds/health/oncology.atom", "application/atom+xml"),
        ("/feeds/all.json", "application/feed+json"),
        ("/feeds.opml", "text/x-opml"),
        ("/api/v1/articles", "application/json"),
        ("/api/v1/articles/a5", "application/json"),
        ("/api/v1/categories", "application/json"),
        ("/api/v1/openapi.json", "application/json"),
        ("/static/style.css", "text/css"),
        ("/healthz", "text/plain"),
    ],
)
def test_every_address_answers_get_and_head_alike(web: Site, path: str, media_type: str) -> None:
    got = web.get(path)
    assert got.status_code == 200
    assert got.headers["Content-Type"].startswith(media_type)
    head = requests.head(web.address + path, headers={"Accept-Encoding": "identity"}, timeout=10)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("Content-Length", "ETag", "Content-Type", "Last-Modified"):
        assert head.headers.get(name) == got.headers.get(name)


def test_a_reader_that_has_it_gets_304(web: Site) -> None:
    first = web.get("/feeds/health.rss")
    etag = first.headers["ETag"]
    for given in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = web.get("/feeds/health.rss", **{"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"]
        assert again.headers["Vary"] == "Accept-Encoding, A-IM"
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert web.get("/feeds/health.rss", **since).status_code == 304
    # If-None-Match wins (RFC 9110, 13.2.2).
    assert web.get("/feeds/health.rss", **since, **{"If-None-Match": '"other"'}).status_code == 200
    assert web.get("/feeds/health.rss", **{"If-Modified-Since": "nonsense"}).status_code == 200


def test_each_encoding_has_its_own_etag_and_the_same_content(web: Site) -> None:
    plain, packed = web.get("/feeds/health.atom"), web.get("/feeds/health.atom", **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])


@pytest.mark.parametrize(
    ("field", "coding"),
    [("gzip", "gzip"), ("gzip;q=0", ""), ("br, gzip;q=0.5", "br"), ("*", "br"), ("*;q=0", ""), ("", ""), ("identity", ""),
     ("gzip;q=x", ""), ("X-GZIP", "gzip"), ("gzip, deflate, br, zstd", "br"), ("br;q=0.1, gzip", "gzip"), ("zstd", ""),
     ("gzip;q=0.5, identity;q=1", ""), ("gzip, identity;q=0.5", "gzip"), ("br;q=0.5, gzip;q=0.5, identity;q=0.5", "br")],
)  # fmt: skip
def test_accept_encoding_is_read_as_it_is_meant(field: str, coding: str) -> None:
    assert chosen_coding(field.encode(), ("", "gzip", "br")) == coding


def test_no_header_changes_a_byte(web: Site) -> None:
    lying = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    for path in ("/", "/feeds/all.atom", "/api/v1/articles?limit=1", "/articles/a5"):
        assert web.get(path).content == web.get(path, **lying).content
    assert web.get("/api/v1/articles?limit=1", **lying).json()["next"].startswith("https://news.example.org/api/v1/")


def test_the_cursor_visits_everything_once_and_in_order(web: Site) -> None:
    seen: list[str] = []
    path: str | None = "/api/v1/articles?category=health&limit=7"
    while path:
        page = web.get(path).json()
        seen += [record["id"] for record in page["articles"]]
        path = page["next"] and page["next"].removeprefix("https://news.example.org")
    assert seen == [f"a{n}" for n in range(39, -1, -1)]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=0", "limit: found '0'; allowed: a whole number from 1 to 500"),
        ("limit=501", "limit: found '501'; allowed: a whole number from 1 to 500"),
        ("limit=x", "limit: found 'x'; allowed: a whole number from 1 to 500"),
        ("limit=5%00", r"limit: found '5\x00'; allowed: a whole number from 1 to 500"),
        ("limit=%ff", "limit: found '\ufffd'; allowed: a whole number from 1 to 500"),
        ("limit=%2B5", "limit: found '+5'; allowed: a whole number from 1 to 500"),
        ("limit=1_0", "limit: found '1_0'; allowed: a whole number from 1 to 500"),
        ("limit=%D9%A3", "limit: found '٣'; allowed: a whole number from 1 to 500"),
        ("limit=" + "9" * 5000, f"limit: found '{'9' * 40}'; allowed: a whole number from 1 to 500"),
        ("after=-1", f"after: found '-1'; allowed: a whole number from 0 to {2**62}"),
        ("after=1.5", f"after: found '1.5'; allowed: a whole number from 0 to {2**62}"),
        (f"after={2**62 + 1}", f"after: found '{2**62 + 1}'; allowed: a whole number from 0 to {2**62}"),
        ("after=", "after: nothing was given; give a value or leave it out"),
        ("limit", "limit: nothing was given; give a value or leave it out"),
        ("category=", "category: nothing was given; give a value or leave it out"),
        ("limit=1&limit=1", "limit: given more than once; give it once"),
        ("category=none", "category: there is no category 'none'; see https://news.example.org/api/v1/categories"),
        ("category=%00", r"category: there is no category '\x00'; see https://news.example.org/api/v1/categories"),
        ("category=alchemy&limit=0", "limit: found '0'; allowed: a whole number from 1 to 500"),
        ("limits=3", "'limits': there is no such parameter; did you mean 'limit'?"),
        ("Category=all", "'Category': there is no such parameter; did you mean 'category'?"),
        ("x=1", "'x': there is no such parameter; known ones: category, after, limit"),
        ("=1", "'': there is no such parameter; known ones: category, after, limit"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_a_problem_that_says_what_to_do(web: Site, query: str, detail: str) -> None:
    answer = web.get(f"/api/v1/articles?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json() == {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}


@pytest.mark.parametrize("path", ["/api/v1/articles/a5", "/api/v1/categories", "/api/v1/openapi.json"])
def test_where_there_are_no_parameters_one_is_a_problem(web: Site, path: str) -> None:
    answer = web.get(f"{path}?limit=5")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "'limit': there is no such parameter; this address takes none"


def test_the_largest_numbers_allowed_are_taken(web: Site) -> None:
    assert web.get(f"/api/v1/articles?after={2**62}&limit=500").json() == {"articles": [], "next": None}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    ["/categories/health/", "/articles/a5/", "/articles/a5//", "/categories/health/archive/1/", "/categories/all/",
     "/articles/a5/related.json/?limit=2", "/categories/cancer/", "/categories//evil.example/", "/articles/%0d%0ax/"],
)  # fmt: skip
def test_slashes_at_the_end_lead_to_the_address_without_them(web: Site, method: str, path: str) -> None:
    answer = requests.request(
        method, web.address + path, headers={"Host": "evil.example"}, allow_redirects=False, timeout=10
    )
    assert answer.status_code == 301
    without, mark, query = path.partition("?")
    there = without.rstrip("/").replace("%0d%0a", "%0D%0A")
    assert answer.headers["Location"] == f"https://news.example.org{there}{mark}{query}"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/%2fevil.example/",
        "/nothing/",
        "//",
        "/feeds/",
        "/feeds/health.rss/",
        "/healthz/",
        "/api/v1/articles/",
        "/categories/",
        "/articles/",
        "/articles/a5/x/",
    ],
)
def test_a_slash_at_the_end_of_nothing_leads_nowhere(web: Site, path: str) -> None:
    connection = HTTPConnection(web.address.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (404, None)
    connection.close()
    assert requests.post(f"{web.address}/articles/a5/", allow_redirects=False, timeout=10).status_code in (404, 405)


def test_who_came_to_the_wrong_address_is_led_back(web: Site) -> None:
    page = web.get("/nothing").text
    assert "There is no page at this address." in page
    assert '<a href="/">Back to the front page</a>, or see <a href="/feeds.opml">all feeds</a>.' in page


@pytest.mark.parametrize(
    "path",
    ["/api/v1/articles", "/api/v1/articles/none", "/articles/a5/related.json", "/articles/a5/related.html",
     "/categories/health/latest.json", "/categories/cancer/latest.html", "/feeds/health.rss", "/feeds/all/archive/1.json",
     "/feeds.opml"],
)  # fmt: skip
def test_a_script_of_any_site_may_ask_first_whether_it_may_read(web: Site, path: str) -> None:
    asking = {"Origin": "https://a.example", "Access-Control-Request-Headers": "if-none-match"}
    answer = requests.options(web.address + path, headers=asking, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert answer.headers["Access-Control-Allow-Headers"] == "*"
    assert answer.headers["Allow"] == requests.post(web.address + path, timeout=10).headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/articles/a5", "/categories/health", "/healthz", "/static/style.css"])
def test_what_is_for_people_answers_no_such_question(web: Site, path: str) -> None:
    answer = requests.options(web.address + path, timeout=10)
    assert answer.status_code == 405
    assert {method.strip() for method in answer.headers["Allow"].split(",")} == {"GET", "HEAD"}


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/feeds/none.rss", "/feeds/", "/categories/none", "/categories/health/archive/99", "/categories/health/archive/0", "/articles/none",
     "/feeds/%2e%2e/%2e%2e/etc/passwd", "/static/../web.db", "/static/%2e%2e/pages.py", "/articles/none/related.json"],
)  # fmt: skip
def test_what_is_not_there_is_404(web: Site, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_carry_a_strict_policy_error_pages_too(web: Site) -> None:
    for path in ("/", "/articles/a5", "/nothing"):
        headers = web.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"]


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.types: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.types.append(dict(attrs).get("type"))


@pytest.mark.parametrize("path", ["/articles/a0", "/", "/categories/health"])
def test_a_hostile_title_stays_text(web: Site, path: str) -> None:
    scripts = _Scripts()
    scripts.feed(web.get(path).text)
    assert scripts.types == (["application/ld+json"] if path == "/articles/a0" else [])


def test_a_source_that_may_only_be_linked_shows_no_content(web: Site) -> None:
    assert "Content 2" in web.get("/articles/a2").text
    assert "Content 1<" not in web.get("/articles/a1").text
    assert web.get("/api/v1/articles/a1").json()["content_html"] == ""


def test_a_story_stands_once_on_the_front_page_and_the_next_article_in_its_place(tmp_path: Path) -> None:
    def told(name: str, hours: int, *categories: str) -> Article:
        url = f"https://src.example.org/{name.partition('-')[0]}"
        return replace(
            article(), id=name, guid=f"urn:x:{name}", title=f"Title of {url}", source_id=f"source-of-{name}", url=url,
            canonical_url=url, sort_at=NOW - timedelta(hours=hours), categories=categories,
        )  # fmt: skip

    both = [told(f"both{n}", n, "health", "science") for n in range(5)]
    retold = [told("wire-1", 5, "health"), told("wire-2", 0, "science")]
    only = [told(f"only{n}", n + 6, "science") for n in range(8)]
    store = Store(f"sqlite:///{tmp_path}/front.db")
    store.migrate()
    configure(store, [source()], TREE, NOW)
    state = SourceState("src", "src", "https://src.example.org/feed", NOW)
    store.save_polls([Saving(state, tuple(New(one) for one in (*both, *retold, *only)))])
    place_newcomers(store)
    publisher(store, TREE).publish()
    with _served(store, TREE) as web:
        front = web.get("/").text
    store.close()
    headlines = re.findall(r"<h3[^>]*><a href=\"/articles/([^\"]+)", front)
    assert headlines == [*(f"both{n}" for n in range(5)), "wire-1", *(f"only{n}" for n in range(6))]


def test_news_in_the_same_category_is_never_the_article_itself(web: Site) -> None:
    listed = web.get("/articles/a5/related.json").json()
    assert listed["category"]["id"] == "health"
    ids = [one["id"] for one in listed["articles"]]
    assert ids
    assert "a5" not in ids
    page = web.get("/articles/a5").text
    assert all(f"/articles/{id_}" in page for id_ in ids)


def test_related_articles_come_in_the_order_and_number_asked_for(web: Site) -> None:
    def ids(query: str) -> list[str]:
        return [one["id"] for one in web.get(f"/articles/a5/related.json{query}").json()["articles"]]

    assert ids("?order=recent") == ["a0", "a1", "a2", "a3", "a4", "a8"], "two of each source"
    assert ids("?order=recent&limit=2") == ["a0", "a1"]
    assert ids("") == ids("?order=related") == ids("?order=related&limit=6")
    page = web.get("/articles/a5/related.html?order=recent&limit=2").text
    assert re.findall(r"/articles/(a\d+)", page) == ["a0", "a1"]


def test_the_latest_come_in_the_number_asked_for(web: Site) -> None:
    whole = web.get("/categories/health/latest.json").json()
    assert len(whole["articles"]) == 10
    assert web.get("/categories/health/latest.json?limit=10").json() == whole
    assert web.get("/categories/health/latest.json?limit=3").json()["articles"] == whole["articles"][:3]
    assert web.get("/categories/health/latest.html?limit=10").text == web.get("/categories/health/latest.html").text
    assert len(web.get("/categories/all/latest.json?limit=30").json()["articles"]) == 30
    assert web.get("/categories/science/latest.json?limit=3").json()["articles"] == []


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=0", "limit: found '0'; allowed: a whole number from 1 to 50"),
        ("limit=51", "limit: found '51'; allowed: a whole number from 1 to 50"),
        ("order=best", "order: found 'best'; allowed: related or recent"),
        ("order=", "order: nothing was given; give a value or leave it out"),
        ("ordr=recent", "'ordr': there is no such parameter; did you mean 'order'?"),
        ("limit=1&limit=1", "limit: given more than once; give it once"),
    ],
)
def test_what_lists_cannot_be_asked_for_is_a_problem(web: Site, query: str, detail: str) -> None:
    answer = web.get(f"/articles/a5/related.json?{query}")
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert web.get(f"/articles/a5/related.html?{query}").status_code == 400
    if not query.startswith("ord"):
        assert web.get(f"/categories/health/latest.json?{query}").json()["detail"] == detail
        assert web.get(f"/categories/health/latest.html?{query}").status_code == 400


def test_the_latest_take_no_order(web: Site) -> None:
    assert web.get("/categories/health/latest.json?order=recent").status_code == 400


def test_others_may_frame_lists_but_no_pages(web: Site) -> None:
    for path in (
        "/articles/a5/related.html",
        "/categories/health/latest.html",
        "/categories/health/latest.html?limit=2",
    ):
        headers = web.get(path).headers
        assert "frame-ancestors *" in headers["Content-Security-Policy"]
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Frame-Options" not in headers
    for path in ("/", "/articles/a5", "/categories/health", "/nothing"):
        assert "frame-ancestors 'self'" in web.get(path).headers["Content-Security-Policy"]


def test_a_store_for_reading_takes_no_change(web: Site, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="reading only"):
        configure(web.store, [], (), NOW)


def test_links_have_the_path_of_the_sites_url_which_a_proxy_takes_off(web: Site) -> None:
    with _served(web.store, TREE, "https://example.org/news") as served:
        for path in ("/", "/categories/health", "/categories/health/archive/2", "/articles/a5", "/nothing"):
            links = re.findall(r'(?:href|src)="(/[^"]*)"', served.get(path).text)
            assert "/news/static/style.css" in links, path
            assert "/news/categories/health" in links, path
            assert all(link.startswith("/news/") for link in links), path


# --- former categories --------------------------------------------------------------------------------


def _moved(web: Site, path: str, method: str = "GET") -> requests.Response:
    return requests.request(method, web.address + path, allow_redirects=False, timeout=10)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/categories/cancer", "/categories/health/oncology"),
        ("/categories/old/cancer?page=2", "/categories/health/oncology?page=2"),
        ("/categories/cancer/latest.json", "/categories/health/oncology/latest.json"),
        ("/categories/cancer/latest.html", "/categories/health/oncology/latest.html"),
        ("/feeds/cancer.rss", "/feeds/health/oncology.rss"),
        ("/feeds/old/cancer.atom?a=b&c=%C3%A9", "/feeds/health/oncology.atom?a=b&c=%C3%A9"),
        ("/feeds/cancer.json", "/feeds/health/oncology.json"),
        ("/feeds/physics.rss", "/feeds/science.rss"),
        ("/feeds/cancer/archive/3.atom", "/feeds/health/oncology/archive/3.atom"),
        ("/api/v1/articles?category=cancer", "/api/v1/articles?category=health/oncology"),
        ("/api/v1/articles?after=7&category=old%2Fcancer&limit=3", "/api/v1/articles?after=7&category=health/oncology&limit=3"),
    ],
)  # fmt: skip
def test_every_address_of_a_renamed_category_leads_to_its_new_place(web: Site, path: str, place: str) -> None:
    for method in ("GET", "HEAD"):
        answer = _moved(web, path, method)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"https://news.example.org{place}")
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        assert answer.headers["Access-Control-Allow-Origin"] == "*", "scripts that embed a list follow it too"
        assert answer.content == b""


@pytest.mark.parametrize(
    "path",
    ["/categories/cancer/child", "/feeds/cancer/child.rss", "/feeds/cancer", "/feeds/cancer.xml", "/categories/cancer.rss",
     "/categories/CANCER", "/categories/old", "/feeds/physics/latest.json", "/feeds/cancer/archive/",
     "/feeds/cancer/archive/1%0d%0aX", "/feeds/cancer/archive/1.atom%0a", "/feeds/cancer" + "/archive" * 5000 + "/%0a",
     # Longer than any address is: not even looked at, so no path can cost more than another.
     f"/feeds/cancer/archive/{'1' * 1000}.atom"],
)  # fmt: skip
def test_what_was_no_address_of_a_renamed_category_is_none_now(web: Site, path: str) -> None:
    """Its children's neither: they keep their path."""
    assert _moved(web, path).status_code == 404


@pytest.mark.parametrize("category", ["alchemy", "health/bile"])
def test_a_withdrawn_category_is_gone(web: Site, category: str) -> None:
    for path in (
        f"/categories/{category}", f"/categories/{category}?page=2", f"/categories/{category}/latest.html",
        f"/feeds/{category}.rss", f"/feeds/{category}.atom", f"/feeds/{category}/archive/1.rss",
    ):  # fmt: skip
        answer = web.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (410, "text/html; charset=utf-8"), path
        assert "This category was withdrawn." in answer.text
        assert '<a href="/">' in answer.text
    for path in (
        f"/feeds/{category}.json", f"/categories/{category}/latest.json", f"/feeds/{category}/archive/1.json",
        f"/api/v1/articles?category={category}",
    ):  # fmt: skip
        answer = web.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (410, "application/problem+json"), path
        assert answer.json() == {
            "type": "about:blank", "title": "Gone", "status": 410, "detail": "This category was withdrawn.",
        }  # fmt: skip


def test_a_category_that_the_engine_has_not_met_yet_is_not_gone(tmp_path: Path) -> None:
    """The engine reads an edited configuration when it starts, and so does the web process."""
    store = Store(f"sqlite:///{tmp_path}/hub.db")
    store.migrate()
    configure(store, [], (*TREE, *WITHDRAWN), NOW)
    configure(store, [], TREE, NOW)
    with _served(store, (*TREE, *WITHDRAWN)) as web:
        assert web.get("/feeds/alchemy.rss").status_code == 404
        assert web.get("/categories/alchemy").status_code == 200
    store.close()
