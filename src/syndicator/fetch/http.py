"""Conditional GET over HTTP: polite, bounded, guarded."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import requests
from urllib3.exceptions import HTTPError

from syndicator.core.fetching import Fetched, FetchFailed, FetchOutcome, FetchRequest, Gone, HostQuiet, NotModified
from syndicator.core.text import one_line
from syndicator.core.urls import host, public, same_origin, web_url, without_secrets

from .freshness import fresh_for, retry_after
from .guard import AddressRefused
from .hosts import HostBusy, Hosts
from .transport import TooLarge, TooSlow, Transport, read_body, release

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
class Limits:
    """`timeout` in seconds for one whole request, `max_body` in decoded bytes."""

    timeout: float = 30.0
    max_body: int = 10 * 1024 * 1024


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
        except (requests.RequestException, HTTPError, OSError, ValueError, TooLarge, TooSlow, HostBusy) as error:
            return FetchFailed(self._explain(error, hop))
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
            return self._failed(response, request, hop)
        body, flaw = read_body(response, self._limits.max_body, hop.deadline)
        if hop.url != request.url or flaw:
            # Validators belong to the URL that gave them, and to a body that came whole.
            etag = last_modified = None
        # Links in the body are made absolute against this URL: no password may stand in it.
        return Fetched(
            public(hop.url), body, response.headers.get("Content-Type", ""), etag, last_modified,
            fresh_for(response.headers), hop.moved_to, flaw,
        )  # fmt: skip

    def _failed(self, response: requests.Response, request: FetchRequest, hop: _Hop) -> FetchFailed:
        status, name = response.status_code, host(hop.url)
        error = f"HTTP {status} {one_line((response.reason or '')[:200])[:80]}".strip() + _HINTS.get(status, "")
        until = retry_after(status, response.headers, self._now())
        if until:
            self._hosts.keep_quiet(name, until)
        return FetchFailed(error, status, name, until)

    def _explain(self, error: Exception, hop: _Hop) -> str:
        """The failure in our words: exception texts hold whole URLs, and URLs hold tokens."""
        chain = list(_chain(error))
        refused = next((e for e in chain if isinstance(e, AddressRefused)), None)
        if refused is not None:
            return f"refused: {str(refused).partition(': ')[2]}"
        if isinstance(error, requests.exceptions.InvalidHeader) and len(chain) == 1:  # else the answer's is meant
            return "a header of this source cannot be sent: is there a line break or a blank around its value?"
        if isinstance(error, TooLarge):
            return f"the body is larger than {self._limits.max_body} bytes (polling.max_body)"
        if isinstance(error, HostBusy):
            return f"{host(hop.url)} was busy with our other requests for {self._limits.timeout:g} s (polling.per_host)"
        if isinstance(error, TooSlow | requests.Timeout) or any("Timeout" in type(e).__name__ for e in chain):
            return f"no complete answer within {self._limits.timeout:g} s (polling.timeout)"
        if any("SSL" in type(e).__name__ for e in chain):
            return f"TLS failed: {_reason(chain)}"
        return f"connection failed: {_reason(chain)}"


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


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what caused it, also where urllib3 keeps that in `reason` and requests in `args`."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        inner = [getattr(error, "reason", None), *error.args, error.__cause__]
        error = next((e for e in inner if isinstance(e, BaseException)), error.__context__)


def _reason(chain: list[BaseException]) -> str:
    last = chain[-1]
    text = getattr(last, "strerror", None) or str(last).rpartition(": ")[2] or type(last).__name__
    return re.sub(r"https?://\S+", "(URL)", str(text))[:200]
