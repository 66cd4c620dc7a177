"""Posting a form over HTTP, as the parties of WebSub talk: bounded, guarded, in the host's turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from syndicator.core.fetching import FetchFailed, HostQuiet
from syndicator.core.urls import host

from .failures import FAILURES, Limits, explain, refusal
from .hosts import Hosts
from .transport import Transport, release

_HINTS = {401: " (credentials wanted)", 404: " (nothing there: is the URL right?)", 429: " (asked too often)"}


class HttpPost:
    """Sends forms; safe to call from several threads."""

    def __init__(
        self, user_agent: str, limits: Limits, transport: Transport, hosts: Hosts, now: Callable[[], datetime]
    ) -> None:
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "identity"}
        self._limits = limits
        self._transport = transport
        self._hosts = hosts
        self._now = now

    def __call__(self, url: str, form: Mapping[str, str]) -> FetchFailed | HostQuiet | None:
        """One POST; None where the host took it (any 2xx). No redirect is followed: the form was not meant for others.

        What the host answers is not read.
        """
        name, deadline = host(url), time.monotonic() + self._limits.timeout
        if until := self._hosts.quiet_until(name, self._now()):
            return HostQuiet(name, until)
        try:
            with self._hosts.turn(name, self._limits.timeout):
                response = self._transport.post(url, self._headers, form, deadline)
                try:
                    if 200 <= response.status_code < 300:
                        return None
                    failed = refusal(response, name, self._now(), _HINTS)
                finally:
                    release(response)
        except FAILURES as error:
            return FetchFailed(explain(error, name, self._limits))
        if failed.retry_after:
            self._hosts.keep_quiet(name, failed.retry_after)
        return failed
