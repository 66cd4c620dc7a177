"""A category is renamed and another withdrawn between two starts: what the commands and a reader see of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import requests
from running import called, free_port, until

RSS = """<rss version="2.0"><channel><title>Source</title><link>https://a.example/</link><item><title>First</title>
<link>https://a.example/1</link><pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
CONFIG = """\
site: {title: Test, url: "https://news.example.org"}
storage: {url: "sqlite:///var/hub.db"}
server: {public: "127.0.0.1:%d"}
"""
BEFORE = """\
categories: {cancer: {title: Cancer}, old: {title: Old}}
sources: {alpha: {url: "file:alpha.xml", category: cancer}}
"""
EDITED = """\
categories: {cancer: {title: Cancer}, old: {title: Old}}
sources: {first: {url: "file:alpha.xml", was: alpha, category: cancer}, more: {url: "file:more.xml", category: cancer}}
"""
AFTER = """\
categories: {health: {title: Health}, health/oncology: {title: Oncology, was: cancer}}
sources: {alpha: {url: "file:alpha.xml", category: health/oncology}}
"""


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "syndicator", "--config", "hub.yaml", *words]


def _run(folder: Path, *words: str) -> list[str]:
    """The lines that a command prints, which must end well."""
    done = called(folder, "--config", "hub.yaml", *words)
    done.check_returncode()
    return done.stdout.splitlines()


def test_readers_are_led_to_a_renamed_category_and_away_from_a_withdrawn_one(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "alpha.xml").write_text(RSS)
    (tmp_path / "hub.yaml").write_text(CONFIG % port + BEFORE)
    _run(tmp_path, "poll")
    assert "feeds/cancer.rss" in _run(tmp_path, "publish")
    (tmp_path / "hub.yaml").write_text(CONFIG % port + AFTER)
    assert "feeds/health/oncology.rss" in _run(tmp_path, "publish")

    def get(path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{port}{path}", allow_redirects=False, timeout=10)

    serving = subprocess.Popen(_command("serve"), cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        until(lambda: get("/healthz").status_code == 200)
        moved = get("/feeds/cancer.rss")
        place = moved.headers["Location"].removeprefix("https://news.example.org")
        assert (moved.status_code, place) == (301, "/feeds/health/oncology.rss")
        assert "<title>First</title>" in get(place).text
        record = get("/api/v1/articles?category=health/oncology").json()["articles"][0]
        assert record["categories"] == ["health/oncology", "health"]
        assert get("/feeds/old.rss").status_code == get("/categories/old").status_code == 410
    finally:
        serving.kill()
        serving.wait(timeout=10)


def test_the_plan_of_a_renamed_category_says_so_and_counts_no_moves_for_it(tmp_path: Path) -> None:
    (tmp_path / "alpha.xml").write_text(RSS)
    (tmp_path / "hub.yaml").write_text(CONFIG % free_port() + BEFORE)
    _run(tmp_path, "poll")
    (tmp_path / "hub.yaml").write_text(CONFIG % free_port() + AFTER)
    assert _run(tmp_path, "plan") == [
        "cancer is renamed health/oncology",
        "health would appear, with its feeds and pages",
        "old would be withdrawn: its feeds answer 410",
        "health: 1 would join, 0 would leave",
        "  + First (alpha): since it is filed in health/oncology",
    ]
    _run(tmp_path, "publish")
    assert _run(tmp_path, "plan") == []


def test_the_plan_tells_what_becomes_of_sources_and_feeds_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "alpha.xml").write_text(RSS)
    (tmp_path / "hub.yaml").write_text(CONFIG % free_port() + BEFORE)
    _run(tmp_path, "poll")
    (tmp_path / "hub.yaml").write_text(CONFIG % free_port() + EDITED)
    assert _run(tmp_path, "plan")[:2] == ["source alpha is renamed first", "source more would be polled from then on"]
    (line, *_) = _run(tmp_path, "plan", "--json")
    assert json.loads(line)["sources"] == {
        "renamed": [{"from": "alpha", "to": "first"}], "added": ["more"], "moved": [], "removed": [], "purged": []
    }  # fmt: skip
    (tmp_path / "hub.yaml").write_text(CONFIG % free_port() + BEFORE)
    assert _run(tmp_path, "plan") == []
