"""What publishers answer by mistake or malice: one failure in our words, in time, without a secret."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from collections.abc import Callable

import brotli
import pytest
from loopback import Answer, Fault, Origin, raw, reply

from syndicator.core.fetching import Fetched, FetchFailed, FetchRequest
from syndicator.fetch.http import HttpFetch

BODY = b"<rss version='2.0'><channel/></rss>"
Make = Callable[..., HttpFetch]


def _failed(outcome: object) -> FetchFailed:
    assert isinstance(outcome, FetchFailed), outcome
    return outcome


def _fetched(outcome: object) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def test_a_304_to_an_unconditional_request_is_a_failure(publisher: Origin, fetch: HttpFetch) -> None:
    """There is nothing that could be unmodified; counted as success the source would stay empty in silence."""
    publisher.answers["/feed"] = reply(304, ETag='"2"')
    assert _failed(fetch(FetchRequest(f"{publisher.url}/feed"))).status == 304


def test_a_reason_phrase_cannot_write_to_the_terminal(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers["/feed"] = reply(500, reason="\x1b[31m" + "no" * 5000)
    error = _failed(fetch(FetchRequest(f"{publisher.url}/feed"))).error
    assert "\x1b" not in error
    assert len(error) < 300


def test_a_redirect_may_name_its_target_in_utf_8(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {
        "/a": reply(302, Location="/café".encode().decode("latin-1")), "/caf%C3%A9": reply(200, BODY),
        "/b": reply(302, Location="/caf\xe9"),
    }  # fmt: skip
    assert _fetched(fetch(FetchRequest(f"{publisher.url}/a"))).body == BODY
    assert _fetched(fetch(FetchRequest(f"{publisher.url}/b"))).body == BODY


def test_early_hints_are_not_the_answer(publisher: Origin, fetch: HttpFetch) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    publisher.answers["/feed"] = raw(
        hints * 2 + b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n' % len(BODY) + BODY
    )
    fetched = _fetched(fetch(FetchRequest(f"{publisher.url}/feed")))
    assert (fetched.body, fetched.etag, fetched.flaw) == (BODY, '"1"', "")


def test_a_header_of_the_answer_is_not_taken_for_one_of_the_source(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers["/feed"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Length: 3\r\n\r\n<rss/>")
    error = _failed(fetch(FetchRequest(f"{publisher.url}/feed"))).error
    assert error.startswith("connection failed: Content-Length")


def test_a_redirect_with_an_endless_body_costs_nothing(publisher: Origin, fetcher: Make) -> None:
    """requests would read the body of every redirect whole."""
    endless = b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"
    publisher.answers |= {"/a": raw(endless, b"x" * 1000), "/b": reply(200, BODY)}
    began = time.monotonic()
    assert _fetched(fetcher(timeout=2)(FetchRequest(f"{publisher.url}/a"))).body == BODY
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b"no gzip", Content_Encoding="gzip"),
        reply(200, b"", Content_Length="5000"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n"),
        raw(b"SSH-2.0-OpenSSH\r\n"),
        raw(b""),
        raw(b"", end=Fault.RESET),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X%d: %s\r\n" % (n, b"y" * 2000) for n in range(50)) + b"\r\n"),
        raw(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, pause=0.0),
        raw(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n" * 1000, pause=0.0),
    ],
    ids=["no-gzip", "short-length", "no-chunk", "ssh", "nothing", "reset", "many", "long", "much", "continue", "hints"],
)  # fmt: skip
def test_an_answer_that_is_broken_from_its_beginning_is_a_failure(
    publisher: Origin, fetch: HttpFetch, answer: Answer
) -> None:
    publisher.answers["/feed"] = answer
    assert _failed(fetch(FetchRequest(f"{publisher.url}/feed"))).error.startswith("connection failed: ")


_CUT = b'HTTP/1.1 200 OK\r\nETag: "a"\r\nLast-Modified: b\r\n'


@pytest.mark.parametrize(
    "answer",
    [
        raw(_CUT + b"Content-Length: 5000\r\n\r\n" + BODY),
        raw(_CUT + b"Content-Length: 5000\r\n\r\n" + BODY, end=Fault.RESET),
        raw(_CUT + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n50\r\n" % (len(BODY), BODY)),
        raw(_CUT + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (len(BODY) + 9, BODY)),
        raw(_CUT + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY)[:-8]),
    ],
    ids=["length", "reset", "chunks", "chunk", "gzip"],
)
def test_F8_a_body_that_is_cut_short_brings_what_came_and_no_validator(
    publisher: Origin, fetch: HttpFetch, answer: Answer
) -> None:
    """What parses is taken, but the next poll asks for all of it."""
    publisher.answers["/feed"] = answer
    fetched = _fetched(fetch(FetchRequest(f"{publisher.url}/feed")))
    assert (fetched.body, fetched.etag, fetched.last_modified) == (BODY, None, None)
    assert "cut short" in fetched.flaw


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\n\r\nhalf", b""),
        (b"", b"H"),
        (b"", b""),
    ],
    ids=["body", "chunks", "headers", "stops", "status", "silence"],
)
def test_F8_a_slow_drip_ends_at_the_deadline(publisher: Origin, fetcher: Make, head: bytes, piece: bytes) -> None:
    """Wherever it drips, in headers too: `timeout` alone is per read."""
    publisher.answers["/feed"] = raw(head, piece, end=Fault.HANG)
    began = time.monotonic()
    failed = _failed(fetcher(timeout=0.2)(FetchRequest(f"{publisher.url}/feed")))
    assert failed.error == "no complete answer within 0.2 s (polling.timeout)"
    assert 0.1 < time.monotonic() - began < 1.5


def test_F8_a_bomb_is_refused_by_its_decoded_size(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {
        "/gzip": reply(200, gzip.compress(b"\0" * 50_000_000, 6), Content_Encoding="gzip"),
        "/deflate": reply(200, zlib.compress(b"\0" * 50_000_000, 6), Content_Encoding="deflate"),
        "/twice": reply(200, gzip.compress(gzip.compress(b"\0" * 50_000_000)), Content_Encoding="gzip, gzip"),
        "/brotli": reply(200, brotli.compress(b"\0" * 50_000_000, quality=5), Content_Encoding="br"),
        "/endless": raw(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000, pause=0.0),
    }
    for path in publisher.answers:
        assert "larger than" in _failed(fetch(FetchRequest(publisher.url + path))).error


def test_F8_a_name_that_leads_to_many_dead_addresses_ends_at_the_deadline(publisher: Origin, fetcher: Make) -> None:
    """Each would take the whole time for itself."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))  # the queue is full: who comes now waits for ever
        resolve = {"many.example": ["127.0.0.1"] * 8}
        began = time.monotonic()
        failed = _failed(fetcher(timeout=0.3, names=resolve)(FetchRequest(f"http://many.example:{port}/")))
        assert failed.error.startswith("no complete answer")
        assert time.monotonic() - began < 1.5
        for one in waiting:
            one.close()
