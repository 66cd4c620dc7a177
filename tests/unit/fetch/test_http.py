"""Fetching over real HTTP on loopback."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from builders import NOW

from syndicator.core.model import Fetched, FetchFailed, FetchOutcome, FetchRequest, Gone, NotModified
from syndicator.fetch.fetcher import Fetcher
from syndicator.fetch.guard import Guard
from syndicator.fetch.http import HttpFetch, Limits

LOOPBACK = Guard((ipaddress.ip_network("127.0.0.0/8"),))
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Peer:
    """A publisher whose answers are written in each test, and what it was asked."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def says(self, path: str, status: int, body: bytes = b"", **headers: str) -> str:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content_Length": str(len(body)), **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.address + path


def _peer() -> Iterator[Peer]:
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            peer.asked.append((self.path, dict(self.headers.items())))
            peer.answers[self.path.partition("?")[0]](self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield peer
    peer.ended.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    yield from _peer()


@pytest.fixture
def other() -> Iterator[Peer]:
    yield from _peer()


def _get(
    url: str, *, guard: Guard = LOOPBACK, timeout: float = 5, max_body: int = 10_000, **request: object
) -> FetchOutcome:
    fetch = HttpFetch("syndicator/1 (+https://news.example.org)", Limits(timeout, max_body), guard, lambda: NOW)
    return fetch(FetchRequest(url, **request))  # type: ignore[arg-type]


def test_the_first_request_is_polite_and_unconditional(peer: Peer) -> None:
    outcome = _get(
        peer.says("/f", 200, b"body", ETag='W/"x"', Last_Modified="yesterday", Cache_Control="max-age=3600", Age="600")
    )
    assert outcome == Fetched(f"{peer.address}/f", b"body", "", 'W/"x"', "yesterday", timedelta(seconds=3000))
    headers = peer.asked[0][1]
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"} - (
        {"Connection"} - set(headers)
    )
    assert headers["User-Agent"] == "syndicator/1 (+https://news.example.org)"
    assert "application/atom+xml" in headers["Accept"]


def test_validators_are_echoed_byte_for_byte(peer: Peer) -> None:
    outcome = _get(peer.says("/f", 304), etag='W/"a b"', last_modified="Someday, 99 Foo")
    assert isinstance(outcome, NotModified)
    assert peer.asked[0][1]["If-None-Match"] == 'W/"a b"'
    assert peer.asked[0][1]["If-Modified-Since"] == "Someday, 99 Foo"


@pytest.mark.parametrize("etag", ['"a\r\nX: y"', '"\u20ac"', " x", "\x00"])
def test_a_validator_that_no_header_may_hold_is_dropped(peer: Peer, etag: str) -> None:
    assert isinstance(_get(peer.says("/f", 200, b"x"), etag=etag), Fetched)
    assert "If-None-Match" not in peer.asked[0][1]


@pytest.mark.parametrize(
    ("status", "says"), [(404, "HTTP 404"), (403, "refuses us"), (500, "HTTP 500"), (429, "too often")]
)
def test_an_error_says_what_it_means(peer: Peer, status: int, says: str) -> None:
    outcome = _get(peer.says("/f", status))
    assert isinstance(outcome, FetchFailed)
    assert outcome.status == status
    assert says in outcome.error


def test_410_is_gone(peer: Peer) -> None:
    assert isinstance(_get(peer.says("/f", 410)), Gone)


@pytest.mark.parametrize(
    ("value", "wait"),
    [("120", 120), (format_datetime(NOW + timedelta(hours=1), usegmt=True), 3600), ("soon", None), ("-5", None),
     (format_datetime(NOW - timedelta(hours=1), usegmt=True), None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(peer: Peer, value: str, wait: int | None) -> None:
    outcome = _get(peer.says("/f", 503, Retry_After=value))
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == (timedelta(seconds=wait) if wait else None)


def test_permanent_redirects_name_the_new_address_and_temporary_ones_do_not(peer: Peer) -> None:
    peer.says("/new", 200, b"x", ETag='"1"')
    moved = _get(peer.says("/old", 301, Location="/new"))
    assert isinstance(moved, Fetched)
    assert (moved.url, moved.moved_to, moved.etag) == (f"{peer.address}/new", f"{peer.address}/new", None)
    found = _get(peer.says("/old", 302, Location="/new"))
    assert isinstance(found, Fetched)
    assert found.moved_to is None


@pytest.mark.parametrize("target", ["/loop", "javascript:alert(1)", "ftp://a.example/", ""])
def test_redirects_that_lead_nowhere_fail(peer: Peer, target: str) -> None:
    outcome = _get(peer.says("/loop", 302, Location=target))
    assert isinstance(outcome, FetchFailed)
    assert "redirected" in outcome.error
    assert len(peer.asked) <= 6


def test_credentials_never_leave_their_origin(peer: Peer, other: Peer) -> None:
    other.says("/f", 200, b"x")
    peer.says("/f", 301, Location=f"{other.address}/f")
    _get(f"{peer.address}/f", headers=(("Authorization", "Bearer hunter2"),), etag='"1"')
    assert peer.asked[0][1]["Authorization"] == "Bearer hunter2"
    assert "Authorization" not in other.asked[0][1]
    assert "If-None-Match" not in other.asked[0][1]


def test_gzip_is_decoded_and_the_limit_counts_what_comes_out(peer: Peer) -> None:
    small = _get(peer.says("/f", 200, gzip.compress(b"x" * 5000), Content_Encoding="gzip"))
    assert isinstance(small, Fetched)
    assert small.body == b"x" * 5000
    for url in (
        peer.says("/bomb", 200, gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip"),
        peer.says("/long", 200, b"x" * 20_000),
    ):
        outcome = _get(url)
        assert isinstance(outcome, FetchFailed)
        assert "larger than 10000 bytes" in outcome.error


def test_a_body_that_is_cut_short_is_a_failure(peer: Peer) -> None:
    outcome = _get(peer.says("/f", 200, b"half", Content_Length="8"))
    assert isinstance(outcome, FetchFailed)


def test_a_slow_drip_ends_at_the_deadline(peer: Peer) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not peer.ended.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    peer.answers["/drip"] = drip
    outcome = _get(f"{peer.address}/drip", timeout=0.4)
    assert isinstance(outcome, FetchFailed)
    assert "within 0.4 s" in outcome.error


def test_no_secret_of_an_address_stands_in_an_error(peer: Peer) -> None:
    peer.says("/f", 500)
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    for base in (peer.address, f"http://127.0.0.1:{closed.getsockname()[1]}", "http://no-such-host.invalid"):
        outcome = _get(f"{base}/f?token=hunter2")
        assert isinstance(outcome, FetchFailed)
        assert "hunter2" not in outcome.error + outcome.url
    closed.close()


def test_loopback_is_refused_unless_it_is_allowed_and_nothing_is_sent(peer: Peer, other: Peer) -> None:
    url = peer.says("/f", 200, b"x")
    for target in (url, url.replace("127.0.0.1", "localhost")):
        outcome = _get(target, guard=Guard())
        assert isinstance(outcome, FetchFailed)
        assert "polling.allow_private opens it" in outcome.error
    assert peer.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "192.0.2.1", "::1", "::", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
     "2001:0:1::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1"],
)  # fmt: skip
def test_special_networks_are_refused(address: str) -> None:
    assert not Guard().passes(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1", "2a00:1450:4001::1"])
def test_public_addresses_pass(address: str) -> None:
    assert Guard().passes(ipaddress.ip_address(address))


def test_files_lie_below_the_configurations_folder(tmp_path: Path) -> None:
    root = tmp_path / "config"
    root.mkdir()
    (root / "a feed.xml").write_bytes(b"feed")
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "link").symlink_to(tmp_path / "secret")
    http = HttpFetch("x", Limits(), Guard(), lambda: NOW)
    fetch = Fetcher(http, root, max_body=5)
    assert isinstance(fetch(FetchRequest("file:a%20feed.xml")), Fetched)
    for url, says in (
        ("../secret", "lie below"),
        ("link", "lie below"),
        ("/etc/passwd", "lie below"),
        ("none", "cannot read"),
    ):
        outcome = fetch(FetchRequest(f"file:{url}"))
        assert isinstance(outcome, FetchFailed)
        assert says in outcome.error
    (root / "long").write_bytes(b"x" * 6)
    assert "larger than 5" in getattr(fetch(FetchRequest("file:long")), "error", "")
