"""A source polled at once, and its new address adopted, on the pages of a running engine, from a publisher on loopback."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from loopback import Origin, origins, reply
from running import free_port, until

from syndicator.core.errors import EngineRefused
from syndicator.fetch import running_engine

_CONFIG = """\
site: {{title: Test, url: "https://news.example.org"}}
storage: {{url: "sqlite:///var/hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
polling: {{allow_private: ["127.0.0.1:{feed}"]}}
categories: {{health: {{title: Health}}}}
sources: {{alpha: {{url: "http://127.0.0.1:{feed}/feed?token=abc", category: health}}}}
"""
_FEED = b"<rss version='2.0'><channel><title>S</title><item><title>One</title><guid>1</guid></item></channel></rss>"
_PAGE = b"<html><head><link rel='alternate' type='application/rss+xml' href='/new'></head><body>Moved</body></html>"


class _Hub:
    def __init__(self, folder: Path, origin: Origin) -> None:
        public, operator = free_port(), free_port()
        (folder / "hub.yaml").write_text(_CONFIG.format(public=public, operator=operator, feed=origin.port))
        self.listener = f"127.0.0.1:{operator}"
        command = [sys.executable, "-m", "syndicator", "--config", "hub.yaml", "run"]
        self.process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)

    def page(self) -> str:
        try:
            return requests.get(f"http://{self.listener}/sources/alpha", timeout=10).text
        except requests.ConnectionError:  # it is still starting
            return ""

    def press(self, action: str) -> requests.Response:
        """What the browser sends for the button of the form `action`."""
        page = self.page()
        form = page[page.index(f'action="{action}"') :]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
        return requests.post(
            f"http://{self.listener}{action}", fields, headers={"Origin": f"http://{self.listener}"}, timeout=10
        )

    def poll_until(self, words: str) -> None:
        """Ask for polls until the source's page has these words: one that is under way is waited for."""

        def told() -> bool:
            if words not in self.page():
                self._ask()
            return words in self.page()

        until(told)

    def _ask(self) -> None:
        try:
            assert running_engine.ask(self.listener, "/sources/poll", source="alpha") == {
                "source": "alpha",
                "queued": True,
            }
        except EngineRefused as refused:
            # The one that was asked for before may have ended between the look and the question.
            if not any(words in str(refused) for words in ("under way", "asked for quiet")):
                raise


@pytest.fixture
def origin() -> Iterator[Origin]:
    with origins("127.0.0.1") as made:
        made[0].answers["/feed?token=abc"] = made[0].answers["/new"] = reply(
            body=_FEED, Content_Type="application/rss+xml"
        )
        yield made[0]


@pytest.fixture
def hub(tmp_path: Path, origin: Origin) -> Iterator[_Hub]:
    made = _Hub(tmp_path, origin)
    try:
        until(lambda: "1 brought" in made.page())
        yield made
    finally:
        made.process.terminate()
        made.process.wait(timeout=20)


def test_a_source_is_polled_at_once_though_it_is_not_due(hub: _Hub, origin: Origin) -> None:
    origin.answers["/feed?token=abc"] = reply(500)
    hub.poll_until("HTTP 500")
    origin.answers["/feed?token=abc"] = reply(body=_FEED, Content_Type="application/rss+xml")
    answer = hub.press("/sources/poll")
    assert "alpha: polled in a moment." in answer.text
    until(lambda: ">fine<" in hub.page())
    assert "abc" not in hub.page()
    assert "1 failed" in hub.page()


def test_nobody_is_asked_within_a_retry_after(hub: _Hub, origin: Origin) -> None:
    origin.answers["/feed?token=abc"] = reply(503, Retry_After="7200")
    hub.poll_until("Retry-After")
    asked = len(origin.asked)
    with pytest.raises(EngineRefused, match="asked for quiet"):
        running_engine.ask(hub.listener, "/sources/poll", source="alpha")
    refused = hub.press("/sources/poll")
    assert (refused.status_code, "asked for quiet (Retry-After) until" in refused.text) == (409, True)
    assert len(origin.asked) == asked


def test_the_feed_that_a_page_links_is_adopted(hub: _Hub, origin: Origin) -> None:
    origin.answers["/feed?token=abc"] = reply(body=_PAGE, Content_Type="text/html")
    hub.poll_until("it links")
    assert "polled at its other address" in hub.press("/sources/adopt").text
    until(lambda: "which is polled instead" in hub.page())
    assert origin.asked[-1].path == "/new"
    assert ">fine<" in hub.page()
    with pytest.raises(EngineRefused, match="no address that its publisher names"):
        running_engine.ask(hub.listener, "/sources/adopt", adopted="alpha http://evil.example/")
