"""An operator's `exclude` is edited between two publications: no entry of a feed names any more what left everything."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import requests
from running import called, free_port, until

_ITEM = """<item><title>Malaria vaccine trial {n}</title><link>https://{source}.example/{n}</link>
<pubDate>Fri, 30 Jan 2026 10:0{n}:00 GMT</pubDate><description>Words of {n}.</description></item>"""
_CONFIG = """\
site: {{title: Test, url: "https://news.example.org"}}
storage: {{url: "sqlite:///var/hub.db"}}
server: {{public: "127.0.0.1:{port}"}}
publishing: {{related: 3}}
categories: {{health: {{title: Health}}}}
sources:
  alpha: {{url: "file:alpha.xml", category: health, exclude: {{title: ['{excluded}']}}}}
  beta: {{url: "file:beta.xml", category: health}}
"""
_FEEDS = ("health.rss", "health.atom", "health.json", "all.rss", "all.atom", "all.json")
_NAMED = re.compile(r"https://news\.example\.org/articles/(\w+)")


class _Hub:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        for source, numbers in {"alpha": (1, 2), "beta": (3, 4)}.items():
            items = "".join(_ITEM.format(n=n, source=source) for n in numbers)
            (folder / f"{source}.xml").write_text(
                f'<rss version="2.0"><channel><title>{source}</title>{items}</channel></rss>'
            )

    def exclude(self, pattern: str) -> None:
        (self.folder / "hub.yaml").write_text(_CONFIG.format(port=self.port, excluded=pattern))

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "syndicator", "--config", "hub.yaml", *words]

    def run(self, *words: str) -> str:
        done = called(self.folder, "--config", "hub.yaml", *words)
        done.check_returncode()
        return done.stdout

    def documents(self) -> dict[str, str]:
        """The feeds that are published, by path."""
        with sqlite3.connect(self.folder / "var" / "hub.db") as connection:
            found = dict(connection.execute("SELECT path, body FROM documents"))
        return {path: found[f"feeds/{path}"].decode() for path in _FEEDS}

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=10)


def test_what_an_edited_rule_keeps_out_of_everything_is_linked_from_no_entry(tmp_path: Path) -> None:
    hub = _Hub(tmp_path)
    hub.exclude("nothing")
    hub.run("poll", "--all")
    hub.run("publish")
    before = hub.documents()
    named = {path: set(_NAMED.findall(body)) for path, body in before.items()}
    assert all(len(ids) == 4 for ids in named.values()), named

    hub.exclude("trial 2$")
    hub.run("publish")
    after = hub.documents()
    serving = subprocess.Popen(hub.command("serve"), cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        until(lambda: hub.get("/healthz").status_code == 200)
        answers = {id_: hub.get(f"/articles/{id_}").status_code for id_ in named["all.atom"]}
        [gone] = [id_ for id_, status in answers.items() if status == 404]
        assert sorted(answers.values()) == [200, 200, 200, 404]
        for path, body in after.items():
            assert set(_NAMED.findall(body)) == named[path] - {gone}
        assert gone not in hub.get("/feeds/all/archive/1.atom").text
    finally:
        serving.kill()
        serving.wait(timeout=10)

    hub.exclude("nothing")
    hub.run("publish")
    assert all("Malaria vaccine trial 2" in body for body in hub.documents().values()), "it is back with the rule gone"
