"""What `story` says."""

from __future__ import annotations

import click

from syndicator.pipeline.retell import Retold

from .output import line


def parted(retold: Retold) -> None:
    """What an article was taken out of."""
    click.echo(f"{line(retold.title)}: a story of its own from now on, apart from")
    _list_others(retold)


def joined(retold: Retold) -> None:
    """What an article is told with."""
    click.echo(f"{line(retold.title)}: one story from now on with")
    _list_others(retold)


def _list_others(retold: Retold) -> None:
    for other in retold.others:
        click.echo(f"  {line(other.source)} {line(other.url)}")
