"""What clients send by mistake or malice: an answer with the right status, and never another document."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import NOW, configure, place_newcomers, publisher, site, source
from over_http import served

from syndicator.core.errors import AddressInUse
from syndicator.core.model import Category
from syndicator.store.store import Store
from syndicator.web.public import public_app
from syndicator.web.server import listen

TREE = (Category("health", "Health"),)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an empty hub, published once."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('web')}/hub.db")
    store.migrate()
    configure(store, [source()], TREE, NOW)
    place_newcomers(store)
    publisher(store, TREE).publish()
    with served(public_app(store, site(), TREE, 100, lambda: NOW)) as port:
        yield port
    store.close()


def _ask(
    port: int, path: str, *headers: tuple[str, str], method: str = "GET"
) -> tuple[http.client.HTTPResponse, bytes]:
    """The path as it stands: requests would tidy it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=any(name == "Host" for name, _ in headers), skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


@pytest.mark.parametrize(
    "path",
    ["/feeds/../../etc/passwd", "/feeds/%2e%2e/%2e%2e/etc/passwd", "/feeds/health.rss%00", "/feeds/%00", "/articles/%00",
     "/articles/%ff", "/static/../server.py", "/categories/..", "/categories/", "/feeds/", "/feeds/health.rss/",
     "/feeds/health.rss%3Fx", "/FEEDS/health.rss", "//feeds/health.rss"],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_404(port: int, path: str) -> None:
    response, body = _ask(port, path)
    assert response.status == 404
    assert b"root:" not in body
    assert response.getheader("Cache-Control") == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "x/feeds/all.rss?", "[", "a b", "x:99999", "x#", "\xe9"])
def test_no_host_header_changes_what_a_path_answers(port: int, host: str) -> None:
    expected = _ask(port, "/feeds/health.rss")[1]
    for headers in ((("Host", host),), (("X-Forwarded-Host", host), ("X-Forwarded-Proto", "gopher"))):
        response, body = _ask(port, "/feeds/health.rss", *headers)
        assert response.status == 400 or body == expected, "refused, or the same document"


def test_no_host_header_chooses_how_an_error_is_told(port: int) -> None:
    for host in ("x/api/", "x/a.json?", "["):
        response, _ = _ask(port, "/nothing", ("Host", host))
        assert (response.status, response.getheader("Content-Type")) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("value", "status"),
    [("Fri, 31 Dec 2100 23:59:59 GMT", 304), ("yesterday", 200), ("", 200),
     ("Sat, 31 Jan 2026 13:00:00 +99999999999999", 200), ("Thu, 01 Jan 1970 00:00:00 GMT", 200)],
)  # fmt: skip
def test_if_modified_since_is_a_date_or_nothing(port: int, value: str, status: int) -> None:
    assert _ask(port, "/feeds/health.rss", ("If-Modified-Since", value))[0].status == status


def test_if_none_match_wins_over_if_modified_since(port: int) -> None:
    later = ("If-Modified-Since", "Fri, 31 Dec 2100 23:59:59 GMT")
    assert _ask(port, "/feeds/health.rss", ("If-None-Match", '"other"'), later)[0].status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_no_method_changes_anything(port: int, method: str) -> None:
    response, _ = _ask(port, "/api/v1/articles", ("Content-Length", "0"), method=method)
    assert response.status == 405
    assert {one.strip() for one in (response.getheader("Allow") or "").split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert response.getheader("Content-Type") == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/", "/feeds/health.rss", "/nowhere", "/api/v1/articles?limit=0", "/static/style.css"]
)
def test_head_is_get_without_a_body(port: int, path: str) -> None:
    (get, body), (head, nothing) = _ask(port, path), _ask(port, path, method="HEAD")
    assert (head.status, nothing) == (get.status, b"")
    kept = [(name, value) for name, value in get.getheaders() if name != "date"]
    assert [(name, value) for name, value in head.getheaders() if name != "date"] == kept
    assert head.getheader("Content-Length") == str(len(body))


def test_an_address_in_use_or_impossible_names_its_setting(port: int, tmp_path: Path) -> None:
    for address in (f"127.0.0.1:{port}", "a..b:80"):
        with pytest.raises(AddressInUse, match=r"Choose another address in server\.public"):
            listen(address, "server.public")
