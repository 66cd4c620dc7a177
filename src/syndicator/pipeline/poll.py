"""Poll: fetch a source, read what is new, decide, save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from syndicator.core import identity, schedule
from syndicator.core.feed import NotAFeed
from syndicator.core.identity import New, Updated, Verdict
from syndicator.core.model import (
    Category,
    Decision,
    Fetched,
    FetchFailed,
    FetchRequest,
    Gone,
    NotModified,
    PollOutcome,
    Site,
    Source,
    SourceState,
)
from syndicator.core.normalise import Setting
from syndicator.core.work import Saving

from .ports import Clock, Fetch, Store
from .reading import VERSION, Reading, ReadingJob


@dataclass(frozen=True, slots=True)
class Polled:
    """How a poll ended: the source before and after it, the verdicts (oldest entry first), and what the log says."""

    source: Source
    before: SourceState
    state: SourceState
    verdicts: tuple[Verdict, ...] = ()
    entries: int = 0
    reader: str = ""

    @property
    def new(self) -> int:
        return sum(isinstance(verdict, New) for verdict in self.verdicts)

    @property
    def updated(self) -> int:
        return sum(isinstance(verdict, Updated) for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Unread:
    """A poll that brought a body: the job of reading it stands between its two halves."""

    source: Source
    before: SourceState
    fetched: Fetched
    body_hash: str
    print: str
    job: ReadingJob


class Poller:
    """Polls sources in two halves, before and after reading; safe to call from several threads."""

    def __init__(self, store: Store, fetch: Fetch, clock: Clock, site: Site, categories: tuple[Category, ...]) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._site = site
        self._categories = categories

    def fetch(self, source: Source, state: SourceState) -> Polled | Unread:
        """Fetch `source`: the whole poll, unless there is a body that has to be read. Nothing is saved yet."""
        print_ = identity.settings_print(source, self._categories, self._site, VERSION)
        # A changed setting or reader wants the whole body again: a 304 would leave the old articles as they are.
        known = state if state.settings_print == print_ else replace(state, etag=None, last_modified=None)
        outcome = self._fetch(FetchRequest(source.url, known.etag, known.last_modified, source.headers))
        now = self._clock()
        match outcome:
            case Fetched():
                return self._fetched(source, state, outcome, print_, now)
            case NotModified():
                return Polled(source, state, _unchanged(source, state, outcome, now))
            case Gone():
                return Polled(source, state, _gone(state, now))
            case FetchFailed():
                return Polled(source, state, _failed(source, state, now, outcome.error, outcome.retry_after))

    def _fetched(
        self, source: Source, state: SourceState, fetched: Fetched, print_: str, now: datetime
    ) -> Polled | Unread:
        body_hash = blake2b(fetched.body, digest_size=16, key=print_.encode()).hexdigest()
        if body_hash == state.body_hash:
            return Polled(source, state, _unchanged(source, state, fetched, now))
        setting = Setting(source, self._site, self._categories, print_, backfill=state.last_success_at is None)
        known = self._store.known_hashes(source.id)
        job = ReadingJob(fetched.body, fetched.url, fetched.content_type, setting, known, now)
        return Unread(source, state, fetched, body_hash, print_, job)

    def finish(self, unread: Unread, read: Reading | NotAFeed) -> Polled:
        """The poll whose body was read."""
        source, state, now = unread.source, unread.before, unread.job.accepted
        if isinstance(read, NotAFeed):
            return Polled(source, state, _failed(source, state, now, read.reason))
        after = _read(source, state, unread.fetched, read, now)
        after = replace(after, body_hash=unread.body_hash, settings_print=unread.print)
        return Polled(source, state, after, self._verdicts(read), read.entries, read.reader)

    def crashed(self, source: Source, state: SourceState, error: Exception) -> Polled:
        """The poll of a source that met a mistake of ours: a failure that is tried again later."""
        return Polled(source, state, _failed(source, state, self._clock(), f"internal error: {error!r}"[:500]))

    def _verdicts(self, reading: Reading) -> tuple[Verdict, ...]:
        stored = self._store.articles([id_ for ids in reading.ids for id_ in (ids.alone, ids.marked)])
        found = zip(reading.articles, reading.ids, strict=True)
        verdicts = [identity.verdict(article, identity.stored(article, ids, stored)) for article, ids in found]
        # Feeds list the newest first; numbers are given to the oldest first.
        return tuple(reversed(verdicts))

    def save(self, polled: Sequence[Polled]) -> int:
        """Save a batch of polls in one transaction; gives the number of the last change."""
        taken = set(self._store.guids_taken([guid for one in polled for guid in _new_guids(one)]))
        return self._store.save_polls([self._saving(one, taken) for one in polled])

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
        return Saving(polled.state, tuple(verdicts))


def _new_guids(polled: Polled) -> list[str]:
    return [verdict.article.guid for verdict in polled.verdicts if isinstance(verdict, New)]


# --- the source's state after each outcome ---------------------------------------------------------


def _succeeded(
    source: Source,
    state: SourceState,
    now: datetime,
    outcome: PollOutcome,
    hints: tuple[tuple[str, timedelta | None], ...],
) -> SourceState:
    wishes = tuple((name, hint) for name, hint in hints if hint is not None)
    return _polled(
        replace(state, gone=False, last_success_at=now, failures=0, error=None, retry_after=None),
        now,
        outcome,
        schedule.after_success(source, now, wishes),
    )


def _unchanged(source: Source, state: SourceState, answer: NotModified | Fetched, now: datetime) -> SourceState:
    after = _succeeded(source, state, now, PollOutcome.UNCHANGED, (("max-age", answer.max_age),))
    if isinstance(answer, Fetched):
        return replace(after, etag=answer.etag, last_modified=answer.last_modified)
    # A 304 may refresh the validators (RFC 9111, 4.3.4), but need not repeat them.
    return replace(after, etag=answer.etag or state.etag, last_modified=answer.last_modified or state.last_modified)


def _read(source: Source, state: SourceState, fetched: Fetched, reading: Reading, now: datetime) -> SourceState:
    outcome = PollOutcome.MOVED if fetched.moved_to else PollOutcome.NEW
    hints = (("max-age", fetched.max_age), ("ttl", reading.ttl))
    after = _succeeded(source, state, now, outcome, hints)
    return replace(
        after, etag=fetched.etag, last_modified=fetched.last_modified, flaw="; ".join(reading.flaws)[:1000] or None
    )


def _gone(state: SourceState, now: datetime) -> SourceState:
    never = Decision(now, "never: the publisher says the feed is gone (410); its articles stay")
    return _polled(replace(state, gone=True, error="HTTP 410 Gone"), now, PollOutcome.GONE, never)


def _failed(
    source: Source, state: SourceState, now: datetime, error: str, retry_after: timedelta | None = None
) -> SourceState:
    """Articles and validators stay: the last good state is what is published."""
    failures = state.failures + 1
    decision = schedule.after_failure(source, now, failures, retry_after)
    until = now + retry_after if retry_after else None
    after = replace(state, failures=failures, error=error, retry_after=until)
    return _polled(after, now, PollOutcome.FAILED, decision)


def _polled(state: SourceState, now: datetime, outcome: PollOutcome, decision: Decision) -> SourceState:
    return replace(state, last_poll_at=now, outcome=outcome, next_poll_at=decision.at, next_poll_reason=decision.reason)
