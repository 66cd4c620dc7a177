"""Answers in memory: forgotten when what they were made of changes, when they are old, and when there are too many."""

from __future__ import annotations

import time

import pytest

from syndicator.web.answers import Answers
from syndicator.web.conditional import Answer


def _answer(size: int = 10) -> Answer:
    return Answer(b"x" * size, "text/plain")


def test_an_answer_is_found_until_its_category_changes() -> None:
    kept = Answers(1000)
    kept.settle({"health": (1,), "sport": (1,)})
    for category in ("health", "sport"):
        kept.keep(category, category, _answer(), kept.versions)
    kept.settle({"health": (2,), "sport": (1,)})
    assert (kept.find("health"), bool(kept.find("sport"))) == (None, True)
    kept.settle({})
    assert kept.find("sport") is None
    assert kept._bytes == 0


def test_what_was_read_before_its_category_changed_is_not_kept() -> None:
    kept = Answers(1000)
    seen = kept.versions
    kept.settle({"health": (1,)})
    kept.keep("a", "health", _answer(), seen)
    kept.keep("b", "sport", _answer(), seen)
    assert (kept.find("a"), bool(kept.find("b"))) == (None, True)


def test_an_answer_lasts_for_its_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    kept = Answers(1000, 60)
    kept.keep("a", "health", _answer(), kept.versions)
    now += 60
    assert kept.find("a")
    now += 1
    assert kept.find("a") is None
    kept.keep("a", "health", _answer(), kept.versions)
    assert kept.find("a")
    assert kept._bytes == 10


def test_those_asked_for_last_stay_within_the_bound() -> None:
    kept = Answers(250)
    kept.keep("first", "health", _answer(), kept.versions)
    for number in range(9):
        assert kept.find("first")
        kept.keep(str(number), "health", _answer(100), kept.versions)
        assert kept._bytes == sum(one.answer.size for one in kept._kept.values()) <= 250
    kept.keep("huge", "health", _answer(1000), kept.versions)
    assert kept.find("huge") is None
