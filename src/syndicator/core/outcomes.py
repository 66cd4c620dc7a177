"""What each answer of the web does to its source: pure functions from the state before to the state after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .fetching import Fetched, NotModified
from .hints import Hints
from .model import Article, PollOutcome, Source, SourceState
from .rhythm import Rhythm
from .schedule import NextTime, next_poll
from .urls import without_secrets

_POLLS_TO_ADOPT = 3
"""So many polls in a row have to be redirected to one place, for good, before we go there by ourselves."""
_FAILURES_TO_RETURN = 3
_ODD_DATES = 3
"""So many unbelievable dates at once, and at least every second one, are the feed's fault, not an entry's."""
_NEWS_AGE = timedelta(days=7)
"""An entry older than that when it appears tells of an archive, not of the rhythm."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: of what, in which state, when; `next_time` belongs to a source with `cron`."""

    source: Source
    before: SourceState
    now: datetime
    next_time: NextTime | None = None

    def unchanged(self, answer: NotModified | Fetched) -> SourceState:
        """The state after an answer that holds nothing new."""
        if isinstance(answer, Fetched):
            return self._succeeded(answer, PollOutcome.UNCHANGED, answer.moved_to)
        # A 304 may refresh the validators (RFC 9111, 4.3.4), but need not repeat them.
        etag, last_modified = answer.etag or self.before.etag, answer.last_modified or self.before.last_modified
        return self._succeeded(replace(answer, etag=etag, last_modified=last_modified), PollOutcome.UNCHANGED)

    def read(
        self, fetched: Fetched, hints: Hints, flaws: Iterable[str], new: Sequence[Article], entries: int
    ) -> SourceState:
        """The state after a body of so many `entries` was read, that asked for `hints` and brought articles `new`."""
        flaw = "; ".join(filter(None, (fetched.flaw, *flaws)))[:1000] or None
        rhythm = _observed(self.before, new, self.now)
        seen = self._seen(flaw, new, entries, rhythm)
        return self._succeeded(
            fetched, PollOutcome.NEW, fetched.moved_to, flaw=flaw, hints=hints, rhythm=rhythm, **seen
        )

    def _seen(self, flaw: str | None, new: Sequence[Article], entries: int, rhythm: Rhythm) -> dict[str, Any]:
        """What `problems` tell of, as far as a body shows it."""
        before, now = self.before, self.now
        was_sound = before.body_hash is not None and before.flaw is None
        seen: dict[str, Any] = {
            "flawed_since": None if flaw is None else now if was_sound else before.flawed_since,
            "empty_since": None if entries else before.empty_since or now,
        }
        if new:
            odd = sum(has_odd_date(article) for article in new)
            many = odd >= _ODD_DATES and 2 * odd >= len(new)
            seen["odd_dates_since"] = before.odd_dates_since or now if many else None
            seen |= {"last_new_at": now, "expected_by": rhythm.expected_by(now)}
        return seen

    def gone(self) -> SourceState:
        """The state after a 410: never asked again, until its URL is changed."""
        return self._polled(PollOutcome.GONE, gone=True, error="HTTP 410 Gone")

    def failed(self, error: str, retry_after: datetime | None = None, offered_url: str | None = None) -> SourceState:
        """The state after a failure. Articles and validators stay: the last good state is what is published.

        `offered_url` is the feed that a page links which came instead of one.
        """
        failures = self.before.failures + 1
        after = self._polled(
            PollOutcome.FAILED, failures=failures, error=error, retry_after=retry_after, fresh=None, moved_to=None,
            moved_polls=0, failing_since=self.before.failing_since or self.now, offered_url=offered_url,
        )  # fmt: skip
        return after.readdressed(after.url, None) if after.adopted_url and failures == _FAILURES_TO_RETURN else after

    def _succeeded(
        self, answer: NotModified | Fetched, outcome: PollOutcome, target: str | None = None, **changes: Any
    ) -> SourceState:
        """The state after a good answer from `target`, where permanent redirects led; None where there were none."""
        polls = 0 if target is None else self.before.moved_polls + 1 if target == self.before.moved_to else 1
        facts = {
            "etag": answer.etag, "last_modified": answer.last_modified, "fresh": answer.fresh, "gone": False,
            "last_success_at": self.now, "failures": 0, "error": None, "retry_after": None, "moved_to": target,
            "moved_polls": polls, "rhythm": self.before.rhythm or Rhythm(self.now, self.now),
            "failing_since": None, "offered_url": None,
        }  # fmt: skip
        after = self._polled(outcome, **facts | changes)
        if polls < _POLLS_TO_ADOPT:
            return after
        return after.readdressed(after.url, None if target == after.url else target)

    def _polled(self, outcome: PollOutcome, **changes: Any) -> SourceState:
        after = replace(self.before, last_poll_at=self.now, outcome=outcome, **changes)
        decision = next_poll(self.source, after, self.next_time)
        return replace(after, next_poll_at=decision.at, next_poll_reason=decision.reason)


def move(state: SourceState) -> str:
    """What the operator should know of a feed that is moving, in words; "" where it stays."""
    if state.adopted_url:
        target = without_secrets(state.adopted_url)
        return f"moved for good to {target}, which is polled instead: put that URL into the configuration"
    if state.moved_to:
        target = without_secrets(state.moved_to)
        return f"redirected for good to {target}, poll {state.moved_polls} of {_POLLS_TO_ADOPT} before that is adopted"
    return ""


def _observed(before: SourceState, new: Sequence[Article], now: datetime) -> Rhythm:
    """The rhythm with what a poll brought: dated by the publisher where that fits the time since the last poll."""
    if before.rhythm is None or before.last_success_at is None:
        times = [article.sort_at for article in new if article.sort_at < article.accepted]
        return Rhythm(now, now).with_entries(times, now)
    earliest = before.last_success_at
    times = [
        article.sort_at if earliest < article.sort_at else now for article in new if now - article.sort_at < _NEWS_AGE
    ]
    return before.rhythm.with_entries(times, now)


def has_odd_date(article: Article) -> bool:
    """Whether its entry gave a date that could not be read or believed: the time of acceptance stands in its place."""
    return bool(article.date_text) and article.published == article.accepted
