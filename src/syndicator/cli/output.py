"""What the commands print: progress on a terminal, plain lines in a pipe, JSON where asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from syndicator.core import outcomes
from syndicator.core.errors import SyndicatorError
from syndicator.core.model import Article, Source
from syndicator.core.plural import counted
from syndicator.core.text import one_line
from syndicator.core.urls import without_secrets
from syndicator.formats.article_json import article_json, dump, revision_json, rfc3339
from syndicator.pipeline.takedown import Takedown, other_tellings

from .progress import progress

if TYPE_CHECKING:
    from syndicator.bootstrap.importing import Import
    from syndicator.core.feed import FeedLink, Podcast, ReaderName
    from syndicator.core.learning import Lesson
    from syndicator.pipeline.explain import Explained
    from syndicator.pipeline.poll import Polled
    from syndicator.pipeline.publish import Published
    from syndicator.pipeline.reading import Reading
    from syndicator.web.export_folder import Written

_READERS: dict[ReaderName, str] = {
    "fast": "the quick reader", "feedparser": "feedparser", "jsonfeed": "the JSON Feed reader",
}  # fmt: skip
_SHOWN = 160
"""Characters of content that `preview` prints; `--json` prints all."""
_KEY_HINT = "if so, write `${NAME}` in its place, and set the environment variable NAME"
# They turn the rest of a line around (Unicode UAX 9), and with it what we say about it.
_TURNING = {code: f"<U+{code:04X}>" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def line(text: str) -> str:
    """What a stranger wrote, on one line that leaves the terminal as it was."""
    return one_line(text).translate(_TURNING)


def taken_down(takedown: Takedown) -> bool:
    """What became of an article; whether nothing of it is published any more."""
    title = line(takedown.title)
    if not takedown.now:
        click.echo(f"{title}: was taken down before.")
        return True
    if takedown.others:
        click.echo(line(other_tellings(takedown.others)), err=True)
    if takedown.published is None:
        click.echo(f"{title}: taken down; the running engine publishes it in a moment.")
        return True
    failed = [one for one in takedown.published if one.error]
    for one in failed:
        click.secho(f"{one.category}: not published, and may show it still: {_reason(one.error)}", fg="red", err=True)
    click.echo(f"{title}: taken down" + ("." if failed else " and published."))
    return not failed


def published(categories: Sequence[Published], as_json: bool = False) -> bool:
    """The paths that changed, and what could not be published; whether all was well."""
    well = not any(one.error or one.held for one in categories)
    if as_json:
        for one in categories:
            click.echo(dump(_published_json(one)))
        return well
    for one in categories:
        if one.error:
            click.secho(f"{one.category}: not published: {_reason(one.error)}", fg="red", err=True)
        if one.held:
            hint = f"`syndicator publish --release {one.category}` publishes it all the same."
            click.secho(f"{one.category}: held back: {one.held}. {hint}", fg="red", err=True)
        for article, reason in one.left_out:
            click.secho(f"{one.category}: article {article} is left out: {reason}", fg="red", err=True)
    changed = [path for one in categories for path in one.changed]
    for path in changed:
        click.echo(path)
    click.echo(f"{counted(len(changed), 'document')} changed in {counted(len(categories), 'category')}.", err=True)
    return well


def _published_json(one: Published) -> dict[str, Any]:
    return {
        "category": one.category,
        "entries": one.items,
        "changed": one.changed,
        "held": one.held or None,
        "error": _reason(one.error) if one.error else None,
        "left_out": dict(one.left_out),
    }


def _reason(error: Exception | None) -> str:
    """An error of ours says what to do; of another, its kind has to be told."""
    return str(error) if isinstance(error, SyndicatorError) else repr(error)


@contextmanager
def polling(as_json: bool) -> Iterator[Callable[[int, Polled | None], None]]:
    """A function to be told of each poll: JSON lines, or a progress bar where a person looks."""
    if as_json:
        yield lambda total, polled: click.echo(dump(_polled_json(polled))) if polled else None
        return
    with progress("polling") as tell:
        done = 0

        def show(total: int, polled: Polled | None) -> None:
            nonlocal done
            done += polled is not None
            tell(total, done)

        yield show


def exported(done: Written, as_json: bool) -> None:
    if as_json:
        click.echo(dump({"files": done.files, **asdict(done)}))
    else:
        click.echo(
            f"{counted(done.files, 'file')}: {done.written} written, {done.unchanged} unchanged, {done.deleted} deleted"
        )


def imported(done: Import, dry_run: bool, as_json: bool) -> None:
    """What an import added and what not; of a `dry_run`, how the configuration would change."""
    if as_json:
        click.echo(dump(_imported_json(done, dry_run)))
        return
    listed, added = done.listed, done.added
    if dry_run:
        click.echo(done.extension.diff(), nl=False)
    for flaw in listed.flaws:
        click.secho(f"note: {line(flaw)}", fg="yellow", err=True)
    for one in listed.refused:
        click.secho(f"refused: {line(one.where)}: {line(one.reason)}", fg="red", err=True)
    for source in added.with_keys:
        click.secho(f"note: the address of {source.id} may hold a key; {_KEY_HINT}", fg="yellow", err=True)
    for category in added.categories:
        click.echo(f"new category {category.id}: {line(category.title)}", err=dry_run)
    click.echo(
        f"{counted(len(added.sources), 'source')} {'to add' if dry_run else 'added'}, "
        f"{len(added.present)} there already, {len(listed.refused)} refused; "
        f"{counted(len(added.categories), 'new category')}. "
        + ("Nothing was written." if dry_run or not added.sources else "A hub that runs takes them up at once."),
        err=dry_run,
    )


def _imported_json(done: Import, dry_run: bool) -> dict[str, Any]:
    listed, added = done.listed, done.added
    return {
        "written": bool(added.sources) and not dry_run,
        "added": [
            {"id": one.id, "url": without_secrets(one.url), "categories": one.categories} for one in added.sources
        ],
        "present": [without_secrets(one.url) for one in added.present],
        "refused": [asdict(one) for one in listed.refused],
        "categories": [{"id": one.id, "title": one.title} for one in added.categories],
        "flaws": listed.flaws,
        "with_keys": [one.id for one in added.with_keys],
        **({"diff": done.extension.diff()} if dry_run else {}),
    }


class Polls:
    """What there is to say of many polls at their end; each is let go with the articles that it brought."""

    def __init__(self) -> None:
        self._polls = self._asked = self._new = self._updated = 0
        self._errors: list[str] = []
        self._notes: list[str] = []

    def add(self, one: Polled) -> None:
        self._polls += 1
        self._asked += not one.postponed
        self._new += one.new
        self._updated += one.updated
        name = one.source.id
        if one.state.error and not one.postponed:
            self._errors.append(f"{name}: {line(one.state.error)}")
        if one.postponed:
            self._notes.append(f"{name}: not asked; next {one.state.next_poll_reason}")
        elif moved := outcomes.move(one.state):
            self._notes.append(f"{name}: {moved}")
        if one.held:
            self._notes.append(f"{name}: {one.held} {line(one.why_held)}")
        if one.entries and one.state.flaw:
            self._notes.append(f"{name}: {line(one.state.flaw)}")

    @property
    def well(self) -> bool:
        return not self._errors

    def tell(self) -> None:
        for error in self._errors:
            click.secho(error, fg="red", err=True)
        for note in self._notes:
            click.secho(note, fg="yellow", err=True)
        if not self._polls:
            click.echo("Nothing is due; --all polls every source.", err=True)
        click.echo(
            f"{counted(self._asked, 'source')} polled, {len(self._errors)} failed:"
            f" {counted(self._new, 'new article')}, {self._updated} updated."
        )


def learned(lesson: Lesson, as_json: bool) -> None:
    """How well each category is recognised, on articles that were held out."""
    if as_json:
        scores = [{**asdict(one), "precision": one.precision, "recall": one.recall} for one in lesson.scores]
        click.echo(dump({"articles": lesson.articles, "categories": scores}))
        return
    # Imported where it is wanted: rich takes as long as a short command.
    from rich.console import Console
    from rich.table import Table

    table = Table("category", "certainty", "articles", "held out", "filed", "precision", "recall", box=None)
    for one in lesson.scores:
        found = (str(one.held_out), str(one.filed), _share(one.precision), _share(one.recall)) if one.learned else ()
        table.add_row(one.category, f"{one.certainty:g}", str(one.articles), *found)
    Console(width=100, highlight=False).print(table)
    for one in lesson.scores:
        if one.flaw:
            click.secho(f"{one.category}: {one.flaw}", fg="yellow", err=True)
    learned = sum(one.learned for one in lesson.scores)
    click.echo(
        f"learned from {counted(lesson.articles, 'article')}: {learned} of {counted(len(lesson.scores), 'category')}."
    )


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def preview(source: Source, url: str, reading: Reading, feeds: tuple[FeedLink, ...], as_json: bool) -> None:
    """The articles of the feed at `url`, field by field; `feeds` are those that the page of `source` leads to."""
    if as_json:
        click.echo(dump(_preview_json(source.id, url, reading, feeds)))
        return
    if feeds:
        click.echo(f"{without_secrets(source.url)} is a page that leads to {'a feed' if len(feeds) == 1 else 'feeds'}:")
        for feed in feeds:
            click.echo(f"  {without_secrets(feed.url)}  {line(feed.title)}".rstrip())
        click.echo(f"This is {without_secrets(url)}:\n" if len(feeds) > 1 else "")
    click.secho(line(reading.title) or source.id, bold=True)
    click.echo(f"{counted(reading.entries, 'entry')}, read by {_READERS[reading.reader]}" + _since(reading))
    for flaw in reading.flaws:
        click.secho(f"note: {line(flaw)}", fg="yellow")
    for article in reading.articles:
        click.echo()
        for name, value in _fields(article):
            _show(name, value)


def explained(found: Sequence[Explained], as_json: bool) -> None:
    """What is known of articles, field by field, with the categories each is filed in."""
    for number, one in enumerate(found):
        if as_json:
            kept = {
                "places": [asdict(place) for place in one.places],
                "revisions": [*map(revision_json, one.revisions)],
            }
            click.echo(dump({**article_json(one.article, one.also), **kept}))
            continue
        if number:
            click.echo()
        article = one.article
        _show("id", article.id)
        _show("source", f"{article.source_id}  {article.provenance.feed_url}".rstrip())
        _show("accepted", rfc3339(article.accepted))
        for name, value in _fields(article):
            if name != "categories":
                _show(name, value)
        for place in one.places:
            _show("in", f"{place.category}: {place.why}")
        _show("in", one.nowhere)
        for other in one.also:
            why = one.joined.get(other.url)
            _show("also", f"{other.source}  {other.url}" + (f"  ({why})" if why else ""))
        for edit in one.revisions:
            kind = "update" if edit.significant else "touch-up"
            _show("revision", f"{rfc3339(edit.replaced)}  {kind}, distance {edit.distance:.3f}: {edit.why}")


def _show(name: str, value: str) -> None:
    if value:
        click.echo(f"{click.style(f'{name:>10}', fg='cyan')}  {value.translate(_TURNING)}")


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    yield "title", click.style(article.heading, bold=True)
    yield "url", article.url
    yield "canonical", article.canonical_url if article.canonical_url != article.url else ""
    yield "guid", article.guid
    yield "published", rfc3339(article.published) + (f"  (given: {article.date_text})" if article.date_text else "")
    yield "updated", rfc3339(article.updated) if article.updated != article.published else ""
    for person in article.authors:
        yield "author", "  ".join(filter(None, (person.name, person.email, person.url)))
    yield "tags", ", ".join(article.tags)
    yield "categories", ", ".join(article.categories)
    yield "language", article.language
    yield "image", article.image
    for enclosure in article.enclosures:
        size = counted(enclosure.length, "byte") if enclosure.length else ""
        yield "enclosure", "  ".join(filter(None, (enclosure.url, enclosure.type, size)))
    yield from _episode(article.podcast)
    yield "rights", article.rights
    yield "summary", article.summary
    yield "content", _beginning(article.content)
    yield "published as", article.content_policy if article.content_policy != "full" else ""
    for reason in (*article.filed_by, *article.reasons):
        yield "because", reason


def _episode(podcast: Podcast) -> Iterator[tuple[str, str]]:
    yield "duration", str(timedelta(seconds=podcast.duration)) if podcast.duration else ""
    yield "season", podcast.season
    yield "episode", " ".join(filter(None, (podcast.episode, podcast.kind)))
    yield "explicit", {True: "yes", False: "no", None: ""}[podcast.explicit]
    yield "chapters", podcast.chapters
    for transcript in podcast.transcripts:
        yield "transcript", f"{transcript.url}  {transcript.type}".rstrip()


def _beginning(content: str) -> str:
    beginning = line(content[:_SHOWN])
    return f"{len(content)} characters: {beginning}" + ("…" if len(content) > _SHOWN else "") if content else ""


def _since(reading: Reading) -> str:
    return f", since the quick reader is not certain: {line(reading.doubt)}" if reading.doubt else ""


def _preview_json(id_: str, url: str, reading: Reading, feeds: tuple[FeedLink, ...]) -> dict[str, Any]:
    return {
        "source": {"id": id_, "title": reading.title, "url": without_secrets(url)},
        "feeds": [{"url": without_secrets(feed.url), "title": feed.title} for feed in feeds],
        "reader": reading.reader,
        "doubt": reading.doubt,
        "flaws": reading.flaws,
        "articles": [article_json(article) for article in reading.articles],
        # What the record of an article, the same everywhere, has no place for.
        "details": {
            article.id: {"date_text": article.date_text, "podcast": asdict(article.podcast)}
            for article in reading.articles
        },
    }


def _polled_json(polled: Polled) -> dict[str, Any]:
    state = polled.state
    return {
        "source": polled.source.id,
        "outcome": "postponed" if polled.postponed else str(state.outcome),
        "entries": polled.entries,
        "new": polled.new,
        "held": polled.held,
        "updated": polled.updated,
        "error": state.error,
        "flaw": state.flaw,
        "moved": outcomes.move(state) or None,
        "next_poll": None if state.gone else rfc3339(state.next_poll_at),
        "reason": state.next_poll_reason,
    }
