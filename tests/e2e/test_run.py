"""`syndicator run` as an operator knows it: started, read, interrupted, started again."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
import requests
from jsonschema_rs import Draft202012Validator
from running import free_port, until

DEMO = Path(__file__).resolve().parents[2] / "config" / "demo.yaml"


class Running:
    """The demo, run in a folder of its own on free ports."""

    def __init__(self, folder: Path) -> None:
        self.public, operator = free_port(), free_port()
        text = DEMO.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{self.public}")
        self.config = folder / "demo.yaml"
        self.config.write_text(text.replace("127.0.0.1:8081", f"127.0.0.1:{operator}"))
        (folder / "demo").mkdir(exist_ok=True)
        for feed in (DEMO.parent / "demo").iterdir():
            (folder / "demo" / feed.name).write_bytes(feed.read_bytes())
        self.operator = operator
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command("run"), cwd=self.config.parent, stderr=subprocess.PIPE)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "syndicator", "--config", str(self.config), *words]

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.public}{path}", headers=headers, timeout=10)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("run"))
    try:
        until(lambda: len(running.get("/api/v1/articles?limit=500").json()["articles"]) >= 130)
        until(lambda: len(feedparser.parse(running.get("/feeds/all.rss").content).entries) >= 50)
        yield running
    finally:
        running.end()


def test_the_demo_is_served_with_every_public_address(demo: Running) -> None:
    article = demo.get("/api/v1/articles?category=health&limit=1").json()["articles"][0]["id"]
    for path in (
        "/", "/categories/health", "/categories/health/oncology", f"/articles/{article}",
        f"/articles/{article}/related.json", f"/articles/{article}/related.html", "/feeds.opml",
        "/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/feeds/health.rss", "/feeds/health/oncology.atom",
        "/categories/health/latest.json", "/categories/health/latest.html", "/api/v1/categories",
        f"/api/v1/articles/{article}", "/healthz", "/static/style.css",
    ):  # fmt: skip
        assert demo.get(path).status_code == 200, path
    assert requests.get(f"http://127.0.0.1:{demo.operator}/", timeout=10).status_code == 200
    assert requests.get(f"http://127.0.0.1:{demo.operator}/readyz", timeout=10).status_code == 200


def test_every_record_of_the_demo_is_as_described(demo: Running) -> None:
    description = demo.get("/api/v1/openapi.json").json()
    answers = [
        ("Changes", demo.get("/api/v1/articles?limit=500").json()),
        ("Categories", demo.get("/api/v1/categories").json()),
        ("ArticleList", demo.get("/categories/all/latest.json").json()),
        ("JSONFeed", demo.get("/feeds/all.json").json()),
    ]
    answers += [("Record", record) for record in answers[0][1]["articles"]]
    answers += [("Category", category) for category in answers[1][1]["categories"]]
    for name, answer in answers:
        schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
        Draft202012Validator(schema, validate_formats=True).validate(answer)


def test_the_health_article_stands_as_it_was_written(demo: Running) -> None:
    """Category and date above the title, sections with lists, and its neighbours below."""
    records = demo.get("/api/v1/articles?category=health&limit=500").json()["articles"]
    article = next(record for record in records if "Vitamin D" in record["title"])
    assert article["published"] == "2026-01-22T20:05:00Z"
    page = demo.get(f"/articles/{article['id']}").text
    body = page[page.index("<main") :]
    parts = (">Health</", "22/01/2026 22:05", "<h1", "<h2", "<li>", "for information only", "News in the same category")
    order = [body.index(part) for part in parts]
    assert order == sorted(order)


def test_a_story_of_two_sources_shows_once_with_its_other_teller(demo: Running) -> None:
    items = demo.get("/feeds/all.json").json()["items"] + demo.get("/feeds/health.json").json()["items"]
    told_twice = [item for item in items if item["_syndicator"]["also"]]
    assert told_twice
    for category in demo.get("/api/v1/categories").json()["categories"]:
        titles = [item["title"] for item in demo.get(f"/feeds/{category['id']}.json").json()["items"]]
        assert len(titles) == len(set(titles)), category["id"]


def test_a_reader_that_has_a_feed_gets_304(demo: Running) -> None:
    first = demo.get("/feeds/health.atom")
    again = demo.get("/feeds/health.atom", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    by_date = demo.get("/feeds/health.atom", **{"If-Modified-Since": first.headers["Last-Modified"]})
    assert by_date.status_code == 304


def test_a_second_engine_on_the_same_database_is_refused(demo: Running) -> None:
    refusals = {"run": b"another engine", "poll": b"polls what is due by itself", "publish": b"another engine",
                "migrate": b"another engine"}  # fmt: skip
    for command, said in refusals.items():
        done = subprocess.run(
            demo.command(command), cwd=demo.config.parent, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 1, command
        assert said in done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_within_five_seconds(tmp_path: Path, number: signal.Signals) -> None:
    running = Running(tmp_path)
    try:
        until(lambda: running.get("/feeds/health.rss").status_code == 200)
        began = time.monotonic()
        running.process.send_signal(number)
        _, errors = running.process.communicate(timeout=30)
        assert time.monotonic() - began < 5
        assert running.process.returncode == 0
        assert b"Traceback" not in errors
        with pytest.raises(requests.ConnectionError):
            running.get("/healthz")
    finally:
        running.end()


def test_a_signal_that_reaches_another_thread_ends_it_too(tmp_path: Path) -> None:
    """As it may while the main thread is busy: which thread a process takes a signal in is the kernel's choice."""
    running = Running(tmp_path)
    try:
        until(lambda: running.get("/feeds/health.rss").status_code == 200)
        pid = running.process.pid
        other = sorted(int(thread.name) for thread in Path(f"/proc/{pid}/task").iterdir())[1]  # the oldest stays
        assert ctypes.CDLL(None).tgkill(pid, other, signal.SIGTERM) == 0
        _, errors = running.process.communicate(timeout=30)
        assert running.process.returncode == 0
        assert b"Traceback" not in errors
    finally:
        running.end()


def test_an_engine_killed_at_once_leaves_nothing_behind_and_starts_again(tmp_path: Path) -> None:
    running = Running(tmp_path)
    try:
        until(lambda: running.get("/feeds/health.rss").status_code == 200)
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.communicate(timeout=10)

        def port_is_free() -> bool:
            try:
                running.get("/healthz")
            except requests.ConnectionError:
                return True
            return False

        until(port_is_free)
        running.process = running.start()
        until(lambda: len(running.get("/api/v1/articles?limit=500").json()["articles"]) >= 130)
    finally:
        running.end()
