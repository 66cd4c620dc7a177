"""What the documentation shows exists: commands with their options, configurations, files, pages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from written import ROOT, blocks, pages, typed

from syndicator.cli.command import main
from syndicator.cli.listed import COMMANDS
from syndicator.config.loading import load_settings

_RUNNERS = ("systemd-run", "exec")
"""Behind these, too, a command of ours begins."""


def _ours(line: str) -> Iterator[tuple[str, ...]]:
    """The words of each command of ours in a line of a shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    for joint, of_part in groupby(lexer, lambda word: set(word) <= set("&|;<>")):
        words = [] if joint else list(of_part)
        places = [n for n, word in enumerate(words) if word == "syndicator" or word.endswith("/bin/syndicator")]
        if places and (places[0] == 0 or any(word in _RUNNERS for word in words)):
            yield tuple(words[places[-1] + 1 :])


_COMMANDS = sorted(
    {
        (str(page.relative_to(ROOT)), words)
        for page in pages()
        for block in blocks(page, "console")
        for line, _ in typed(block)
        for words in _ours(line)
    }
)
_LINK = re.compile(r"\]\(((?!https?:)[^)#]+)(?:#[^)]*)?\)")
_COMPLETE: dict[str, Any] = {
    "site": {"title": "T", "url": "https://news.example.org"},
    "categories": {"health": {"title": "Health"}, "science": {"title": "Science"}, "sea": {"title": "Sea"}},
    "sources": {"one": {"url": "https://one.example/", "category": "health"}},
}
_FRAGMENTS = [
    (page, block)
    for page in pages()
    if page.parent.name == "howto" or page.name == "tutorial.md"
    for block in blocks(page, "yaml")
    if not block.startswith("services:")
]


@pytest.mark.parametrize(("page", "words"), _COMMANDS)
def test_a_command_that_is_shown_exists_with_its_options(page: str, words: tuple[str, ...]) -> None:
    if words == ("--version",):
        return
    context = main.make_context("syndicator", list(words))
    command: click.Command = main
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)


@pytest.mark.parametrize(("page", "block"), _FRAGMENTS, ids=lambda one: one.name if isinstance(one, Path) else "")
def test_a_configuration_that_is_shown_is_right(page: Path, block: str, tmp_path: Path) -> None:
    shown = yaml.safe_load(block)
    whole = {**_COMPLETE, **shown}
    for key in ("site", "categories", "sources"):
        whole[key] = {**_COMPLETE[key], **shown.get(key, {})}
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump(whole))
    load_settings(path, {"TOKEN": "xyzzy", "DB_PASSWORD": "xyzzy"})


@pytest.mark.parametrize("page", [*pages(), ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    assert [link for link in _LINK.findall(text) if not (page.parent / link).exists()] == []


def test_every_page_stands_in_the_list_of_pages() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    listed = set(_LINK.findall(index))
    pages_ = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert pages_ - listed == {"index.md"}


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if f"`{name}" not in readme] == []
