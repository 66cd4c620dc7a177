"""Training beside the engine: in a process of its own, so that polling and publishing go on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime, timedelta
from typing import Any, Protocol

from pebble import ProcessPool

from syndicator.core.errors import LearningStopped, NothingToLearn
from syndicator.core.learning import MOST, Lesson, StoredModel
from syndicator.core.model import Category
from syndicator.pipeline.ports import Clock
from syndicator.store.store import Store

from .child import end_with_parent
from .log import Log, log_lesson

EVERY = timedelta(days=1)


class Classifier(Protocol):
    """What files articles by a model that is kept."""

    def use(self, kept: StoredModel) -> str: ...


def offered(categories: tuple[Category, ...]) -> dict[str, float]:
    """The categories that learn, each with the certainty that it asks for."""
    return {category.id: category.classifier for category in categories if category.classifier is not None}


class Learner:
    """Trains, keeps the model, and has the `classifier` go on with it; one training at a time."""

    def __init__(
        self, store: Store, database: str, wanted: Mapping[str, float], classifier: Classifier, clock: Clock, log: Log,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._store = store
        self._database = database
        self._wanted = wanted
        self._classifier = classifier
        self._clock = clock
        self._log = log
        self._stopping = stopping
        self._training = threading.Lock()

    def begin(self) -> datetime:
        """Have the classifier go on with the model that is kept; gives when the next is to be trained."""
        now = self._clock()
        if (kept := self._store.model()) is None:
            return now
        if flaw := self._classifier.use(kept):
            self._log.error("the model cannot be used; nothing is classified until the next training", reason=flaw)
            return now
        return max(now, min(kept.made, now) + EVERY)

    def __call__(self) -> Lesson:
        """Train anew; raises NothingToLearn where no category wants to learn, and LearningStopped."""
        if not self._wanted:
            raise NothingToLearn()
        with self._training:
            made = self._clock()
            lesson, body = self._in_child()
            if body:
                kept = StoredModel(made, body)
                self._store.save_model(kept)
                self._classifier.use(kept)
        log_lesson(self._log, lesson)
        return lesson

    def daily(self) -> None:
        """Train anew; what fails is said, and tried again the next day."""
        try:
            self()
        except LearningStopped:
            pass
        except Exception as error:
            self._log.error("training failed; the last model stays", exc_info=error)

    def _in_child(self) -> tuple[Lesson, bytes]:
        # A forked child of a threaded process may inherit locked locks.
        with ProcessPool(1, context=multiprocessing.get_context("spawn"), initializer=_quiet) as pool:
            training: Any = pool.schedule(_train, args=[self._database, dict(self._wanted)])
            while not self._stopping():
                try:
                    lesson, body = training.result(timeout=0.5)
                except NotYet:
                    continue
                return lesson, body
            pool.stop()
        raise LearningStopped()


# --- in the child ----------------------------------------------------------------------------------


def _quiet() -> None:
    os.nice(10)
    # Ctrl-C reaches the whole process group; the engine decides when its child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(lambda: os._exit(1))


def _train(database: str, wanted: dict[str, float]) -> tuple[Lesson, bytes]:
    """Train on what is stored; b"" for a model where no category had enough to learn from."""
    # Imported where it is used: it takes seconds, and is an extra.
    from syndicator.learning.training import train

    store = Store(database, read_only=True)
    try:
        lesson, model = train(tuple(store.samples(MOST)), wanted)
    finally:
        store.close()
    return lesson, model.body() if model.categories else b""
