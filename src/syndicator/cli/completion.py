"""Completion in shells: the script that they load, and the ids that they are offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from .command import main

if TYPE_CHECKING:
    from syndicator import bootstrap

_PROGRAM, _VARIABLE = "syndicator", "_SYNDICATOR_COMPLETE"
_Complete = Callable[[click.Context, click.Parameter, str], list[str]]


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that has a SHELL complete commands, options, sources and categories.

    Bash, in ~/.bashrc: eval "$(syndicator completion bash)". Zsh, in ~/.zshrc, below compinit: eval "$(syndicator
    completion zsh)". Fish: syndicator completion fish > ~/.config/fish/completions/syndicator.fish.
    """
    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(main, {}, _PROGRAM, _VARIABLE).source())


def _completing(ids: Callable[[bootstrap.Hub], Iterable[str]]) -> _Complete:
    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        """The ids that begin with what is typed, those aside that stand there already; none where anything is wrong."""
        from syndicator import bootstrap  # all that a hub is made of: only where ids are asked for

        try:
            hub = bootstrap.load(Path(ctx.find_root().params["config"]))
            named = ctx.params.get(parameter.name or "") or ()
            return [id_ for id_ in ids(hub) if id_.startswith(incomplete) and id_ not in named]
        except Exception:  # whatever is said here would stand in the middle of a line that somebody types
            return []

    return complete


source_ids = _completing(lambda hub: hub.sources)
category_ids = _completing(lambda hub: [category.id for category in hub.categories])
