"""What publishers answer by mistake or malice: one failure in our words, in time, without a secret."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from fetch.loopback import Answer, Asked, Origin, raw, reply

from syndicator.core.model import Fetched, FetchFailed, FetchRequest
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


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Sat, 31 Jan 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Saturday, 31-Jan-26 13:00:00 GMT", timedelta(hours=1)),
        ("Sat, 31 Jan 2026 11:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -0100", timedelta(days=366)),
        ("99999999999999999999", timedelta(days=366)),
        ("Sat, 31 Jan 2026 13:00:00 +99999999999999", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_believed_within_a_year_and_garbage_is_not(
    publisher: Origin, fetch: HttpFetch, value: str, wait: timedelta | None
) -> None:
    publisher.answers["/feed"] = reply(429, Retry_After=value)
    assert _failed(fetch(FetchRequest(f"{publisher.url}/feed"))).retry_after == wait


def test_a_redirect_may_name_its_target_in_utf_8(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers |= {
        "/a": reply(302, Location="/café".encode().decode("latin-1")), "/caf%C3%A9": reply(200, BODY),
        "/b": reply(302, Location="/caf\xe9"),
    }  # fmt: skip
    assert _fetched(fetch(FetchRequest(f"{publisher.url}/a"))).body == BODY
    assert _fetched(fetch(FetchRequest(f"{publisher.url}/b"))).body == BODY


def test_a_redirect_with_an_endless_body_costs_nothing(publisher: Origin, fetcher: Make) -> None:
    """requests would read the body of every redirect whole."""
    endless = b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"
    publisher.answers |= {"/a": raw(endless, b"x" * 1000), "/b": reply(200, BODY)}
    began = time.monotonic()
    assert _fetched(fetcher(timeout=2)(FetchRequest(f"{publisher.url}/a"))).body == BODY
    assert time.monotonic() - began < 1


def test_a_user_in_the_url_is_sent_and_not_told_further(publisher: Origin, fetch: HttpFetch) -> None:
    """What is read from the body is made absolute against the URL: a password would stand in every link."""
    publisher.answers["/feed"] = reply(200, BODY)
    fetched = _fetched(fetch(FetchRequest(f"http://me:hunter2@127.0.0.1:{publisher.port}/feed?token=hunter2&page=1")))
    assert publisher.asked[0][1]["Authorization"].startswith("Basic ")
    assert fetched.url == f"{publisher.url}/feed?page=1"


@pytest.mark.parametrize("status", [200, 302, 404, 410, 429])
def test_no_token_stands_in_a_failure(publisher: Origin, fetcher: Make, status: int) -> None:
    publisher.answers["/feed"] = reply(status, b"x" * 100, Location="http://127.0.0.1:1/?token=hunter2")
    url = f"http://me:hunter2@127.0.0.1:{publisher.port}/feed?token=hunter2"
    outcome = fetcher(max_body=10)(FetchRequest(url, headers=(("X-Key", "hunter2"),)))
    assert not isinstance(outcome, Fetched)
    assert "hunter2" not in repr(outcome)


@pytest.mark.parametrize("value", ["hunter2\n", " hunter2", "hunter2 ключ", "hunter2\0"])
def test_a_header_that_cannot_be_sent_is_a_failure_without_its_value(
    publisher: Origin, fetch: HttpFetch, value: str
) -> None:
    publisher.answers["/feed"] = reply(404)
    failed = _failed(fetch(FetchRequest(f"{publisher.url}/feed", headers=(("Authorization", value),))))
    assert "hunter2" not in repr(failed)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/?token=hunter2", "http://me:hunter2@nowhere.invalid/?token=hunter2"]
)
def test_no_token_stands_in_a_failure_to_connect(fetch: HttpFetch, url: str) -> None:
    failed = _failed(fetch(FetchRequest(url)))
    assert failed.error.startswith("connection failed: ")
    assert "hunter2" not in repr(failed)


def test_a_gzip_bomb_is_refused_by_its_decoded_size(publisher: Origin, fetch: HttpFetch) -> None:
    publisher.answers["/feed"] = reply(200, gzip.compress(b"\0" * 50_000_000, 6), Content_Encoding="gzip")
    assert "larger than" in _failed(fetch(FetchRequest(f"{publisher.url}/feed"))).error


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, BODY, Content_Length="5000"),
        reply(200, b"no gzip", Content_Encoding="gzip"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n50\r\nabc"),
        raw(b"SSH-2.0-OpenSSH\r\n"),
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"),
    ],
    ids=["short-length", "no-gzip", "short-chunk", "ssh", "nothing", "many", "long"],
)
def test_an_answer_that_is_cut_or_broken_is_a_failure(publisher: Origin, fetch: HttpFetch, answer: Answer) -> None:
    publisher.answers["/feed"] = answer
    assert _failed(fetch(FetchRequest(f"{publisher.url}/feed"))).error.startswith("connection failed: ")


def test_a_gzip_body_that_is_cut_brings_no_validator(publisher: Origin, fetch: HttpFetch) -> None:
    """Its length is right, its end is missing: what parses is taken, but the next poll asks for all of it."""
    cut = gzip.compress(BODY * 100)[:-12]
    publisher.answers["/feed"] = reply(200, cut, Content_Encoding="gzip", ETag='"a"', Last_Modified="b")
    outcome = fetch(FetchRequest(f"{publisher.url}/feed"))
    assert isinstance(outcome, FetchFailed) or (outcome.etag, outcome.last_modified) == (None, None)  # type: ignore[union-attr]


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
def test_a_slow_drip_ends_at_the_deadline(publisher: Origin, fetcher: Make, head: bytes, piece: bytes) -> None:
    """Wherever it drips, in headers too: `timeout` alone is per read."""

    def answer(asked: Asked) -> None:
        raw(head, piece)(asked)
        publisher.closing.wait(5)

    publisher.answers["/feed"] = answer
    began = time.monotonic()
    failed = _failed(fetcher(timeout=0.2)(FetchRequest(f"{publisher.url}/feed")))
    assert failed.error == "no complete answer within 0.2 s (polling.timeout)"
    assert 0.1 < time.monotonic() - began < 1.5
