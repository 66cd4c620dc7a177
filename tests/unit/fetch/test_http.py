"""What publishers see of us: the rules of polite fetching, on the wire. Names carry the number of the rule."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from builders import NOW
from loopback import Origin, in_turn, origins, play, reply

from syndicator.core.fetching import Fetched, FetchFailed, FetchRequest, Gone, HostQuiet, NotModified
from syndicator.core.hints import Hint
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.http import HttpFetch

BODY = b"<rss version='2.0'><channel/></rss>"
Make = Callable[..., HttpFetch]


# --- conditional requests --------------------------------------------------------------------------


def test_F1_the_first_request_is_unconditional(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers["/feed"] = reply(200, BODY, ETag='"1"', Last_Modified="yesterday")
    fetch(FetchRequest(f"{publisher.url}/feed"))
    assert not {"if-none-match", "if-modified-since"} & set(publisher.asked[0].headers)


@pytest.mark.parametrize("etag", ['"a b"', 'W/"1"', "unquoted", '"\xe9"', "W/unquoted", '""', '"a", "b"'])
def test_F1_validators_are_echoed_byte_for_byte(publisher: Origin, fetch: HttpFetch, etag: str) -> None:
    publisher.answers["/feed"] = in_turn(reply(200, BODY, ETag=etag, Last_Modified="Someday, 99 Foo"), reply(304))
    first = fetch(FetchRequest(f"{publisher.url}/feed"))
    assert isinstance(first, Fetched)
    again = fetch(FetchRequest(f"{publisher.url}/feed", first.etag, first.last_modified))
    assert isinstance(again, NotModified)
    headers = publisher.asked[1].headers
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == (etag, "Someday, 99 Foo")


@pytest.mark.parametrize("etag", ['"a\r\nX: y"', '"€"', " x", "\x00"])
def test_F1_a_validator_that_no_header_may_hold_is_dropped(publisher: Origin, fetch: HttpFetch, etag: str) -> None:
    publisher.answers["/feed"] = reply(200, BODY)
    assert isinstance(fetch(FetchRequest(f"{publisher.url}/feed", etag)), Fetched)
    assert "If-None-Match" not in publisher.asked[0].headers


def test_F2_validators_come_each_on_its_own_and_a_304_may_bring_new_ones(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers["/feed"] = in_turn(
        reply(200, BODY, ETag='"1"'), reply(200, BODY, Last_Modified="b"), reply(200, BODY), reply(304, ETag='"2"')
    )
    found = [fetch(FetchRequest(f"{publisher.url}/feed", '"x"')) for _ in range(4)]
    assert [(one.etag, one.last_modified) for one in found] == [('"1"', None), (None, "b"), (None, None), ('"2"', None)]  # type: ignore[union-attr]


def test_F2_validators_belong_to_the_url_and_not_to_where_it_redirects(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {"/a": reply(302, Location="/b"), "/b": reply(200, BODY, ETag='"b"', Last_Modified="b")}
    fetched = fetch(FetchRequest(f"{publisher.url}/a", '"a"', "a"))
    assert isinstance(fetched, Fetched)
    assert (fetched.etag, fetched.last_modified) == (None, None)
    assert "If-None-Match" in publisher.asked[0].headers
    assert "If-None-Match" not in publisher.asked[1].headers


# --- what the answer says about the next request ---------------------------------------------------


def test_F4_an_answer_says_how_long_it_is_fresh(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers["/feed"] = in_turn(
        reply(200, BODY, Cache_Control="public, max-age=3600", Age="480"), reply(304, Cache_Control="max-age=60")
    )
    found = [fetch(FetchRequest(f"{publisher.url}/feed", '"x"')) for _ in range(2)]
    assert [one.fresh for one in found] == [  # type: ignore[union-attr]
        Hint(timedelta(minutes=52), "max-age 3600 less Age 480"),
        Hint(timedelta(minutes=1), "max-age 60"),
    ]


@pytest.mark.parametrize("status", [429, 503])
def test_F4_retry_after_holds_for_the_whole_host(fetcher: Make, status: int) -> None:
    hosts = Hosts()
    fetch = fetcher(hosts=hosts, allowed="127.0.0.0/8")
    with origins("127.0.0.1", "127.0.0.2") as (asking, other):
        asking.answers["/a"] = reply(status, Retry_After="120")
        other.answers |= {"/to": reply(302, Location=f"{asking.url}/b"), "/c": reply(200, BODY)}
        first = fetch(FetchRequest(f"{asking.url}/a"))
        assert isinstance(first, FetchFailed)
        assert (first.host, first.retry_after) == ("127.0.0.1", NOW + timedelta(minutes=2))
        quiet = HostQuiet("127.0.0.1", NOW + timedelta(minutes=2))
        assert fetch(FetchRequest(f"{asking.url}/b")) == quiet
        redirected = fetch(FetchRequest(f"{other.url}/to"))
        assert isinstance(redirected, FetchFailed)
        assert redirected.error == "redirected to 127.0.0.1, which asked for quiet"
        assert redirected.retry_after == quiet.until, "and a failure, since the first host was asked"
        assert isinstance(fetch(FetchRequest(f"{other.url}/c")), Fetched)
        assert [asked.path for asked in asking.asked] == ["/a"]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_F4_retry_after_counts_where_it_has_a_meaning(publisher: Origin, fetch: HttpFetch, status: int) -> None:
    publisher.answers["/feed"] = reply(status, Retry_After="120")
    failed = fetch(FetchRequest(f"{publisher.url}/feed"))
    assert isinstance(failed, FetchFailed)
    assert failed.retry_after is None


# --- redirects -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [([301], "/1"), ([308], "/1"), ([302], None), ([303], None), ([307], None), ([301, 308], "/2"), ([301, 302], "/1"),
     ([302, 301], None)],
)  # fmt: skip
def test_F6_only_permanent_redirects_unbroken_from_the_first_name_a_new_url(
    publisher: Origin, fetch: HttpFetch, statuses: list[int], moved_to: str | None
) -> None:
    for n, status in enumerate(statuses):
        publisher.answers[f"/{n}"] = reply(status, Location=f"/{n + 1}")
    publisher.answers[f"/{len(statuses)}"] = reply(200, BODY)
    fetched = fetch(FetchRequest(f"{publisher.url}/0"))
    assert isinstance(fetched, Fetched)
    assert fetched.moved_to == (publisher.url + moved_to if moved_to else None)


def test_F6_five_hops_are_followed_and_no_more(publisher: Origin, fetch: HttpFetch) -> None:
    for n in range(7):
        publisher.answers[f"/{n}"] = reply(302, Location=f"/{n + 1}")
    publisher.answers["/7"] = reply(200, BODY)
    assert isinstance(fetch(FetchRequest(f"{publisher.url}/2")), Fetched)
    publisher.asked.clear()
    failed = fetch(FetchRequest(f"{publisher.url}/1"))
    assert isinstance(failed, FetchFailed)
    assert failed.error == "redirected more than 5 times"
    assert len(publisher.asked) == 6


@pytest.mark.parametrize("target", ["javascript:alert(1)", "ftp://a.example/", "file:///etc/passwd", "", "http://["])
def test_F6_a_redirect_to_what_is_no_web_address_is_a_failure(publisher: Origin, fetch: HttpFetch, target: str) -> None:
    publisher.answers["/feed"] = reply(302, Location=target)
    failed = fetch(FetchRequest(f"{publisher.url}/feed"))
    assert isinstance(failed, FetchFailed)
    assert failed.error == "redirected to something that is no web address"


def test_F6_410_is_gone_also_where_the_feed_moved_for_good_but_not_where_it_is_for_now(
    publisher: Origin, fetch: HttpFetch
) -> None:
    publisher.answers |= {
        "/gone": reply(410), "/moved": reply(301, Location="/gone"), "/for-now": reply(302, Location="/gone"),
    }  # fmt: skip
    assert isinstance(fetch(FetchRequest(f"{publisher.url}/gone")), Gone)
    assert isinstance(fetch(FetchRequest(f"{publisher.url}/moved")), Gone)
    assert isinstance(fetch(FetchRequest(f"{publisher.url}/for-now")), FetchFailed)


# --- manners ---------------------------------------------------------------------------------------


def test_F7_a_request_says_who_asks_and_nothing_that_follows_anybody(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {
        "/a": reply(302, Location="/b", Set_Cookie="id=1; Path=/"), "/b": reply(200, BODY, Set_Cookie="id=2"),
    }  # fmt: skip
    for _ in range(2):
        fetch(FetchRequest(f"{publisher.url}/a?page=1"))
    assert [asked.path for asked in publisher.asked] == ["/a?page=1", "/b"] * 2
    for asked in publisher.asked:
        assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding"}
        assert asked.headers["User-Agent"] == "syndicator/test (+https://hub.example.org)"
        assert "gzip" in asked.headers["Accept-Encoding"]
        for kind in ("application/rss+xml", "application/atom+xml", "application/feed+json"):
            assert kind in asked.headers["Accept"]


def test_F7_one_connection_to_a_host_at_a_time_redirects_included(fetcher: Make) -> None:
    """Sixteen threads ask two hosts, one of which sends all to the other."""
    fetch = fetcher(allowed="127.0.0.0/8", timeout=30.0)
    with origins("127.0.0.1", "127.0.0.2") as hosts:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (2 * len(BODY))
        slow = play(head, 0.01, BODY, 0.01, BODY)
        hosts[0].answers["/feed"] = slow
        hosts[1].answers["/feed"] = reply(301, Location=f"{hosts[0].url}/feed")
        found = _together(lambda n: fetch(FetchRequest(f"{hosts[n % 2].url}/feed?{n}")), 16)
        assert all(isinstance(one, Fetched) for one in found), found
        assert [host.most_open for host in hosts] == [1, 1]
        assert len(hosts[0].asked) == 16


def test_F7_a_connection_is_used_again(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {
        "/304": reply(304), "/200": reply(200, BODY),
        "/chunks": play(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
    }  # fmt: skip
    for path in ("/304", "/200", "/chunks", "/304", "/200"):
        assert not isinstance(fetch(FetchRequest(publisher.url + path, '"x"')), FetchFailed)
    assert publisher.accepted == 1


def _together(do: Callable[[int], object], count: int) -> list[object]:
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(do, range(count)))


def test_F7_a_host_that_is_busy_for_too_long_is_a_failure_that_says_so(fetcher: Make) -> None:
    hosts = Hosts()
    with hosts.turn("127.0.0.1", 1.0):
        failed = fetcher(timeout=0.1, hosts=hosts)(FetchRequest("http://127.0.0.1:9/feed"))
    assert isinstance(failed, FetchFailed)
    assert failed.error == "127.0.0.1 was busy with our other requests for 0.1 s (polling.per_host)"


# --- what it means ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "says"), [(401, "credentials"), (403, "refuses us"), (404, "HTTP 404"), (429, "too often"), (500, "500")]
)
def test_an_error_says_what_it_means(publisher: Origin, fetch: HttpFetch, status: int, says: str) -> None:
    publisher.answers["/feed"] = reply(status)
    failed = fetch(FetchRequest(f"{publisher.url}/feed"))
    assert isinstance(failed, FetchFailed)
    assert failed.status == status
    assert says in failed.error


def test_F9_a_wrong_content_type_is_no_reason_to_refuse(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers["/feed"] = reply(200, BODY, Content_Type="image/png")
    fetched = fetch(FetchRequest(f"{publisher.url}/feed"))
    assert isinstance(fetched, Fetched)
    assert (fetched.body, fetched.content_type) == (BODY, "image/png")
