"""The address guard: nothing but the public web is reached, whatever a name or a redirect says."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address, ip_network

import pytest
from fetch.loopback import Origin, reply

from syndicator.core.model import Fetched, FetchFailed, FetchRequest
from syndicator.fetch.guard import Guard
from syndicator.fetch.http import HttpFetch

SPECIAL = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1", "3ffe::1".replace("3ffe", "4000"), "5f00::1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.255.255", "198.20.0.1",
    "223.255.255.255", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450:4001::1", "2001:200::1",
)  # fmt: skip


@pytest.mark.parametrize("address", SPECIAL)
def test_a_special_address_does_not_pass(address: str) -> None:
    assert not Guard().passes(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert Guard().passes(ip_address(address))


def test_an_allowed_network_passes_and_its_ipv6_embeddings_do_not() -> None:
    guard = Guard((ip_network("127.0.0.0/8"), ip_network("fd00::/8")))
    assert guard.passes(ip_address("127.1.2.3"))
    assert guard.passes(ip_address("fd00::1"))
    assert not guard.passes(ip_address("::ffff:127.0.0.1"))
    assert not guard.passes(ip_address("10.0.0.1"))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::127.0.0.1]",
     "me@127.0.0.1", "127.0.0.1."],
)  # fmt: skip
def test_loopback_is_refused_by_whatever_name_and_nothing_connects(
    fetcher: Callable[..., HttpFetch], host: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        outcome = fetcher(allowed="")(FetchRequest(f"http://{host}:{canary.getsockname()[1]}/feed"))
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert isinstance(outcome, FetchFailed)


def test_a_refusal_says_which_setting_opens_the_address(fetcher: Callable[..., HttpFetch]) -> None:
    outcome = fetcher(allowed="")(FetchRequest("http://127.0.0.1:9/"))
    assert outcome == FetchFailed(
        "http://127.0.0.1:9/",
        "refused: 127.0.0.1 is at 127.0.0.1, a private or special address; polling.allow_private opens it",
    )


def test_a_redirect_to_a_private_address_is_refused(publisher: Origin, fetch: HttpFetch) -> None:
    """127.0.0.1 is open here, 127.0.0.2 is not."""
    with socket.create_server(("127.0.0.2", 0)) as canary:
        canary.setblocking(False)
        publisher.answers["/a"] = reply(302, Location=f"http://127.0.0.2:{canary.getsockname()[1]}/")
        outcome = fetch(FetchRequest(f"{publisher.url}/a"))
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert isinstance(outcome, FetchFailed)
    assert outcome.error.startswith("refused: 127.0.0.2")


def test_an_environment_proxy_is_no_way_around(
    publisher: Origin, fetch: HttpFetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    publisher.answers["/a"] = reply(200, b"x")
    assert isinstance(fetch(FetchRequest(f"{publisher.url}/a")), Fetched)
