"""Connections that ask the address guard first, about the very address that is then used."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from syndicator.core.addresses import Guard

from .deadline import BoundedResponse

Resolve = Callable[[str, int], list[Any]]
"""A name and a port to what `socket.getaddrinfo` gives; raises OSError."""

_IDLE_SECONDS = 4.0
"""Servers close what is idle, some after five seconds: a connection that old may be closing just now."""


class AddressRefused(NewConnectionError):
    """The name leads into a network that feeds may not reach."""


def system_resolver(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def guarded_pools(guard: Guard, resolve: Resolve) -> dict[str, type[HTTPConnectionPool]]:
    """Connection pools by scheme whose connections ask `guard` first."""

    class Guarded:
        response_class = BoundedResponse
        _used_at = 0.0

        def _new_conn(self) -> socket.socket:
            return _connect(self, guard, resolve)

        def request(self, *args: Any, **options: Any) -> None:
            self._used_at = time.monotonic()
            super().request(*args, **options)  # type: ignore[misc]

        @property
        def is_connected(self) -> bool:
            fresh = time.monotonic() - self._used_at < _IDLE_SECONDS
            return fresh and bool(super().is_connected)  # type: ignore[misc]

    class GuardedHTTP(Guarded, HTTPConnection):  # type: ignore[misc]
        pass

    class GuardedHTTPS(Guarded, HTTPSConnection):  # type: ignore[misc]
        pass

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTP

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPS

    return {"http": HTTPPool, "https": HTTPSPool}


def _connect(connection: Any, guard: Guard, resolve: Resolve) -> socket.socket:
    """Resolve once, refuse unless every address passes, connect to a literal one: no second look-up to rebind."""
    host, port = connection._dns_host.strip("[]"), connection.port
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, f"the name {host} does not resolve: {error}") from error
    for *_, address in found:
        if not _passes(guard, address, host, port):
            where = host if host == address[0] else f"{host} at {address[0]}"
            raise AddressRefused(connection, f"{where} is a private or special address; polling.allow_private opens it")
    sock = _first_answering(connection, found)
    peer = sock.getpeername()
    if peer not in (address for *_, address in found) and not _passes(guard, peer, host, port):
        sock.close()
        raise AddressRefused(connection, f"{host} led to {peer[0]}, a private or special address")
    return sock


def _passes(guard: Guard, address: Any, host: str, port: int) -> bool:
    literal = ipaddress.ip_address(str(address[0]).partition("%")[0])
    return guard.passes(literal, host.lower().rstrip("."), port)


def _first_answering(connection: Any, found: list[Any]) -> socket.socket:
    """A connection to the first address that takes one, all tries together within the connection's timeout."""
    deadline = time.monotonic() + connection.timeout
    failure: Exception | None = None
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(deadline - time.monotonic(), 0.001))
            sock.connect(address)
            return sock
        except TimeoutError as error:
            failure = ConnectTimeoutError(connection, "connecting took too long")
            failure.__cause__ = error
        except OSError as error:
            failure = NewConnectionError(connection, f"cannot connect: {error.strerror or error}")
            failure.__cause__ = error
        sock.close()
    raise failure or NewConnectionError(connection, "the name has no address")
