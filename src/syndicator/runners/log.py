"""What a runner says about its work."""

from __future__ import annotations

from typing import Any, Protocol

from syndicator.core import outcomes
from syndicator.core.learning import Lesson
from syndicator.pipeline.announce import Announced
from syndicator.pipeline.poll import Polled
from syndicator.pipeline.publish import Published


class Log(Protocol):
    """A structured logger: an event in a few words, and its facts."""

    def info(self, event: str, **facts: Any) -> Any: ...
    def warning(self, event: str, **facts: Any) -> Any: ...
    def error(self, event: str, **facts: Any) -> Any: ...


def log_poll(log: Log, polled: Polled) -> None:
    """One event a poll: how it ended, what it brought, when the next one is and why."""
    state = polled.state
    facts: dict[str, Any] = {"source": polled.source.id, "outcome": str(state.outcome), "next": state.next_poll_reason}
    if polled.postponed:
        log.info("postponed", source=polled.source.id, next=state.next_poll_reason)
        return
    if moved := outcomes.move(state):
        facts["moved"] = moved
    if state.error:
        log.warning("polled", **facts, error=state.error, failures=state.failures)
        return
    if polled.entries:
        facts |= {"entries": polled.entries, "new": polled.new, "updated": polled.updated, "reader": polled.reader}
        facts |= {"flaw": state.flaw} if state.flaw else {}
    if polled.held:
        log.warning("polled", **facts, held=polled.held, why=polled.why_held)
        return
    log.info("polled", **facts)


def log_published(log: Log, published: Published) -> None:
    """One event where a category's documents changed, or could not."""
    if published.error:
        log.error("not published", category=published.category, exc_info=published.error)
    elif published.changed:
        log.info("published", category=published.category, entries=published.items)
    for article, reason in published.left_out:
        log.error("an article cannot be rendered and is left out", category=published.category, article=article,
                  reason=reason)  # fmt: skip


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
        facts: dict[str, Any] = {"category": one.category, "articles": one.articles}
        if one.learned:
            facts |= {"held_out": one.held_out, "precision": one.precision, "recall": one.recall}
        facts |= {"flaw": one.flaw} if one.flaw else {}
        log.info("learned" if one.learned else "not learned", **facts)
