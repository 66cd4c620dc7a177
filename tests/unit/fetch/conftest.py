"""Publishers on loopback, and a fetch that may reach them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from fetch.loopback import Origin, origin

from syndicator.fetch.guard import Guard
from syndicator.fetch.http import HttpFetch, Limits

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def publisher() -> Iterator[Origin]:
    with origin() as one:
        yield one


@pytest.fixture
def elsewhere() -> Iterator[Origin]:
    """A publisher on another port, which is another origin."""
    with origin() as one:
        yield one


@pytest.fixture
def fetcher() -> Callable[..., HttpFetch]:
    """A fetch with limits, and with 127.0.0.1 open unless it is told otherwise."""

    def make(timeout: float = 5.0, max_body: int = 1_000_000, allowed: str = "127.0.0.1/32") -> HttpFetch:
        networks = (ip_network(allowed),) if allowed else ()
        return HttpFetch(
            "syndicator/test (+https://hub.example.org)", Limits(timeout, max_body), Guard(networks), lambda: NOW
        )

    return make


@pytest.fixture
def fetch(fetcher: Callable[..., HttpFetch]) -> HttpFetch:
    return fetcher()
