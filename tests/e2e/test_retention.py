"""Retention as an operator and readers see it: with a running engine, and by `publish` from time to time."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import pytest
from running import Program, until

_ITEM = """<item><title>Story {n}</title><link>https://s.example/{n}</link><guid>https://s.example/{n}</guid>
<pubDate>Fri, 30 Jan 2026 10:{n:02}:00 GMT</pubDate><description>Words of number {n}.</description></item>"""
_CONFIG = """\
site: {{title: Test, url: "https://news.example.org"}}
storage: {{url: "sqlite:///var/hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
publishing: {{feed_size: 2, archive_size: 10}}
retention: {{keep: {keep}}}
categories: {{health: {{title: Health}}}}
sources: {{alpha: {{url: "file:alpha.xml", category: health}}}}
"""
_YEARS = 800 * 86_400 * 1_000_000


class _Hub(Program):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.keep("365d")
        self.write(25)

    def keep(self, keep: str) -> None:
        text = _CONFIG.format(public=self.public, operator=self.operator, keep=keep)
        (self.folder / "hub.yaml").write_text(text)

    def write(self, count: int) -> None:
        items = "".join(_ITEM.format(n=n) for n in range(count, 0, -1))
        feed = self.folder / "alpha.xml"
        feed.write_text(f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>')
        os.utime(feed)

    def age(self, count: int) -> None:
        """Make the first articles two years older."""
        with sqlite3.connect(self.folder / "var/hub.db") as database:
            database.execute(f"UPDATE articles SET revised = revised - {_YEARS} WHERE seq <= {count}")
        database.close()

    def ids(self) -> dict[str, str]:
        with sqlite3.connect(self.folder / "var/hub.db") as database:
            found = dict(database.execute("SELECT title, id FROM articles"))
        database.close()
        return found


@pytest.fixture
def hub(tmp_path: Path) -> _Hub:
    made = _Hub(tmp_path)
    assert made.run("poll", "--all").returncode == 0
    assert made.run("publish").returncode == 0
    return made


def test_a_running_engine_lets_what_is_old_expire(hub: _Hub) -> None:
    ids = hub.ids()
    hub.age(15)
    engine = hub.start()
    try:
        until(lambda: hub.get(f"/articles/{ids['Story 15']}").status_code == 410)
        page = hub.get(f"/articles/{ids['Story 1']}")
        assert (page.status_code, "has expired" in page.text) == (410, True)
        problem = hub.get(f"/api/v1/articles/{ids['Story 1']}").json()
        assert problem["detail"].startswith("This article has expired")
        for path in ("/feeds/health/archive/1.atom", "/feeds/all/archive/1.json", "/categories/health/archive/1"):
            gone = hub.get(path)
            assert (gone.status_code, "in this archive has expired" in gone.text) == (410, True)
        partly = hub.get("/feeds/health/archive/2.json").json()
        assert [item["title"] for item in partly["items"]] == [f"Story {n}" for n in (20, 19, 18, 17, 16)]
        assert "next_url" not in partly
        assert "/archive/1" not in hub.get("/categories/health/archive/2").text
        told = [one["title"] for one in hub.get("/api/v1/articles?category=health").json()["articles"]]
        assert told == [f"Story {n}" for n in range(16, 26)]
        explained = hub.run("explain", "https://s.example/3")
        assert "expired on" in explained.stdout
        done = hub.run("takedown", "https://s.example/3")
        assert "taken down" in done.stdout
        until(lambda: "https://s.example/3" in hub.get("/feeds/health.atom").text)
    finally:
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(timeout=20) == 0


def test_who_publishes_without_an_engine_lets_it_expire_and_it_never_comes_back(hub: _Hub) -> None:
    hub.age(15)
    assert hub.run("export", "--out", "out").returncode == 0
    hub.keep("forever")
    assert "expired" not in hub.run("publish").stderr
    hub.keep("365d")
    published = hub.run("publish")
    assert (published.returncode, '"articles": 15' in published.stderr) == (0, True)
    exported = hub.run("export", "--out", "out")
    assert " 53 deleted" in exported.stdout
    hub.write(26)
    assert "1 new" in hub.run("poll", "--all").stdout
    assert hub.run("publish").returncode == 0
    assert len(hub.ids()) == 26


@pytest.mark.parametrize(("keep", "found"), [("1h", "'1h'"), ("never", "'never'"), ("0", "0"), ("null", "nothing")])
def test_a_time_that_makes_no_sense_is_refused(hub: _Hub, keep: str, found: str) -> None:
    hub.keep(keep)
    done = hub.run("check")
    assert done.returncode == 2
    assert f"retention.keep: found {found}; allowed: 30d or 365d, at least 1d; or forever" in done.stderr
