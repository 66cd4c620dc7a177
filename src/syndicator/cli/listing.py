"""`sources` and `export-opml`: what is subscribed to, and how it goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, AnyStr

import click

from syndicator import bootstrap
from syndicator.bootstrap import subscribing
from syndicator.bootstrap.listing import listed
from syndicator.core import outcomes
from syndicator.core.listing import ListedSource
from syndicator.core.plural import counted
from syndicator.core.standing import Standing
from syndicator.core.urls import without_secrets
from syndicator.formats.article_json import dump, rfc3339

from .command import command
from .completion import source_ids
from .output import line


@command(
    click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=source_ids),
    click.option("--failing", is_flag=True, help="Only those whose last poll failed, and those that are gone."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object a source, a line each."),
)
def sources(hub: bootstrap.Hub, sources: tuple[str, ...], failing: bool, as_json: bool) -> None:
    """List the sources, or those named: how each is, when it is polled next and why, what it has brought.

    A table on a terminal; in a pipe a line each, with tabs between the columns: source, state, last outcome, last
    success, next poll, entries a day, articles, held, and why. Beside a running engine, too.
    """
    rows, now = listed(hub, sources, failing), hub.clock()
    if as_json:
        _print([dump(_json(row, now)) for row in rows], b"\n")
    elif sys.stdout.isatty():
        from .source_table import show  # rich takes as long as a short command

        show(rows, now)
        _summary(rows)
    else:
        _print(["\t".join(map(line, _cells(row, now))) for row in rows], "\n")


def _print(lines: Sequence[AnyStr], end: AnyStr) -> None:
    """All at once: ten thousand lines one by one are ten thousand writes."""
    if lines:
        click.echo(end.join(lines))


def _summary(rows: Sequence[ListedSource]) -> None:
    failing, new = sum(row.failing for row in rows), sum(row.standing is Standing.NEW for row in rows)
    articles = sum(row.articles for row in rows)
    click.echo(
        f"{counted(len(rows), 'source')}: {failing} failing, {new} never polled; {counted(articles, 'article')}.",
        err=True,
    )


def _cells(row: ListedSource, now: datetime) -> Iterator[str]:
    """The columns of a line in a pipe; "" where there is nothing."""
    state = row.state
    yield row.source.id
    yield row.standing
    yield outcome(row)
    yield rfc3339(state.last_success_at) if state and state.last_success_at else ""
    yield rfc3339(row.next_poll) if row.next_poll else ""
    yield pace(row, now)
    yield str(row.articles)
    yield held(row)
    yield row.why or row.next_why


def outcome(row: ListedSource) -> str:
    """How the last poll ended; "" where there was none."""
    return row.state.outcome if row.state and row.state.outcome else ""


def pace(row: ListedSource, now: datetime) -> str:
    """Entries a day; "" where nobody knows."""
    a_day = row.a_day(now)
    return "" if a_day is None else f"{a_day:.1f}"


def held(row: ListedSource) -> str:
    """How many articles are held; with `+`, all that is new is."""
    return f"{row.held.articles}{'+' if row.held.held else ''}" if row.held else ""


def _json(row: ListedSource, now: datetime) -> dict[str, Any]:
    source, state = row.source, row.state
    a_day = row.a_day(now)
    return {
        "source": source.id,
        "url": without_secrets(source.url),
        "title": source.title,
        "categories": source.categories,
        "state": row.standing,
        "outcome": outcome(row) or None,
        "error": state.error if state else None,
        "failures": state.failures if state else 0,
        "flaw": state.flaw if state else None,
        "moved": (outcomes.move(state) or None) if state else None,
        "last_poll": _time(state.last_poll_at if state else None),
        "last_success": _time(state.last_success_at if state else None),
        "next_poll": _time(row.next_poll),
        "reason": row.next_why,
        "a_day": None if a_day is None else round(a_day, 2),
        "articles": row.articles,
        "held": _held_json(row),
    }


def _held_json(row: ListedSource) -> dict[str, Any] | None:
    if row.held is None:
        return None
    held = row.held
    return {"articles": held.articles, "since": _time(held.since), "all_new": held.held is not None,
            "why": held.held or held.why}  # fmt: skip


def _time(time: datetime | None) -> str | None:
    return rfc3339(time) if time else None


@command(
    click.option(
        "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help="Where to write it; standard output without.",
    ),
)  # fmt: skip
def export_opml(hub: bootstrap.Hub, out: Path | None) -> None:
    """Write the sources as a list of subscriptions (OPML 2.0) that other readers import; categories become folders.

    Credentials stay here: users, passwords, keys in addresses, headers, files. Each that is left out is told. What this
    hub publishes is another list: /feeds.opml.
    """
    exported = subscribing.export_opml(hub)
    for note in exported.notes:
        click.secho(f"note: {line(note)}", fg="yellow", err=True)
    if out is None:
        click.echo(exported.opml, nl=False)
    else:
        subscribing.write(exported.opml, out)
        click.echo(f"{counted(exported.sources, 'source')} written to {out}.")
