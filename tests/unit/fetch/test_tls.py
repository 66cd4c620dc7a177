"""TLS and its faults, with a certificate authority of our own."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from loopback import Fault, Origin, origins, raw, reply

from syndicator.core.fetching import Fetched, FetchFailed, FetchRequest
from syndicator.fetch.http import HttpFetch

BODY = b"<rss version='2.0'><channel/></rss>"
Make = Callable[..., HttpFetch]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> str:
    """The file of certificates that believes in the authority."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


def _serving(certificate: trustme.LeafCert) -> Iterator[Origin]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with origins("127.0.0.1", tls=context) as (origin,):
        origin.answers["/feed"] = reply(200, BODY)
        yield origin


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Origin]:
    yield from _serving(authority.issue_cert("127.0.0.1"))


@pytest.fixture
def misnamed(authority: trustme.CA) -> Iterator[Origin]:
    yield from _serving(authority.issue_cert("other.example"))


@pytest.fixture
def expired(authority: trustme.CA) -> Iterator[Origin]:
    yield from _serving(authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)))


def _error(fetch: HttpFetch, url: str) -> str:
    outcome = fetch(FetchRequest(url))
    assert isinstance(outcome, FetchFailed), outcome
    return outcome.error


def test_a_certificate_of_a_known_authority_is_believed_and_connections_are_used_again(
    secure: Origin, fetcher: Make, trusted: str
) -> None:
    fetch = fetcher(trusted=trusted)
    for _ in range(2):
        assert isinstance(fetch(FetchRequest(f"{secure.url}/feed")), Fetched)
    assert secure.accepted == 1


def test_a_certificate_of_an_unknown_authority_is_refused(secure: Origin, fetch: HttpFetch) -> None:
    assert _error(fetch, f"{secure.url}/feed").startswith("TLS failed: ")
    assert secure.asked == []


def test_a_certificate_for_another_name_is_refused(misnamed: Origin, fetcher: Make, trusted: str) -> None:
    assert "127.0.0.1" in _error(fetcher(trusted=trusted), f"{misnamed.url}/feed")
    assert misnamed.asked == []


def test_an_expired_certificate_is_refused(expired: Origin, fetcher: Make, trusted: str) -> None:
    assert "expired" in _error(fetcher(trusted=trusted), f"{expired.url}/feed")
    assert expired.asked == []


def test_a_handshake_that_never_ends_is_over_at_the_deadline(publisher: Origin, fetcher: Make) -> None:
    publisher.answers["/"] = raw(b"", end=Fault.HANG)
    began = time.monotonic()
    assert _error(fetcher(timeout=0.2), f"https://127.0.0.1:{publisher.port}/").startswith("no complete answer")
    assert time.monotonic() - began < 1.5


def test_F6_a_redirect_from_https_down_to_http_is_not_followed(
    secure: Origin, publisher: Origin, fetcher: Make, trusted: str
) -> None:
    secure.answers["/feed"] = reply(301, Location=f"{publisher.url}/feed?token=hunter2")
    error = _error(fetcher(trusted=trusted), f"{secure.url}/feed")
    assert error == f"redirected from https down to http ({publisher.url}/feed)"
    assert publisher.asked == []


def test_F6_a_redirect_from_http_up_to_https_is(secure: Origin, publisher: Origin, fetcher: Make, trusted: str) -> None:
    publisher.answers["/feed"] = reply(301, Location=f"{secure.url}/feed")
    fetched = fetcher(trusted=trusted)(FetchRequest(f"{publisher.url}/feed"))
    assert isinstance(fetched, Fetched)
    assert fetched.moved_to == f"{secure.url}/feed"
