"""The commands that keep a newsroom for years: `doctor`, `backup` and `copy`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from syndicator import bootstrap
from syndicator.bootstrap import keeping
from syndicator.core.checkup import Finding, Level, worst
from syndicator.core.plural import counted
from syndicator.formats.article_json import dump

from .command import FAILED, command
from .output import line
from .progress import progress

_COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.FAILED: "red"}


@command(
    click.option("--fetch", is_flag=True, help="Ask the sources whose last poll failed, now."),
    click.option("--json", "as_json", is_flag=True, help="All of it as a JSON object."),
)
def doctor(hub: bootstrap.Hub, fetch: bool, as_json: bool) -> None:
    """Look whether everything is well: the database and every article in it, disk, clock, permissions, sources,
    listeners.

    Nothing is changed, and an engine may be running. Exit 1 when something failed.
    """
    found: list[Finding] = []
    with progress("checking") as show:
        for finding in keeping.doctor(hub, fetch, show):
            found.append(finding)
            if not as_json:
                _print(finding)
    if as_json:
        click.echo(dump({"level": worst(found), "checks": [*map(asdict, found)]}))
    if worst(found) is Level.FAILED:
        sys.exit(FAILED)


@command(
    click.argument("file", type=click.Path(path_type=Path)),
    click.option("--force", is_flag=True, help="Replace FILE, if it is there."),
    click.option("--json", "as_json", is_flag=True, help="What was written, as a JSON object."),
)
def backup(hub: bootstrap.Hub, file: Path, force: bool, as_json: bool) -> None:
    """Write all that is stored to FILE, a SQLite database, whatever the database is; beside a running engine, too.

    It is read again and checked before it takes its name, and whole or not there. Exit 1 when articles in it are
    damaged.
    """
    with progress("copying") as show:
        done = keeping.backup(hub, file, force, show)
    if as_json:
        click.echo(dump({**asdict(done), "file": str(file)}))
    else:
        click.echo(f"{file}: {counted(done.rows['articles'], 'article')}, {done.size / 1e6:.1f} MB, checked.")
    if done.damaged:
        hint = "`syndicator doctor` names them; keep the backups made before."
        click.secho(f"{counted(done.damaged, 'damaged article')}, here as in the database: {hint}", fg="red", err=True)
        sys.exit(FAILED)


@command(
    click.option(
        "--to", "target", required=True, metavar="URL", help="An empty database: sqlite:///… or postgresql://…"
    ),
    click.option("--from", "source", default="", metavar="URL", help="Another one than the configured: a backup, say."),
    click.option("--restored", is_flag=True, help="The source is a backup: number on from far ahead, for followers."),
    click.option("--json", "as_json", is_flag=True, help="The rows of each table, as a JSON object."),
)
def copy(hub: bootstrap.Hub, target: str, source: str, restored: bool, as_json: bool) -> None:
    """Copy all that is stored into an empty database, from SQLite to PostgreSQL, or back.

    With every number as it is, so that feeds keep their bytes, and followers their place. It is read again and compared
    before it counts; a copy that is interrupted leaves nothing. A path stands for a SQLite file.

    A backup that is --restored knows less than those who follow by number. With new numbers from far ahead on they
    miss nothing of what comes again.
    """
    with progress("copying") as show:
        rows, running = keeping.copy(hub, source, target, restored, show)
    if as_json:
        click.echo(dump({"rows": rows}))
    else:
        copied, articles = counted(sum(rows.values()), "row"), counted(rows["articles"], "article")
        click.echo(f"{copied} copied and compared, {articles} among them.")
    if running:
        hint = "to move for good, stop it first, and copy into a new database."
        click.secho(
            f"note: an engine runs; what it stores from now on is not in the copy: {hint}", fg="yellow", err=True
        )


def _print(finding: Finding) -> None:
    level = click.style(f"{finding.level:>7}", fg=_COLOURS[finding.level])
    click.echo(f"{level}  {finding.check}: {line(finding.found)}")
    if finding.advice and finding.level is not Level.OK:
        click.echo(f"{'':>9}{line(finding.advice)}")
