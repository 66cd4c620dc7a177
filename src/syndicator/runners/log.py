"""What a runner says about its work."""

from __future__ import annotations

from typing import Any, Protocol

from syndicator.core import outcomes
from syndicator.pipeline.poll import Polled


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
    log.info("polled", **facts)
