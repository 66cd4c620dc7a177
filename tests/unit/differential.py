"""The quick reader against feedparser, entry by entry and field by field.

    make differential FEEDS=folder

As a program it prints the report that is kept in docs/differential.md.
"""

from __future__ import annotations

import html
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from syndicator.core import dates
from syndicator.core.feed import Entry, Feed, NotCertain, Text
from syndicator.core.text import xml_safe
from syndicator.formats import feedparser_reader, xml_reader
from syndicator.formats.fields import repaired

URL = "https://feeds.example.org/feed"
FIELDS = (
    "title", "link", "id", "published", "updated", "summary", "content", "authors", "tags", "enclosures", "taken_from",
)  # fmt: skip
JUDGED = ("title", "link", "id", "published", "content")
"""The fields that are held to 99.5 of 100."""

EXCUSES = {
    "empty href": "A link whose `href` is empty leads nowhere; feedparser takes it for the document's own address.",
    "empty link": "An RSS link without text leads nowhere; the permalink that stands beside it does.",
    "encoded twice": "feedparser decodes UTF-8 that was encoded twice everywhere but in the names of Atom's persons.",
    "escaped tags": "feedparser leaves `&amp;` escaped in `itunes:keywords`; a tag is plain text.",
}
"""Differences in which we mean to differ, by name, with the reason. They count as misses all the same."""


@dataclass(frozen=True)
class Difference:
    """A field of one entry in which the readers differ; `excuse` is one of EXCUSES or ""."""

    field: str
    ours: object
    theirs: object
    excuse: str


@dataclass
class Tally:
    """What came of comparing some feeds."""

    feeds: int = 0
    taken: int = 0
    entries: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)
    differences: list[tuple[str, Difference]] = field(default_factory=list)

    def add(self, name: str, body: bytes) -> None:
        """Compare how both read `body`."""
        self.feeds += 1
        ours = xml_reader.read(body, URL)
        if isinstance(ours, NotCertain):
            self.left.append((name, "JSON Feed, which has a reader of its own" if body[:1] == b"{" else ours.reason))
            return
        self.taken += 1
        self.entries += len(ours.entries)
        self.differences += [(name, one) for one in differences(body, ours)]

    def equal(self, name: str) -> float:
        """How many of 100 entries are equal in a field."""
        missed = sum(one.field == name for _, one in self.differences)
        return 100 * (1 - missed / self.entries) if self.entries else 100.0


def differences(body: bytes, ours: Feed) -> Iterator[Difference]:
    """Where feedparser reads the entries of `body` otherwise than `ours`; raises where it finds other entries."""
    theirs = feedparser_reader.read(body, URL, "")
    if not isinstance(theirs, Feed):
        raise AssertionError(f"feedparser takes it for no feed: {theirs.reason}")
    if len(ours.entries) != len(theirs.entries):
        raise AssertionError(f"{len(ours.entries)} entries, feedparser finds {len(theirs.entries)}")
    for a, b in zip(ours.entries, theirs.entries, strict=True):
        for name in FIELDS:
            if (mine := _value(a, name)) != (other := _value(b, name)):
                yield Difference(name, mine, other, _excuse(name, mine, other, a.title.base))


def _value(entry: Entry, name: str) -> Any:
    """A field as it counts: dates as instants, texts as what they mean."""
    value = getattr(entry, "url" if name == "link" else name)
    if name in ("published", "updated"):
        return dates.parse(value, UTC)
    if isinstance(value, Text):
        return (xml_safe(value.value), value.html) if value.value else ""
    return value


def _excuse(name: str, ours: Any, theirs: Any, base: str) -> str:
    if name == "link" and theirs == base:
        return "empty href"
    if name == "link" and not theirs:
        return "empty link"
    if name == "authors" and ours == tuple(replace(one, name=repaired(one.name)) for one in theirs):
        return "encoded twice"
    if name == "tags" and ours == tuple(dict.fromkeys(html.unescape(tag) for tag in theirs)):
        return "escaped tags"
    return ""


def report(tally: Tally) -> str:
    """The whole comparison, in Markdown."""
    lines = [
        "# The quick reader against feedparser",
        "",
        "`make differential FEEDS=folder` writes this file anew. Every feed of the folder is read by the quick reader",
        "(`formats/xml_reader.py`); what that takes is read by feedparser too, and compared entry by entry. Dates are",
        "compared as instants, texts with their kind (plain or HTML). A difference that we mean counts as a miss too.",
        "",
        f"{tally.feeds} feeds, {tally.taken} of them ({tally.taken / tally.feeds:.1%}) taken by the quick reader,"
        f" with {tally.entries} entries.",
        "",
        "| field | equal, of 100 | differences | of these excused |",
        "|---|---|---|---|",
    ]
    for name in FIELDS:
        found = [one for _, one in tally.differences if one.field == name]
        excused = Counter(one.excuse for one in found if one.excuse)
        told = ", ".join(f"{count} {excuse}" for excuse, count in sorted(excused.items()))
        lines.append(f"| {name} | {tally.equal(name):.2f} | {len(found)} | {told or '–'} |")
    lines += ["", "## Excused", ""]
    lines += [f"- **{name}**: {reason}" for name, reason in EXCUSES.items()]
    lines += ["", "## Not excused", ""]
    lines += [
        f"- `{name}` {one.field}: {one.ours!r} against {one.theirs!r}"[:300]
        for name, one in tally.differences
        if not one.excuse
    ] or ["None."]
    lines += ["", "## Left to other readers", "", "| feed | why |", "|---|---|"]
    lines += [f"| {name} | {html.escape(reason, quote=False)} |" for name, reason in tally.left]
    return "\n".join(lines) + "\n"


def main() -> None:
    folder = Path(sys.argv[1])
    if not folder.is_dir():
        raise SystemExit(f"{folder} is no folder: name one that holds feeds (make differential FEEDS=folder)")
    tally = Tally()
    for path in sorted(folder.iterdir()):
        tally.add(path.name, path.read_bytes())
    print(report(tally), end="")


if __name__ == "__main__":
    main()
