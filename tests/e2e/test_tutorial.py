"""The tutorial, followed word by word: its files are written, its commands typed, and they say what it shows."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from written import ROOT, blocks, typed

_PAGE = ROOT / "docs" / "tutorial.md"
_FOLLOWED = ("check", "preview", "poll", "publish", "plan", "explain", "export-opml")
"""The others are there for a person to look at, or want what a reader of the tutorial has."""


def _run(folder: Path, words: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=120, check=False, env={**os.environ, "SYNDICATOR_CONFIG": "newsroom.yaml"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_it_can_be_followed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config" / "demo", tmp_path / "feeds")
    first, *more = [yaml.safe_load(block) for block in blocks(_PAGE, "yaml")]
    config = tmp_path / "newsroom.yaml"
    config.write_text(yaml.safe_dump(first))
    followed = []
    for block in blocks(_PAGE, "console"):
        for command, shown in typed(block):
            program, *words = shlex.split(command, comments=True)
            if program != "syndicator" or words[0] not in _FOLLOWED:
                continue
            if "check" in words and "check" in followed:
                whole = {
                    key: {**first[key], **{k: v for one in more for k, v in one.get(key, {}).items()}} for key in first
                }
                config.write_text(yaml.safe_dump(whole))
            if "explain" in words:  # a restart of the hub does so
                _run(tmp_path, ["syndicator", "publish"])
            said = _run(tmp_path, ["syndicator", *words])
            assert [line for line in shown if line != "…" and line not in said] == [], command
            followed.append(words[0])
    assert set(followed) == set(_FOLLOWED)
