"""What commands say when the machine is at fault, or its user in a hurry: a sentence that says what to do, no traceback."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loopback import Fault, Origin, origins, play
from running import called, free_port, until

_ITEM = "<item><title>Fïrst {n} \U0001f389</title><guid>https://a.example/{n}</guid><description>{words}</description></item>"
_FEED = "".join(_ITEM.format(n=n, words=f"wörd{n} " * 400) for n in range(200))
_COMMAND = [sys.executable, "-m", "syndicator", "--config", "hub.yaml"]
_CONFIG = """\
site: {title: Test, url: "https://news.example.org"}
storage: {url: "sqlite:///var/hub.db"}
polling: {allow_private: [127.0.0.1]}
categories: {health: {title: Health}}
sources: {alpha: {url: "file:alpha.xml", category: health}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.yaml").write_text(_CONFIG)
    (tmp_path / "alpha.xml").write_text(f'<rss version="2.0"><channel><title>A</title>{_FEED}</channel></rss>')
    return tmp_path


def _run(
    folder: Path, *words: str, before: Callable[[], None] | None = None, **env: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*_COMMAND, *words], cwd=folder, capture_output=True, timeout=60, check=False, env={**os.environ, **env},
        preexec_fn=before,
    )  # fmt: skip


def _small_files() -> None:
    """No file may grow beyond 300 KB, as on a disk that is full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_full_disk_is_told_and_nothing_stored_is_lost(folder: Path) -> None:
    full = _run(folder, "poll", before=_small_files)
    assert full.returncode == 1
    assert b"cannot write to sqlite:///var/hub.db: disk I/O error. Look whether" in full.stderr
    assert b"Traceback" not in full.stdout + full.stderr
    again = _run(folder, "poll", "--all")
    assert (again.returncode, again.stdout) == (0, b"1 source polled, 0 failed: 200 new articles, 0 updated.\n")
    full = _run(folder, "publish", before=_small_files)
    assert full.returncode == 1
    assert b"not published: cannot write to" in full.stderr
    assert b"Traceback" not in full.stdout + full.stderr


def test_a_poll_of_many_ends_where_the_database_takes_nothing_any_more(folder: Path) -> None:
    """A hub that runs waits for room; a command would hold the database for ever."""
    feed = (folder / "alpha.xml").read_text()
    sources = ", ".join(f's{n}: {{url: "file:{n}.xml", category: health}}' for n in range(14))
    (folder / "hub.yaml").write_text(_CONFIG.replace('alpha: {url: "file:alpha.xml", category: health}', sources))
    for n in range(14):
        (folder / f"{n}.xml").write_text(feed.replace("a.example", f"a{n}.example"))
    assert _run(folder, "migrate").returncode == 0
    full = _run(folder, "poll", "--all", before=_small_files)
    assert full.returncode == 1
    assert full.stderr.splitlines()[-1].startswith(
        b"syndicator: cannot write to sqlite:///var/hub.db: disk I/O error. Look"
    )
    again = _run(folder, "poll", "--all")
    assert (again.returncode, again.stdout) == (0, b"14 sources polled, 0 failed: 2800 new articles, 0 updated.\n")


@pytest.mark.parametrize("words", [("poll",), ("sources",), ("export-opml",), ("plan",), ("migrate",)])
def test_a_database_server_that_is_not_there_is_one_line(folder: Path, words: tuple[str, ...]) -> None:
    url = f"postgresql://me:hunter2@127.0.0.1:{free_port()}/x"
    (folder / "hub.yaml").write_text(_CONFIG.replace("sqlite:///var/hub.db", url))
    done = called(folder, "--config", "hub.yaml", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("syndicator: cannot open postgresql+psycopg://me:***@127.0.0.1:")
    assert done.stderr.endswith(" Check storage.url.\n")
    assert (done.stderr.count("\n"), "hunter2" in done.stderr) == (1, False)


@pytest.mark.parametrize("words", [("preview", "alpha"), ("sources", "--json"), ("explain", "https://a.example/1")])
def test_a_pipe_that_closes_ends_a_command_quietly(folder: Path, words: tuple[str, ...]) -> None:
    called(folder, "--config", "hub.yaml", "poll")
    ours, theirs = os.pipe()
    with subprocess.Popen([*_COMMAND, *words], cwd=folder, stdout=theirs, stderr=subprocess.PIPE) as running:
        os.close(theirs)
        os.close(ours)
        assert running.communicate(timeout=60)[1] == b""
        assert running.returncode == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_of_another_encoding_loses_characters_and_no_more(folder: Path, encoding: str) -> None:
    called(folder, "--config", "hub.yaml", "poll")
    said = _run(folder, "preview", "alpha", PYTHONIOENCODING=encoding)
    assert (said.returncode, said.stderr) == (0, b"")
    as_json = _run(folder, "preview", "alpha", "--json", PYTHONIOENCODING=encoding)
    assert json.loads(as_json.stdout)["articles"][0]["title"].startswith("Fïrst ")


def test_what_an_encoding_lacks_is_written_as_json_would(folder: Path) -> None:
    said = _run(folder, "preview", "alpha", PYTHONIOENCODING="latin-1")
    assert rb"F\xefrst 0 \ud83c\udf89".replace(rb"\xef", b"\xef") in said.stdout


@pytest.fixture
def silent() -> Iterator[Origin]:
    """A publisher that takes a question and says nothing."""
    with origins("127.0.0.1") as (one,):
        one.answers["/feed"] = play(Fault.HANG)
        yield one


@pytest.mark.parametrize("words", [("poll",), ("preview", "slow")])
def test_ctrl_c_ends_a_command_with_a_sentence(folder: Path, silent: Origin, words: tuple[str, ...]) -> None:
    config = _CONFIG.replace('alpha: {url: "file:alpha.xml"', f'slow: {{url: "{silent.url}/feed"')
    (folder / "hub.yaml").write_text(config)
    with subprocess.Popen(
        [*_COMMAND, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        until(lambda: any(asked.path == "/feed" for asked in silent.asked))
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: all of its processes get it
        out, said = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, b"")
    assert said == b"syndicator: stopped by Ctrl-C. What was done until then is kept.\n"
