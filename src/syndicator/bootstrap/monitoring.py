"""What watches a running engine: the log, and the metrics on the operator's listener."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syndicator.pipeline.events import Queued, observed
from syndicator.pipeline.ports import Clock
from syndicator.runners.log import EventLog, Log
from syndicator.store.measuring import Measures
from syndicator.web.metrics import Metrics
from syndicator.web.served import Served


class Monitoring:
    """Tells the log and the metrics of what happens; `database` is the URL of the engine's store."""

    def __init__(self, database: str, clock: Clock, log: Log) -> None:
        self.served = Served()
        self._queued: Callable[[], Queued] = Queued
        self._measures = Measures(database, clock)
        metrics = Metrics(self._measures, self.served, lambda: self._queued())
        self.observe = observed(EventLog(log), metrics)
        self.routes = metrics.routes

    def watch(self, queued: Callable[[], Queued]) -> None:
        """From now on `queued` tells how much waits in the engine."""
        self._queued = queued

    def __enter__(self) -> Monitoring:
        return self

    def __exit__(self, *_: Any) -> None:
        self._measures.close()
