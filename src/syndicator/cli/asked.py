"""What is printed where the running engine does what a command asks for."""

from __future__ import annotations

from collections.abc import Iterable

import click

from syndicator.formats.article_json import dump


def to_poll(sources: Iterable[str], as_json: bool) -> None:
    _say("source", sources, "polls", as_json)


def to_publish(categories: Iterable[str], as_json: bool) -> None:
    _say("category", categories, "publishes", as_json)


def _say(kind: str, names: Iterable[str], does: str, as_json: bool) -> None:
    for name in names:
        said = dump({kind: name, "queued": True}) if as_json else f"{name}: the running engine {does} it in a moment."
        click.echo(said)
