"""A newsroom begun and checked as an operator, an editor or CI does it: `init`, `check --schema`, `check --json`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import requests
from running import called, free_port, until


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return called(folder, *words, SYNDICATOR_CONFIG=None)


def test_init_asks_nothing_and_what_it_writes_works_at_once(tmp_path: Path) -> None:
    """Without a network as well: everything but the polls."""
    done = _run(tmp_path, "init", "my newsroom")
    room = tmp_path / "my newsroom"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-3:] == [
        "  cd 'my newsroom'",
        "  syndicator check    # names every mistake of what you change in config/syndicator.yaml",
        "  syndicator run      # then open http://127.0.0.1:8080",
    ]
    assert _run(room, "check").stdout == "config/syndicator.yaml: right. 21 sources, 6 categories.\n"
    assert _run(room, "publish").returncode == 0
    assert (room / ".gitignore").read_text().splitlines()[-1] == "/var/"
    assert [path.name for path in (room / "var").iterdir() if path.suffix == ".db"] == ["syndicator.db"]


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    assert _run(tmp_path, "init", ".").returncode == 0
    (tmp_path / "config" / "syndicator.yaml").write_text("mine")
    done = _run(tmp_path, "init", ".")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "syndicator: config/syndicator.yaml is there already. Choose a folder without a configuration, which you may write.\n"
    )
    assert (tmp_path / "config" / "syndicator.yaml").read_text() == "mine"


def test_what_init_writes_runs_once_its_sources_are_yours(tmp_path: Path) -> None:
    _run(tmp_path, "init", ".")
    path, public = tmp_path / "config" / "syndicator.yaml", free_port()
    text = path.read_text().partition("# Publishers have terms of use")[0]
    text += 'sources: {local: {url: "file:local.xml", category: health, interval: 1h}}\n'
    path.write_text(
        text.replace("127.0.0.1:8080", f"127.0.0.1:{public}").replace("127.0.0.1:8081", f"127.0.0.1:{free_port()}")
    )
    (path.parent / "local.xml").write_text(
        '<rss version="2.0"><channel><title>L</title><link>https://l.example/</link><item><title>One</title>'
        "<link>https://l.example/1</link></item></channel></rss>"
    )
    process = subprocess.Popen([sys.executable, "-m", "syndicator", "run"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        until(lambda: "One" in requests.get(f"http://127.0.0.1:{public}/feeds/health.rss", timeout=10).text)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=10)


def test_the_schema_is_printed_without_any_configuration(tmp_path: Path) -> None:
    done = _run(tmp_path, "check", "--schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert _run(tmp_path, "check", "--schema", "--json").returncode == 2


def test_check_tells_programs_of_mistakes_and_warnings(tmp_path: Path) -> None:
    path = tmp_path / "hub.yaml"
    text = 'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A}}\nsources: {s: {url: "file:gone.xml", category: a}}\n'
    path.write_text(text)
    warned = _run(tmp_path, "--config", "hub.yaml", "check", "--json")
    assert (warned.returncode, warned.stderr) == (0, "")
    assert json.loads(warned.stdout) == {
        "file": "hub.yaml", "right": True, "sources": 1, "categories": 1,
        "problems": [{
            "severity": "warning", "file": "hub.yaml", "line": 3, "column": 20, "key": "sources.s.url",
            "message": "found 'file:gone.xml'; there is no such file beside the configuration yet",
        }],
    }  # fmt: skip
    path.write_text(text.replace("category: a}", "category: b}"))
    wrong = _run(tmp_path, "--config", "hub.yaml", "check", "--json")
    assert (wrong.returncode, wrong.stderr) == (2, "")
    told = json.loads(wrong.stdout)
    assert told["right"] is False
    assert [(one["severity"], one["line"], one["column"], one["key"]) for one in told["problems"]] == [
        ("error", 3, 47, "sources.s.category")
    ]
    missing = json.loads(_run(tmp_path, "--config", "none.yaml", "check", "--json").stdout)
    assert missing["problems"][0]["message"] == "cannot be read: No such file or directory"
