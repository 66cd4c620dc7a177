"""Completion as a shell asks for it: in a real bash, and in zsh and fish by the scripts they get."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_CONFIG = """\
site: {title: Test, url: "https://news.example.org"}
categories: {health: {title: Health}, health/oncology: {title: Oncology}}
sources: {alpha: {url: "https://a.example/", category: health}, alps: {url: "https://b.example/", category: health}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.yaml").write_text(_CONFIG)
    (tmp_path / "wrong.yaml").write_text(_CONFIG.replace("site:", "sight:"))
    return tmp_path


def _run(folder: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PATH": path, **env},
    )  # fmt: skip


def _offered(folder: Path, words: str, config: str = "hub.yaml") -> tuple[list[str], str]:
    """What bash's function is asked and gives, and what is said besides."""
    asked = _run(
        folder, "syndicator", COMP_WORDS=words, COMP_CWORD=str(len(words.split(" ")) - 1),
        _SYNDICATOR_COMPLETE="bash_complete", SYNDICATOR_CONFIG=config,
    )  # fmt: skip
    return [line.partition(",")[2] for line in asked.stdout.splitlines() if line], asked.stderr


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("syndicator exp", ["explain", "export", "export-opml"]),
        ("syndicator poll al", ["alpha", "alps"]),
        ("syndicator poll alpha al", ["alps"]),
        ("syndicator sources --fail", ["--failing"]),
        ("syndicator hold ", ["alpha", "alps"]),
        ("syndicator --config hub.yaml preview alph", ["alpha"]),
        ("syndicator publish --release health/", ["health/oncology"]),
        ("syndicator completion z", ["zsh"]),
        ("syndicator poll x", []),
    ],
)
def test_commands_options_and_ids_are_offered(folder: Path, words: str, offered: list[str]) -> None:
    assert _offered(folder, words) == (offered, "")


@pytest.mark.parametrize("config", ["wrong.yaml", "none.yaml", "."])
def test_where_there_is_no_right_configuration_nothing_is_offered_and_nothing_said(folder: Path, config: str) -> None:
    assert _offered(folder, "syndicator poll al", config) == ([], "")


def test_a_real_bash_completes(folder: Path) -> None:
    script = """
    eval "$(syndicator completion bash)"
    COMP_WORDS=(syndicator poll alph) COMP_CWORD=2
    _syndicator_completion syndicator alph poll
    echo "${COMPREPLY[@]}"
    complete -p syndicator
    """
    done = _run(folder, "bash", "--norc", "-c", script, SYNDICATOR_CONFIG="hub.yaml")
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["alpha", "complete -o nosort -F _syndicator_completion syndicator"]


@pytest.mark.parametrize(
    ("shell", "registers"), [("zsh", "compdef _syndicator_completion syndicator"), ("fish", "complete")]
)
def test_other_shells_get_their_script_without_any_configuration(folder: Path, shell: str, registers: str) -> None:
    done = _run(folder, "syndicator", "completion", shell, SYNDICATOR_CONFIG="none.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert registers in done.stdout
    assert f"_SYNDICATOR_COMPLETE={shell}_complete" in done.stdout


def test_an_unknown_shell_is_wrong_use(folder: Path) -> None:
    done = _run(folder, "syndicator", "completion", "cmd")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'bash', 'zsh', 'fish'" in done.stderr
