"""Which network addresses a fetch may reach: the public internet, and what the operator opens besides."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from .urls import split

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
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Where a network without IPv4 shows the whole IPv4 internet (RFC 6052): it is that address which counts."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What an entry of `allow_private` opens: a network, or a host by its name; every port of it, or one."""

    network: Network | None = None
    host: str = ""
    port: int | None = None

    def covers(self, address: Address, host: str, port: int | None) -> bool:
        if self.port not in (None, port):
            return False
        if self.network is None:
            return self.host == host
        return self.network.version == address.version and address in self.network


def opening(text: str) -> Opening:
    """`10.0.0.0/8`, `10.1.2.3`, `10.1.2.3:8080`, `[fd00::1]:8080`, `feeds.lan` or `feeds.lan:8080`.

    Raises ValueError.
    """
    try:
        return Opening(network=ipaddress.ip_network(text, strict=False))
    except ValueError:
        parts = split(f"//{text}")
    if parts is None or not parts.hostname or text.strip("[]").partition("@")[0] != text.strip("[]") or parts.path:
        raise ValueError(text)
    try:
        return Opening(network=ipaddress.ip_network(parts.hostname), port=parts.port)
    except ValueError:
        if not re.fullmatch(r"(?=.*[^\W\d_])[\w.-]+", parts.hostname):
            raise  # an address with a slip in it, or no name
        return Opening(host=parts.hostname, port=parts.port)


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides about addresses; `openings` are the operator's `allow_private`."""

    openings: tuple[Opening, ...] = ()

    def passes(self, address: Address, host: str = "", port: int | None = None) -> bool:
        """Whether a connection to `address`, which `host` resolved to, may be made."""
        if any(opening.covers(address, host, port) for opening in self.openings):
            return True
        if isinstance(address, ipaddress.IPv6Address) and address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if isinstance(address, ipaddress.IPv4Address):
            return not any(address in network for network in _REFUSED_V4)
        return address in _ALLOWED_V6 and not any(address in network for network in _REFUSED_V6)
