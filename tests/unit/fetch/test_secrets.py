"""Credentials never leave their origin, and stand in no failure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from loopback import Origin, origins, reply

from syndicator.core.fetching import Fetched, FetchFailed, FetchRequest
from syndicator.fetch.http import HttpFetch

BODY = b"<rss version='2.0'><channel/></rss>"
SECRETS = (("Authorization", "Bearer hunter2"), ("X-Key", "hunter2"))


def test_F12_headers_reach_their_origin_and_what_it_redirects_to_on_itself(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {"/a": reply(302, Location="/b"), "/b": reply(200, BODY)}
    fetch(FetchRequest(f"{publisher.url}/a", headers=SECRETS))
    assert [asked.headers["Authorization"] for asked in publisher.asked] == ["Bearer hunter2"] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_F12_headers_reach_no_other_origin_and_no_origin_after_it(
    publisher: Origin, fetcher: Callable[..., HttpFetch], status: int
) -> None:
    """Another port and another host are other origins; coming back does not make what came between trusted."""
    with origins("127.0.0.1", "127.0.0.2") as (port, host):
        publisher.answers |= {"/a": reply(status, Location=f"{port.url}/b"), "/d": reply(200, BODY)}
        port.answers["/b"] = reply(status, Location=f"{host.url}/c")
        host.answers["/c"] = reply(status, Location=f"{host.url}/d")
        host.answers["/d"] = reply(200, BODY)
        url = publisher.url.replace("//", "//me:hunter2@")
        request = FetchRequest(f"{url}/a", etag='"1"', headers=SECRETS)
        assert isinstance(fetcher(allowed="127.0.0.0/8")(request), Fetched)
        for asked in (*port.asked, *host.asked):
            assert "hunter2" not in repr(asked.headers)
            assert not {"authorization", "x-key", "if-none-match", "referer", "cookie"} & set(asked.headers)


def test_F12_a_user_in_the_url_is_sent_and_not_told_further(publisher: Origin, fetch: HttpFetch) -> None:
    """What is read from the body is made absolute against the URL: a password would stand in every link."""
    publisher.answers["/feed"] = reply(200, BODY)
    fetched = fetch(FetchRequest(f"http://me:hunter2@127.0.0.1:{publisher.port}/feed?token=hunter2&page=1"))
    assert publisher.asked[0].headers["Authorization"].startswith("Basic ")
    assert isinstance(fetched, Fetched)
    assert fetched.url == f"{publisher.url}/feed?page=1"


@pytest.mark.parametrize("status", [200, 302, 404, 410, 429])
def test_F12_no_secret_stands_in_a_failure(publisher: Origin, fetcher: Callable[..., HttpFetch], status: int) -> None:
    publisher.answers["/feed"] = reply(status, b"x" * 100, Location="http://127.0.0.1:1/?token=hunter2")
    url = f"http://me:hunter2@127.0.0.1:{publisher.port}/feed?token=hunter2"
    outcome = fetcher(max_body=10)(FetchRequest(url, headers=SECRETS))
    assert not isinstance(outcome, Fetched)
    assert "hunter2" not in repr(outcome)


@pytest.mark.parametrize("value", ["hunter2\n", " hunter2", "hunter2 ключ", "hunter2\0"])
def test_F12_a_header_that_cannot_be_sent_is_a_failure_without_its_value(
    publisher: Origin, fetch: HttpFetch, value: str
) -> None:
    publisher.answers["/feed"] = reply(404)
    failed = fetch(FetchRequest(f"{publisher.url}/feed", headers=(("Authorization", value),)))
    assert isinstance(failed, FetchFailed)
    assert "hunter2" not in repr(failed)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/?token=hunter2", "http://me:hunter2@nowhere.invalid/?token=hunter2", "http://hunter2@[/"],
)
def test_F12_no_secret_stands_in_a_failure_to_connect(fetch: HttpFetch, url: str) -> None:
    failed = fetch(FetchRequest(url))
    assert isinstance(failed, FetchFailed)
    assert failed.error.startswith("connection failed: ")
    assert "hunter2" not in repr(failed)
