"""The commands that look at a configuration, or write the first one; none of them needs a right one."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from syndicator import bootstrap
from syndicator.config.schema import schema_text
from syndicator.config.starting import start
from syndicator.core.errors import ConfigError
from syndicator.core.plural import counted
from syndicator.formats.article_json import dump

from . import output
from .command import WRONG_USE, main


@main.command()
@click.option("--json", "as_json", is_flag=True, help="What was found, as a JSON object, for editors and CI.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of configurations; needs none.")
@click.pass_obj
def check(path: Path, as_json: bool, schema: bool) -> None:
    """Check the configuration: exit 0 when it is right, 2 with every mistake when it is not.

    What is right and probably not meant is a warning: a file that is not there, an address that two sources have.
    """
    if as_json and schema:
        raise click.UsageError("the schema is JSON already; say --json or --schema, not both")
    if schema:
        click.echo(schema_text(), nl=False)
        return
    checked = bootstrap.check(path)
    if as_json:
        click.echo(_as_json(checked))
        sys.exit(WRONG_USE if checked.mistakes else 0)
    if checked.mistakes:
        raise ConfigError(checked.mistakes)
    for doubt in checked.doubts:
        click.secho(str(replace(doubt, message=f"warning: {doubt.message}")), fg="yellow", err=True)
    click.echo(f"{path}: right. {counted(checked.sources, 'source')}, {counted(checked.categories, 'category')}.")


def _as_json(checked: bootstrap.Checked) -> bytes:
    found = [{"severity": "error", **asdict(one)} for one in checked.mistakes]
    found += [{"severity": "warning", **asdict(one)} for one in checked.doubts]
    counts = {"sources": checked.sources, "categories": checked.categories}
    return dump({"file": str(checked.path), "right": not checked.mistakes, **counts, "problems": found})


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write a configuration to start from below DIR: about 20 feeds in six categories, every key explained.

    Nothing that is there is overwritten.
    """
    for written in start(folder):
        click.echo(f"wrote {output.line(str(written))}")
    click.echo("\nNext:")
    if folder.resolve() != Path.cwd():
        click.echo(f"  cd {shlex.quote(str(folder))}")
    click.echo("  syndicator check    # names every mistake of what you change in config/syndicator.yaml")
    click.echo("  syndicator run      # then open http://127.0.0.1:8080")
