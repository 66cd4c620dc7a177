"""A small month, and the judge's own trial: whoever misbehaves is caught."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from loopback import Headers, origins

from .judge import Judge, Violation
from .run import Clock, simulate
from .world import BEGIN, DAY, HOUR, Nature, Publisher, Request, Window

_AGENT = "syndicator/1 (+https://hub.example.org)"
_ENTRIES = (BEGIN - DAY,)


def test_F1_to_F8_hold_for_every_request_of_a_month_with_restarts() -> None:
    month = simulate(40, 30, seed=7)
    assert month.first_violations == []
    assert month.entries_lost == 0
    assert month.starts > 40
    assert month.share_of_304 > 0.2
    assert month.busiest_minute_of_the_first_hour <= 6, "new sources begin one by one"
    kinds = {"whole", "cut", "unchanged", "page", "moved", "elsewhere", "gone", "error"}
    assert kinds - month.answers.keys() == set(), "a month in which not everything happened proves little"


def _request(
    hours: float, answered: str = "whole", url: str = "http://127.2.0.1/a/feed", sent: dict[str, str] | None = None,
    **fields: Any,
) -> Request:  # fmt: skip
    usual = {"user-agent": _AGENT, "accept": "application/rss+xml", "accept-encoding": "gzip", "host": "a"}
    return Request(BEGIN + hours * HOUR, "a", url, Headers(usual | (sent or {})), answered, **fields)


_TAGGED: dict[str, Any] = {"etag": '"1"'}
_ASKS = {"if-none-match": '"1"'}
_NEW = "http://127.2.0.2/a/new"


def _redirected(hours: float) -> tuple[Request, Request]:
    return _request(hours, "moved", target=_NEW), _request(hours, url=_NEW)


@pytest.mark.parametrize(
    ("rule", "nature", "requests"),
    [
        ("F1", Nature(_ENTRIES), [_request(0, sent=_ASKS)]),
        ("F2", Nature(_ENTRIES), [_request(0, **_TAGGED), _request(2)]),
        ("F2", Nature(_ENTRIES), [_request(0, **_TAGGED), _request(2, sent={"if-none-match": "1"})]),
        ("F2", Nature(_ENTRIES), [_request(0), _request(2, sent={"if-modified-since": "Mon, 02 Mar 2026 00:00:00 GMT"})]),
        ("F3", Nature(_ENTRIES), [_request(0), _request(0.9)]),
        ("F4", Nature(_ENTRIES, fresh_for=3 * HOUR), [_request(0), _request(2)]),
        ("F4", Nature(_ENTRIES, channel_wait=3 * HOUR), [_request(0), _request(2)]),
        ("F4", Nature(_ENTRIES, skip_hours=(2, 3)), [_request(0), _request(2.5)]),
        ("F4", Nature(_ENTRIES, throttled=Window(0)), [_request(0, "error", quiet_until=BEGIN + 5 * HOUR), _request(4)]),
        ("F5", Nature(_ENTRIES), [_request(0, "error"), _request(1, "error"), _request(2, "error")]),
        ("F5", Nature(_ENTRIES), [_request(0), _request(30)]),
        ("F6", Nature(_ENTRIES), [_request(0, "gone"), _request(24)]),
        ("F6", Nature(_ENTRIES), [_request(0), _request(1, url=_NEW)]),
        ("F6", Nature(_ENTRIES), [*_redirected(0), *_redirected(2), *_redirected(4), *_redirected(6)]),
        ("F6", Nature(_ENTRIES), [_request(0, "elsewhere", target="x")] * 7),
        ("F7", Nature(_ENTRIES), [_request(0, sent={"cookie": "a=b"})]),
        ("F7", Nature(_ENTRIES), [_request(0, sent={"referer": "a"})]),
        ("F7", Nature(_ENTRIES), [_request(0, sent={"user-agent": "python-requests"})]),
        ("F7", Nature(_ENTRIES), [_request(0, sent={"accept-encoding": "identity"})]),
        ("F8", Nature(_ENTRIES), [_request(0, "cut", **_TAGGED), _request(2, sent=_ASKS)]),
    ],
)  # fmt: skip
def test_the_judge_catches_who_misbehaves(rule: str, nature: Nature, requests: list[Request]) -> None:
    assert rule in {violation.rule for violation in _judged(nature, requests)}


def test_the_judge_has_nothing_against_who_behaves() -> None:
    polls = [_request(0, **_TAGGED), *(_request(n * 23, "unchanged", sent=_ASKS, **_TAGGED) for n in range(1, 5))]
    assert _judged(Nature(_ENTRIES), polls) == []


def _judged(nature: Nature, requests: list[Request]) -> list[Violation]:
    with origins("127.2.0.1") as (origin,):
        one = Publisher("a", nature, origin, Clock(), [])
        requests = [_at_home(request, one.url) for request in requests]
        return list(Judge([one], _AGENT, [], requests[-1].at).judge(requests))


def _at_home(request: Request, url: str) -> Request:
    """The request with the port that the publisher happens to have."""
    return replace(request, url=url) if request.url.endswith("/feed") else request
