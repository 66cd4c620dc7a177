"""The metrics for Prometheus, on the operator's listener: counted as things happen, read when they are scraped.

Labels are of a fixed set, or a configured category: never a source, an address or a reader. docs/monitoring.md tells
what each one means.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syndicator import __version__
from syndicator.core.levels import Counts, Levels
from syndicator.core.standing import Standing
from syndicator.pipeline.announce import Announced
from syndicator.pipeline.cluster import Clustered
from syndicator.pipeline.events import Ended, Event, Queued
from syndicator.pipeline.poll import Polled
from syndicator.pipeline.publish import Published

from .security import OPERATOR
from .served import Served

_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_LEVELS_SECONDS = 5.0
_COUNTS_SECONDS = 60.0
_MOST_LOAD = 0.01
"""Of the time, so much may go into counting rows."""
_PATIENCE = 0.02
"""Seconds that a scrape waits for fresh levels; else it gets the last ones, as it does of what is counted."""

_FETCHES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_READS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_RENDERS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_LAGS = (0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)


_Value = TypeVar("_Value")
_Labelled = TypeVar("_Labelled", Counter, Histogram)


class Measures(Protocol):
    """The part of the store that metrics are read from."""

    def levels(self) -> Levels: ...
    def counts(self) -> Counts: ...


class Metrics:
    """Counts events, and answers `/metrics`; its registry is its own.

    `queued` tells how much waits in the engine, `seconds` is a clock that only goes forward.
    """

    def __init__(
        self, measures: Measures, served: Served, queued: Callable[[], Queued],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.registry = CollectorRegistry()
        self._counted = _Counted(self.registry, seconds)
        self._lock = threading.Lock()
        self.registry.register(_Read(measures, served, queued, seconds))
        ProcessCollector(registry=self.registry)

    def __call__(self, event: Event) -> None:
        """Count an event; called from any thread."""
        with self._lock:
            self._counted.count(event)

    @property
    def routes(self) -> list[Route]:
        return [Route("/metrics", self._answer)]

    def _answer(self, request: Request) -> Response:
        return Response(self.text(), headers=OPERATOR, media_type=_TEXT)

    def text(self) -> bytes:
        """All metrics in Prometheus' text form."""
        return generate_latest(_WithoutCreated(self.registry))


class _Counted:
    """What is counted as it happens."""

    def __init__(self, registry: CollectorRegistry, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._unpublished: dict[str, float] = {}  # by category, when the first news was saved that it does not show yet

        def counter(name: str, help_: str, *labels: str) -> Counter:
            return Counter(f"syndicator_{name}", help_, labels, registry=registry)

        def histogram(name: str, help_: str, buckets: Iterable[float], *labels: str) -> Histogram:
            return Histogram(f"syndicator_{name}", help_, labels, buckets=tuple(buckets), registry=registry)

        polls = counter("polls_total", "Polls that ended.", "outcome")
        self._polls = _each(polls, "new", "unchanged", "failed", "gone", "postponed")
        fetches = histogram("fetch_duration_seconds", "Time to ask a publisher and take its answer.", _FETCHES, "code")
        self._fetches = _each(fetches, "2xx", "3xx", "4xx", "5xx", "none", "file")
        self._bytes = counter("fetch_body_bytes_total", "Bytes of bodies that were fetched, decoded.")
        reads = histogram("read_duration_seconds", "Time that a worker took to read a body.", _READS, "reader")
        self._reads = _each(reads, "fast", "feedparser", "jsonfeed")
        entries = counter("entries_total", "Entries that were read.", "verdict")
        self._entries = _each(entries, "new", "changed", "known")
        joins = counter("story_joins_total", "Articles that joined a story of another source.", "by")
        self._joins = _each(joins, "address", "text", "operator")
        publications = counter("publications_total", "Categories that were rendered.", "outcome")
        self._publications = _each(publications, "changed", "same", "held", "failed")
        self._renders = histogram("publish_duration_seconds", "Time to render and save a category.", _RENDERS)
        self._lag = histogram("publish_lag_seconds", "Time from saving news to the document that shows it.", _LAGS)
        announcements = counter("announcements_total", "Feeds that hubs were told of.", "outcome")
        self._announcements = _each(announcements, "told", "refused", "failed")
        restarts = counter("worker_restarts_total", "Processes that ended and were replaced.", "process")
        self._restarts = _each(restarts, "fast reader", "slow reader", "last reader", "languages", "web")

    def count(self, event: Event) -> None:
        match event:
            case Polled():
                self._polled(event)
            case Clustered():
                for by in event.joined:
                    self._joins[by].inc()
            case Published():
                self._published(event)
            case Announced():
                self._announcements["told"].inc(event.told)
                self._announcements["refused"].inc(len(event.refused))
                self._announcements["failed"].inc(bool(event.error))
            case Ended():
                self._restarts[event.process].inc()

    def _polled(self, polled: Polled) -> None:
        self._polls[polled.outcome].inc()
        if transfer := polled.transfer:
            code = f"{transfer.status // 100}xx" if transfer.status else "none"
            code = "file" if polled.source.url.startswith("file:") else code
            self._fetches[code].observe(transfer.seconds)
            self._bytes.inc(transfer.size)
        if not polled.reader:
            return
        self._reads[polled.reader].observe(polled.read_seconds)
        new, changed = polled.new, polled.updated
        self._entries["new"].inc(new)
        self._entries["changed"].inc(changed)
        self._entries["known"].inc(polled.entries - new - changed)
        if new or changed:
            self._wait_for_publication(polled)

    def _wait_for_publication(self, polled: Polled) -> None:
        now = self._seconds()
        for category in polled.touched:
            self._unpublished.setdefault(category, now)

    def _published(self, published: Published) -> None:
        outcome = _outcome(published)
        self._publications[outcome].inc()
        self._renders.observe(published.seconds)
        if outcome in ("changed", "same"):
            since = self._unpublished.pop(published.category, None)
            if since is not None and outcome == "changed":
                self._lag.observe(self._seconds() - since)


class _Latest(Generic[_Value]):
    """What `read` gave last, read anew in a thread when it is older than `age` seconds and somebody asks.

    None where it was never read, or could not be: what is not known is not told.
    """

    def __init__(self, read: Callable[[], _Value], age: float, seconds: Callable[[], float], patience: float) -> None:
        self._read = read
        self._age = age
        self._patience = patience
        self._seconds = seconds
        self._due = 0.0
        self._value: _Value | None = None
        self._reading: threading.Thread | None = None
        self._lock = threading.Lock()

    def __call__(self) -> _Value | None:
        with self._lock:
            if self._reading is None and self._seconds() >= self._due:
                self._reading = threading.Thread(target=self._renew, name="metrics", daemon=True)
                self._reading.start()
            reading = self._reading
        if reading is not None:
            reading.join(self._patience)
        return self._value

    def _renew(self) -> None:
        began = self._seconds()
        try:
            self._value = self._read()
        except Exception:
            self._value = None  # the engine meets the same database, and says what is wrong with it
        now = self._seconds()
        with self._lock:
            self._due = now + max(self._age, (now - began) / _MOST_LOAD)
            self._reading = None


class _Read:
    """What is read when it is asked for: a collector for the registry."""

    def __init__(
        self, measures: Measures, served: Served, queued: Callable[[], Queued], seconds: Callable[[], float]
    ) -> None:
        self._levels = _Latest(measures.levels, _LEVELS_SECONDS, seconds, _PATIENCE)
        self._counts = _Latest(measures.counts, _COUNTS_SECONDS, seconds, 0)
        self._served = served
        self._queued = queued

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("syndicator_build_info", "What runs.", labels=["version", "python"])
        build.add_metric([__version__, platform.python_version()], 1)
        yield build
        yield from self._of_engine()
        yield from self._of_web()
        yield from _of_levels(self._levels())
        yield from _of_counts(self._counts())

    def _of_engine(self) -> Iterator[Metric]:
        queued = self._queued()
        waiting = {"hosts": queued.hosts, "in_flight": queued.in_flight, "results": queued.results}
        yield _labelled("queue_length", "How much waits in the engine.", waiting, "queue")

    def _of_web(self) -> Iterator[Metric]:
        answers = CounterMetricFamily("syndicator_http_responses", "Answers to readers.", labels=["kind", "code"])
        for kind, status, count in self._served.answers():
            answers.add_metric([kind, status], count)
        yield answers
        sent = CounterMetricFamily("syndicator_http_response_body_bytes", "Bytes sent to readers.", labels=["kind"])
        for kind, count in self._served.bytes():
            sent.add_metric([kind], count)
        yield sent


def _outcome(published: Published) -> str:
    if published.error:
        return "failed"
    return "held" if published.held else "changed" if published.changed else "same"


def _of_levels(levels: Levels | None) -> Iterator[Metric]:
    states = {state.value: levels.sources.get(state, 0) for state in Standing} if levels else {}
    yield _labelled("sources", "Configured sources.", states, "state")
    one = levels or Levels()
    yield _single("sources_held", "Sources of which all that is new is held.", one.held_sources)
    yield _single("articles_held", "Articles that wait for the operator.", one.held_articles)
    yield _single("categories_held", "Categories whose documents are held back.", one.held_categories)
    yield _single("unplaced_changes", "Changes saved and not clustered yet.", one.unplaced)
    yield _single("database_size_bytes", "Size of the database.", one.size)
    yield _single("next_poll_timestamp_seconds", "When the next poll is due, or was.", _seconds(one.next_poll))
    yield _single("last_success_timestamp_seconds", "When a poll succeeded last.", _seconds(one.last_success))


def _of_counts(counts: Counts | None) -> Iterator[Metric]:
    yield _single("articles_stored", "Articles in the database.", counts.stored if counts else None)
    yield _labelled("articles_filed", "Articles filed in a category.", counts.filed if counts else {}, "category")
    yield _labelled("articles_shown", "Articles that a category shows.", counts.shown if counts else {}, "category")


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _single(name: str, help_: str, value: float | None) -> Metric:
    """A gauge; without a sample where its value is not known."""
    return GaugeMetricFamily(f"syndicator_{name}", help_, value)


def _labelled(name: str, help_: str, values: Mapping[str, float], label: str) -> Metric:
    gauge = GaugeMetricFamily(f"syndicator_{name}", help_, labels=[label])
    for value, number in values.items():
        gauge.add_metric([value], number)
    return gauge


def _each(metric: _Labelled, *values: str) -> dict[str, _Labelled]:
    """The children of a metric by their label, there from the start: a rate needs the zero before the first."""
    return {value: metric.labels(value) for value in values}


class _WithoutCreated:
    """A registry as it is collected, but for the times at which each series began: twice the text, and no use."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
