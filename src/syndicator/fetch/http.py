"""Conditional GET over HTTP: polite, bounded, guarded."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import requests

from syndicator.core.fetching import Fetched, FetchFailed, FetchOutcome, FetchRequest, Gone, HostQuiet, NotModified
from syndicator.core.urls import host, public, same_origin, web_url, without_secrets

from .failures import FAILURES, Limits, explain, refusal
from .freshness import fresh_for
from .hosts import Hosts
from .transport import Transport, read_body, release

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_HOPS = 5
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)
_HINTS = {
    401: " (credentials wanted: see headers in the source)",
    403: " (the publisher refuses us)",
    404: " (nothing there: has the feed moved?)",
    429: " (asked too often)",
}


@dataclass(frozen=True, slots=True)
class _Hop:
    """Where a request has come to: `moved_to` is what permanent redirects, unbroken from the first, led to."""

    url: str
    deadline: float
    moved_to: str | None = None
    permanent: bool = True

    def to(self, target: str, status: int) -> _Hop:
        permanent = self.permanent and status in _PERMANENT
        return _Hop(target, self.deadline, target if permanent else self.moved_to, permanent)


class HttpFetch:
    """Fetches feeds; safe to call from several threads."""

    def __init__(
        self, user_agent: str, limits: Limits, transport: Transport, hosts: Hosts, now: Callable[[], datetime]
    ) -> None:
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        self._limits = limits
        self._transport = transport
        self._hosts = hosts
        self._now = now

    def __call__(self, request: FetchRequest) -> FetchOutcome:
        """One conditional GET, redirects followed; whatever the web does is a value."""
        hop = _Hop(request.url, time.monotonic() + self._limits.timeout)
        try:
            for _ in range(_HOPS + 1):
                answer = self._ask(request, hop)
                if not isinstance(answer, _Hop):
                    return answer
                hop = answer
        except FAILURES as error:
            return FetchFailed(explain(error, host(hop.url), self._limits))
        return FetchFailed(f"redirected more than {_HOPS} times")

    def _ask(self, request: FetchRequest, hop: _Hop) -> FetchOutcome | _Hop:
        """The outcome, or where to go next."""
        name = host(hop.url)
        if until := self._hosts.quiet_until(name, self._now()):
            if hop.url == request.url:
                return HostQuiet(name, until)
            error = f"redirected to {name}, which asked for quiet"
            return FetchFailed(error, None, name, until)
        with self._hosts.turn(name, hop.deadline - time.monotonic()):
            response = self._transport.get(hop.url, self._headers | _own_headers(request, hop.url), hop.deadline)
            try:
                if response.status_code in _REDIRECTS and "Location" in response.headers:
                    return _redirected(response, request, hop)
                return self._outcome(response, request, hop)
            finally:
                release(response)

    def _outcome(self, response: requests.Response, request: FetchRequest, hop: _Hop) -> FetchOutcome:
        etag, last_modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        if response.status_code == 304 and hop.url == request.url and _validators(request):
            return NotModified(fresh_for(response.headers), etag, last_modified)
        if response.status_code == 410 and hop.permanent:
            return Gone()
        if response.status_code != 200:
            return self._failed(response, hop)
        body, flaw = read_body(response, self._limits.max_body, hop.deadline)
        if hop.url != request.url or flaw:
            # Validators belong to the URL that gave them, and to a body that came whole.
            etag = last_modified = None
        # Links in the body are made absolute against this URL: no password may stand in it.
        return Fetched(
            public(hop.url), body, response.headers.get("Content-Type", ""), etag, last_modified,
            fresh_for(response.headers), hop.moved_to, flaw,
        )  # fmt: skip

    def _failed(self, response: requests.Response, hop: _Hop) -> FetchFailed:
        failed = refusal(response, host(hop.url), self._now(), _HINTS)
        if failed.retry_after:
            self._hosts.keep_quiet(failed.host, failed.retry_after)
        return failed


def _own_headers(request: FetchRequest, url: str) -> dict[str, str]:
    """What only some may see: credentials their origin, validators the URL that gave them."""
    headers = dict(request.headers) if same_origin(url, request.url) else {}
    return headers | (_validators(request) if url == request.url else {})


def _validators(request: FetchRequest) -> dict[str, str]:
    """Both validators as they were sent, unless they hold what no header may (requests would refuse the request)."""
    given = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {
        name: value for name, value in given.items() if value and not re.search(r"[\r\n\0]|^\s|[^\x00-\xff]", value)
    }


def _redirected(response: requests.Response, request: FetchRequest, hop: _Hop) -> _Hop | FetchFailed:
    target = web_url(_location(response), hop.url)
    if refusal := _refuse_hop(hop.url, target):
        return FetchFailed(refusal, response.status_code)
    return hop.to(target, response.status_code)


def _refuse_hop(url: str, target: str) -> str | None:
    if not target:
        return "redirected to something that is no web address"
    if url.startswith("https:") and target.startswith("http:"):
        return f"redirected from https down to http ({without_secrets(target)})"
    return None


def _location(response: requests.Response) -> str:
    """Where a redirect leads; raw UTF-8 in it was taken for Latin-1."""
    value = response.headers.get("Location", "")
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
