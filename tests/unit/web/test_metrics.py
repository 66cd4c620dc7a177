"""The metrics: what is counted, how it is told, and that files and documentation know exactly those that there are."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests
import yaml
from builders import NOW, article, site, source
from over_http import served
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from syndicator.core.fetching import Transfer
from syndicator.core.identity import New, Unchanged, Updated, Verdict
from syndicator.core.levels import Counts, Levels
from syndicator.core.model import PollOutcome, SourceState
from syndicator.core.reloading import InEffect
from syndicator.core.standing import Standing
from syndicator.pipeline.announce import Announced
from syndicator.pipeline.cluster import Clustered
from syndicator.pipeline.events import Ended, Queued
from syndicator.pipeline.poll import Polled
from syndicator.pipeline.publish import Published
from syndicator.web.metrics import Metrics
from syndicator.web.operator import operator_app
from syndicator.web.served import Served

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTED = ROOT / "docs" / "monitoring.md"
DASHBOARD = ROOT / "config" / "grafana-dashboard.json"
ALERTS = ROOT / "config" / "prometheus-alerts.yaml"
_SUFFIXES = ("_total", "_bucket", "_count", "_sum")


@dataclass
class _Hub:
    """What metrics are read from, with a clock that stands until it is moved."""

    seconds: float = 1000.0
    read: int = 0
    failing: int = 1
    broken: bool = False

    def levels(self) -> Levels:
        self.read += 1
        if self.broken:
            raise OSError("the database is gone")
        return Levels({Standing.FINE: 3, Standing.FAILING: self.failing}, 1, 40, 2, 7, 1 << 20, NOW, NOW)

    def counts(self) -> Counts:
        return Counts(12, {"health": 9}, {"health": 8})

    def clock(self) -> float:
        return self.seconds


@pytest.fixture
def hub() -> _Hub:
    return _Hub()


@pytest.fixture
def metrics(hub: _Hub) -> Metrics:
    return Metrics(hub, Served(), lambda: Queued(5, 4, 3), hub.clock)


def _values(metrics: Metrics) -> dict[str, float]:
    """Every sample of the text form, read by Prometheus' own parser; `name{label}`."""
    families = list(text_string_to_metric_families(metrics.text().decode()))
    samples = [sample for family in families for sample in family.samples]
    named = {f"{one.name}{{{','.join(one.labels.values())}}}".replace("{}", ""): one.value for one in samples}
    assert len(named) == len(samples), "no series twice"
    return named


def _state(**changes: object) -> SourceState:
    state = SourceState("src", "src", "https://src.example/feed", NOW, "in an hour", outcome=PollOutcome.NEW)
    return replace(state, **changes)  # type: ignore[arg-type]


def _polled(*verdicts: Verdict, outcome: PollOutcome = PollOutcome.NEW, status: int | None = 200) -> Polled:
    reader = "fast" if outcome is PollOutcome.NEW else ""
    state = _state(outcome=outcome)
    return Polled(
        source(), state, state, verdicts, 5 if reader else 0, reader, transfer=Transfer(status, 0.3, 1000),
        read_seconds=0.002,
    )  # fmt: skip


def test_polls_are_counted_by_their_outcome_and_answer(metrics: Metrics) -> None:
    metrics(_polled())
    metrics(_polled(outcome=PollOutcome.UNCHANGED, status=304))
    metrics(_polled(outcome=PollOutcome.FAILED, status=503))
    metrics(_polled(outcome=PollOutcome.FAILED, status=None))
    metrics(replace(_polled(outcome=PollOutcome.FAILED), postponed=True, transfer=None))
    found = _values(metrics)
    of_polls = {name: value for name, value in found.items() if name.startswith("syndicator_polls_total")}
    assert of_polls == {
        "syndicator_polls_total{new}": 1, "syndicator_polls_total{unchanged}": 1, "syndicator_polls_total{failed}": 2,
        "syndicator_polls_total{gone}": 0, "syndicator_polls_total{postponed}": 1,
    }  # fmt: skip
    counts = {
        code: found[f"syndicator_fetch_duration_seconds_count{{{code}}}"] for code in ("2xx", "3xx", "4xx", "5xx")
    }
    assert counts == {"2xx": 1, "3xx": 1, "4xx": 0, "5xx": 1}
    assert found["syndicator_fetch_duration_seconds_count{none}"] == 1
    assert found["syndicator_fetch_body_bytes_total"] == 4000


def test_a_crash_of_ours_before_an_answer_counts_as_a_failed_poll_alone(metrics: Metrics) -> None:
    state = _state(outcome=PollOutcome.FAILED)
    metrics(Polled(source(), state, state))
    found = _values(metrics)
    assert found["syndicator_polls_total{failed}"] == 1
    assert found["syndicator_fetch_duration_seconds_count{none}"] == 0


def test_a_file_is_not_counted_as_an_answer_that_never_came(metrics: Metrics) -> None:
    metrics(replace(_polled(status=None), source=source(url="file:feeds/local.xml")))
    found = _values(metrics)
    assert found["syndicator_fetch_duration_seconds_count{file}"] == 1
    assert found["syndicator_fetch_duration_seconds_count{none}"] == 0


def test_entries_are_counted_by_what_became_of_them(metrics: Metrics) -> None:
    metrics(_polled(New(article(id="a1")), Updated(article(id="a2"), True), Unchanged("a3", "hash")))
    found = _values(metrics)
    assert [found[f"syndicator_entries_total{{{what}}}"] for what in ("new", "changed", "known")] == [1, 1, 3]
    assert found["syndicator_read_duration_seconds_bucket{0.0025,fast}"] == 1


def test_the_lag_of_a_document_is_that_of_the_oldest_news_in_it(hub: _Hub, metrics: Metrics) -> None:
    metrics(_polled(New(article(id="a1", categories=("health",)))))
    hub.seconds += 40
    metrics(_polled(New(article(id="a2", categories=("health",)))))
    metrics(Published("health", held="it would lose 4 of 10 articles at once"))
    metrics(Published("health", error=OSError("no space")))
    hub.seconds += 2
    metrics(Published("health", 2, ("feeds/health.rss",), seconds=0.2))
    metrics(Published("health", 2, ("feeds/health.rss",)))
    found = _values(metrics)
    assert found["syndicator_publish_lag_seconds_count"] == 1
    assert found["syndicator_publish_lag_seconds_sum"] == 42
    assert [found[f"syndicator_publications_total{{{how}}}"] for how in ("changed", "held", "failed")] == [2, 1, 1]


def test_what_is_held_for_the_operator_waits_for_no_document(hub: _Hub, metrics: Metrics) -> None:
    metrics(_polled(New(article(id="a1", categories=("health",), held="too old"))))
    hub.seconds += 3600
    metrics(Published("health", 2, ("feeds/health.rss",)))
    assert _values(metrics)["syndicator_publish_lag_seconds_count"] == 0


def test_joins_announcements_and_restarts_are_counted(metrics: Metrics) -> None:
    metrics(Clustered(4, ("address", "text", "text")))
    metrics(Announced("https://hub.example/", 3, (("https://hub.example.org/feeds/all.rss", "HTTP 404"),)))
    metrics(Announced("https://hub.example/", error="no answer"))
    metrics(Ended("slow reader", "took too long", "src"))
    found = _values(metrics)
    assert [found[f"syndicator_story_joins_total{{{by}}}"] for by in ("address", "text", "operator")] == [1, 2, 0]
    assert [found[f"syndicator_announcements_total{{{how}}}"] for how in ("told", "refused", "failed")] == [3, 1, 1]
    assert found["syndicator_worker_restarts_total{slow reader}"] == 1


def test_levels_are_read_when_they_are_asked_for_and_not_more_often_than_they_move(hub: _Hub, metrics: Metrics) -> None:
    _settled(metrics, "syndicator_sources{failing}", 1)
    _settled(metrics, "syndicator_articles_stored", 12)
    found = _values(metrics)
    assert found["syndicator_queue_length{hosts}"] == 5
    assert found["syndicator_sources{gone}"] == 0
    assert (found["syndicator_articles_filed{health}"], found["syndicator_articles_shown{health}"]) == (9, 8)
    assert found["syndicator_next_poll_timestamp_seconds"] == NOW.timestamp()
    assert hub.read == 1
    hub.seconds += 6
    hub.failing = 2
    _settled(metrics, "syndicator_sources{failing}", 2)
    assert hub.read == 2


def test_what_cannot_be_read_is_not_told(hub: _Hub, metrics: Metrics) -> None:
    """Neither a zero nor the last value: either would be a lie."""
    _settled(metrics, "syndicator_unplaced_changes", 7)
    hub.broken = True
    hub.seconds += 6
    _settled(metrics, "syndicator_unplaced_changes", None)
    assert "syndicator_sources{fine}" not in _values(metrics)
    assert _values(metrics)["syndicator_polls_total{new}"] == 0


def _settled(metrics: Metrics, name: str, value: float | None) -> None:
    """Ask until a thread has read what is read in a thread."""
    for _ in range(1000):
        if _values(metrics).get(name) == value:
            return
    raise AssertionError(f"{name} never was {value}")


def test_two_hubs_in_one_process_count_apart(hub: _Hub, metrics: Metrics) -> None:
    other = Metrics(hub, Served(), Queued, hub.clock)
    metrics(_polled())
    assert _values(other)["syndicator_polls_total{new}"] == 0


def test_events_of_many_threads_are_all_counted(metrics: Metrics) -> None:
    def poll() -> None:
        for _ in range(200):
            metrics(_polled())

    threads = [threading.Thread(target=poll) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _values(metrics)["syndicator_polls_total{new}"] == 1600


# --- over HTTP -------------------------------------------------------------------------------------


class _Idle:
    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was asked for")


@pytest.fixture
def address(metrics: Metrics) -> Iterator[str]:
    idle: object = _Idle()
    app = operator_app(idle, idle, site(), {}, lambda: NOW, (), lambda: InEffect(NOW), metrics.routes)  # type: ignore[arg-type]
    with served(app) as port:
        yield f"http://127.0.0.1:{port}/metrics"


def test_prometheus_is_answered_in_its_text_form(address: str) -> None:
    answer = requests.get(address, headers={"Accept": "application/openmetrics-text;version=1.0.0"}, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "syndicator_build_info" in {family.name for family in text_string_to_metric_families(answer.text)}


def test_metrics_can_only_be_read(address: str) -> None:
    assert requests.post(address, timeout=10).status_code == 405
    assert requests.get(address, headers={"Host": "evil.example"}, timeout=10).status_code == 421


# --- what is said of them elsewhere ----------------------------------------------------------------


def _families(metrics: Metrics) -> dict[str, Metric]:
    found = {family.name: family for family in metrics.registry.collect()}
    return {f"{name}_total" if one.type == "counter" else name: one for name, one in found.items()}


def test_names_follow_the_conventions_of_prometheus(metrics: Metrics) -> None:
    for name, family in _families(metrics).items():
        assert re.fullmatch(r"(syndicator|process)_[a-z_]+[a-z]", name), name
        assert family.documentation.endswith("."), name
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent)(_|$)", name), name


def test_labels_are_of_a_fixed_set(metrics: Metrics) -> None:
    labels = {label for one in metrics.registry.collect() for sample in one.samples for label in sample.labels}
    assert labels <= {
        "outcome", "code", "reader", "verdict", "by", "process", "queue", "kind", "state", "category", "version",
        "python", "le",
    }  # fmt: skip


def test_every_metric_is_documented_and_every_documented_one_exists(metrics: Metrics) -> None:
    documented = re.findall(r"^\| `((?:syndicator|process)_[a-z_]+)`", DOCUMENTED.read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(_families(metrics))


@pytest.mark.parametrize("file", [DASHBOARD, ALERTS], ids=lambda file: file.name)
def test_whatever_dashboard_and_alerts_ask_for_exists(metrics: Metrics, file: Path) -> None:
    named = set(re.findall(r"\b(?:syndicator|process)_[a-z_]+\b", "\n".join(_expressions(file))))
    assert len(named) > 3
    known = set(_families(metrics))
    assert {name for name in named if name not in known and name.removesuffix("_bucket") not in known} == set()


def _expressions(file: Path) -> list[str]:
    if file.suffix == ".json":
        panels = json.loads(file.read_text())["panels"]
        return [target["expr"] for panel in panels for target in panel.get("targets", ())]
    groups = yaml.safe_load(file.read_text())["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]
