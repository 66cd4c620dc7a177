"""Miniflux, where it is installed, with a PostgreSQL of its own: one command has it poll all that is due."""

from __future__ import annotations

import atexit
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from os import environ
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import psycopg
import requests
from postgres import postgres_server

from .candidate import Commands

_ADMIN = ("bench", "of this machine only")
_PATIENCE = 30.0
_CONNECTIONS = "20"
_NO_SITE = "http://127.0.0.1:9/"
"""Where it looks for the icons of all feeds, since nobody else does: nothing listens there."""


class Miniflux:
    """A server for many users; no server runs here, but the command that its documentation has a timer call."""

    name = "Miniflux"
    leaves_out = "filing, stories, publishing; its CPU and memory are with those of its PostgreSQL"
    settings = (4, 16)
    conditional_from = 2

    def missing(self) -> str:
        return "" if shutil.which("miniflux") else "not installed"

    def prepare(self, home: Path, urls: Sequence[str], setting: int) -> Commands:
        self._sql("postgres", f'CREATE DATABASE "{home.name}"')
        env = {
            "DATABASE_URL": f"{self._postgres.get_uri(home.name)}&sslmode=disable",
            "BATCH_SIZE": str(len(urls)),
            "WORKER_POOL_SIZE": str(setting),
            "DATABASE_MIN_CONNS": _CONNECTIONS,  # what it keeps open: else its workers connect again and again
            "DATABASE_MAX_CONNS": _CONNECTIONS,
            "FETCHER_ALLOW_PRIVATE_NETWORKS": "1",
            "LOG_LEVEL": "error",
        }
        self._subscribe(env, urls)
        # The first says that all are due; the second polls them.
        commands = ["miniflux", "-reset-feed-next-check-at"], ["miniflux", "-refresh-feeds"]
        return Commands(commands, env, self._postgres.get_pid())

    def stored(self, home: Path) -> int:
        return int(self._sql(home.name, "SELECT count(*) FROM entries"))

    def _subscribe(self, env: Mapping[str, str], urls: Sequence[str]) -> None:
        """As a user would, by a list; nothing is polled by that."""
        outlines = "".join(
            f'<outline text="s{n}" xmlUrl={quoteattr(url)} htmlUrl="{_NO_SITE}"/>' for n, url in enumerate(urls)
        )
        with _serving(env) as address:
            listed = f'<opml version="2.0"><head/><body>{outlines}</body></opml>'
            answer = requests.post(f"{address}/v1/import", listed, auth=_ADMIN, timeout=_PATIENCE)
            answer.raise_for_status()

    @cached_property
    def _postgres(self) -> Any:
        """One for all runs, each of which has a database of its own; until the end of the process."""
        running = postgres_server()
        server = running.__enter__()
        atexit.register(running.__exit__, None, None, None)
        return server

    def _sql(self, database: str, statement: str) -> Any:
        with psycopg.connect(self._postgres.get_uri(database), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchone()[0] if done.description else None  # type: ignore[index]


@contextmanager
def _serving(env: Mapping[str, str]) -> Iterator[str]:
    """Its server, which polls nothing by itself, with a fresh database and a user."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    name, password = _ADMIN
    server = {"LISTEN_ADDR": address, "DISABLE_SCHEDULER_SERVICE": "1", "RUN_MIGRATIONS": "1"}
    user = {"CREATE_ADMIN": "1", "ADMIN_USERNAME": name, "ADMIN_PASSWORD": password}
    started = subprocess.Popen(["miniflux"], env=environ | env | server | user)
    try:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and started.poll() is None:
            with suppress(requests.RequestException):
                requests.get(f"http://{address}/healthcheck", timeout=_PATIENCE).raise_for_status()
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("the server of Miniflux does not start")
        yield f"http://{address}"
    finally:
        started.terminate()
        started.wait()
