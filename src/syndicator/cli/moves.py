"""What `plan` prints: what becomes of sources and feeds, and what would move, by category or as JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import click

from syndicator.core.outlook import Outlook
from syndicator.core.plural import counted
from syndicator.core.renaming import Rename
from syndicator.formats.article_json import dump
from syndicator.pipeline.refile import Move

from .output import line


class Planned:
    """What would move, by category: how much would join and leave it, and the first `show` articles of each."""

    def __init__(self, show: int) -> None:
        self._show = show
        self._articles = 0
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._lines: dict[str, list[str]] = defaultdict(list)

    def add(self, move: Move) -> None:
        self._articles += 1
        for category in move.joins:
            self._note(category, "+", move)
        for category in move.leaves:
            self._note(category, "-", move)

    def _note(self, category: str, sign: str, move: Move) -> None:
        self._counts[category][sign] += 1
        if self._counts[category][sign] <= self._show:
            said = f"  {sign} {line(move.before.heading)} ({move.before.source_id}): {line(move.why(category))}"
            self._lines[category].append(said)

    def print(self) -> None:
        for category, counts in sorted(self._counts.items()):
            click.echo(f"{click.style(category, bold=True)}: {counts['+']} would join, {counts['-']} would leave")
            for said in self._lines[category]:
                click.echo(said)
        count = counted(self._articles, "article") if self._articles else "No article"
        click.echo(f"{count} would move.", err=True)


def outlook(found: Outlook, as_json: bool) -> None:
    """What becomes of sources and feeds, a line each; or all of it as one JSON object."""
    if as_json:
        click.echo(dump({"sources": _sources_json(found), "feeds": _feeds_json(found), "older": found.older}))
        return
    for said in _lines(found):
        click.echo(said)


def _lines(found: Outlook) -> Iterator[str]:
    for what, renamed in (("source ", found.renamed), ("", found.renamed_feeds)):
        for former, now in renamed:
            yield f"{what}{_bold(former)} is renamed {now}"
    for id_ in found.added:
        yield f"source {_bold(id_)} would be polled from then on"
    for id_ in found.moved:
        yield f"source {_bold(id_)} would be polled at another address"
    for id_ in found.removed:
        yield f"source {_bold(id_)} would be polled no more; its articles stay"
    for id_, count in found.purged:
        yield f"source {_bold(id_)} would be purged: {counted(count, 'article')} taken down, for good"
    if found.older:
        yield f"{counted(found.older, 'article')} would expire, older than retention.keep, unless in a feed"
    for path in found.appear:
        yield f"{_bold(path)} would appear, with its feeds and pages"
    for path in found.withdrawn:
        yield f"{_bold(path)} would be withdrawn: its feeds answer 410"


def _bold(name: str) -> str:
    return click.style(name, bold=True)


def _sources_json(found: Outlook) -> dict[str, Any]:
    purged = [{"id": id_, "articles": count} for id_, count in found.purged]
    return {
        "renamed": _renamed_json(found.renamed), "added": found.added, "moved": found.moved, "removed": found.removed,
        "purged": purged,
    }  # fmt: skip


def _feeds_json(found: Outlook) -> dict[str, Any]:
    return {
        "renamed": _renamed_json(found.renamed_feeds), "appear": found.appear, "withdrawn": found.withdrawn
    }  # fmt: skip


def _renamed_json(done: Sequence[Rename]) -> list[dict[str, str]]:
    return [{"from": former, "to": now} for former, now in done]


def as_json(move: Move) -> None:
    """One article that would move, as a JSON object."""
    click.echo(dump(_move_json(move)))


def _move_json(move: Move) -> dict[str, Any]:
    before, after = move.before, move.after
    return {
        "id": before.id, "url": before.url, "title": before.heading, "source": before.source_id,
        "categories": {"before": before.categories, "after": after.categories},
        "joins": move.joins, "leaves": move.leaves, "reasons": after.filed_by,
    }  # fmt: skip
