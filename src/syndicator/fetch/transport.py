"""One HTTP request on the wire: requests' adapter, without what a session would add or follow."""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import certifi
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidSchema
from urllib3 import HTTPConnectionPool, Timeout
from urllib3.exceptions import HTTPError, ProtocolError

from syndicator.core.addresses import Guard

from .guard import Resolve, guarded_pools, system_resolver

# Its warnings hold whole URLs, tokens and all; what they tell comes as an exception too.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

_CHUNK = 64 * 1024
_PORTS = {"http": 80, "https": 443}
_HOSTS_KEPT = 512
"""Hosts to which an idle connection is kept open: half of the 1,024 files that a process may usually have open."""


class TooLarge(Exception):
    """The body is larger than it may be."""


class TooSlow(Exception):
    """The deadline is over."""


class Transport:
    """Sends GET and POST requests; safe to use from several threads.

    No session: no cookies, no netrc, no proxies from the environment, and redirects are the caller's business.
    `trusted` is a file of certificates to believe in place of the usual ones.
    """

    def __init__(self, guard: Guard, resolve: Resolve = system_resolver, trusted: str | None = None) -> None:
        self._adapter = _GuardedAdapter(guard, resolve, trusted)

    def get(self, url: str, headers: Mapping[str, str], deadline: float) -> Response:
        """Status and headers of the answer, its body unread; raises what requests and urllib3 raise.

        `deadline`, on the monotonic clock, is for the whole answer: name, connection, TLS, headers and body.
        """
        return self._send("GET", url, headers, None, deadline)

    def post(self, url: str, headers: Mapping[str, str], form: Mapping[str, str], deadline: float) -> Response:
        """The same for a form, which is sent as `application/x-www-form-urlencoded`."""
        return self._send("POST", url, headers, form, deadline)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None, deadline: float
    ) -> Response:
        request = PreparedRequest()
        request.prepare_method(method)
        request.prepare_url(url, None)
        request.prepare_headers(headers)
        request.prepare_auth(None, url)  # a user and password that stand in the URL
        if form is not None:
            request.prepare_body(form, None)
        left = Timeout(total=max(deadline - time.monotonic(), 0.001))
        return self._adapter.send(request, stream=True, timeout=left)  # type: ignore[arg-type]


def read_body(response: Response, max_body: int, deadline: float) -> tuple[bytes, str]:
    """The decoded body, and what is wrong with it where it ended too early ("" where nothing is).

    Raises TooLarge, TooSlow, and what urllib3 raises for a body that is broken from its first byte on.
    """
    pieces: list[bytes] = []
    try:
        for piece in _pieces(response.raw, deadline):
            pieces.append(piece)
            if sum(map(len, pieces)) > max_body:
                raise TooLarge
    except ProtocolError:
        if not any(pieces):
            raise
        return b"".join(pieces), "the answer was cut short"
    flaw = "its compressed body was cut short" if _is_cut(response.raw) else ""
    return b"".join(pieces), flaw


def release(response: Response) -> None:
    """Keep the connection for the next request where nothing is left to read on it, else close it."""
    raw = response.raw
    with suppress(HTTPError):
        if not raw.closed and raw.length_remaining == 0:
            raw.read()  # what there is not; it is this that gives the connection back
    raw.close()


def _pieces(raw: Any, deadline: float) -> Iterator[bytes]:
    # read1 gives what has come: a slow drip cannot outlive the deadline between two reads.
    while piece := raw.read1(_CHUNK, decode_content=True):
        if time.monotonic() > deadline:
            raise TooSlow
        yield piece


def _is_cut(raw: Any) -> bool:
    """Whether a compressed body ended before its end, which urllib3 takes without a word."""
    stream = getattr(getattr(raw, "_decoder", None), "_obj", None)
    return not getattr(stream, "eof", True)


class _GuardedAdapter(HTTPAdapter):
    """Requests' adapter over our own pools: finding one of urllib3's costs a fifth of a 304.

    One TLS context is shared by all connections.
    """

    def __init__(self, guard: Guard, resolve: Resolve, trusted: str | None) -> None:
        super().__init__()
        self._classes = guarded_pools(guard, resolve)
        self._trusted = trusted
        self._pools: OrderedDict[tuple[str, str, int], HTTPConnectionPool] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def _context(self) -> ssl.SSLContext:
        # For the first host that wants it: with all authorities it takes 20 ms to make.
        return ssl.create_default_context(cafile=self._trusted or certifi.where())

    def cert_verify(self, *args: Any, **options: Any) -> None:
        """Nothing: the shared context verifies."""

    def get_connection_with_tls_context(self, request: PreparedRequest, *args: Any, **options: Any) -> Any:
        """The connections to the request's host; those to the host that was not asked for longest are closed."""
        parts = urlsplit(request.url or "")
        if parts.scheme not in self._classes or not parts.hostname:
            raise InvalidSchema("only http and https are fetched")
        # Without a port, http.client would find one in an IPv6 address.
        key = (parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])
        with self._lock:
            pool = self._pools.get(key) or self._new_pool(*key)
            self._pools[key] = pool
            self._pools.move_to_end(key)
            idle = self._pools.popitem(last=False)[1] if len(self._pools) > _HOSTS_KEPT else None
        if idle:
            idle.close()
        return pool

    def _new_pool(self, scheme: str, host: str, port: int) -> HTTPConnectionPool:
        literal = f"[{host}]" if ":" in host else host
        if scheme == "https":
            return self._classes[scheme](literal, port, ssl_context=self._context)
        return self._classes[scheme](literal, port)
