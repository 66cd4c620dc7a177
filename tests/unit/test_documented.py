"""What is not written down is not there: every key, command, option and address is named in README.md or docs/."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from syndicator.cli.command import main
from syndicator.cli.listed import COMMANDS
from syndicator.config.schema import keys

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
LINES = TEXT.splitlines()


def test_every_key_of_the_configuration_is_documented() -> None:
    assert [key.path for key in keys() if f"`{key.path}`" not in TEXT] == []


def _commands(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{name}{word} ")
        else:
            yield f"{name}{word}", command


def _naming(command: str) -> str:
    """The lines that name a command as code."""
    pattern = re.compile(rf"(`|\$ |syndicator |\.yaml ){command}(?![\w-])")
    return "\n".join(line for line in LINES if pattern.search(line))


def test_every_command_is_documented() -> None:
    assert [name for name, _ in _commands(main) if not _naming(name)] == []


def test_every_command_is_listed_with_the_beginning_of_its_help() -> None:
    context = click.Context(main)
    said = {name: main.get_command(context, name) for name in main.list_commands(context)}
    assert sorted(main.commands) == list(COMMANDS), "also what stands in the same modules"
    assert {name: one and one.get_short_help_str(1000) for name, one in said.items()} == {
        name: one.help for name, one in COMMANDS.items()
    }


def test_every_option_is_documented_with_its_command() -> None:
    missing = [
        f"{name} {option}"
        for name, command in _commands(main)
        for parameter in command.params
        for option in (parameter.opts if isinstance(parameter, click.Option) else ())
        if option.startswith("--") and option not in _naming(name)
    ]
    assert missing == []
    assert [
        option for one in main.params for option in one.opts if option.startswith("--") and option not in TEXT
    ] == []


def _routes() -> set[str]:
    """The addresses of both listeners, as they are given to Starlette."""
    found = set()
    for path in sorted((ROOT / "src" / "syndicator" / "web").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Route":
                found.add(ast.literal_eval(node.args[0]))
    return found


def test_every_address_is_documented() -> None:
    routes = {re.sub(r"\{(\w+):path\}", r"{\1}", route) for route in _routes()}
    assert len(routes) > 20
    assert sorted(route for route in routes if not re.search(rf"`{re.escape(route)}[`?]", TEXT)) == []
