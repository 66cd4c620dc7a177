"""What a host that is posted to sees, and how its answers are understood."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import NOW
from loopback import Fault, Origin, play, reply

from syndicator.core.addresses import Guard, opening
from syndicator.core.fetching import FetchFailed, HostQuiet
from syndicator.fetch.failures import Limits
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.posting import HttpPost
from syndicator.fetch.transport import Transport

FORM = {"hub.mode": "publish", "hub.url": "https://news.example.org/feeds/ü.rss?a=1&b=2"}


def _post(hosts: Hosts | None = None, allowed: tuple[str, ...] = ("127.0.0.1/32",), timeout: float = 5) -> HttpPost:
    transport = Transport(Guard(tuple(map(opening, allowed))))
    agent = "syndicator/test (+https://news.example.org)"
    return HttpPost(agent, Limits(timeout), transport, hosts or Hosts(), lambda: NOW)


def test_a_form_goes_out_as_browsers_send_one(publisher: Origin) -> None:
    publisher.answers["/hub"] = reply(202)
    assert _post()(f"{publisher.url}/hub?key=1", FORM) is None
    (asked,) = publisher.asked
    assert asked.path == "/hub?key=1"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.headers["User-Agent"] == "syndicator/test (+https://news.example.org)"
    assert asked.body == (
        b"hub.mode=publish&hub.url=https%3A%2F%2Fnews.example.org%2Ffeeds%2F%C3%BC.rss%3Fa%3D1%26b%3D2"
    )


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_2xx_is_taken(publisher: Origin, status: int) -> None:
    publisher.answers["/hub"] = reply(status)
    assert _post()(f"{publisher.url}/hub", FORM) is None


def test_a_redirect_is_not_followed(publisher: Origin) -> None:
    publisher.answers |= {"/hub": reply(307, Location="/other"), "/other": reply(204)}
    answer = _post()(f"{publisher.url}/hub", FORM)
    assert answer == FetchFailed("HTTP 307 Temporary Redirect", 307, "127.0.0.1")
    assert len(publisher.asked) == 1


def test_a_host_that_asks_for_quiet_gets_it_from_everyone(publisher: Origin) -> None:
    publisher.answers["/hub"] = reply(503, Retry_After="120")
    hosts, until = Hosts(), NOW + timedelta(minutes=2)
    post = _post(hosts)
    assert post(f"{publisher.url}/hub", FORM) == FetchFailed("HTTP 503 Service Unavailable", 503, "127.0.0.1", until)
    assert hosts.quiet_until("127.0.0.1", NOW) == until
    assert post(f"{publisher.url}/hub", FORM) == HostQuiet("127.0.0.1", until)
    assert len(publisher.asked) == 1


def test_no_private_address_is_posted_to(publisher: Origin) -> None:
    answer = _post(allowed=())(f"{publisher.url}/hub", FORM)
    assert isinstance(answer, FetchFailed)
    assert answer.error.startswith("refused: ")
    assert publisher.accepted == 0


def test_a_host_that_hangs_or_breaks_off_is_a_failure(publisher: Origin) -> None:
    publisher.answers |= {"/hangs": play(Fault.HANG), "/breaks": play(Fault.RESET)}
    hung = _post(timeout=0.2)(f"{publisher.url}/hangs?token=s3cret", FORM)
    assert hung == FetchFailed("no complete answer within 0.2 s (polling.timeout)")
    broken = _post()(f"{publisher.url}/breaks?token=s3cret", FORM)
    assert isinstance(broken, FetchFailed)
    assert broken.error.startswith("connection failed: ")
    assert "s3cret" not in broken.error
