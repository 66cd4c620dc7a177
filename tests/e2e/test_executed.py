"""Every command says the same executed as a program, as `python -m syndicator`, and called in a test's own process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from running import called, executed

from syndicator.cli.command import main

_RSS = """<rss version="2.0"><channel><title>{name}</title><item><title>Bridge closes</title><link>https://{name}.example/1</link>
<guid>https://{name}.example/1</guid><pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate><description>Some words.</description>
</item></channel></rss>"""
_CONFIG = """\
site: {title: Test, url: "https://news.example.org"}
storage: {url: "sqlite:///var/hub.db"}
polling: {max_interval: 1h}
categories: {health: {title: Health}}
sources:
  alpha: {url: "file:alpha.xml", category: health}
  broken: {url: "file:none.xml", category: health}
  omega: {url: "file:omega.xml", category: health}
"""
_LIST = '<opml version="2.0"><body><outline text="New" xmlUrl="https://new.example/feed"/></body></opml>'
_RUN: tuple[tuple[str, int], ...] = (
    ("init room", 0), ("check", 0), ("nonsense", 2), ("explain x", 1), ("migrate", 0), ("poll --all", 1), ("publish", 0),
    ("poll alpha --publish --json", 0), ("publish --json", 0),
    ("sources", 0), ("plan", 0), ("preview alpha", 0), ("hold alpha", 0), ("release alpha", 0),
    ("explain https://alpha.example/1", 0), ("learn", 1),
    ("story merge https://alpha.example/1 https://omega.example/1", 0), ("takedown https://alpha.example/1", 0),
    ("doctor --json", 0), ("backup backup.db", 0), ("copy --from backup.db --to copy.db", 0), ("export --out out", 0),
    ("export-opml", 0), ("import-opml list.opml --category health", 0), ("completion bash", 0),
)  # fmt: skip
"""What is run one after the other, and how each ends."""
_SERVING = {"run", "serve"}
"""Commands that go on until they are ended; no test calls them in its own process."""


def _outcomes(folder: Path, command: Callable[..., CompletedProcess[str]]) -> dict[str, tuple[int, str, str]]:
    """How each command ends and what it says, but for numbers, and where it was."""
    folder.mkdir()
    (folder / "hub.yaml").write_text(_CONFIG)
    (folder / "list.opml").write_text(_LIST)
    for name in ("alpha", "omega"):
        (folder / f"{name}.xml").write_text(_RSS.format(name=name))
    done = {words: command(folder, "--config", "hub.yaml", *words.split()) for words, _ in _RUN}

    def always(text: str) -> str:
        return re.sub(r"[0-9]+(\.[0-9]+)?", "0", text.replace(str(folder), ""))

    return {words: (one.returncode, always(one.stdout), always(one.stderr)) for words, one in done.items()}


def test_it_is_the_same_executed_and_called(tmp_path: Path) -> None:
    own, here = _outcomes(tmp_path / "own", executed), _outcomes(tmp_path / "here", called)
    assert own == here
    assert [(words, own[words][0]) for words, _ in _RUN] == list(_RUN)
    assert "Traceback" not in json.dumps(own)


def test_no_command_is_left_out() -> None:
    assert {words.split()[0] for words, _ in _RUN} - {"nonsense"} == main.commands.keys() - _SERVING
