"""syndicator, by its command `poll --all --publish`, as a timer would call it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .candidate import Commands
from .feeds import category

_PROGRAM = str(Path(sys.executable).with_name("syndicator"))


@dataclass(frozen=True)
class Syndicator:
    """Everything, or without comparing texts for stories."""

    name: str = "syndicator"
    stories: bool = True
    leaves_out: str = ""
    settings: tuple[int, ...] = (0,)
    conditional_from: int | None = 2

    def missing(self) -> str:
        return "" if shutil.which(_PROGRAM) else "not installed"

    def prepare(self, home: Path, urls: Sequence[str], setting: int) -> Commands:
        config = home / "hub.yaml"
        config.write_text(json.dumps(self._configuration(home, urls)))  # JSON is YAML
        syndicator = [_PROGRAM, "--config", str(config)]
        subprocess.run([*syndicator, "migrate"], check=True, capture_output=True)
        return Commands([[*syndicator, "poll", "--all", "--publish"]])

    def _configuration(self, home: Path, urls: Sequence[str]) -> dict[str, object]:
        of_feeds = [category(number) for number in range(len(urls))]
        contact = {"name": "Desk", "email": "desk@example.org"}
        return {
            "site": {"title": "Bench", "url": "https://bench.example.org", "description": "News", "contact": contact},
            "storage": {"url": f"sqlite:///{home}/hub.db"},
            "polling": {"allow_private": ["127.0.0.0/8"]},
            "stories": {"compare_texts": self.stories},
            "categories": {id_: {"title": id_.upper()} for id_ in sorted(set(of_feeds))},
            "sources": {f"s{n}": {"url": url, "category": of_feeds[n]} for n, url in enumerate(urls)},
        }

    def stored(self, home: Path) -> int:
        return rows(home / "hub.db", "articles")


def rows(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # of our own naming
