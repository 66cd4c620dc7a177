"""Training beside the engine: in a process of its own, so that polling and publishing go on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime, timedelta
from typing import Protocol

from syndicator.core.errors import LearningStopped, NothingToLearn
from syndicator.core.learning import MOST, Lesson, StoredModel
from syndicator.core.model import Category
from syndicator.pipeline.ports import Classify, Clock
from syndicator.store.store import Store

from .child import end_with_parent
from .log import Log, log_lesson
from .pool import Pool
from .silence import silence_libraries

_EVERY = timedelta(days=1)


class Classifier(Classify, Protocol):
    """What files articles, by a model that is kept."""

    def use(self, kept: StoredModel) -> str: ...


class Learner:
    """Trains, keeps the model, and has the classifier go on with it; one training at a time.

    `database` is the URL of what `store` opened. Nothing is begun any more, nor waited for, once it is `stopping`.
    """

    def __init__(
        self, store: Store, database: str, categories: tuple[Category, ...], clock: Clock, log: Log,
        stopping: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._store = store
        self._database = database
        self._wanted = {one.id: one.classifier for one in categories if one.classifier is not None}
        self._clock = clock
        self._log = log
        self._stopping = stopping
        self._training = threading.Lock()
        self.classifier = self._begun() if self._wanted else None

    def _begun(self) -> Classifier:
        """The classifier with the model that is kept, if there is one."""
        # Imported where it is wanted: it takes seconds and a hundred megabytes, and is an extra.
        from syndicator.learning.classifier import Classifier

        classifier = Classifier(self._wanted)
        kept = self._store.model()
        if kept and (flaw := classifier.use(kept)):
            self._log.error("the model cannot be used; nothing is classified before the next training", reason=flaw)
        return classifier

    @property
    def jobs(self) -> tuple[tuple[Callable[[], None], datetime], ...]:
        """What is to be done daily, and when first."""
        if self.classifier is None:
            return ()
        now, made = self._clock(), self.classifier.made
        return ((self._learn_daily, max(now, min(made, now) + _EVERY) if made else now),)

    def learn(self) -> Lesson:
        """Train anew; raises NothingToLearn where no category wants to learn, and LearningStopped."""
        if self.classifier is None:
            raise NothingToLearn()
        with self._training:
            made = self._clock()
            lesson, body = self._in_child()
            if body:
                kept = StoredModel(made, body)
                self._store.save_model(kept)
                self.classifier.use(kept)
        log_lesson(self._log, lesson)
        return lesson

    def _learn_daily(self) -> None:
        """Train anew; what fails is said, and tried again the next day."""
        try:
            self.learn()
        except LearningStopped:
            pass
        except Exception as error:
            self._log.error("training failed; the last model stays", exc_info=error)

    def _in_child(self) -> tuple[Lesson, bytes]:
        # A forked child of a threaded process may inherit locked locks.
        with Pool(1, multiprocessing.get_context("spawn"), _quiet) as pool:
            training = pool.schedule(_train, self._database, self._wanted)
            while not self._stopping():
                try:
                    lesson, body = training.result(timeout=0.5)
                except NotYet:
                    if training.done():
                        raise  # it is the training's own
                    continue
                return lesson, body
        raise LearningStopped()


# --- in the child ----------------------------------------------------------------------------------


def _quiet() -> None:
    os.nice(10)
    silence_libraries()
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
