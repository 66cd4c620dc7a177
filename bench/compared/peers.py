"""The others, each as its documentation has it run over many feeds; and the least that we could do."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from syndicator.store.store import Store

from .candidate import Commands
from .ours import rows

_HERE = Path(__file__).parent
_DOCUMENTS = 3 * 11
"""RSS, Atom and JSON of ten categories and of all."""


class Reader:
    """The Python library `reader`, in an environment of its own, made where there is none."""

    name = "reader"
    leaves_out = "filing, stories, publishing; it sanitises with feedparser"
    settings = (1, 4, 16)
    conditional_from = 2
    _python = Path(sys.prefix, "peers", "reader", "bin", "python")

    def missing(self) -> str:
        home, wanted = self._python.parent.parent, _HERE / "reader.txt"
        ready = home / "ready"
        if ready.exists() and ready.read_text() == wanted.read_text():
            return ""
        venv.create(home, with_pip=True, clear=True)
        command = [str(self._python), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"cannot be installed: {done.stderr.strip()[-300:]}"
        ready.write_text(wanted.read_text())
        return ""

    def prepare(self, home: Path, urls: Sequence[str], setting: int) -> Commands:
        listed = home / "urls"
        listed.write_text("\n".join(urls))
        program = [str(self._python), str(_HERE / "reader_poll.py"), str(home / "reader.db")]
        subprocess.run([*program, "add", str(listed)], check=True, capture_output=True)
        return Commands([[*program, "update", str(setting)]])

    def stored(self, home: Path) -> int:
        return rows(home / "reader.db", "entries")


class Newsboat:
    """The terminal reader, told to reload all and to end."""

    name = "newsboat"
    leaves_out = "sanitising, filing, stories, publishing"
    settings = (4, 16)
    conditional_from = 3

    def missing(self) -> str:
        return "" if shutil.which("newsboat") else "not installed"

    def prepare(self, home: Path, urls: Sequence[str], setting: int) -> Commands:
        (home / "urls").write_text("\n".join(urls))
        (home / "config").write_text(f"reload-threads {setting}\n")
        files = [f"--{kind}-file={home / name}" for kind, name in (("url", "urls"), ("cache", "cache.db"))]
        command = ["newsboat", *files, f"--config-file={home / 'config'}", "--execute=reload"]
        return Commands([command], {"HOME": str(home), "TERM": "dumb"})

    def stored(self, home: Path) -> int:
        return rows(home / "cache.db", "rss_item")


class Sfeed:
    """Programs in C for each step, put together by a shell script; feeds become files of lines."""

    name = "sfeed"
    leaves_out = "sanitising, filing, stories, publishing"
    settings = (8, 32)
    conditional_from = None

    def missing(self) -> str:
        absent = [program for program in ("sfeed_update", "curl") if not shutil.which(program)]
        return f"not installed: {', '.join(absent)}" if absent else ""

    def prepare(self, home: Path, urls: Sequence[str], setting: int) -> Commands:
        listed = "\n".join(f"feed s{number} {url}" for number, url in enumerate(urls))
        (home / "sfeedrc").write_text(f'maxjobs={setting}\nsfeedpath="{home}/feeds"\nfeeds() {{\n{listed}\n}}\n')
        return Commands([["sfeed_update", str(home / "sfeedrc")]], {"HOME": str(home)})

    def stored(self, home: Path) -> int:
        return sum(len(path.read_bytes().splitlines()) for path in (home / "feeds").iterdir())


@dataclass(frozen=True)
class Least:
    """No peer: a program that does as little as we could with the libraries that syndicator uses."""

    name: str = "the least"
    stories: bool = True
    reader: Literal["least", "syndicator"] = "least"
    leaves_out: str = "every decision, and all that is not in the feeds of this bench"
    settings: tuple[int, ...] = (0,)
    conditional_from: int | None = 2

    def missing(self) -> str:
        return ""

    def prepare(self, home: Path, urls: Sequence[str], setting: int) -> Commands:
        with closing(Store(f"sqlite:///{home / 'least.db'}")) as store:
            store.migrate()
        (home / "urls").write_text("\n".join(urls))
        given = [str(home / "least.db"), str(home / "urls"), "stories" if self.stories else "no-stories", self.reader]
        return Commands([[sys.executable, str(_HERE / "least_poll.py"), *given]])

    def stored(self, home: Path) -> int:
        if (documents := rows(home / "least.db", "documents")) != _DOCUMENTS:
            raise RuntimeError(f"{self.name} has rendered {documents} documents, not {_DOCUMENTS}")
        return rows(home / "least.db", "articles")
