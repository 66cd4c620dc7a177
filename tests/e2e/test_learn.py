"""`learn` as an operator runs it, with and without a running engine, and what comes of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import labelled
import pytest
import requests
from labelled import SUBJECTS
from running import Program, until

from syndicator.core.learning import Sample

_UNSEEN = labelled.samples(40, 8, seed=9, muddle=0.1)


class _Hub(Program):
    """Sixteen sources of four subjects, and one that files nothing itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        by_source: dict[str, list[Sample]] = {}
        for one in labelled.samples(640, 16):
            by_source.setdefault(one.source_id, []).append(one)
        for name, samples in by_source.items():
            self.write(name, samples)
        self.write("mixed", [])
        categories = "".join(f"  {name}: {{title: {name}, classifier: 0.7}}\n" for name in SUBJECTS)
        sources = "".join(
            f'  {name}: {{url: "file:{name}.xml", category: {samples[0].categories[0]}}}\n'
            for name, samples in by_source.items()
        )
        (folder / "hub.yaml").write_text(
            f'site: {{title: Test, url: "https://news.example.org"}}\nstorage: {{url: "sqlite:///var/hub.db"}}\n'
            f'server: {{public: "127.0.0.1:{self.public}", operator: "127.0.0.1:{self.operator}"}}\n'
            f'categories:\n{categories}sources:\n{sources}  mixed: {{url: "file:mixed.xml", categories: []}}\n'
        )

    def write(self, name: str, samples: list[Sample]) -> None:
        items = "".join(
            f"<item><title>{one.title}</title><guid>https://{name}.example/{one.id}</guid>"
            f"<description>{one.text}</description></item>"
            for one in samples
        )
        text = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
        (self.folder / f"{name}.xml").write_text(text)

    def right(self) -> int:
        """How many of the unseen articles show in their category."""
        subject = {one.title: one.categories[0] for one in _UNSEEN}
        found: set[str] = set()
        for name in SUBJECTS:
            url = f"http://127.0.0.1:{self.public}/api/v1/articles?category={name}&limit=500"
            found |= {one["title"] for one in requests.get(url, timeout=10).json()["articles"]
                      if subject.get(one.get("title")) == name}  # fmt: skip
        return len(found)


@pytest.fixture
def hub(tmp_path: Path) -> _Hub:
    made = _Hub(tmp_path)
    assert made.run("poll", "--all").returncode == 0
    return made


def test_it_learns_without_an_engine_and_the_next_poll_is_filed_by_it(hub: _Hub) -> None:
    done = hub.run("learn")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "learned from 640 articles: 4 of 4 categories." in done.stdout
    said = json.loads(hub.run("learn", "--json").stdout)
    assert (said["articles"], [one["category"] for one in said["categories"]]) == (640, list(SUBJECTS))
    assert all(one["learned"] and one["held_out"] > 0 for one in said["categories"])
    hub.write("mixed", list(_UNSEEN))
    assert hub.run("poll", "mixed").returncode == 0
    explained = [
        json.loads(line) for line in hub.run("explain", "https://mixed.example/id00000", "--json").stdout.splitlines()
    ]
    assert any("by the classifier, " in reason for reason in explained[0]["reasons"])


def test_a_running_engine_learns_when_asked_and_by_itself(hub: _Hub) -> None:
    log = (hub.folder / "log").open("w+")
    engine = subprocess.Popen(hub.command("run"), cwd=hub.folder, stderr=log, env={**os.environ})
    try:
        until(lambda: (hub.folder / "log").read_text().count('"event": "learned"') == 4)
        done = hub.run("learn", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["articles"] == 640
        assert (hub.folder / "log").read_text().count('"event": "learned"') == 8
    finally:
        engine.send_signal(signal.SIGTERM)
        assert engine.wait(timeout=20) == 0
        log.close()


def test_what_is_unfiled_shows_in_all_and_what_is_filed_in_its_category(hub: _Hub) -> None:
    hub.run("learn")
    hub.write("mixed", list(_UNSEEN))
    hub.run("poll", "mixed")
    hub.run("publish")
    server = subprocess.Popen(hub.command("serve"), cwd=hub.folder, stderr=subprocess.DEVNULL)
    try:
        until(lambda: requests.get(f"http://127.0.0.1:{hub.public}/healthz", timeout=5).status_code == 200)
        listed = requests.get(f"http://127.0.0.1:{hub.public}/api/v1/articles?limit=500&after=640", timeout=10).json()
        assert {one["title"] for one in listed["articles"]} >= {one.title for one in _UNSEEN}
        assert hub.right() > len(_UNSEEN) / 3
        unfiled = [one["id"] for one in listed["articles"] if one["categories"] == ["all"]]
        assert unfiled, "of some it is not certain"
        page = requests.get(f"http://127.0.0.1:{hub.public}/articles/{unfiled[0]}", timeout=10)
        assert page.status_code == 200
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_without_the_extra_a_category_cannot_learn_and_all_else_works(hub: _Hub) -> None:
    """As if it were not installed: a module that is None cannot be found."""
    without = "import sys; sys.modules['sklearn'] = None; from syndicator.__main__ import main; main()"
    command = [sys.executable, "-c", without, "--config", "hub.yaml", "check"]
    done = subprocess.run(command, cwd=hub.folder, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count("pip install '.[classifier]'")) == (2, 4)
    path = hub.folder / "hub.yaml"
    path.write_text(path.read_text().replace(", classifier: 0.7", ""))
    done = subprocess.run(command, cwd=hub.folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    refused = hub.run("learn")
    assert (refused.returncode, "no category has `classifier: true`" in refused.stderr) == (1, True)
