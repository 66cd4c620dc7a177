"""The classifier: tells where articles belong that nothing else has filed, by the model that was trained last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from syndicator.core import learning
from syndicator.core.learning import StoredModel
from syndicator.core.model import Article

from .features import features
from .model import Model, Unreadable, model


class Classifier:
    """Tells which articles belong in the categories `offered`, each with the certainty that it asks for.

    Without a model, which is so before the first training, it tells nothing.
    """

    def __init__(self, offered: Mapping[str, float]) -> None:
        self.offered = offered
        self._model: tuple[Model, datetime] | None = None

    @property
    def made(self) -> datetime | None:
        """When its model was made; None without one."""
        return self._model[1] if self._model else None

    def use(self, kept: StoredModel) -> str:
        """Go on with a model that is kept; gives why not, "" where it can be read."""
        try:
            self._model = model(kept.body), kept.made
        except Unreadable as error:
            return str(error)
        return ""

    def __call__(self, articles: Sequence[Article]) -> Sequence[Mapping[str, str]]:
        """For each of `articles` the categories that the model is certain enough of, the most certain first, and by
        what.
        """
        if self._model is None or not articles:
            return [{} for _ in articles]
        known, made = self._model
        texts = features((one.title, learning.text(one.summary, one.content)) for one in articles)
        rows = known.certainties(texts).tolist()
        return [learning.told(self._certain(known, row), made, known.articles) for row in rows]

    def _certain(self, known: Model, row: Sequence[float]) -> dict[str, float]:
        told = zip(known.categories, row, strict=True)
        return {category: sure for category, sure in told if sure >= self.offered.get(category, 2)}
