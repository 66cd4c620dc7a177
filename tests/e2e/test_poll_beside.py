"""`poll` beside a running engine: what is named is polled by that in a moment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from loopback import Origin, origins, reply
from running import called, free_port, until

from syndicator.store.store import Store

_CONFIG = """\
site: {{title: Test, url: "https://news.example.org"}}
storage: {{url: "sqlite:///hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
polling: {{allow_private: [127.0.0.1]}}
categories: {{health: {{title: Health}}}}
sources:
  alpha: {{url: "http://127.0.0.1:{feed}/alpha", category: health}}
  omega: {{url: "http://127.0.0.1:{feed}/omega", category: health}}
"""
_FEED = b'<rss version="2.0"><channel><title>A</title><item><title>1</title><guid>x1</guid></item></channel></rss>'
_COMMAND = [sys.executable, "-m", "syndicator", "--config", "hub.yaml"]


@pytest.fixture
def origin() -> Iterator[Origin]:
    with origins("127.0.0.1") as (one,):
        one.answers = {"/alpha": reply(200, _FEED), "/omega": reply(200, _FEED)}
        yield one


def _configure(folder: Path, operator: int, feed: int) -> None:
    (folder / "hub.yaml").write_text(_CONFIG.format(public=free_port(), operator=operator, feed=feed))


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return called(folder, "--config", "hub.yaml", *words)


@contextmanager
def _engine_elsewhere(folder: Path) -> Iterator[None]:
    """The place of the one engine is taken."""
    with closing(Store(f"sqlite:///{folder}/hub.db")) as store, store.engine_lock():
        yield


def test_the_engine_is_asked_for_each_source_once(tmp_path: Path, origin: Origin) -> None:
    origin.answers["/sources/poll"] = reply(200, b'{"source": "x", "queued": true}')
    _configure(tmp_path, origin.port, origin.port)
    with _engine_elsewhere(tmp_path):
        done = _run(tmp_path, "poll", "omega", "alpha", "omega")
        as_json = _run(tmp_path, "poll", "alpha", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "omega: the running engine polls it in a moment.",
        "alpha: the running engine polls it in a moment.",
    ]
    assert as_json.stdout == '{"source":"alpha","queued":true}\n'
    assert [asked.body for asked in origin.asked] == [b"source=omega", b"source=alpha", b"source=alpha"]


def test_what_the_engine_refuses_is_told_with_its_reason(tmp_path: Path, origin: Origin) -> None:
    origin.answers["/sources/poll"] = reply(409, b'{"detail": "its publisher asked for quiet until 12:00"}')
    _configure(tmp_path, origin.port, origin.port)
    with _engine_elsewhere(tmp_path):
        done = _run(tmp_path, "poll", "alpha")
    assert (done.returncode, done.stdout) == (1, "")
    assert "answered: its publisher asked for quiet until 12:00" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "polls what is due by itself. Name the sources that it is to poll now: `syndicator poll SOURCE`"),
        (("--all",), "polls what is due by itself. Name the sources"),
        (("alpha", "omeag"), "no source is called 'omeag' in the configuration. Did you mean omega?"),
        (("alpha",), "the running engine at http://127.0.0.1:"),
    ],
)
def test_what_cannot_be_asked_for_is_a_message_that_says_what_to_do(
    tmp_path: Path, origin: Origin, words: tuple[str, ...], says: str
) -> None:
    _configure(tmp_path, free_port(), origin.port)
    with _engine_elsewhere(tmp_path):
        done = _run(tmp_path, "poll", *words)
    assert (done.returncode, done.stdout, origin.asked) == (1, "", [])
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_real_engine_polls_it(tmp_path: Path, origin: Origin) -> None:
    operator = free_port()
    _configure(tmp_path, operator, origin.port)
    with subprocess.Popen([*_COMMAND, "run"], cwd=tmp_path, stderr=subprocess.DEVNULL) as engine:
        try:
            until(lambda: requests.get(f"http://127.0.0.1:{operator}/readyz", timeout=10).ok)
            before = sum(asked.path == "/omega" for asked in origin.asked)
            done = _run(tmp_path, "poll", "omega")
            assert (done.returncode, done.stderr) == (0, "")
            until(lambda: sum(asked.path == "/omega" for asked in origin.asked) > before)
        finally:
            engine.terminate()
