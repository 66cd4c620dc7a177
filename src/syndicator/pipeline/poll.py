"""Poll: fetch a source, read what is new, decide; what is to be saved comes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from syndicator.core import flood, identity, resent, schedule
from syndicator.core.categorise import Filing
from syndicator.core.feed import NotAFeed
from syndicator.core.fetching import (
    Fetched,
    FetchFailed,
    FetchRequest,
    Gone,
    HostQuiet,
    NotModified,
    Transfer,
    status_of,
)
from syndicator.core.identity import New, Updated, Verdict
from syndicator.core.model import ALL, Article, Category, Site, Source, SourceState
from syndicator.core.normalise import Setting
from syndicator.core.outcomes import Poll
from syndicator.core.schedule import Decision, NextTime
from syndicator.core.urls import same_origin
from syndicator.core.work import Saving

from .classify import classified
from .ports import Classify, Clock, Fetch, Store
from .reading import VERSION, Reading, ReadingJob, Tree

_OTHERS_ON_PAGES = 100
"""Of the stored articles that share pages with what seems new, so many more are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Polled:
    """How a poll ended: the source before and after it, the verdicts (oldest entry first), and what the log says.

    `quiet` is a host that wants to be left alone, and until when; `postponed` that nobody was asked: else `transfer` is
    what asking took, and `read_seconds` what reading took of a worker, where a body was read.
    """

    source: Source
    before: SourceState
    state: SourceState
    verdicts: tuple[Verdict, ...] = ()
    entries: int = 0
    reader: str = ""
    quiet: tuple[str, datetime] | None = None
    postponed: bool = False
    transfer: Transfer | None = None
    read_seconds: float = 0.0

    @property
    def took(self) -> timedelta | None:
        """How long the answer took; None where nobody was asked."""
        return None if self.postponed else timedelta(seconds=self.transfer.seconds if self.transfer else 0)

    @property
    def outcome(self) -> str:
        """How it ended, in one word."""
        return "postponed" if self.postponed else str(self.state.outcome)

    @property
    def touched(self) -> frozenset[str]:
        """The categories that may show what it brought."""
        brought = [one.article for one in self.verdicts if isinstance(one, New | Updated) and not one.article.held]
        found = frozenset(category for article in brought for category in article.categories)
        return found | {ALL} if found else found

    @property
    def new(self) -> int:
        return sum(isinstance(verdict, New) for verdict in self.verdicts)

    @property
    def held(self) -> int:
        """How many of the new ones are held for the operator."""
        return len(self._held)

    @property
    def why_held(self) -> str:
        """Why they are; "" where none is."""
        return next(iter(self._held), "")

    @property
    def _held(self) -> list[str]:
        return [one.article.held for one in self.verdicts if isinstance(one, New) and one.article.held]

    @property
    def updated(self) -> int:
        return sum(isinstance(verdict, Updated) for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Unread:
    """A poll that brought a body: the job of reading it stands between its two halves."""

    source: Source
    before: SourceState
    fetched: Fetched
    transfer: Transfer
    body_hash: str
    print: str
    job: ReadingJob


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of what polls brought, asked for all of them at once: the articles by their ids, the pages that
    articles have, and why all that is new of a source is held."""

    articles: Mapping[str, Article]
    pages: frozenset[str]
    held: Mapping[str, str]


class Poller:
    """Polls sources in two halves, before and after reading; safe to call from several threads."""

    def __init__(
        self, store: Store, fetch: Fetch, clock: Clock, site: Site, categories: tuple[Category, ...],
        next_times: Mapping[str, NextTime], classify: Classify | None = None,
        story_window: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._site = site
        self._categories = Tree(categories)
        self._next_times = next_times  # of the sources with `cron`, by id
        self._classify = classify
        self._story_window = story_window

    def fetch(self, source: Source, state: SourceState, by_command: bool = False) -> Polled | Unread:
        """Fetch `source`: the whole poll, unless there is a body that has to be read. Nothing is saved yet.

        In hours that the feed wants to be skipped it is fetched only `by_command` of the operator.
        """
        if not by_command and (later := schedule.rest(source, state, self._clock())):
            return self._postponed(source, state, later)
        print_ = identity.settings_print(source, self._site, VERSION)
        # A changed setting or reader wants the whole body again: a 304 would leave the old articles as they are.
        known = state if state.settings_print == print_ else replace(state, etag=None, last_modified=None)
        began = time.monotonic()
        outcome = self._fetch(_request(source, known))
        size = len(outcome.body) if isinstance(outcome, Fetched) else 0
        transfer = Transfer(status_of(outcome), time.monotonic() - began, size)
        poll = self._poll(source, state)
        match outcome:
            case Fetched():
                return self._fetched(poll, outcome, transfer, print_)
            case NotModified():
                return Polled(source, state, poll.unchanged(outcome), transfer=transfer)
            case Gone():
                return Polled(source, state, poll.gone(), transfer=transfer)
            case HostQuiet():
                return self._postponed(source, state, schedule.postponed(state, outcome.host, outcome.until, poll.now))
            case FetchFailed():
                quiet = (outcome.host, outcome.retry_after) if outcome.retry_after else None
                failed = poll.failed(outcome.error, outcome.retry_after)
                return Polled(source, state, failed, quiet=quiet, transfer=transfer)

    def _postponed(self, source: Source, state: SourceState, later: Decision) -> Polled:
        """The poll of a source that was not asked, since this is no time for it."""
        return Polled(
            source, state, replace(state, next_poll_at=later.at, next_poll_reason=later.reason), postponed=True
        )

    def _poll(self, source: Source, state: SourceState, now: datetime | None = None) -> Poll:
        return Poll(source, state, now or self._clock(), self._next_times.get(source.id))

    def _fetched(self, poll: Poll, fetched: Fetched, transfer: Transfer, print_: str) -> Polled | Unread:
        source, state = poll.source, poll.before
        body_hash = blake2b(fetched.body, digest_size=16, key=print_.encode()).hexdigest()
        if body_hash == state.body_hash:
            return Polled(source, state, poll.unchanged(fetched), transfer=transfer)
        first = state.last_success_at is None
        setting = Setting(source, self._site, self._categories, print_, first, self._story_window)
        known = self._store.known_hashes(source.id)
        urls = (state.url, *((state.adopted_url,) if state.adopted_url else ()), *state.former_urls)
        job = ReadingJob(fetched.body, fetched.url, fetched.content_type, setting, known, poll.now, urls)
        return Unread(source, state, fetched, transfer, body_hash, print_, job)

    def look_up(self, read: Sequence[tuple[Unread, Reading | NotAFeed]]) -> Known:
        """What is known of the entries of several bodies."""
        feeds = [(unread, feed) for unread, feed in read if isinstance(feed, Reading) and feed.articles]
        if not feeds:
            return Known({}, frozenset(), {})
        # Of a source that begins nothing is stored.
        later = [feed for unread, feed in feeds if unread.job.known]
        stored = self._store.articles([id_ for feed in later for ids in feed.ids for id_ in ids.all])
        pages = {
            one.canonical_url
            for feed in later
            for one, ids in zip(feed.articles, feed.ids, strict=True)
            if one.canonical_url and not identity.stored(one, ids, stored)
        }
        held = self._store.why_held([unread.source.id for unread, _ in feeds])
        return Known(stored, self._store.pages_taken(list(pages)), held)

    def finish(self, unread: Unread, read: Reading | NotAFeed, known: Known) -> Polled:
        """The poll whose body was read, by what is `known` of its entries."""
        source, state = unread.source, unread.before
        poll = self._poll(source, state, unread.job.accepted)
        if isinstance(read, NotAFeed):
            offered = read.feeds[0].url if read.feeds else None
            failed = poll.failed(read.reason, offered_url=offered)
            return Polled(source, state, failed, transfer=unread.transfer)
        verdicts = self._held(source, state, read, self._verdicts(source, read, known), known.held.get(source.id))
        new = [verdict.article for verdict in verdicts if isinstance(verdict, New) and not verdict.article.held]
        after = poll.read(unread.fetched, read.hints, read.flaws, new, read.entries)
        after = replace(after, body_hash=unread.body_hash, settings_print=unread.print)
        return Polled(
            source, state, after, verdicts, read.entries, read.reader, transfer=unread.transfer,
            read_seconds=read.seconds,
        )  # fmt: skip

    def resumed(self, unread: Unread, source: Source) -> Polled | Unread:
        """A poll that another configuration began, by this one; its body is read by these settings."""
        poll = self._poll(source, replace(unread.before, source_id=source.id), unread.job.accepted)
        return self._fetched(
            poll, unread.fetched, unread.transfer, identity.settings_print(source, self._site, VERSION)
        )

    def rescheduled(self, polled: Polled, source: Source) -> Polled:
        """A poll without a body that another configuration began, with its next one by this one."""
        before, after = (replace(state, source_id=source.id) for state in (polled.before, polled.state))
        next_one = schedule.next_poll(source, after, self._next_times.get(source.id))
        if not polled.postponed:
            after = replace(after, next_poll_at=next_one.at, next_poll_reason=next_one.reason)
        return replace(polled, source=source, before=before, state=after)

    def crashed(self, source: Source, state: SourceState, error: Exception) -> Polled:
        """The poll of a source that met a mistake of ours: a failure that is tried again later."""
        return Polled(source, state, self._poll(source, state).failed(f"internal error: {error!r}"[:500]))

    def _verdicts(self, source: Source, reading: Reading, known: Known) -> tuple[Verdict, ...]:
        """What each of the articles is."""
        entries = zip(reading.articles, reading.ids, strict=True)
        stored = [identity.stored(one, ids, known.articles) for one, ids in entries]
        again = self._resent(source, reading, stored, known.pages)
        stored = [before or again.get(one.id) for one, before in zip(reading.articles, stored, strict=True)]
        filing = Filing(source, self._categories)
        found = [
            _as_known(filing, replace(one, sent_as=one.id) if one.id in again else one, before)
            for one, before in zip(reading.articles, stored, strict=True)
        ]
        found = classified(self._classify, filing, found, stored)
        pairs = tuple(zip(found, stored, strict=True))
        changed = [before.id for article, before in pairs if before and identity.changes(article, before)]
        noticed = self._store.last_significant(changed) if changed else {}
        verdicts = [
            identity.verdict(article, before, noticed.get(before.id) if before else None) for article, before in pairs
        ]
        # Feeds list the newest first; numbers are given to the oldest first.
        return tuple(reversed(verdicts))

    def _resent(
        self, source: Source, reading: Reading, known: Sequence[Article | None], taken: frozenset[str]
    ) -> dict[str, Article]:
        """Which stored articles come under other ids than before, by these; `taken` are the pages that any has."""
        unknown = [one for one, before in zip(reading.articles, known, strict=True) if before is None]
        pages = list(dict.fromkeys(one.canonical_url for one in unknown if one.canonical_url in taken))[: resent.MOST]
        if not pages:
            return {}
        there = self._store.on_pages(source.id, pages, min(2 * len(unknown) + _OTHERS_ON_PAGES, resent.MOST))
        still = {before.id for before in known if before}
        gone = {one.id for one in there if one.id not in still and one.entry_hash not in reading.unchanged}
        return resent.recognised(unknown, there, gone)

    def _held(
        self, source: Source, state: SourceState, reading: Reading, verdicts: tuple[Verdict, ...], why: str | None
    ) -> tuple[Verdict, ...]:
        """`verdicts` with what is new held for the operator: where the source is, for a reason, or it is too old."""
        new = [verdict.article for verdict in verdicts if isinstance(verdict, New)]
        if not new:
            return verdicts
        ids = frozenset(one.id for one in new)
        if why is None:
            undated = any(one.published == one.accepted for one in new)
            dated = undated and self._store.dates_entries(source.id)
            ids, why = flood.sudden(new, state, reading.entries, source.flood_share, dated)
        filing = Filing(source, self._categories)
        return tuple(
            New(filing.filed(replace(one.article, held=why))) if isinstance(one, New) and one.article.id in ids else one
            for one in verdicts
        )

    def savings(self, polled: Sequence[Polled]) -> list[Saving]:
        """What is to be saved of a batch of polls, in one transaction."""
        taken = set(self._store.guids_taken([guid for one in polled for guid in _new_guids(one)]))
        return [self._saving(one, taken) for one in polled]

    def _saving(self, polled: Polled, taken: set[str]) -> Saving:
        """What is saved of a poll: a guid that another article has already is replaced by one of ours.

        Two sources may send one guid (two feeds of one site, or a copy); neither can touch the other's article, and
        a channel never carries a guid twice.
        """
        verdicts: list[Verdict] = []
        for verdict in polled.verdicts:
            if isinstance(verdict, New):
                article = verdict.article
                if article.guid in taken:
                    minted = identity.minted_guid(self._site, article.id)
                    why = f"guid {article.guid!r} belongs to another article"
                    article = replace(article, guid=minted, reasons=(*article.reasons, why))
                taken.add(article.guid)
                verdict = New(article)
            verdicts.append(verdict)
        reconfigured = _settings(polled.state.settings_print) != _settings(polled.before.settings_print)
        return Saving(polled.state, tuple(verdicts), polled.quiet, reconfigured, polled.took)


def _as_known(filing: Filing, article: Article, before: Article | None) -> Article:
    """`article`, held as it was `before`: what its publisher edits meanwhile stays with the operator."""
    return filing.filed(replace(article, held=before.held)) if before and before.held else article


def _settings(print_: str | None) -> str:
    """The settings in a print: another version of the reader is not the operator's wish."""
    return (print_ or "").partition(":")[2]


def _new_guids(polled: Polled) -> list[str]:
    return [verdict.article.guid for verdict in polled.verdicts if isinstance(verdict, New)]


def _request(source: Source, state: SourceState) -> FetchRequest:
    url = state.polled_url
    # The operator gave the headers to the origin in the configuration, not to whoever it moves to.
    headers = source.headers if same_origin(url, source.url) else ()
    return FetchRequest(url, state.etag, state.last_modified, headers)
