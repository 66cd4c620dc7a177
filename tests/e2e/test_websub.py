"""Hubs as they know us: a real one is told over HTTP, and fetches what it was told of at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import feedparser
import pytest
import requests
from loopback import Asked, Origin, Step, origins, reply
from running import Program, until

_ITEM = "<item><title>Story {n}</title><link>https://s.example/{n}</link><guid>https://s.example/{n}</guid></item>"
_CONFIG = """\
site: {{title: Test, url: "http://127.0.0.1:{public}"}}
storage: {{url: "sqlite:///var/hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
polling: {{interval: 1s, min_interval: 1s, allow_private: ["127.0.0.1:{hub_port}"]}}
publishing: {{websub: {{hubs: ["{hub}"]}}}}
categories: {{health: {{title: Health}}}}
sources: {{alpha: {{url: "file:alpha.xml", category: health}}}}
"""
_ALL = {f"/feeds/{category}.{extension}" for category in ("all", "health") for extension in ("rss", "atom", "json")}


class _Newsroom(Program):
    """A hub of news, and a WebSub hub that remembers what it found where it was told to look."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        super().__init__(folder)
        self.origin = origin
        self.found: list[tuple[str, bytes]] = []
        origin.answers["/hub"] = self._told
        text = _CONFIG.format(
            public=self.public, operator=self.operator, hub=f"{origin.url}/hub", hub_port=origin.port
        )  # fmt: skip
        (folder / "hub.yaml").write_text(text)
        self.write(1)

    def _told(self, asked: Asked) -> Iterator[Step]:
        form = parse_qs(asked.body.decode(), strict_parsing=True)
        assert form["hub.mode"] == ["publish"]
        assert form["hub.topic"] == form["hub.url"]
        (topic,) = form["hub.url"]
        try:
            found = requests.get(topic, timeout=10).content
        except requests.ConnectionError:
            found = b""  # nobody serves it now
        self.found.append((topic.removeprefix(f"http://127.0.0.1:{self.public}"), found))
        return reply(202)(asked)

    def write(self, count: int) -> None:
        items = "".join(_ITEM.format(n=n) for n in range(1, count + 1))
        (self.folder / "alpha.xml").write_text(f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>')


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[_Newsroom]:
    with origins("127.0.0.1") as (origin,):
        yield _Newsroom(tmp_path, origin)


def test_P12_a_hub_is_told_of_every_changed_feed_and_finds_the_new_one_there(newsroom: _Newsroom) -> None:
    engine = newsroom.start()
    try:
        until(lambda: set(dict(newsroom.found)) == _ALL)
        newsroom.write(2)
        # What a hub finds when it is told for the last time is all that its subscribers get.
        until(lambda: all(b"https://s.example/2" in body for body in dict(newsroom.found).values()))
    finally:
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(timeout=30) == 0


def test_P12_a_feed_names_its_hub_and_itself_in_headers_and_body(newsroom: _Newsroom) -> None:
    engine = newsroom.start()
    try:
        url, hub = f"http://127.0.0.1:{newsroom.public}/feeds/health.", f"{newsroom.origin.url}/hub"
        until(lambda: requests.get(f"{url}rss", timeout=10).status_code == 200)
        for extension in ("rss", "atom", "json"):
            found = requests.get(f"{url}{extension}", timeout=10)
            links = requests.utils.parse_header_links(found.headers["Link"])
            assert [(link["rel"], link["url"]) for link in links] == [("hub", hub), ("self", f"{url}{extension}")]
            if extension == "json":
                assert found.json()["hubs"] == [{"type": "WebSub", "url": hub}]
            else:
                by_rel = {link.rel: link.href for link in feedparser.parse(found.content).feed.links}
                assert (by_rel["hub"], by_rel["self"]) == (hub, f"{url}{extension}")
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait(timeout=30)


def test_commands_tell_the_hub_too_and_what_they_could_not_the_next_one_does(newsroom: _Newsroom) -> None:
    newsroom.run("poll", "--all")
    newsroom.origin.answers["/hub"] = reply(503)
    done = newsroom.run("publish")
    assert done.returncode == 0, "what was published is published"
    assert "a hub could not be told" in done.stderr
    assert "HTTP 503 Service Unavailable" in done.stderr
    newsroom.origin.answers["/hub"] = newsroom._told
    assert newsroom.run("publish").returncode == 0
    assert {path for path, _ in newsroom.found} == _ALL
    newsroom.found.clear()
    assert newsroom.run("takedown", "https://s.example/1").returncode == 0
    assert {path for path, _ in newsroom.found} == _ALL
