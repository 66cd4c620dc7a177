"""Publishers on loopback, and a fetch that may reach them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from loopback import Origin, origins

from syndicator.core.addresses import Guard, opening
from syndicator.fetch.failures import Limits
from syndicator.fetch.guard import Resolve, system_resolver
from syndicator.fetch.hosts import Hosts
from syndicator.fetch.http import HttpFetch
from syndicator.fetch.transport import Transport

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def publisher() -> Iterator[Origin]:
    with origins("127.0.0.1") as (one,):
        yield one


@pytest.fixture
def elsewhere() -> Iterator[Origin]:
    """A publisher on another port, which is another origin."""
    with origins("127.0.0.1") as (one,):
        yield one


@pytest.fixture
def fetcher() -> Callable[..., HttpFetch]:
    """A fetch with limits, with 127.0.0.1 open unless it is told otherwise, and with names of its own."""

    def make(
        timeout: float = 5.0, max_body: int = 1_000_000, allowed: str = "127.0.0.1/32", hosts: Hosts | None = None,
        names: dict[str, list[str]] | None = None, resolve: Resolve | None = None, trusted: str | None = None,
    ) -> HttpFetch:  # fmt: skip
        openings = tuple(map(opening, allowed.split()))
        transport = Transport(Guard(openings), resolve or _knowing(names or {}), trusted)
        agent = "syndicator/test (+https://hub.example.org)"
        return HttpFetch(agent, Limits(timeout, max_body), transport, hosts or Hosts(), lambda: NOW)

    return make


def _knowing(names: dict[str, list[str]]) -> Resolve:
    """A resolver that has addresses of its own for some names."""

    def resolve(host: str, port: int) -> list[Any]:
        return [one for address in names.get(host, [host]) for one in system_resolver(address, port)]

    return resolve


@pytest.fixture
def fetch(fetcher: Callable[..., HttpFetch]) -> HttpFetch:
    return fetcher()
