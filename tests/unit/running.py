"""What tests of a running program need: the program itself, its commands, ports for it, and patience."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import requests
from click.testing import CliRunner

from syndicator.cli.command import main

_PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], bool]) -> None:
    """Ask again until it is true; fail after a generous time."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except (requests.ConnectionError, requests.Timeout):
            pass
        # The only way to wait for another process that tells nobody when it is done.
        time.sleep(0.1)
    raise AssertionError("it did not become true in time")


def executed(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What `syndicator` with these words says when it has ended, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "syndicator", *words], cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, **env},
    )  # fmt: skip


def called(folder: Path, *words: str, **env: str | None) -> subprocess.CompletedProcess[str]:
    """The same, in this process, which spares the second that starting one takes.

    That every command ends so where it is executed shows tests/e2e/test_executed.py. What would be a traceback there
    is raised here.
    """
    with chdir(folder):
        done = CliRunner().invoke(main, words, env=env, catch_exceptions=False, prog_name="python -m syndicator")
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


class Program:
    """`syndicator` by the configuration `hub.yaml` in a folder: its commands, and what it serves on free ports."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.public, self.operator = folder, free_port(), free_port()

    def command(self, *words: str, config: str = "hub.yaml") -> list[str]:
        return [sys.executable, "-m", "syndicator", "--config", config, *words]

    def run(self, *words: str, config: str = "hub.yaml") -> subprocess.CompletedProcess[str]:
        """What a command says when it has ended."""
        return called(self.folder, "--config", config, *words)

    def start(self, command: str = "run", config: str = "hub.yaml") -> subprocess.Popen[bytes]:
        """Begin a command that goes on until it is ended."""
        return subprocess.Popen(self.command(command, config=config), cwd=self.folder, stderr=subprocess.DEVNULL)

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.public}{path}", timeout=60)
