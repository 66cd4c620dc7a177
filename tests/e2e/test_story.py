"""`story split` and `story merge` as an operator runs them, with and without a running engine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import requests
from running import Program, until

_RSS = """<rss version="2.0"><channel><title>Source {name}</title><link>https://{name}.example/</link><item>
<title>{title}</title><link>https://{page}</link><description>About it.</description></item></channel></rss>"""
_CONFIG = """\
site: {{title: Test, url: "https://news.example.org"}}
storage: {{url: "sqlite:///hub.db"}}
server: {{public: "127.0.0.1:{public}", operator: "127.0.0.1:{operator}"}}
categories: {{health: {{title: Health}}}}
sources:
  alpha: {{url: "file:alpha.xml", category: health}}
  beta: {{url: "file:beta.xml", category: health}}
  gamma: {{url: "file:gamma.xml", category: health}}
"""


class _Hub(Program):
    """Alpha and beta tell one story, gamma another."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "hub.yaml").write_text(_CONFIG.format(public=self.public, operator=self.operator))
        for name, title, page in (
            ("alpha", "Bridge closes", "paper.example/bridge"),
            ("beta", "Bridge closes", "m.paper.example/bridge"),
            ("gamma", "Library opens", "gamma.example/library"),
        ):
            (folder / f"{name}.xml").write_text(_RSS.format(name=name, title=title, page=page))
        assert self.run("poll", "--all").returncode == self.run("publish").returncode == 0

    def exported(self) -> list[str]:
        assert self.run("export", "--out", "public").returncode == 0
        items = json.loads((self.folder / "public/feeds/health.json").read_text())["items"]
        return sorted(item["title"] for item in items)

    def served(self) -> list[str]:
        items = requests.get(f"http://127.0.0.1:{self.public}/feeds/health.json", timeout=10).json()["items"]
        return sorted(item["title"] for item in items)


@pytest.fixture
def hub(tmp_path: Path) -> _Hub:
    return _Hub(tmp_path)


def test_a_story_is_split_and_merged_where_no_engine_runs(hub: _Hub) -> None:
    assert hub.exported() == ["Bridge closes", "Library opens"]
    split = hub.run("story", "split", "https://m.paper.example/bridge/")
    assert split.returncode == 1
    assert "2 articles have the URL" in split.stderr, "it is the address of both"
    id_ = split.stderr.split()[-3]
    split = hub.run("story", "split", id_)
    assert (split.returncode, split.stderr) == (0, "")
    assert "Bridge closes: a story of its own from now on, apart from\n  Source " in split.stdout
    assert hub.exported() == ["Bridge closes", "Bridge closes", "Library opens"]
    merged = hub.run("story", "merge", id_, "https://gamma.example/library")
    assert "Bridge closes: one story from now on with\n  Source gamma https://gamma.example/library" in merged.stdout
    assert len(hub.exported()) == 2
    assert hub.run("story", "merge", id_, id_).returncode == 1
    explained = hub.run("explain", "https://gamma.example/library").stdout
    assert "the operator says so" in explained + hub.run("explain", id_).stdout


def test_a_running_engine_splits_and_merges_when_asked(hub: _Hub) -> None:
    ids = [
        line.split()[0] for line in hub.run("story", "split", "https://paper.example/bridge").stderr.splitlines()[1:]
    ]
    running = subprocess.Popen(hub.command("run"), cwd=hub.folder, stderr=subprocess.DEVNULL)
    try:
        until(lambda: requests.get(f"http://127.0.0.1:{hub.public}/healthz", timeout=10).status_code == 200)
        assert hub.run("story", "split", ids[0]).stdout.startswith("Bridge closes: a story of its own")
        until(lambda: hub.served() == ["Bridge closes", "Bridge closes", "Library opens"])
        assert hub.run("story", "merge", *ids).stdout.startswith("Bridge closes: one story from now on")
        until(lambda: hub.served() == ["Bridge closes", "Library opens"])
        alone = hub.run("story", "split", "https://gamma.example/library")
        assert (alone.returncode, "tells its story alone" in alone.stderr) == (1, True)
    finally:
        running.terminate()
        running.wait(timeout=20)
