"""Training beside the engine: in a process of its own, kept, and begun where it is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import labelled
import pytest
from builders import NOW, article, configure, source
from labelled import SUBJECTS

from syndicator.core.errors import LearningStopped, NothingToLearn
from syndicator.core.identity import New
from syndicator.core.learning import Sample, StoredModel
from syndicator.core.model import Article, Category
from syndicator.core.work import Saving
from syndicator.runners.learner import Learner
from syndicator.store.store import Store

TREE = tuple(Category(name, name.title(), classifier=0.7) for name in SUBJECTS)


@dataclass
class _Log:
    said: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def info(self, event: str, **facts: Any) -> None:
        self.said.append(("info", event, facts))

    def warning(self, event: str, **facts: Any) -> None:
        self.said.append(("warning", event, facts))

    def error(self, event: str, **facts: Any) -> None:
        self.said.append(("error", event, facts))


@dataclass
class _Hub:
    store: Store
    url: str
    log: _Log = field(default_factory=_Log)
    now: datetime = NOW
    stopping: bool = False

    def learner(self, tree: tuple[Category, ...] = TREE) -> Learner:
        return Learner(self.store, self.url, tree, lambda: self.now, self.log, lambda: self.stopping)

    def save(self, count: int) -> None:
        found = tuple(New(_article(one)) for one in labelled.samples(count, 16))
        state = replace(self.store.states()["src"], last_poll_at=NOW)
        self.store.save_polls([Saving(state, found)])


def _article(one: Sample) -> Article:
    return replace(
        article(title=one.title, content=f"<p>{one.text}</p>", guid=f"https://src.example.org/{one.id}"),
        id=one.id, source_id=one.source_id, categories=one.categories,
        filed_by=(f"filed in {one.categories[0]} by source {one.source_id}",),
    )  # fmt: skip


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[_Hub]:
    url = f"sqlite:///{tmp_path}/learn.db"
    store = Store(url)
    store.migrate()
    configure(store, [source()], TREE, NOW)
    yield _Hub(store, url)
    store.close()


def test_what_was_learned_is_kept_used_at_once_and_after_a_restart(hub: _Hub) -> None:
    hub.save(400)
    learner = hub.learner()
    assert learner.classifier is not None
    assert learner.classifier.made is None
    lesson = learner.learn()
    assert (lesson.articles, [one.learned for one in lesson.scores]) == (400, [True] * 4)
    assert [event for _, event, _ in hub.log.said] == ["learned"] * 4
    asked = [_article(one) for one in labelled.samples(40, 8, seed=5)]
    restarted = hub.learner().classifier
    assert restarted is not None
    assert restarted.made == learner.classifier.made == NOW
    assert any(learner.classifier(asked))
    assert restarted(asked) == learner.classifier(asked)


def test_the_next_training_is_a_day_after_the_last_one_and_at_once_without_one(hub: _Hub) -> None:
    hub.save(200)
    assert [first for _, first in hub.learner().jobs] == [NOW]
    hub.learner().learn()
    hub.now += timedelta(hours=5)
    assert [first for _, first in hub.learner().jobs] == [NOW + timedelta(days=1)]
    hub.now += timedelta(days=3)
    assert [first for _, first in hub.learner().jobs] == [hub.now]
    hub.now = NOW - timedelta(days=400)  # a clock that was wrong when it learned
    assert [first for _, first in hub.learner().jobs] == [hub.now + timedelta(days=1)]


def test_a_damaged_model_is_said_files_nothing_and_is_made_anew(hub: _Hub) -> None:
    hub.store.save_model(StoredModel(NOW, b"PK damaged"))
    learner = hub.learner()
    assert learner.classifier is not None
    assert not any(learner.classifier([article()]))
    (level, event, facts), *_ = hub.log.said
    assert (level, "the model cannot be used" in event, "damaged" in facts["reason"]) == ("error", True, True)
    assert [first for _, first in learner.jobs] == [NOW]


def test_too_little_leaves_the_last_model(hub: _Hub) -> None:
    hub.save(40)
    hub.store.save_model(StoredModel(NOW, b"kept"))
    lesson = hub.learner().learn()
    assert not any(one.learned for one in lesson.scores)
    assert hub.store.model() == StoredModel(NOW, b"kept")


def test_where_no_category_learns_there_is_nothing_to_do(hub: _Hub) -> None:
    learner = hub.learner((Category("health", "Health"),))
    assert (learner.classifier, learner.jobs) == (None, ())
    with pytest.raises(NothingToLearn):
        learner.learn()


def test_an_engine_that_stops_waits_for_no_training(hub: _Hub) -> None:
    hub.save(200)
    hub.stopping = True
    learner = hub.learner()
    with pytest.raises(LearningStopped):
        learner.learn()
    [(job, _)] = learner.jobs
    job()
    assert hub.log.said == []
    assert hub.store.model() is None


def test_a_daily_training_that_fails_is_said_and_ends_nothing(hub: _Hub) -> None:
    learner = Learner(hub.store, "sqlite:////nowhere/at/all.db", TREE, lambda: NOW, hub.log, lambda: False)
    [(job, _)] = learner.jobs
    job()
    assert [(level, event) for level, event, _ in hub.log.said] == [("error", "training failed; the last model stays")]
