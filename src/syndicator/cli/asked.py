"""What is printed where the running engine does what a command asks for."""

from __future__ import annotations

from collections.abc import Iterable

import click

from syndicator.formats.article_json import dump


def to_poll(sources: Iterable[str], as_json: bool) -> None:
    for source in sources:
        said = (
            dump({"source": source, "queued": True})
            if as_json
            else f"{source}: the running engine polls it in a moment."
        )
        click.echo(said)


def to_release(categories: Iterable[str], as_json: bool) -> None:
    for category in categories:
        said = (
            dump({"category": category, "queued": True})
            if as_json
            else f"{category}: the running engine publishes it in a moment."
        )
        click.echo(said)
