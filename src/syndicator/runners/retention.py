"""Retention beside the engine: at the start and once a day, in a thread of the scheduler's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from syndicator.pipeline.retain import Retained, Retainer

if TYPE_CHECKING:
    from .log import Log


def retaining(retainer: Retainer, log: Log, pause: Callable[[float], bool]) -> Callable[[], None]:
    """The job: what fails is said, and tried again the next day. `pause` waits, and says whether to stop."""

    def retain() -> None:
        try:
            log_retained(log, retainer.run(pause))
        except Exception as error:
            if not pause(0):  # else the database is closed already
                log.error("retention failed; it is tried again in a day", exc_info=error)

    return retain


def log_retained(log: Log, retained: Retained | None) -> None:
    """What expired, where anything did."""
    if retained and retained.articles:
        before = retained.before.isoformat(timespec="seconds")
        log.info("expired", articles=retained.articles, older_than=before, all=retained.whole)
