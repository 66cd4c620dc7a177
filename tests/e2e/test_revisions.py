"""A publisher edits an article again and again: what an operator is told of it, on the page and by command."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from loopback import Origin, origins, reply
from running import free_port, until

_FEED = """<rss version="2.0"><channel><title>Harbour News</title><item><title>{title}</title><link>https://s.example/1</link>
<guid>https://s.example/1</guid><pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate><description><![CDATA[{text}]]></description></item>
</channel></rss>"""
_TEXT = (
    "<p>By Ann Lee</p><p>A ferry sank off the northern coast on Friday night, and {dead} people have died, the coast guard says."
    " The {ship} had left the harbour although a storm was forecast.</p><p>{views} views</p>"
)
_CONFIG = """\
site: {{title: Test, url: "http://127.0.0.1:{public}"}}
storage: {{url: "sqlite:///var/hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
polling: {{min_interval: 1s, max_interval: 1s, allow_private: ["{feed_host}"]}}
retention: {{revisions: 3}}
categories: {{health: {{title: Health}}}}
sources: {{alpha: {{url: "{feed}", category: health, interval: 1s}}}}
"""


class _Newsroom:
    """A hub that polls a publisher on loopback."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        self.folder, self.origin, self.public, self.operator = folder, origin, free_port(), free_port()
        (folder / "hub.yaml").write_text(_CONFIG.format(
            public=self.public, operator=self.operator, feed=f"{origin.url}/feed", feed_host=f"127.0.0.1:{origin.port}"
        ))  # fmt: skip

    def send(self, title: str = "Ferry sinks", **words: object) -> None:
        """Wait until what the publisher says from now on is published."""
        said = {"dead": 12, "ship": "ship", "views": 10, **words}
        self.origin.answers["/feed"] = reply(body=_FEED.format(title=title, text=_TEXT.format(**said)).encode())
        wanted = (
            f'"{title}"',
            "{dead} people".format(**said),
            "The {ship}".format(**said),
            "{views} views".format(**said),
        )
        feed = f"http://127.0.0.1:{self.public}/feeds/health.json"
        until(lambda: all(one in requests.get(feed, timeout=10).text for one in wanted))

    @property
    def article(self) -> dict[str, str]:
        found: dict[str, str] = requests.get(f"http://127.0.0.1:{self.public}/api/v1/articles", timeout=10).json()[
            "articles"
        ][0]
        return found

    def page(self) -> str:
        return requests.get(
            f"http://127.0.0.1:{self.operator}/explain", {"article": self.article["id"]}, timeout=10
        ).text

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            _command(*words), cwd=self.folder, capture_output=True, text=True, timeout=60, check=False
        )


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "syndicator", "--config", "hub.yaml", *words]


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[_Newsroom]:
    with origins("127.0.0.1") as (origin,):
        origin.answers["/feed"] = reply(body=b"<rss version='2.0'><channel><title>A</title></channel></rss>")
        made = _Newsroom(tmp_path, origin)
        engine = subprocess.Popen(_command("run"), cwd=tmp_path, stderr=subprocess.DEVNULL)
        try:
            yield made
        finally:
            engine.send_signal(signal.SIGTERM)
            assert engine.wait(timeout=30) == 0


def test_an_article_that_changes_shows_what_changed_and_moves_only_when_a_reader_would_notice(
    newsroom: _Newsroom,
) -> None:
    newsroom.send()
    first = newsroom.article["updated"]
    newsroom.send(views=9000)
    newsroom.send(views=9000, ship="vessel")
    assert newsroom.article["updated"] == first
    newsroom.send(views=9000, ship="vessel", dead=14)
    second = newsroom.article["updated"]
    assert second > first
    newsroom.send("Ferry disaster", views=9001, ship="vessel", dead=14)

    page = newsroom.page()
    for text in (
        "<del>ship</del> <ins>vessel</ins> ", "<del>12</del> <ins>14</ins> ", "<del>sinks</del> <ins>disaster</ins> ",
        "12 became 14, 2 of", "another title", "too little to move its date", "an update, which moved its date",
    ):  # fmt: skip
        assert text in page, text
    assert "views" not in "".join(re.findall("<(?:del|ins)>.*?</", page.partition("9001")[0]))
    (told,) = map(json.loads, newsroom.run("explain", "https://s.example/1", "--json").stdout.splitlines())
    assert [(one["significant"], one["title"]) for one in told["revisions"]] == [
        (True, "Ferry sinks"), (True, "Ferry sinks"), (False, "Ferry sinks"),
    ]  # fmt: skip
    lines = newsroom.run("explain", "https://s.example/1").stdout.splitlines()
    told_lines = [re.sub(r"20[0-9T:Z-]+ ", "", line) for line in lines if line.startswith("  revision")]
    assert [line.partition(",")[0] for line in told_lines] == [
        "  revision   update",
        "  revision   update",
        "  revision   touch-up",
    ]

    public = f"http://127.0.0.1:{newsroom.public}"
    for path in (f"/articles/{newsroom.article['id']}", "/feeds/health.atom", "/api/v1/articles", "/categories/health"):
        assert "12 people" not in requests.get(public + path, timeout=10).text
    assert newsroom.run("takedown", newsroom.article["id"]).returncode == 0
    assert (
        "revisions"
        not in requests.get(f"http://127.0.0.1:{newsroom.operator}/explain?article={told['id']}", timeout=10).text
    )
