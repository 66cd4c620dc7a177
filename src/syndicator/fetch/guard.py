"""The address guard: which addresses may be connected to, checked on the very address that is then used."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .deadline import TimedResponse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IANA's special-purpose registries, and multicast. Python 3.11's `is_global` is wrong for several of them.
_REFUSED_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
# Of IPv6 only global unicast may pass, less what means something else: Teredo, ORCHID, 6to4, documentation.
_ALLOWED_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


class AddressRefused(NewConnectionError):
    """The name leads into a network that feeds may not reach."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides about addresses; `allowed` are the networks that the operator's `allow_private` opens."""

    allowed: tuple[Network, ...] = ()

    def passes(self, address: Address) -> bool:
        """Whether a connection to `address` may be made."""
        if any(address.version == network.version and address in network for network in self.allowed):
            return True
        if isinstance(address, ipaddress.IPv4Address):
            return not any(address in network for network in _REFUSED_V4)
        return address in _ALLOWED_V6 and not any(address in network for network in _REFUSED_V6)


def guarded_pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Connection pools by scheme whose connections ask `guard` first."""

    class GuardedHTTP(HTTPConnection):
        response_class = TimedResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, guard)

    class GuardedHTTPS(HTTPSConnection):
        response_class = TimedResponse

        def _new_conn(self) -> socket.socket:
            return _connect(self, guard)

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTP

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPS

    return {"http": HTTPPool, "https": HTTPSPool}


def _connect(connection: Any, guard: Guard) -> socket.socket:
    """Resolve once, refuse unless every address passes, connect to a literal one: no second look-up to rebind."""
    host, port = connection._dns_host, connection.port
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, f"the name {host} does not resolve: {error}") from error
    for *_, address in found:
        if not guard.passes(ipaddress.ip_address(str(address[0]).partition("%")[0])):
            raise AddressRefused(
                connection, f"{host} is at {address[0]}, a private or special address; polling.allow_private opens it"
            )
    return _first_answering(connection, found)


def _first_answering(connection: Any, found: list[Any]) -> socket.socket:
    failure: Exception | None = None
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(connection.timeout if isinstance(connection.timeout, int | float) else None)
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
