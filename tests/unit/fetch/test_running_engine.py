"""Asking the running engine, over real HTTP on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from running import free_port

from syndicator.core.errors import EngineRefused
from syndicator.fetch import running_engine

_ANSWERS = {
    "/good": (200, b'{"title": "T"}'),
    "/refused": (409, b'{"detail": "no article has the id"}'),
    "/odd": (200, b"<html>"),
    "/silent": (500, b"{}"),
}


class _Engine(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, bytes, str | None]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, body, self.headers["Accept"]))
        status, answer = _ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    _Engine.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Engine)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_it_is_asked_wherever_it_listens(port: int, host: str) -> None:
    assert running_engine.ask(f"{host}:{port}", "/good", article="a b&c") == {"title": "T"}
    assert _Engine.asked == [("/good", b"article=a+b%26c", "application/json")]


@pytest.mark.parametrize(
    ("path", "says"), [("/refused", "no article has the id"), ("/odd", "Expecting value"), ("/silent", "500")]
)
def test_what_it_refuses_is_an_error_with_its_reason(port: int, path: str, says: str) -> None:
    with pytest.raises(EngineRefused, match=says) as raised:
        running_engine.ask(f"127.0.0.1:{port}", path)
    assert "server.operator" in str(raised.value)


def test_where_nobody_listens_that_is_said() -> None:
    with pytest.raises(EngineRefused, match="refused"):
        running_engine.ask(f"127.0.0.1:{free_port()}", "/good")
