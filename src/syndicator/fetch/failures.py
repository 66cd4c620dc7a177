"""What went wrong with a request, in words for the operator: no whole URL, no token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import requests
from urllib3.exceptions import HTTPError

from syndicator.core.fetching import FetchFailed
from syndicator.core.text import one_line

from .freshness import retry_after
from .guard import AddressRefused
from .hosts import HostBusy
from .transport import TooLarge, TooSlow

FAILURES = (requests.RequestException, HTTPError, OSError, ValueError, TooLarge, TooSlow, HostBusy)
"""What a request may raise for what the web does."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`timeout` in seconds for one whole request, `max_body` in decoded bytes."""

    timeout: float = 30.0
    max_body: int = 10 * 1024 * 1024


def refusal(response: requests.Response, host: str, now: datetime, hints: Mapping[int, str]) -> FetchFailed:
    """What an answer means that is not the one wanted; `hints` say by its status what may be done about it."""
    status = response.status_code
    error = f"HTTP {status} {one_line((response.reason or '')[:200])[:80]}".strip() + hints.get(status, "")
    return FetchFailed(error, status, host, retry_after(status, response.headers, now))


def explain(error: Exception, host: str, limits: Limits) -> str:
    """One of FAILURES in our words: exception texts hold whole URLs, and URLs hold tokens."""
    chain = list(_chain(error))
    refused = next((e for e in chain if isinstance(e, AddressRefused)), None)
    if refused is not None:
        return f"refused: {str(refused).partition(': ')[2]}"
    if isinstance(error, requests.exceptions.InvalidHeader) and len(chain) == 1:  # else the answer's is meant
        return "a header of this source cannot be sent: is there a line break or a blank around its value?"
    if isinstance(error, TooLarge):
        return f"the body is larger than {limits.max_body} bytes (polling.max_body)"
    if isinstance(error, HostBusy):
        return f"{host} was busy with our other requests for {limits.timeout:g} s (polling.per_host)"
    if isinstance(error, TooSlow | requests.Timeout) or any("Timeout" in type(e).__name__ for e in chain):
        return f"no complete answer within {limits.timeout:g} s (polling.timeout)"
    if any("SSL" in type(e).__name__ for e in chain):
        return f"TLS failed: {_reason(chain)}"
    return f"connection failed: {_reason(chain)}"


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
