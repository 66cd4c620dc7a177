"""Publishers on loopback that answer as they are told, faults and all, and remember what they were asked.

One port on many addresses of 127/8 stands for many hosts.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, NamedTuple


class Fault(Enum):
    """What an answer can do besides sending bytes and pausing."""

    HANG = auto()
    """Send nothing more, and keep the connection open."""
    RESET = auto()
    """Break the connection off (RST)."""
    CLOSE = auto()
    """Close the connection, whatever was promised."""


class Headers(dict[str, str]):
    """Headers by their name in lower case; asked for by any."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())


class Asked(NamedTuple):
    """A request: when (by the publishers' clock), for which path, with which headers, and what it brought."""

    path: str
    headers: Headers
    at: Any
    body: bytes = b""


Step = bytes | float | Fault
Answer = Callable[[Asked], Iterator[Step]]
"""Gives bytes to send, seconds to pause, and faults; then the connection waits for the next request."""


@dataclass
class Origin:
    """A host with an answer for every path."""

    address: str
    port: int
    scheme: str = "http"
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    accepted: int = 0
    most_open: int = 0
    connections: set[Any] = field(default_factory=set, repr=False)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.address}:{self.port}"

    def answer(self, path: str) -> Answer:
        return self.answers.get(path) or self.answers.get(path.partition("?")[0]) or reply(404)


class _Connection(asyncio.Protocol):
    def __init__(self, origin: Origin, clock: Callable[[], Any]) -> None:
        self._origin, self._clock = origin, clock
        self._received = b""
        self._busy = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._origin.accepted += 1
        self._origin.connections.add(transport)
        self._origin.most_open = max(self._origin.most_open, len(self._origin.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        self._origin.connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._next()

    def _next(self) -> None:
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end or self._busy:
            return
        request, *lines = head.decode("latin-1").split("\r\n")
        fields = (line.partition(":")[::2] for line in lines)
        headers = Headers({name.strip().lower(): value.strip() for name, value in fields})
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        self._received, self._busy = rest[length:], True
        asked = Asked(request.split(" ")[1], headers, self._clock(), rest[:length])
        self._origin.asked.append(asked)
        self._go(self._origin.answer(asked.path)(asked))

    def _go(self, steps: Iterator[Step]) -> None:
        for step in steps:
            if self._transport.is_closing() or step is Fault.HANG:
                return
            if isinstance(step, bytes):
                self._transport.write(step)
            elif isinstance(step, float):
                asyncio.get_running_loop().call_later(step, self._go, steps)
                return
            else:
                if step is Fault.RESET:
                    plain = self._transport.get_extra_info("socket")
                    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self._transport.close()
                return
        self._busy = False
        self._next()


@contextmanager
def origins(
    *addresses: str, clock: Callable[[], Any] = time.time, tls: ssl.SSLContext | None = None
) -> Iterator[list[Origin]]:
    """A host on each of `addresses`, all on one port, until the end of the block."""
    loop = asyncio.new_event_loop()
    hosts = _listening(addresses)
    made = [Origin(address, sock.getsockname()[1], "https" if tls else "http") for address, sock in hosts.items()]

    async def serve() -> None:
        for origin, sock in zip(made, hosts.values(), strict=True):
            await loop.create_server(lambda origin=origin: _Connection(origin, clock), sock=sock, ssl=tls)

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, name="publishers", daemon=True)
    thread.start()
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(_hang_up(made), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for sock in hosts.values():
            sock.close()
        loop.close()


async def _hang_up(made: list[Origin]) -> None:
    for transport in [one for origin in made for one in origin.connections]:
        transport.abort()
    await asyncio.sleep(0)


def _listening(addresses: tuple[str, ...]) -> dict[str, socket.socket]:
    """A listening socket on each address, all on a port that is free on all of them."""
    first, *others = addresses
    for _ in range(100):
        sockets = {first: socket.create_server((first, 0), backlog=512)}
        port = sockets[first].getsockname()[1]
        try:
            for address in others:
                sockets[address] = socket.create_server((address, port), backlog=512)
            return sockets
        except OSError:
            for sock in sockets.values():
                sock.close()
    raise RuntimeError("no port is free on all addresses")


# --- answers ---------------------------------------------------------------------------------------


def reply(status: int = 200, body: bytes = b"", reason: str = "", **headers: str) -> Answer:
    """An answer of these parts; `Content_Type` stands for Content-Type."""
    fields = {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        f"HTTP/1.1 {status} {reason or HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in fields.items()),
    ]
    whole = "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def answer(asked: Asked) -> Iterator[Step]:
        yield whole
        if fields["Content-Length"] != str(len(body)) and status != 304:
            yield Fault.CLOSE

    return answer


def raw(head: bytes, piece: bytes = b"", pause: float = 0.05, end: Fault = Fault.CLOSE) -> Answer:
    """These bytes, then `piece` again and again until the client goes away; without one, `end`."""

    def answer(asked: Asked) -> Iterator[Step]:
        yield head
        while piece:
            yield pause  # the pace of a drip
            yield piece
        yield end

    return answer


def play(*steps: Step) -> Answer:
    """These steps, one after the other."""
    return lambda asked: iter(steps)


def in_turn(*answers: Answer) -> Answer:
    """The first request gets the first of `answers`, and so on; the last one stays."""
    left = list(answers)

    def answer(asked: Asked) -> Iterator[Step]:
        return (left.pop(0) if len(left) > 1 else left[0])(asked)

    return answer
