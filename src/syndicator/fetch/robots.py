"""robots.txt (RFC 9309): asked before any page that is not a subscribed feed."""

from __future__ import annotations

from collections.abc import Callable

from protego import Protego

from syndicator.core.fetching import Fetched, FetchFailed, FetchOutcome, FetchRequest
from syndicator.core.urls import bases

_NAME = "syndicator"
"""Our product token: robots.txt files name us by it."""


class Robots:
    """Says what may be fetched; asks every origin once."""

    def __init__(self, fetch: Callable[[FetchRequest], FetchOutcome]) -> None:
        self._fetch = fetch
        self._rules: dict[str, Protego | bool] = {}

    def allows(self, url: str) -> bool:
        """Whether the origin of `url` lets us fetch it: not where its rules cannot be had (RFC 9309, 2.3.1)."""
        origin = bases(url)[1]
        if origin not in self._rules:
            self._rules[origin] = self._ask(f"{origin}robots.txt")
        rules = self._rules[origin]
        return rules if isinstance(rules, bool) else bool(rules.can_fetch(url, _NAME))

    def _ask(self, url: str) -> Protego | bool:
        answer = self._fetch(FetchRequest(url))
        if isinstance(answer, Fetched):
            return Protego.parse(answer.body.decode("utf-8", "replace"))
        # Where there is no such file (4xx), everything is allowed; where nobody knows, nothing.
        status = answer.status if isinstance(answer, FetchFailed) else 410
        return status is not None and 400 <= status < 500
