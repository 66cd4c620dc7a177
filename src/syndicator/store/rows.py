"""Records as rows and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Row

from syndicator.core import renaming
from syndicator.core.feed import NO_PODCAST, Enclosure, Person, Podcast
from syndicator.core.hints import NO_HINTS, Hint, Hints
from syndicator.core.history import PollDay
from syndicator.core.model import Article, Filing, PollOutcome, Provenance, RemovedBy, SourceState
from syndicator.core.rhythm import Rhythm
from syndicator.core.urls import host

from .checksums import COVERED, LATEST, checksum

Values = dict[str, Any]

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_ARTICLE_FIELDS = tuple(field.name for field in fields(Article) if field.name != "fingerprint")
_covered = itemgetter(*COVERED[LATEST])
_STATE_FIELDS = tuple(field.name for field in fields(SourceState) if field.name != "source_id")


def article_values(article: Article) -> Values:
    """The row of an article, with the checksum by which page damage is found."""
    values = {name: getattr(article, name) for name in _ARTICLE_FIELDS}
    values["provenance"] = _provenance_text(article.provenance)
    values["authors"] = listed([[p.name, p.email, p.url] for p in article.authors])
    values["enclosures"] = listed([[e.url, e.type, e.length] for e in article.enclosures])
    values["podcast"] = _podcast_text(article.podcast)
    for name in ("tags", "categories", "reasons", "filed_by"):
        values[name] = listed(values[name])
    values["sha256"] = checksum(_covered(values))
    return values


def article(row: Row[Any], fingerprint: bytes = b"") -> Article:
    """The article of a row that holds all of its columns, with the `fingerprint` that is kept of it elsewhere."""
    given = row._mapping
    values = {name: given[name] for name in _ARTICLE_FIELDS}
    values["provenance"] = provenance(values["provenance"])
    values["authors"] = tuple(Person(*person) for person in _listed(values["authors"]))
    values["enclosures"] = tuple(Enclosure(*enclosure) for enclosure in _listed(values["enclosures"]))
    values["podcast"] = _podcast(values["podcast"])
    for name in ("tags", "categories", "reasons", "filed_by"):
        values[name] = tuple(_listed(values[name]))
    values["terms"] = bytes(values["terms"] or b"")
    return Article(**values, fingerprint=fingerprint)


def _listed(text: str) -> Sequence[Any]:
    """What `listed` made; most lists are empty."""
    return () if text == "[]" else json.loads(text)


@lru_cache(maxsize=1024)  # a source's articles have the same one
def provenance(text: str) -> Provenance:
    title, feed_url, home_url, feed_id, feed_updated = json.loads(text)
    updated = datetime.fromisoformat(feed_updated) if feed_updated else None
    return Provenance(title, feed_url, home_url, feed_id, updated)


@lru_cache(maxsize=1024)
def _provenance_text(of: Provenance) -> str:
    updated = of.feed_updated.isoformat() if of.feed_updated else None
    return _json([of.title, of.feed_url, of.home_url, of.feed_id, updated])


def filed(row: Row[Any]) -> Values:
    """Where the article of a row is filed, and why."""
    return {name: tuple(json.loads(getattr(row, name))) for name in ("categories", "filed_by")}


def filing(row: Row[Any]) -> Filing:
    by = RemovedBy(row.removed_by) if row.removed_by else None
    return Filing(row.article_id, row.category, row.ordinal, row.seq, by)


def renamed(text: str, former: str, path: str) -> str:
    """A row's `categories` with `path` in the place of `former`."""
    return _json(renaming.renamed(json.loads(text), [(former, path)]))


def listed(some: Sequence[Any]) -> str:
    """Texts, or lists of them, as one column holds them."""
    return _json(some) if some else "[]"


def _podcast_text(podcast: Podcast) -> str:
    """Its fields in JSON, transcripts as pairs; nothing for the many articles that are no episodes."""
    if not podcast:
        return ""
    transcripts = [[t.url, t.type] for t in podcast.transcripts]
    return _json([podcast.duration, podcast.season, podcast.episode, podcast.kind, podcast.explicit, podcast.chapters,
                  transcripts])  # fmt: skip


def _podcast(text: str) -> Podcast:
    if not text:
        return NO_PODCAST
    duration, season, episode, kind, explicit, chapters, transcripts = json.loads(text)
    files = tuple(Enclosure(*transcript) for transcript in transcripts)
    return Podcast(duration, season, episode, kind, explicit, chapters, files)


def state_values(state: SourceState) -> Values:
    """The row of a source, but for what the configuration says."""
    values = {"id": state.source_id, **{name: getattr(state, name) for name in _STATE_FIELDS}}
    values["fresh"] = state.fresh and _json(_hint_values(state.fresh))
    values["hints"] = _hints_text(state.hints)
    values["rhythm"] = state.rhythm and _rhythm_text(state.rhythm)
    values["today"] = day_text(state.today)
    values["former_urls"] = _json(state.former_urls) if state.former_urls else ""
    values["host"] = host(state.polled_url)
    return values


def state(row: Row[Any]) -> SourceState:
    given = row._mapping
    values = {name: given[name] for name in _STATE_FIELDS}
    values["outcome"] = PollOutcome(values["outcome"]) if values["outcome"] else None
    values["fresh"] = _hint(*json.loads(values["fresh"])) if values["fresh"] else None
    values["hints"] = _hints(values["hints"])
    values["rhythm"] = _rhythm(values["rhythm"]) if values["rhythm"] else None
    values["former_urls"] = tuple(json.loads(values["former_urls"])) if values["former_urls"] else ()
    values["today"] = PollDay(*map(int, values["today"].split())) if values["today"] else None
    return SourceState(source_id=given["id"], **values)


def day_text(day: PollDay | None) -> str | None:
    """A day as the row of its source holds it."""
    if day is None:
        return None
    return f"{day.day} {day.polls} {day.unchanged} {day.failures} {day.articles} {day.milliseconds} {day.slowest}"


def _hint_values(hint: Hint) -> list[Any]:
    return [hint.wait.total_seconds(), hint.words]


def _hint(seconds: float, words: str) -> Hint:
    return Hint(timedelta(seconds=seconds), words)


def _hints_text(hints: Hints) -> str:
    if hints == NO_HINTS:
        return ""
    return _json([[_hint_values(hint) for hint in hints.waits], hints.skip_hours, hints.skip_days])


def _hints(text: str) -> Hints:
    if not text:
        return NO_HINTS
    waits, hours, days = json.loads(text)
    return Hints(tuple(_hint(*hint) for hint in waits), tuple(hours), tuple(days))


def _rhythm_text(rhythm: Rhythm) -> str:
    return _json([rhythm.since.isoformat(), rhythm.at.isoformat(), rhythm.entries, rhythm.hours, rhythm.days])


def _rhythm(text: str) -> Rhythm:
    since, at, entries, hours, days = json.loads(text)
    return Rhythm(datetime.fromisoformat(since), datetime.fromisoformat(at), entries, tuple(hours), tuple(days))


def source_title(provenance: str) -> str:
    """The source's title in a row's `provenance`."""
    return str(json.loads(provenance)[0])
