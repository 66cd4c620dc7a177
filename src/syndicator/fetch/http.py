"""Conditional GET over HTTP with requests: polite, bounded, guarded."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from syndicator.core.model import Fetched, FetchFailed, FetchOutcome, FetchRequest, Gone, NotModified
from syndicator.core.text import one_line
from syndicator.core.urls import public, same_origin, web_url, without_secrets

from .guard import AddressRefused, Guard, guarded_pools

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_HOPS = 5
_CHUNK = 64 * 1024
_LONGEST_WAIT = timedelta(days=366)
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)


@dataclass(frozen=True, slots=True)
class Limits:
    """`timeout` in seconds for one whole request, `max_body` in decoded bytes."""

    timeout: float = 30.0
    max_body: int = 10 * 1024 * 1024


class _TooLarge(Exception):
    pass


class _TooSlow(Exception):
    pass


class HttpFetch:
    """Fetches feeds; safe to call from several threads."""

    def __init__(self, user_agent: str, limits: Limits, guard: Guard, now: Callable[[], datetime]) -> None:
        self._limits = limits
        self._now = now
        self._session = _session(user_agent, guard)

    def __call__(self, request: FetchRequest) -> FetchOutcome:
        """One conditional GET, redirects followed; whatever the web does is a value."""
        url, moved_to, permanent = request.url, None, True
        deadline = time.monotonic() + self._limits.timeout
        try:
            for _ in range(_HOPS + 1):
                with self._get(request, url, deadline) as response:
                    if response.status_code not in _REDIRECTS or "Location" not in response.headers:
                        return self._outcome(response, request, url, moved_to, deadline)
                    permanent = permanent and response.status_code in _PERMANENT
                    target = web_url(_location(response), url)
                    if refusal := _refuse_hop(url, target):
                        return FetchFailed(without_secrets(request.url), refusal, response.status_code)
                    url = target
                    moved_to = target if permanent else moved_to
        except (requests.RequestException, HTTPError, OSError, ValueError, _TooLarge, _TooSlow) as error:
            return FetchFailed(without_secrets(request.url), self._explain(error))
        return FetchFailed(without_secrets(request.url), f"redirected more than {_HOPS} times")

    def _get(self, request: FetchRequest, url: str, deadline: float) -> requests.Response:
        headers: dict[str, str] = {}
        if same_origin(url, request.url):
            headers.update(request.headers)  # credentials never leave their origin
        if url == request.url:
            # Validators belong to the URL that gave them.
            headers.update(_validators(request))
        left = max(deadline - time.monotonic(), 0.001)
        return self._session.get(url, headers=headers, timeout=left, stream=True, allow_redirects=False)

    def _outcome(
        self, response: requests.Response, request: FetchRequest, url: str, moved_to: str | None, deadline: float
    ) -> FetchOutcome:
        etag, last_modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        if response.status_code == 304 and url == request.url and _validators(request):
            return NotModified(_max_age(response), etag, last_modified)
        if response.status_code == 410:
            return Gone(without_secrets(request.url))
        if response.status_code != 200:
            return self._failed(response, request)
        body = b"".join(self._chunks(response, deadline))
        if url != request.url or _is_cut(response):
            etag = last_modified = None
        content_type = _header(response, "Content-Type")
        # Links in the body are made absolute against this URL: no password may stand in it.
        return Fetched(public(url), body, content_type, etag, last_modified, _max_age(response), moved_to)

    def _failed(self, response: requests.Response, request: FetchRequest) -> FetchFailed:
        status = response.status_code
        hint = {
            401: " (credentials wanted: see headers in the source)",
            403: " (the publisher refuses us)",
            404: " (nothing there: has the feed moved?)",
            429: " (asked too often)",
        }.get(status, "")
        error = f"HTTP {status} {one_line(response.reason or '')[:80]}".strip() + hint
        return FetchFailed(without_secrets(request.url), error, status, self._retry_after(response))

    def _chunks(self, response: requests.Response, deadline: float) -> Iterator[bytes]:
        total = 0
        # read1 returns what has come: a slow drip cannot outlive the deadline between two reads.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            total += len(chunk)
            if total > self._limits.max_body:
                raise _TooLarge
            if time.monotonic() > deadline:
                raise _TooSlow
            yield chunk

    def _retry_after(self, response: requests.Response) -> timedelta | None:
        """RFC 9110, 10.2.3: seconds or a date."""
        value = _header(response, "Retry-After").strip()
        if value.isascii() and value.isdigit():
            return min(timedelta(seconds=int(value[:9])), _LONGEST_WAIT)
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - self._now()
        return min(wait, _LONGEST_WAIT) if wait > timedelta() else None

    def _explain(self, error: Exception) -> str:
        """The failure in our words: exception texts hold whole URLs, and URLs hold tokens."""
        chain = list(_chain(error))
        refused = next((e for e in chain if isinstance(e, AddressRefused)), None)
        if refused is not None:
            return f"refused: {str(refused).partition(': ')[2]}"
        if isinstance(error, requests.exceptions.InvalidHeader):
            return "a header of this source cannot be sent: is there a line break or a blank around its value?"
        if isinstance(error, _TooLarge):
            return f"the body is larger than {self._limits.max_body} bytes (polling.max_body)"
        if isinstance(error, _TooSlow | requests.Timeout) or any("Timeout" in type(e).__name__ for e in chain):
            return f"no complete answer within {self._limits.timeout:g} s (polling.timeout)"
        if any("SSL" in type(e).__name__ for e in chain):
            return f"TLS failed: {_reason(chain)}"
        return f"connection failed: {_reason(chain)}"


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: we follow redirects ourselves; requests would read the whole body of each, however endless."""


def _session(user_agent: str, guard: Guard) -> requests.Session:
    session = _Session()
    session.trust_env = False  # no netrc, no proxies from the environment
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update({"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"})
    adapter = _GuardedAdapter(guard)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(pool_connections=64, pool_maxsize=16)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **options)
        self.poolmanager.pool_classes_by_scheme = guarded_pools(self._guard)


def _validators(request: FetchRequest) -> dict[str, str]:
    """Both validators as they were sent, unless they hold what no header may (requests would refuse the request)."""
    given = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {
        name: value for name, value in given.items() if value and not re.search(r"[\r\n\0]|^\s|[^\x00-\xff]", value)
    }


def _refuse_hop(url: str, target: str) -> str | None:
    if not target:
        return "redirected to something that is no web address"
    if url.startswith("https:") and target.startswith("http:"):
        return f"redirected from https down to http ({without_secrets(target)})"
    return None


def _location(response: requests.Response) -> str:
    """Where a redirect leads; raw UTF-8 in it was taken for Latin-1."""
    value = _header(response, "Location")
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _is_cut(response: requests.Response) -> bool:
    """Whether a compressed body ended before its end, which urllib3 takes without a word."""
    stream = getattr(getattr(response.raw, "_decoder", None), "_obj", None)
    return not getattr(stream, "eof", True)


def _header(response: requests.Response, name: str) -> str:
    return response.headers.get(name) or ""


def _max_age(response: requests.Response) -> timedelta | None:
    """How long the publisher calls this fresh: max-age less Age (RFC 9111, 4.2)."""
    found = re.search(r"max-age\s*=\s*\"?(\d{1,9})", _header(response, "Cache-Control"), re.IGNORECASE)
    if found is None:
        return None
    age = _header(response, "Age").strip()
    seconds = int(found.group(1)) - (int(age[:9]) if age.isascii() and age.isdigit() else 0)
    return timedelta(seconds=seconds) if seconds > 0 else None


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
