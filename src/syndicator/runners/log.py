"""What a runner says about its work: one line for each event that an operator may want to know of."""

from __future__ import annotations

from typing import Any, Protocol

from syndicator.core import outcomes
from syndicator.core.learning import Lesson
from syndicator.pipeline.announce import Announced
from syndicator.pipeline.events import Ended, Event
from syndicator.pipeline.poll import Polled
from syndicator.pipeline.publish import Published
from syndicator.pipeline.purge import Purged
from syndicator.pipeline.refile import Refiled


class Log(Protocol):
    """A structured logger: an event in a few words, and its facts."""

    def info(self, event: str, **facts: Any) -> Any: ...
    def warning(self, event: str, **facts: Any) -> Any: ...
    def error(self, event: str, **facts: Any) -> Any: ...


class EventLog:
    """Says of events what is worth a line; what stays as it was is not said again."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._held: dict[str, str] = {}  # by category, why: it is found anew every minute

    def __call__(self, event: Event) -> None:
        match event:
            case Polled():
                log_poll(self._log, event)
            case Published():
                self._published(event)
            case Announced():
                log_announced(self._log, event)
            case Refiled() if event.moved:
                self._log.info("filed anew", source=event.source_id, articles=event.articles, moved=event.moved)
            case Purged():
                self._log.info("purged", source=event.source_id, articles=event.articles)
            case Ended():
                self._log.warning(
                    "a process ended and is started again", process=event.process, how=event.how,
                    **_present(source=event.source),
                )  # fmt: skip

    def _published(self, published: Published) -> None:
        if published.held != self._held.get(published.category, ""):
            self._held[published.category] = published.held
            log_held(self._log, published)
        log_published(self._log, published)


def log_poll(log: Log, polled: Polled) -> None:
    """The one event of a poll: how it ended, what it brought, when the next one is and why; the same keys every time.

    `status` and `ms` are null where nobody was asked, `status` also where nobody answered, `next_poll` where there is
    none; `bytes` are decoded.
    """
    state, transfer = polled.state, polled.transfer
    failed = bool(state.error) and not polled.postponed
    say = log.warning if failed or polled.held else log.info
    say(
        "polled", source=polled.source.id, outcome=polled.outcome,
        status=transfer.status if transfer else None, ms=round(transfer.seconds * 1000) if transfer else None,
        bytes=transfer.size if transfer else 0, entries=polled.entries, new=polled.new, changed=polled.updated,
        next_poll=None if state.gone else state.next_poll_at.isoformat(timespec="seconds"), why=state.next_poll_reason,
        **_present(
            reader=polled.reader, held=polled.held, why_held=polled.why_held,
            flaw=state.flaw if polled.reader else "", moved=outcomes.move(state),
            error=state.error if failed else "", failures=state.failures if failed else 0,
        ),
    )  # fmt: skip


def log_published(log: Log, published: Published) -> None:
    """One event where a category's documents changed, or could not."""
    category, ms = published.category, round(published.seconds * 1000)
    if published.error:
        log.error("not published", category=category, ms=ms, exc_info=published.error)
    elif published.changed:
        log.info("published", category=category, entries=published.items, documents=len(published.changed), ms=ms)
    for article, reason in published.left_out:
        log.error(
            "an article cannot be rendered and is left out", category=category, article=article, reason=reason
        )  # fmt: skip


def log_held(log: Log, published: Published) -> None:
    """That a category is held back, and why; or that it no longer is."""
    if published.held:
        hint = f"syndicator publish --release {published.category}"
        log.error("held back; the last good documents stay", category=published.category, reason=published.held,
                  to_let_it_go=hint)  # fmt: skip
    else:
        log.info("no longer held back", category=published.category)


def log_announced(log: Log, announced: Announced) -> None:
    """What a hub was told, and what it did not take."""
    if announced.told:
        log.info("told a hub", hub=announced.hub, feeds=announced.told)
    again = announced.again.isoformat(timespec="seconds") if announced.again else None
    for topic, reason in announced.refused:
        log.warning("a hub refuses a feed", hub=announced.hub, feed=topic, reason=reason, again=again)
    if announced.error:
        log.warning("a hub could not be told", hub=announced.hub, error=announced.error, again=again)


def log_lesson(log: Log, lesson: Lesson) -> None:
    """What a training came to, category by category."""
    for one in lesson.scores:
        if one.learned:
            log.info(
                "learned", category=one.category, articles=one.articles, held_out=one.held_out,
                precision=one.precision, recall=one.recall, **_present(flaw=one.flaw),
            )  # fmt: skip
        else:
            log.info("not learned", category=one.category, articles=one.articles, **_present(flaw=one.flaw))


def _present(**facts: Any) -> dict[str, Any]:
    """Those of `facts` that say anything."""
    return {name: fact for name, fact in facts.items() if fact}
