"""A source's credentials, looked for everywhere: logs, errors, pages, feeds, OPML, the API."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from loopback import Fault, Origin, origins, play, reply
from running import executed, free_port, until

SECRET = "hunter2"
FEED = b"""<rss version="2.0"><channel><title>S</title><link>/</link><item><title>One</title><link>/1</link><guid>1</guid>
<description>&lt;a href="two"&gt;Two&lt;/a&gt; words.</description></item></channel></rss>"""
PUBLIC = (
    "/", "/categories/news", "/feeds.opml", "/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json", "/api/v1/categories",
    "/api/v1/articles", "/categories/news/latest.json", "/categories/news/latest.html",
)  # fmt: skip


@pytest.fixture
def publisher() -> Iterator[Origin]:
    with origins("127.0.0.1") as (one,):
        one.answers |= {
            "/well": reply(200, FEED), "/wrong": reply(500), "/page": reply(200, b"<!doctype html><title>x</title>"),
            "/moved": reply(301, Location=f"/well?token={SECRET}"), "/gone": reply(410), "/often": reply(429),
            "/loop": reply(302, Location=f"/loop?token={SECRET}"), "/down": reply(302, Location=f"http://10.0.0.1/?key={SECRET}"),
            "/garbled": play(b"HTTP/1.1 200 OK\r\nContent-Le", Fault.CLOSE), "/broken": play(b"HTT", Fault.RESET),
        }  # fmt: skip
        yield one


def test_F12_a_secret_stands_on_no_surface(tmp_path: Path, publisher: Origin) -> None:
    public, operator = free_port(), free_port()
    lines = [
        f"  {path[1:]}: {{url: 'http://me:{SECRET}@127.0.0.1:{publisher.port}{path}?token={SECRET}', category: news,"
        f" headers: {{X-Key: {SECRET}}}}}"
        for path in publisher.answers
    ]
    config = tmp_path / "hub.yaml"
    config.write_text(
        "site: {title: T, url: 'https://hub.example.org'}\nstorage: {url: 'sqlite:///hub.db'}\n"
        f"server: {{public: '127.0.0.1:{public}', operator: '127.0.0.1:{operator}'}}\n"
        "polling: {allow_private: [127.0.0.1]}\ncategories: {news: {title: News}}\nsources:\n" + "\n".join(lines)
    )
    told = b""
    for words in (
        ["check"],
        ["poll", "--all"],
        ["poll", "--all", "--json"],
        ["preview", "well"],
        ["preview", "broken"],
    ):
        done = executed(tmp_path, "--config", str(config), *words)
        told += (done.stdout + done.stderr).encode()
    command = [sys.executable, "-m", "syndicator", "--config", str(config), "run"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
    try:
        until(lambda: "One" in requests.get(f"http://127.0.0.1:{public}/feeds/all.rss", timeout=10).text)
        pages = [f"http://127.0.0.1:{public}{path}" for path in PUBLIC] + [f"http://127.0.0.1:{operator}/"]
        answers = [requests.get(page, timeout=10) for page in pages]
    finally:
        running.terminate()
        told += running.communicate(timeout=30)[1]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert publisher.asked[0].headers["X-Key"] == SECRET
    assert b"garbled" in told
    assert "redirected for good" in answers[-1].text
    assert SECRET.encode() not in told + b"".join(answer.content + repr(answer.headers).encode() for answer in answers)
