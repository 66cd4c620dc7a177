"""The commands that need no more room than this: parse arguments, call bootstrap, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syndicator.core.errors import EngineRunning, SyndicatorError

from . import asked, held, moves, output, stories
from .command import FAILED, command, main
from .completion import category_ids, source_ids
from .progress import progress

if TYPE_CHECKING:
    from syndicator import bootstrap
    from syndicator.pipeline.poll import Polled


@command(runs=True)
def run(hub: bootstrap.Hub) -> None:
    """Poll, publish and serve until Ctrl-C or SIGTERM.

    Edits of the configuration take effect at once, or with SIGHUP; one with a mistake changes nothing and is told.
    """
    from syndicator.bootstrap.running import run  # all that runs: not for commands that poll or publish once

    run(hub)


@command(
    click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=source_ids),
    click.option("--all", "everything", is_flag=True, help="Every source, due or not (never within a Retry-After)."),
    click.option("--publish", "publishes", is_flag=True, help="Then publish: one start for what a timer does."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object a source, a line each; then the categories."),
)
def poll(hub: bootstrap.Hub, sources: tuple[str, ...], everything: bool, publishes: bool, as_json: bool) -> None:
    """Poll once what is due, or the sources named, and store their articles.

    With --publish also render the feeds that changed, as `publish` does. Exit 1 when a source failed, or a feed was
    not published. Beside a running engine, which polls what is due and publishes by itself, it has those named polled
    in a moment.
    """
    if sources and everything:
        raise click.UsageError("name sources, or say --all, not both")
    polls = output.Polls()
    with output.polling(as_json) as show:

        def tell(total: int, one: Polled | None) -> None:
            if one is not None:
                polls.add(one)
            show(total, one)

        try:
            published = hub.poll(sources, everything, tell, publishes)
        except EngineRunning as running:
            from syndicator.bootstrap.asking import ask_to_poll

            asked.to_poll(ask_to_poll(hub, sources, running), as_json)
            return
    if not as_json:
        polls.tell()
    well = polls.well
    if publishes:
        well &= output.published(published, as_json)
    if not well:
        sys.exit(FAILED)


@command(
    click.option(
        "--release",
        multiple=True,
        metavar="CATEGORY",
        shell_complete=category_ids,
        help="Publish this category although it is held back.",
    ),
    click.option("--json", "as_json", is_flag=True, help="One JSON object a category, a line each."),
)
def publish(hub: bootstrap.Hub, release: tuple[str, ...], as_json: bool) -> None:
    """Render the feeds of every category that changed.

    A category that would lose many articles at once for no known cause is held back: its last good feeds stay, until
    the articles come back or you --release it. Exit 1 when one is held back, or could not be rendered.
    """
    with progress("publishing"):
        published = hub.release(release) if release else hub.publish()
    if published is None:
        asked.to_publish(release, as_json)
    elif not output.published(published, as_json):
        sys.exit(FAILED)


@command(click.argument("article"))
def takedown(hub: bootstrap.Hub, article: str) -> None:
    """Take one ARTICLE down, for good: by its id, its guid, its URL, or the address of its page.

    It leaves every feed, archive, list and page, and does not come back with its source. Readers are told by
    tombstones.
    """
    if not output.taken_down(hub.take_down(article)):
        sys.exit(FAILED)


@main.group()
def story() -> None:
    """Correct what is taken for the same news: for good, over all later polls."""


@command(click.argument("article"), group=story)
def split(hub: bootstrap.Hub, article: str) -> None:
    """Take an ARTICLE out of its story: by its id, its guid, its URL, or the address of its page.

    It shows by itself from then on, and is never taken for the same news again as those that it was told with.
    """
    stories.parted(hub.split(article))


@command(click.argument("article"), click.argument("other"), group=story)
def merge(hub: bootstrap.Hub, article: str, other: str) -> None:
    """Have an ARTICLE and an OTHER one told as one story, with whatever tells the same as either of them.

    Where both show already, the later entry is removed from feeds with a tombstone.
    """
    stories.joined(hub.merge(article, other))


@command(
    click.argument("source", required=False, shell_complete=source_ids),
    click.option("--json", "as_json", is_flag=True, help="What is held, one JSON object a source, a line each."),
)
def hold(hub: bootstrap.Hub, source: str | None, as_json: bool) -> None:
    """Hold what is new of a SOURCE, from now on: it is stored, and published nowhere until `release`.

    Without a SOURCE, list what is held, and why: also old entries that came all at once.
    """
    if source is not None and as_json:
        raise click.UsageError("--json is for the list of what is held")
    if source is not None:  # an empty name is no wish to see the list
        hub.hold(source)
        click.echo(f"{source}: what is new is held from now on; `syndicator release {source}` publishes it.")
    else:
        held.listed(hub.held(), hub.sources.keys(), as_json)


@command(click.argument("source", shell_complete=source_ids))
def release(hub: bootstrap.Hub, source: str) -> None:
    """Publish what is held of a SOURCE, and hold nothing new of it any more.

    It is filed by the rules, at its place by date, and is not news to subscribers. Before, `takedown` removes single
    articles.
    """
    if not held.released(hub.release_source(source)):
        sys.exit(FAILED)


@command()
def serve(hub: bootstrap.Hub) -> None:
    """Serve what is published, without polling: for a second machine, or behind `run` elsewhere."""
    hub.serve()


@command(
    click.option(
        "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
        help="Where to: a new or empty folder, or one that was exported into before.",
    ),
    click.option("--json", "as_json", is_flag=True, help="What was done, as a JSON object."),
)  # fmt: skip
def export(hub: bootstrap.Hub, out: Path, as_json: bool) -> None:
    """Write all that is served as files below DIR, for any static host or CDN.

    Feeds, archives, pages and lists, at the addresses that `serve` gives them. Only what changed is written, and what
    was exported before and is no more is deleted; other files stay. Beside a running engine, too.
    """
    with progress("exporting") as show:
        done = hub.export(out, show)
    output.exported(done, as_json)


@command(
    click.argument("file", type=click.Path(path_type=Path)),
    click.option(
        "--category",
        default="",
        metavar="ID",
        shell_complete=category_ids,
        help="Where feeds go that stand in no folder.",
    ),
    click.option("--dry-run", is_flag=True, help="Show what would be added to the configuration; write nothing."),
    click.option("--json", "as_json", is_flag=True, help="What was done, as a JSON object."),
)
def import_opml(hub: bootstrap.Hub, file: Path, category: str, dry_run: bool, as_json: bool) -> None:
    """Add the subscriptions of an OPML FILE to the configuration, such as feed readers export.

    Folders become categories; comments, order and all else of the configuration stay. Feeds that are configured
    already are left alone. Feeds in no folder go to --category, to the only category, or to one called `imported`.
    """
    if category and category not in {one.id for one in hub.categories}:
        raise click.BadParameter(f"there is no category {category!r} in {hub.path}", param_hint="--category")
    imported = hub.import_opml(file, category)
    if not dry_run:
        imported.extension.write()
    output.imported(imported, dry_run, as_json)


@command(
    click.argument("source", metavar="URL|SOURCE", shell_complete=source_ids),
    click.option("--json", "as_json", is_flag=True, help="All of it, the articles as the API would give them."),
)
def preview(hub: bootstrap.Hub, source: str, as_json: bool) -> None:
    """Show what a feed's articles would be, without storing anything; of a page, those of the first feed it links."""
    wanted = hub.source(source)
    found = hub.preview(wanted)
    if isinstance(found.reading, str):
        raise SyndicatorError(f"{wanted.id}: {found.reading}")
    output.preview(wanted, found.url, found.reading, found.feeds, as_json)


@command(
    click.argument("article", metavar="ARTICLE|URL"),
    click.option("--json", "as_json", is_flag=True, help="One JSON object an article, a line each."),
)
def explain(hub: bootstrap.Hub, article: str, as_json: bool) -> None:
    """Tell what is known of an ARTICLE: where it shows or why not, which rules filed it, what was changed of it.

    By its id, its guid, its URL, or the address of its page.
    """
    output.explained(hub.explain(article), as_json)


@command(
    click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="JSON lines: what becomes of sources and feeds, then each move.",
    ),
    click.option("--show", default=3, show_default=True, metavar="N", help="Articles to show of each category."),
)
def plan(hub: bootstrap.Hub, as_json: bool, show: int) -> None:
    """Show what this configuration would change: sources, feeds, where articles are filed; nothing is changed by it.

    Edit a copy, and compare before you run it: `syndicator --config edited.yaml plan`.
    """
    planned = moves.Planned(show)
    with progress("filing") as tell:
        for move in hub.plan(tell, lambda found: moves.outlook(found, as_json)):
            if as_json:
                moves.as_json(move)
            else:
                planned.add(move)
    if not as_json:
        planned.print()


@command(click.option("--json", "as_json", is_flag=True, help="The same as a JSON object."))
def learn(hub: bootstrap.Hub, as_json: bool) -> None:
    """Train the classifier on what is filed, and print how well it does on articles that were held out.

    For categories with `classifier`. The running engine does so once a day by itself; while one runs, it is asked to.
    """
    with progress("learning"):
        lesson = hub.learn()
    output.learned(lesson, as_json)


@command()
def migrate(hub: bootstrap.Hub) -> None:
    """Bring the database to this version's schema. `run`, `poll` and `publish` do it by themselves."""
    with progress("migrating"):
        before, after = hub.migrate()
    click.echo(f"schema {after}: " + ("nothing to do." if before == after else f"migrated from {before or 'nothing'}."))
