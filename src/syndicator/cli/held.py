"""What `hold` and `release` print."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click

from syndicator.core.flood import HeldSource
from syndicator.core.plural import counted
from syndicator.formats.article_json import dump, rfc3339
from syndicator.pipeline.hold import Released

from . import output


def listed(found: Sequence[HeldSource], configured: Collection[str], as_json: bool) -> None:
    """The sources that are held or of which articles are, with the reason of each, and those that are no more."""
    for one in found:
        if as_json:
            since = rfc3339(one.since) if one.since else None
            click.echo(dump({"source": one.source_id, "articles": one.articles, "since": since,
                             "all_new": one.held is not None, "why": one.held or one.why}))  # fmt: skip
        else:
            click.echo(f"{one.source_id}: {counted(one.articles, 'article')}, {one.held or one.why}")
            if one.source_id not in configured:
                click.echo("  it is not configured any more: put it back to release them, or to `remove: purge` it")
    if not found and not as_json:
        click.echo("Nothing is held.", err=True)


def released(done: Released) -> bool:
    """How many articles were released, and what was published; whether all was well."""
    click.echo(f"{done.source_id}: {counted(done.articles, 'article')} released"
               + ("; the running engine publishes in a moment." if done.published is None else "."))  # fmt: skip
    return done.published is None or output.published(done.published)
