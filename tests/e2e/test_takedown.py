"""`takedown` and `publish --release` as an operator runs them, with and without a running engine."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
import requests
from running import Program, until

_ITEM = """<item><title>Story {n}</title><link>https://s.example/{n}</link><guid>https://s.example/{n}</guid>
<category>{tag}</category><pubDate>Fri, 30 Jan 2026 10:{n:02}:00 GMT</pubDate><description>Words of {n}.</description></item>"""
_CONFIG = """\
site: {{title: Test, url: "https://news.example.org"}}
storage: {{url: "sqlite:///var/hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
categories: {{all-news: {{title: News}}, health: {{title: Health, match: {{tags: [health]}}}}}}
sources: {{alpha: {{url: "file:alpha.xml", category: all-news}}}}
"""


class _Hub(Program):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "hub.yaml").write_text(_CONFIG.format(public=self.public, operator=self.operator))
        self.write("health")

    def write(self, tag: str) -> None:
        items = "".join(_ITEM.format(n=n, tag=tag) for n in range(1, 6))
        (self.folder / "alpha.xml").write_text(f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>')


@pytest.fixture
def hub(tmp_path: Path) -> _Hub:
    made = _Hub(tmp_path)
    assert made.run("poll", "--all").returncode == 0
    assert made.run("publish").returncode == 0
    return made


def test_an_article_is_taken_down_and_published_where_no_engine_runs(hub: _Hub) -> None:
    done = hub.run("takedown", "https://s.example/3")
    assert (done.returncode, done.stdout) == (0, "Story 3: taken down and published.\n")
    assert hub.run("takedown", "https://s.example/3").stdout == "Story 3: was taken down before.\n"
    hub.run("poll", "--all")
    assert "0 documents changed" in hub.run("publish").stderr, "and its source does not bring it back"


def test_a_running_engine_takes_it_down_when_asked(hub: _Hub) -> None:
    engine = hub.start()
    try:
        until(lambda: hub.get("/feeds/health.rss").status_code == 200)
        page = next(one["id"] for one in hub.get("/api/v1/articles").json()["articles"] if one["title"] == "Story 2")
        done = hub.run("takedown", f"https://news.example.org/articles/{page}")
        assert (done.returncode, done.stderr) == (0, "")
        assert "the running engine publishes it in a moment" in done.stdout
        until(lambda: "Story 2" not in hub.get("/feeds/health.rss").text)
        until(
            lambda: "https://s.example/2" in hub.get("/feeds/all.atom").text,
        )
        assert hub.get(f"/articles/{page}").status_code == 410
        assert "Story 2" not in hub.get("/feeds/all/archive/1.json").text
        assert "Story 2" not in hub.get("/categories/health").text
        wrong = hub.run("takedown", "nothing")
        assert (wrong.returncode, "no article has" in wrong.stderr, "Traceback" in wrong.stderr) == (1, True, False)
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait(timeout=20)


def test_an_article_is_explained_beside_a_running_engine(hub: _Hub) -> None:
    engine = hub.start()
    try:
        until(lambda: hub.get("/feeds/health.rss").status_code == 200)
        told = hub.run("explain", "https://s.example/3")
        assert (told.returncode, told.stderr) == (0, "")
        for line in (
            "     title  Story 3", "        in  all-news: shows, as number 3 of the category",
            "   because  filed in health by tag 'health'",
        ):  # fmt: skip
            assert line in told.stdout.splitlines()
        (record,) = map(json.loads, hub.run("explain", "https://s.example/3", "--json").stdout.splitlines())
        assert (record["title"], record["categories"]) == ("Story 3", ["all-news", "health"])
        assert record["places"][1] == {"category": "health", "shows": True, "why": "shows, as number 3 of the category"}
        wrong = hub.run("explain", "nothing", "--json")
        assert (wrong.returncode, wrong.stdout, "no article has" in wrong.stderr) == (1, "", True)
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait(timeout=20)


def test_a_name_of_nothing_is_an_error_that_says_what_to_do(hub: _Hub) -> None:
    done = hub.run("takedown", "nothing")
    assert (done.returncode, done.stdout) == (1, "")
    assert "its page's address" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_category_that_lost_too_much_is_held_back_and_let_go(hub: _Hub) -> None:
    hub.write("elsewhere")
    os.utime(hub.folder / "alpha.xml")
    done = hub.run("poll", "--all", "--publish")
    assert (done.returncode, "1 source polled, 0 failed" in done.stdout) == (1, True), "every source was well"
    why = "it would lose 5 of 5 articles at once: 5 filed elsewhere"
    assert f"health: held back: {why}" in done.stderr
    assert "publish --release health" in done.stderr
    told = {one["category"]: one for one in map(json.loads, hub.run("publish", "--json").stdout.splitlines())}
    assert told["health"]["held"].startswith(why)
    assert told["health"]["changed"] == []
    released = hub.run("publish", "--release", "health")
    assert released.returncode == 0
    assert "feeds/health.rss" in released.stdout
    again = hub.run("publish", "--release", "health")
    assert (again.returncode, "is not held back" in again.stderr) == (1, True)


def test_a_running_engine_lets_a_category_go_when_asked(hub: _Hub) -> None:
    engine = hub.start()
    try:
        until(lambda: hub.get("/feeds/health.rss").status_code == 200)
        hub.write("elsewhere")
        os.utime(hub.folder / "alpha.xml")
        assert hub.run("poll", "alpha").returncode == 0
        page = f"http://127.0.0.1:{hub.operator}/"
        until(lambda: "it would lose 5 of 5 articles" in requests.get(page, timeout=10).text)
        asked = hub.run("publish", "--release", "health", "--json")
        assert (asked.returncode, json.loads(asked.stdout)) == (0, {"category": "health", "queued": True})
        until(lambda: "Story" not in hub.get("/feeds/health.rss").text)
        wrong = hub.run("publish", "--release", "health")
        assert (wrong.returncode, "is not held back" in wrong.stderr) == (1, True)
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait(timeout=20)
