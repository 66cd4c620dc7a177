"""What the log says: one event a poll, with the same keys, and nothing that is not documented."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import NOW, article, source

from syndicator.core.fetching import Transfer
from syndicator.core.identity import New
from syndicator.core.model import PollOutcome, SourceState
from syndicator.pipeline.events import Ended
from syndicator.pipeline.poll import Polled
from syndicator.pipeline.publish import Published
from syndicator.pipeline.refile import Refiled
from syndicator.runners.log import EventLog

ROOT = Path(__file__).resolve().parents[3]
ALWAYS = {"source", "outcome", "status", "ms", "bytes", "entries", "new", "changed", "next_poll", "why"}
STATE = SourceState("src", "src", "https://src.example/feed", NOW, "in an hour", outcome=PollOutcome.UNCHANGED)
UNCHANGED = Polled(source(), STATE, STATE, transfer=Transfer(304, 0.0412))


class _Log:
    def __init__(self) -> None:
        self.said: list[tuple[str, str, dict[str, Any]]] = []

    def info(self, event: str, **facts: Any) -> None:
        self.said.append(("info", event, facts))

    def warning(self, event: str, **facts: Any) -> None:
        self.said.append(("warning", event, facts))

    def error(self, event: str, **facts: Any) -> None:
        self.said.append(("error", event, facts))


@pytest.fixture
def log() -> _Log:
    return _Log()


def test_a_poll_is_one_event(log: _Log) -> None:
    EventLog(log)(UNCHANGED)
    assert log.said == [
        ("info", "polled", {
            "source": "src", "outcome": "unchanged", "status": 304, "ms": 41, "bytes": 0, "entries": 0, "new": 0,
            "changed": 0, "next_poll": NOW.isoformat(timespec="seconds"), "why": "in an hour",
        })
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("polled", "level", "more"),
    [
        (replace(UNCHANGED, postponed=True, transfer=None), "info", {}),
        (replace(UNCHANGED, state=replace(STATE, outcome=PollOutcome.FAILED, error="HTTP 500", failures=3)),
         "warning", {"error": "HTTP 500", "failures": 3}),
        (replace(UNCHANGED, postponed=True, state=replace(STATE, error="HTTP 429", failures=1)), "info", {}),
        (replace(UNCHANGED, reader="fast", entries=2, verdicts=(New(article(held="too old")),)),
         "warning", {"reader": "fast", "held": 1, "why_held": "too old"}),
        (replace(UNCHANGED, reader="fast", state=replace(STATE, flaw="no end")), "info", {"reader": "fast", "flaw": "no end"}),
    ],
    ids=["postponed", "failed", "postponed after a failure", "held", "flawed"],
)  # fmt: skip
def test_every_poll_has_the_same_keys_and_what_else_there_is(
    log: _Log, polled: Polled, level: str, more: dict[str, Any]
) -> None:
    EventLog(log)(polled)
    ((said, event, facts),) = log.said
    assert (said, event) == (level, "polled")
    assert {key: facts[key] for key in facts if key not in ALWAYS} == more
    assert set(facts) >= ALWAYS


def test_a_category_that_stays_held_back_is_told_once_and_its_release_too(log: _Log) -> None:
    tell = EventLog(log)
    for held in ("it would lose 4", "it would lose 4", "it would lose 5", "", ""):
        tell(Published("health", held=held))
    assert [event for _, event, _ in log.said] == ["held back; the last good documents stay"] * 2 + [
        "no longer held back"
    ]


def test_what_changes_nothing_is_not_said(log: _Log) -> None:
    tell = EventLog(log)
    tell(Published("health", 3))
    tell(Refiled("src", 100, 0))
    assert log.said == []


def test_a_process_that_is_replaced_is_named_with_what_it_was_busy_with(log: _Log) -> None:
    EventLog(log)(Ended("slow reader", "took too long", "src"))
    EventLog(log)(Ended("web", "exit code -9"))
    assert [facts for *_, facts in log.said] == [
        {"process": "slow reader", "how": "took too long", "source": "src"},
        {"process": "web", "how": "exit code -9"},
    ]


# --- documentation ---------------------------------------------------------------------------------


def test_every_event_and_its_keys_are_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "monitoring.md").read_text().partition("## The log")[2]
    rows = re.findall(r"^\| `([^`]+)` \| (.*)\|$", text, re.MULTILINE)
    documented = {event: set(re.findall(r"`(\w+)`", keys)) for event, keys in rows}
    said: dict[str, set[str]] = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for event, keys in _events(ast.parse(path.read_text())):
            said.setdefault(event, set()).update(keys)
    assert said == documented


def _events(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """The events that are said in a module, by `info`, `warning`, `error`, or what was chosen of them: `say`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name("checkup"))):
                continue  # what doctor finds
            case ast.Call(
                ast.Attribute(attr="info" | "warning" | "error") | ast.Name("say"), [ast.Constant(str(event)), *_]
            ):
                yield event, set(_keys(node))


def _keys(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg:
            yield "exception" if keyword.arg == "exc_info" else keyword.arg
        else:
            assert isinstance(keyword.value, ast.Call), "keys of an event are written out"
            yield from _keys(keyword.value)
