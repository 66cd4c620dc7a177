"""Which addresses may be reached: the public internet, and what the operator opens."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.addresses import Guard, opening

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
    "64:ff9b::808:808",
)  # fmt: skip


@pytest.mark.parametrize("address", SPECIAL)
def test_a_special_address_does_not_pass(address: str) -> None:
    assert not Guard().passes(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert Guard().passes(ip_address(address))


def test_an_allowed_network_passes_and_its_ipv6_embeddings_do_not() -> None:
    guard = Guard((opening("127.0.0.0/8"), opening("fd00::/8")))
    assert guard.passes(ip_address("127.1.2.3"))
    assert guard.passes(ip_address("fd00::1"))
    assert not guard.passes(ip_address("::ffff:127.0.0.1"))
    assert not guard.passes(ip_address("10.0.0.1"))


@pytest.mark.parametrize(
    ("text", "address", "host", "port", "passes"),
    [
        ("10.0.0.0/8", "10.9.9.9", "x", 80, True), ("10.0.0.0/8", "11.0.0.1", "x", 80, True),
        ("10.0.0.0/8", "192.168.0.1", "x", 80, False), ("10.1.2.3", "10.1.2.3", "x", 80, True),
        ("10.1.2.3:8080", "10.1.2.3", "x", 8080, True), ("10.1.2.3:8080", "10.1.2.3", "x", 80, False),
        ("[fd00::1]:8080", "fd00::1", "x", 8080, True), ("[fd00::1]:8080", "fd00::2", "x", 8080, False),
        ("feeds.lan", "10.1.2.3", "feeds.lan", 80, True), ("Feeds.LAN:8080", "10.1.2.3", "feeds.lan", 8080, True),
        ("feeds.lan:8080", "10.1.2.3", "feeds.lan", 80, False), ("feeds.lan", "10.1.2.3", "evil.example", 80, False),
        ("feeds.lan", "10.1.2.3", "x.feeds.lan", 80, False), ("10.1.2.3", "::ffff:10.1.2.3", "x", 80, False),
    ],
)  # fmt: skip
def test_an_entry_opens_what_it_names_and_nothing_else(
    text: str, address: str, host: str, port: int, passes: bool
) -> None:
    assert Guard((opening(text),)).passes(ip_address(address), host, port) == passes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://feeds.lan/",
        "feeds.lan/x",
        "me@feeds.lan",
        "feeds.lan:x",
        "10.0.0.0/99",
        "10.0.0.300",
        "10.0.0",
        "a b",
        "a,b",
    ],
)
def test_what_is_no_entry_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        opening(text)


@given(st.ip_addresses(v=4))
def test_ipv6_spellings_of_an_ipv4_address_never_pass_where_it_does_not(address: object) -> None:
    number = int(ip_address(str(address)))
    spellings = (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    if not Guard().passes(ip_address(str(address))):
        assert not any(Guard().passes(ip_address(spelling.to_bytes(16))) for spelling in spellings)
