"""A running engine as whoever watches it sees it: every line of its log an event, its metrics true."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from loopback import Fault, Origin, origins, play, reply
from prometheus_client.parser import text_string_to_metric_families
from running import free_port, until

SECRET = "hunter2"
FEED = b"""<rss version="2.0"><channel><title>S</title><link>/</link><item><title>One</title><link>/1</link><guid>1</guid>
<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item><item><title>Two</title><guid>2</guid></item></channel></rss>"""
BOMB = FEED.replace(b"<guid>2", b"<author>" + b"a.b-" * 30_000 + b"@ & more</author><guid>2")
"""feedparser looks for an address in its author, from every letter on to the end: a minute of work."""
PATHS = {
    "/well": reply(200, FEED), "/page": reply(200, b"<!doctype html><title>x</title>"), "/wrong": reply(500),
    "/gone": reply(410), "/broken": play(b"HTT", Fault.RESET), "/often": reply(429, Retry_After="3600"),
    "/moved": reply(302, Location=f"/well?token={SECRET}"), "/bomb": reply(200, BOMB), "/same": reply(200, FEED),
}  # fmt: skip
OUTCOMES = {"new": 3, "failed": 4, "gone": 1}
"""Of all but the bomb, which ends when it ends."""


@dataclass
class Hub:
    """A running program, each of its sources at a host of its own."""

    config: Path
    public: int
    operator: int
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.public}{path}", timeout=10)

    def metrics(self) -> dict[str, float]:
        text = requests.get(f"http://127.0.0.1:{self.operator}/metrics", timeout=10).text
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {f"{one.name}{{{','.join(one.labels.values())}}}".replace("{}", ""): one.value for one in samples}

    def polls(self) -> dict[str, float]:
        """How many polls have ended how."""
        found = self.metrics()
        return {how: count for how in OUTCOMES if (count := found.get(f"syndicator_polls_total{{{how}}}"))}

    def events(self) -> list[dict[str, Any]]:
        """What was logged; whatever line is no event fails."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.strip()]

    def said(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.events() if one["event"] == event]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with origins(*(f"127.4.0.{number + 1}" for number in range(len(PATHS)))) as publishers:
        for publisher, (path, answer) in zip(publishers, PATHS.items(), strict=True):
            publisher.answers |= {path: answer, "/well": PATHS["/well"]}
        hub = _configured(tmp_path, publishers)
        try:
            until(lambda: sum(hub.polls().values()) >= len(PATHS) - 1)
            yield hub
        finally:
            hub.process.kill()
            hub.process.communicate(timeout=10)


def _configured(folder: Path, publishers: list[Origin]) -> Hub:
    public, operator = free_port(), free_port()
    lines = [
        f"  {path[1:]}: {{url: '{one.scheme}://me:{SECRET}@{one.address}:{one.port}{path}?token={SECRET}', category: news}}"
        for one, path in zip(publishers, PATHS, strict=True)
    ]
    config = folder / "hub.yaml"
    config.write_text(
        "site: {title: T, url: 'https://hub.example.org'}\nstorage: {url: 'sqlite:///hub.db'}\n"
        f"server: {{public: '127.0.0.1:{public}', operator: '127.0.0.1:{operator}'}}\n"
        "polling: {allow_private: [127.0.0.0/8]}\ncategories: {news: {title: News}}\nsources:\n" + "\n".join(lines)
    )
    log = folder / "log"
    command = [sys.executable, "-W", "always", "-m", "syndicator", "--config", str(config)]
    subprocess.run([*command, "publish"], cwd=folder, capture_output=True, check=True, timeout=60)
    with sqlite3.connect(folder / "hub.db") as database:  # new sources are asked one by one, ten seconds apart
        database.execute("UPDATE sources SET next_poll_at = 0")
    with log.open("wb") as stderr:
        return Hub(config, public, operator, subprocess.Popen([*command, "run"], cwd=folder, stderr=stderr), log)


def test_metrics_and_log_tell_the_same_and_the_truth(hub: Hub) -> None:
    """Polls, processes that end, an HTTP server that is shouted at: one event each, in one form, without a secret."""
    until(lambda: hub.metrics().get("syndicator_publish_lag_seconds_count", 0) >= 2)
    until(lambda: Counter(one["outcome"] for one in hub.said("polled")) == hub.polls())
    until(lambda: bool(hub.said("a process ended and is started again")))
    polled = [one for one in hub.said("polled") if one["source"] != "bomb"]
    assert Counter(one["source"] for one in polled) == Counter(path[1:] for path in PATHS if path != "/bomb")
    assert Counter(one["outcome"] for one in polled) == OUTCOMES
    of = {one["source"]: one for one in polled}
    assert [of[name]["status"] for name in ("well", "wrong", "gone", "often", "broken")] == [200, 500, 410, 429, None]
    assert (of["well"]["entries"], of["well"]["new"], of["well"]["bytes"]) == (2, 2, len(FEED))
    found = hub.metrics()
    assert found["syndicator_fetch_duration_seconds_count{2xx}"] >= sum(one["status"] == 200 for one in polled)
    assert found["syndicator_entries_total{new}"] >= sum(one["new"] for one in polled)
    assert found["syndicator_worker_restarts_total{slow reader}"] >= 1
    assert hub.said("a process ended and is started again")[0]["source"] == "bomb"


def test_answers_are_counted_across_the_end_of_the_web_process(hub: Hub) -> None:
    until(lambda: hub.get("/feeds/news.rss").status_code == 200)
    before = hub.metrics()["syndicator_http_responses_total{200,feed}"]
    os.kill(_web(hub), signal.SIGKILL)
    until(lambda: hub.get("/healthz").status_code == 200)
    assert hub.get("/feeds/news.rss").status_code == 200
    found = hub.metrics()
    assert found["syndicator_http_responses_total{200,feed}"] == before + 1
    assert found["syndicator_worker_restarts_total{web}"] == 1
    (ended,) = [one for one in hub.said("a process ended and is started again") if one["process"] == "web"]
    assert ended["how"] == "exit code -9"


def test_every_line_of_the_log_is_an_event_without_a_secret(hub: Hub) -> None:
    with socket.create_connection(("127.0.0.1", hub.public), timeout=10) as shouting:
        shouting.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        assert shouting.recv(1000).startswith(b"HTTP/1.1 400")
    (said,) = hub.said("a library says")
    assert (said["library"], said["level"]) == ("uvicorn.error", "warning")
    hub.config.write_text("site: {titel: T}\n")
    until(lambda: bool(hub.said("the configuration is refused; the last good one stays in effect")))
    os.kill(web := _web(hub), signal.SIGKILL)
    until(lambda: _web(hub) not in (0, web))
    hub.process.terminate()
    assert hub.process.wait(30) == 0
    events = hub.events()
    assert all(isinstance(one["event"], str) and one["level"] and one["timestamp"] for one in events)
    assert hub.said("stopped")
    assert SECRET not in hub.log.read_text()


def _web(hub: Hub) -> int:
    """The process besides the engine that listens where readers ask; 0 for none."""
    sockets = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    listening = {f"socket:[{one[9]}]" for one in sockets if one[1].endswith(f":{hub.public:04X}") and one[3] == "0A"}
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and int(process.name) != hub.process.pid:
            with suppress(OSError):
                if not listening.isdisjoint(str(one.readlink()) for one in (process / "fd").iterdir()):
                    return int(process.name)
    return 0
