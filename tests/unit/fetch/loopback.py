"""A publisher on loopback that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """One request; an Answer writes to it."""

    protocol_version = "HTTP/1.1"
    origin: Origin

    def do_GET(self) -> None:
        self.close_connection = True
        self.origin.asked.append((self.path, self.headers))
        with suppress(BrokenPipeError, ConnectionResetError):  # the client may have had enough
            self.origin.answers[self.path.partition("?")[0]](self)

    def end_headers(self) -> None:
        # Said, so that no client tries to use the connection again.
        self.send_header("Connection", "close")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Origin:
    """Scheme, host and port with an answer for every path."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Message]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def origin() -> Iterator[Origin]:
    one = Origin()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Asked,), {"origin": one}))
    one.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def reply(status: int = 200, body: bytes = b"", reason: str = "", **headers: str) -> Answer:
    """An answer of these parts; `Content_Type` stands for Content-Type."""

    def answer(asked: Asked) -> None:
        asked.send_response(status, reason or None)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in ({"Content-Length": str(len(body))} | names).items():
            asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(body)

    return answer


def raw(head: bytes, piece: bytes = b"", pause: float = 0.05) -> Answer:
    """These bytes, then `piece` again and again until the client goes away."""

    def answer(asked: Asked) -> None:
        asked.wfile.write(head)
        asked.wfile.flush()
        while piece and not asked.origin.closing.wait(pause):  # the pace of a drip
            asked.wfile.write(piece)

    return answer
