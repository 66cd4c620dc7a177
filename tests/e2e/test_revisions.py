"""A publisher edits an article again and again: what an operator is told of it, on the page and by command."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from loopback import Origin, origins, reply
from running import Program, until

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


class _Newsroom(Program):
    """A hub and its publisher on loopback."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        super().__init__(folder)
        self.origin = origin
        (folder / "hub.yaml").write_text(_CONFIG.format(
            public=self.public, operator=self.operator, feed=f"{origin.url}/feed", feed_host=f"127.0.0.1:{origin.port}"
        ))  # fmt: skip

    def write(self, title: str = "Ferry sinks", **words: object) -> tuple[str, ...]:
        """Have the publisher say this from now on; gives what a feed says then."""
        said = {"dead": 12, "ship": "ship", "views": 10, **words}
        self.origin.answers["/feed"] = reply(body=_FEED.format(title=title, text=_TEXT.format(**said)).encode())
        wanted = ("{dead} people", "The {ship}", "{views} views")
        return (f'"{title}"', *(one.format(**said) for one in wanted))

    def publish(self) -> None:
        """By commands: an engine would gather news for 5 s."""
        assert self.run("poll", "--all").returncode == self.run("publish").returncode == 0

    def shows(self, *wanted: str) -> bool:
        text = self.get("/feeds/health.json").text
        return all(one in text for one in wanted)

    def send(self, **words: Any) -> None:
        """Have the publisher say this, and wait until it is served."""
        wanted = self.write(**words)
        self.publish()
        until(lambda: self.shows(*wanted))

    @contextmanager
    def running(self, command: str) -> Iterator[None]:
        process = self.start(command)
        try:
            until(lambda: self.get("/healthz").status_code == 200)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0

    @property
    def article(self) -> dict[str, str]:
        found: dict[str, str] = self.get("/api/v1/articles").json()["articles"][0]
        return found

    def page(self, article: str) -> str:
        return requests.get(f"http://127.0.0.1:{self.operator}/explain", {"article": article}, timeout=10).text


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[_Newsroom]:
    with origins("127.0.0.1") as (origin,):
        yield _Newsroom(tmp_path, origin)


def test_an_article_that_changes_shows_what_changed_and_moves_only_when_a_reader_would_notice(
    newsroom: _Newsroom,
) -> None:
    newsroom.write()
    newsroom.publish()
    with newsroom.running("serve"):
        first = newsroom.article["updated"]
        newsroom.send(views=9000)
        newsroom.send(views=9000, ship="vessel")
        assert newsroom.article["updated"] == first
        newsroom.send(views=9000, ship="vessel", dead=14)
        assert newsroom.article["updated"] > first
    wanted = newsroom.write("Ferry disaster", views=9001, ship="vessel", dead=14)
    with newsroom.running("run"):
        until(lambda: newsroom.shows(*wanted))
        _is_told_of(newsroom)


def _is_told_of(newsroom: _Newsroom) -> None:
    page = newsroom.page(newsroom.article["id"])
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

    for path in (f"/articles/{newsroom.article['id']}", "/feeds/health.atom", "/api/v1/articles", "/categories/health"):
        assert "12 people" not in newsroom.get(path).text
    assert newsroom.run("takedown", newsroom.article["id"]).returncode == 0
    assert "revisions" not in newsroom.page(told["id"])
