"""`hold` and `release` as an operator runs them, with and without a running engine, against a publisher on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from loopback import Origin, origins, reply
from running import Program, until

_ITEM = """<item><title>Story {n}</title><link>https://s.example/{n}</link><guid isPermaLink="false">{prefix}{n}</guid>
<pubDate>Fri, 30 Jan 2026 10:{n:02}:00 GMT</pubDate><description>Words of {n}.</description></item>"""
_CONFIG = """\
site: {{title: Test, url: "https://news.example.org"}}
storage: {{url: "sqlite:///var/hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
polling: {{allow_private: ["127.0.0.1:{feed}"]}}
categories: {{health: {{title: Health}}}}
sources: {{alpha: {{url: "http://127.0.0.1:{feed}/feed", category: health}}}}
"""


class _Hub(Program):
    def __init__(self, folder: Path, origin: Origin) -> None:
        super().__init__(folder)
        self.origin = origin
        config = _CONFIG.format(public=self.public, operator=self.operator, feed=origin.port)
        (folder / "hub.yaml").write_text(config)

    def publish(self, numbers: range, prefix: str = "") -> subprocess.CompletedProcess[str]:
        """Have the publisher send these stories, and poll and publish them."""
        self.send(numbers, prefix)
        polled = self.run("poll", "--all")
        assert polled.returncode == self.run("publish").returncode == 0
        return polled

    def send(self, numbers: range, prefix: str = "") -> None:
        items = "".join(_ITEM.format(n=n, prefix=prefix) for n in numbers)
        body = f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>'.encode()
        self.origin.answers["/feed"] = reply(body=body, Content_Type="application/rss+xml")

    def document(self, name: str) -> bytes:
        assert self.run("export", "--out", "public").returncode == 0
        return (self.folder / "public" / name).read_bytes()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    with origins("127.0.0.1") as (origin,):
        made = _Hub(tmp_path, origin)
        made.publish(range(1, 6))
        yield made


def test_I5_a_feed_whose_guids_all_change_changes_no_byte_of_what_is_published(hub: _Hub) -> None:
    before = {name: hub.document(f"feeds/health.{name}") for name in ("rss", "atom", "json")}
    polled = hub.publish(range(1, 6), prefix="https://s.example/?p=")
    assert "0 new articles, 0 updated" in polled.stdout
    assert {name: hub.document(f"feeds/health.{name}") for name in before} == before


def test_I5_an_archive_that_comes_all_at_once_is_held_explained_and_released(hub: _Hub) -> None:
    polled = hub.publish(range(1, 41))
    assert "alpha: 35 held: 35 of 40 entries were new, but dated before" in polled.stderr
    assert b"Story 40" not in hub.document("feeds/health.rss")
    told = hub.run("explain", "https://s.example/40").stdout
    assert "because  held: 35 of 40 entries were new" in told
    assert "        in  nowhere, since held: 35 of 40 entries were new" in told
    listed = hub.run("hold")
    assert listed.stdout.startswith("alpha: 35 articles, held: 35 of 40 entries were new")
    (record,) = map(json.loads, hub.run("hold", "--json").stdout.splitlines())
    assert (record["source"], record["articles"], record["all_new"]) == ("alpha", 35, False)
    assert hub.run("takedown", "https://s.example/40").returncode == 0
    released = hub.run("release", "alpha")
    assert (released.returncode, released.stdout.splitlines()[0]) == (0, "alpha: 34 articles released.")
    document = hub.document("feeds/health.rss")
    assert b"Story 39" in document
    assert b"Story 40" not in document
    again = hub.run("release", "alpha")
    assert (again.returncode, "nothing is held of the source 'alpha'" in again.stderr) == (1, True)
    assert (hub.run("hold").stdout, hub.run("hold").stderr) == ("", "Nothing is held.\n")


def test_a_source_is_held_and_released_by_a_running_engine(hub: _Hub) -> None:
    engine = hub.start()
    try:
        until(lambda: requests.get(f"http://127.0.0.1:{hub.operator}/readyz", timeout=10).ok)
        held = hub.run("hold", "alpha")
        assert (held.returncode, held.stderr) == (0, "")
        assert hub.run("hold").stdout.startswith("alpha: 0 articles, held: by the operator, since ")
        page = requests.get(f"http://127.0.0.1:{hub.operator}/held", timeout=10).text
        assert "0 articles wait. held: by the operator" in page
        assert hub.run("release", "alpha").stdout == (
            "alpha: 0 articles released; the running engine publishes in a moment.\n"
        )
        wrong = hub.run("release", "alpha")
        assert (wrong.returncode, "nothing is held" in wrong.stderr, "Traceback" in wrong.stderr) == (1, True, False)
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait(timeout=20)


def test_what_is_new_of_a_held_source_waits_and_a_running_engine_publishes_it(hub: _Hub) -> None:
    assert hub.run("hold", "alpha").returncode == 0
    assert "alpha: 1 held: by the operator" in hub.publish(range(1, 7)).stderr
    feed = f"http://127.0.0.1:{hub.public}/feeds/health.rss"
    engine = hub.start()
    try:
        until(lambda: "Story 5" in requests.get(feed, timeout=10).text)
        assert "Story 6" not in requests.get(feed, timeout=10).text
        assert hub.run("release", "alpha").stdout.startswith("alpha: 1 article released; ")
        until(lambda: "Story 6" in requests.get(feed, timeout=10).text)
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.wait(timeout=20)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("hold", "alhpa"), 1, "Did you mean alpha"),
        (("release", "alhpa"), 1, "Did you mean alpha"),
        (("release",), 2, "SOURCE"),
        (("hold", "alpha", "--json"), 2, "the list of what is held"),
    ],
)
def test_a_wrong_word_ends_in_a_message_and_its_exit_code(
    hub: _Hub, words: tuple[str, ...], code: int, says: str
) -> None:
    done = hub.run(*words)
    assert (done.returncode, done.stdout, says in done.stderr, "Traceback" in done.stderr) == (code, "", True, False)
