"""`sources` as an operator or a script runs it: before the first poll, after it, and beside an engine."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from loopback import Origin, origins, reply
from running import called

from syndicator.store.store import Store

_ITEM = "<item><title>{n}</title><guid>https://a.example/{n}</guid><link>https://a.example/{n}</link></item>"
_FEED = f'<rss version="2.0"><channel><title>A</title>{_ITEM.format(n=1)}{_ITEM.format(n=2)}</channel></rss>'.encode()
_KEYS = [
    "source", "url", "title", "categories", "state", "outcome", "error", "failures", "flaw", "moved", "last_poll",
    "last_success", "next_poll", "reason", "a_day", "articles", "held",
]  # fmt: skip
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def publisher() -> Iterator[Origin]:
    with origins("127.0.0.1") as (one,):
        one.answers = {"/well": reply(200, _FEED), "/gone": reply(410), "/wrong": reply(500)}
        yield one


@pytest.fixture
def folder(tmp_path: Path, publisher: Origin) -> Path:
    lines = [
        f'  {name}: {{url: "http://me:hunter2@127.0.0.1:{publisher.port}/{name}?token=hunter2", category: health}}\n'
        for name in ("well", "wrong", "gone")
    ]
    (tmp_path / "hub.yaml").write_text(
        'site: {title: Test, url: "https://news.example.org"}\nstorage: {url: "sqlite:///var/hub.db"}\n'
        "polling: {allow_private: [127.0.0.1]}\ncategories: {health: {title: Health}}\nsources:\n" + "".join(lines)
    )
    return tmp_path


_COMMAND = [sys.executable, "-m", "syndicator", "--config", "hub.yaml"]


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return called(folder, "--config", "hub.yaml", *words)


def _on_a_terminal(folder: Path, *words: str) -> str:
    """What a command writes to a terminal of 120 columns."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    with subprocess.Popen([*_COMMAND, *words], cwd=folder, stdout=theirs, stderr=theirs, env=env) as running:
        os.close(theirs)
        said = b""
        try:
            while more := os.read(ours, 65536):
                said += more
        except OSError:  # the other end is closed
            pass
        assert running.wait(timeout=60) == 0
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said.decode())


def _json(folder: Path, *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in _run(folder, "sources", "--json", *words).stdout.splitlines()]


def test_before_the_first_start_every_source_is_new(folder: Path) -> None:
    done = _run(folder, "sources")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("\t")[:2] for line in done.stdout.splitlines()] == [
        ["well", "new"],
        ["wrong", "new"],
        ["gone", "new"],
    ]
    assert not (folder / "var").exists(), "it only reads"


def test_O2_after_a_poll_each_tells_how_it_went_and_what_is_next(folder: Path) -> None:
    _run(folder, "poll")
    well, wrong, gone = (line.split("\t") for line in _run(folder, "sources").stdout.splitlines())
    assert {len(one) for one in (well, wrong, gone)} == {9}
    assert (well[:3], well[6:8]) == (["well", "fine", "new"], ["2", ""])
    assert _TIME.fullmatch(well[3])
    assert _TIME.fullmatch(well[4])
    assert well[8].startswith("in 1 h")
    assert wrong[:4] == ["wrong", "failing", "failed", ""]
    assert wrong[8] == "HTTP 500 Internal Server Error"
    assert gone[:5] == ["gone", "gone", "gone", "", ""]


def test_O4_json_is_one_object_a_source_with_every_key(folder: Path) -> None:
    _run(folder, "poll")
    found = _json(folder)
    assert [list(one) for one in found] == [_KEYS] * 3
    well = found[0]
    assert (well["state"], well["outcome"], well["articles"], well["held"]) == ("fine", "new", 2, None)
    assert str(well["url"]).endswith("/well")
    assert all(_TIME.fullmatch(str(well[key])) for key in ("last_poll", "last_success", "next_poll"))
    assert (found[2]["next_poll"], found[2]["a_day"]) == (None, None)


def test_failing_ones_alone_and_named_ones_alone(folder: Path) -> None:
    _run(folder, "poll")
    assert [one["source"] for one in _json(folder, "--failing")] == ["wrong", "gone"]
    assert [one["source"] for one in _json(folder, "gone", "well")] == ["well", "gone"]
    assert _run(folder, "sources", "--failing", "well").stdout == ""
    unknown = _run(folder, "sources", "wel")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "Did you mean well?" in unknown.stderr


def test_what_is_held_is_told(folder: Path) -> None:
    _run(folder, "poll", "well")
    _run(folder, "hold", "well")
    held = _json(folder, "well")[0]["held"]
    assert isinstance(held, dict)
    assert (held["articles"], held["since"], held["all_new"]) == (0, None, True)
    assert "by the operator" in held["why"]
    assert _run(folder, "sources", "well").stdout.split("\t")[7] == "0+"


def test_O3_on_a_terminal_it_is_a_table_and_nowhere_a_secret(folder: Path) -> None:
    _run(folder, "poll")
    said = _on_a_terminal(folder, "sources")
    head, well, wrong, *_ = said.splitlines()
    assert head.split() == ["source", "state", "success", "next", "poll", "a", "day", "articles", "held", "why"]
    assert well.startswith("well    fine, new  now")
    assert "HTTP 500 Internal Server Error" in wrong
    assert said.splitlines()[-1] == "3 sources: 2 failing, 0 never polled; 2 articles."
    everything = said + _run(folder, "sources").stdout + _run(folder, "sources", "--json").stdout
    assert "hunter2" not in everything


def test_beside_an_engine_it_reads(folder: Path) -> None:
    _run(folder, "poll")
    with closing(Store(f"sqlite:///{folder}/var/hub.db")) as store, store.engine_lock():
        done = _run(folder, "sources")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)
