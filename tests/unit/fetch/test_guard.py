"""The address guard: nothing but the public web is reached, whatever a name, a redirect or a proxy says.

In every test a canary listens where nothing may connect to; it is asked at the end.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from itertools import cycle

import pytest
from loopback import Origin, origins, reply

from syndicator.core.addresses import Guard
from syndicator.core.fetching import Fetched, FetchFailed, FetchOutcome, FetchRequest
from syndicator.fetch.guard import system_resolver
from syndicator.fetch.http import HttpFetch
from syndicator.fetch.transport import Transport

BODY = b"<rss version='2.0'><channel/></rss>"
_PRIVATE = "127.0.0.66"
"""Where the canary sits; 127.0.0.1 is open in these tests."""


@pytest.fixture
def canary() -> Iterator[Origin]:
    """A listener that no connection may reach: counted after every test that has it."""
    with origins(_PRIVATE, "127.0.0.1") as (private, loopback):
        for one in (private, loopback):
            one.answers = {"/": reply(200, BODY)}
        yield private
        assert (private.accepted, loopback.accepted) == (0, 0)


def _refused(outcome: FetchOutcome) -> str:
    assert isinstance(outcome, FetchFailed), outcome
    return outcome.error


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]",
     "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "me@127.0.0.1", "127.0.0.1.", "１２７.0.0.1", "LOCALHOST"],
)  # fmt: skip
def test_F11_loopback_is_refused_by_whatever_name(canary: Origin, fetcher: Callable[..., HttpFetch], host: str) -> None:
    _refused(fetcher(allowed="")(FetchRequest(f"http://{host}:{canary.port}/")))


@pytest.mark.parametrize("url", ["ftp://{}/", "file:///etc/passwd", "gopher://{}/", "unix:/var/run/x", "//{}/", "{}"])
def test_F11_only_http_and_https_are_spoken(canary: Origin, fetch: HttpFetch, url: str) -> None:
    _refused(fetch(FetchRequest(url.format(f"{_PRIVATE}:{canary.port}"))))


def test_F11_a_backslash_leads_nowhere_else(canary: Origin, fetcher: Callable[..., HttpFetch]) -> None:
    """It parses as one host and connects to another, in some programs."""
    for url in (f"http://{_PRIVATE}:{canary.port}\\@127.0.0.1:9/", f"http://127.0.0.1:9\\@{_PRIVATE}:{canary.port}/"):
        _refused(fetcher(allowed="")(FetchRequest(url)))


@pytest.mark.parametrize(("url", "port"), [("http://[2001:db8::8]/", 80), ("https://[2001:db8::8]/", 443)])
def test_F11_the_end_of_an_ipv6_address_is_no_port(fetcher: Callable[..., HttpFetch], url: str, port: int) -> None:
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[object]:
        asked.append((host, port))
        return system_resolver(host, port)

    assert _refused(fetcher(resolve=resolve)(FetchRequest(url))).startswith("refused: 2001:db8::8 is")
    assert asked == [("2001:db8::8", port)]


def test_F11_a_refusal_says_which_setting_opens_the_address(fetcher: Callable[..., HttpFetch]) -> None:
    outcome = fetcher(allowed="")(FetchRequest("http://127.0.0.1:9/"))
    assert _refused(outcome) == ("refused: 127.0.0.1 is a private or special address; polling.allow_private opens it")


def test_F11_every_hop_is_checked(canary: Origin, publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {
        "/a": reply(302, Location="/b"), "/b": reply(301, Location=f"http://{_PRIVATE}:{canary.port}/"),
    }  # fmt: skip
    assert _refused(fetch(FetchRequest(f"{publisher.url}/a"))).startswith(f"refused: {_PRIVATE}")
    assert len(publisher.asked) == 2


def test_F11_a_name_of_which_one_address_is_private_is_refused(
    canary: Origin, fetcher: Callable[..., HttpFetch]
) -> None:
    names = {"both.example": ["127.0.0.1", _PRIVATE]}
    outcome = fetcher(names=names)(FetchRequest(f"http://both.example:{canary.port}/"))
    assert _refused(outcome).startswith(f"refused: both.example at {_PRIVATE} is a private")


def test_F11_a_name_is_resolved_once_and_that_address_is_connected_to(
    canary: Origin, publisher: Origin, fetcher: Callable[..., HttpFetch]
) -> None:
    """A resolver that tells the guard one address and the connection another (DNS rebinding)."""
    publisher.answers["/"] = reply(200, BODY, Connection="close")
    told: list[str] = []
    turns = cycle(["127.0.0.1", _PRIVATE])

    def rebinding(host: str, port: int) -> list[object]:
        told.append(next(turns))
        return system_resolver(told[-1], port)

    fetch = fetcher(resolve=rebinding)
    assert isinstance(fetch(FetchRequest(f"http://rebinding.example:{publisher.port}/")), Fetched)
    assert told == ["127.0.0.1"]
    assert publisher.asked[0].headers["Host"] == f"rebinding.example:{publisher.port}"
    assert "refused" in _refused(fetch(FetchRequest(f"http://rebinding.example:{canary.port}/")))


def test_F11_a_connection_that_led_elsewhere_is_closed_before_anything_is_sent(
    publisher: Origin, fetcher: Callable[..., HttpFetch], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line: whatever a network does to an address, the peer's own is looked at."""
    monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("10.0.0.1", 80), raising=False)
    assert "led to 10.0.0.1" in _refused(fetcher()(FetchRequest(f"{publisher.url}/")))
    assert publisher.asked == []


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_F11_a_proxy_of_the_environment_is_no_way_around(
    canary: Origin, publisher: Origin, fetch: HttpFetch, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, f"http://{_PRIVATE}:{canary.port}")
    publisher.answers["/a"] = reply(200, BODY)
    assert isinstance(fetch(FetchRequest(f"{publisher.url}/a")), Fetched)


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1:{port}", "feeds.lan", "feeds.lan:{port}"])
def test_F11_what_allow_private_lists_is_reached(
    publisher: Origin, fetcher: Callable[..., HttpFetch], allowed: str
) -> None:
    publisher.answers["/"] = reply(200, BODY)
    fetch = fetcher(allowed=allowed.format(port=publisher.port), names={"feeds.lan": ["127.0.0.1"]})
    assert isinstance(fetch(FetchRequest(f"http://feeds.lan:{publisher.port}/")), Fetched)


@pytest.mark.parametrize("allowed", ["127.0.0.2", "127.0.0.1:1", "other.lan", "feeds.lan:1", "10.0.0.0/8", "[::1]"])
def test_F11_what_allow_private_does_not_list_is_not(
    canary: Origin, fetcher: Callable[..., HttpFetch], allowed: str
) -> None:
    fetch = fetcher(allowed=allowed, names={"feeds.lan": ["127.0.0.1"]})
    assert "refused" in _refused(fetch(FetchRequest(f"http://feeds.lan:{canary.port}/")))


def test_a_transport_without_openings_reaches_no_address_of_this_machine(canary: Origin) -> None:
    """Every outbound path has this transport under it, and nothing else in the program opens a connection."""
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in {*addresses, "127.0.0.1", "0.0.0.0"}:
        with pytest.raises(Exception, match="private or special"):
            Transport(Guard()).get(f"http://{address}:{canary.port}/", {}, deadline=1e12)
