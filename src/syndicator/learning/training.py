"""Training: one linear model over all categories that learn, calibrated and judged on sources it has not seen.

What asks the classifier are sources that file nothing themselves: their articles are like none that were learned from
in their style, language and standing phrases. So certainty is calibrated by leaving sources out. By leaving
articles out it would mean little: on real feeds, 69 of 100 that were 0.9 certain so were right (docs/classifier.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from syndicator.core.learning import Lesson, Sample, Scores

from .features import FEATURES, features
from .model import Model

LEAST = 30
"""Articles in a category, and outside of it, below which there is nothing to be learned."""
_FOLDS = 5
_HELD_OUT = 5
"""Every so many-th article is held out."""


def train(samples: Sequence[Sample], wanted: Mapping[str, float]) -> tuple[Lesson, Model]:
    """Learn the categories `wanted`, each with the certainty that is asked for; the same in any order of `samples`.

    An article counts as held out where it was left out of the calibration, by a hash of its id, and is judged by a
    model that has learned from no article of its source. The model that is given has learned from all of them.
    """
    known = sorted(samples, key=lambda sample: sample.id)
    belongs = {category: np.array([category in one.categories for one in known], bool) for category in wanted}
    scores = {
        category: Scores(category, wanted[category], int(inside.sum()), flaw=_too_little(inside))
        for category, inside in belongs.items()
    }
    learned: dict[str, _Learned] = {}
    if wanting := [category for category in wanted if not scores[category].flaw]:
        texts = features((sample.title, sample.text) for sample in known)
        for category in wanting:
            learned[category], scores[category] = _learn(texts, belongs[category], known, scores[category])
    return Lesson(len(known), tuple(scores.values())), _model(learned, len(known))


@dataclass(frozen=True, slots=True)
class _Learned:
    weights: Any
    intercept: float
    slope: float
    offset: float


def _too_little(belongs: Any) -> str:
    inside = int(belongs.sum())
    if inside < LEAST:
        return f"too little to learn from: {inside} of {LEAST} articles"
    if len(belongs) - inside < LEAST:
        return f"too little to tell it from: {len(belongs) - inside} of {LEAST} articles that are filed elsewhere"
    return ""


def _learn(texts: Any, belongs: Any, known: list[Sample], score: Scores) -> tuple[_Learned, Scores]:
    folds, flaw = _folds(belongs, known)
    sums = np.zeros(len(known))
    for fold in np.unique(folds):
        out = folds == fold
        sums[out] = _fitted(texts[~out], belongs[~out]).decision_function(texts[out])
    held_out = np.array([_hash(sample.id) % _HELD_OUT == 0 for sample in known])
    slope, offset = _platt(sums[~held_out], belongs[~held_out])
    filed = held_out & (1 / (1 + np.exp(-(sums * slope + offset))) >= score.certainty)
    score = replace(
        score, learned=True, held_out=int((held_out & belongs).sum()), filed=int(filed.sum()),
        right=int((filed & belongs).sum()), flaw=flaw,
    )  # fmt: skip
    whole = _fitted(texts, belongs)
    return _Learned(whole.coef_[0], float(whole.intercept_[0]), slope, offset), score


def _folds(belongs: Any, known: list[Sample]) -> tuple[Any, str]:
    """The fold of each article, and what is to be said of that: the articles of a source are in one fold.

    The sources of the category are dealt out, and then the others, each the largest first. Where a fold leaves nothing
    that belongs, or nothing that does not, it is the articles that are dealt out.
    """
    sources = [sample.source_id for sample in known]
    inside = Counter(source for source, belonging in zip(sources, belongs, strict=True) if belonging)
    others = Counter(source for source in sources if source not in inside)
    count = min(_FOLDS, len(inside))
    fold_of = {
        source: n % count
        for group in (inside, others)
        for n, source in enumerate(sorted(group, key=lambda source: (-group[source], source)))
    }
    folds = np.array([fold_of[source] for source in sources])
    if count > 1 and all(0 < belongs[folds != fold].mean() < 1 for fold in range(count)):
        return folds, ""
    for part in (belongs, ~belongs):
        folds[part] = np.arange(part.sum()) % _FOLDS
    return folds, "learned from too few sources to leave one out: how certain it is may hold for those only"


def _fitted(texts: Any, belongs: Any) -> Any:
    return LinearSVC(random_state=0).fit(texts, belongs)


def _platt(sums: Any, belongs: Any) -> tuple[float, float]:
    """Slope and offset of the logistic curve that makes probabilities of `sums` (Platt 1999, 2.2).

    With his targets, which are not quite 0 and 1, so that no small category is ever wholly certain. They are had by
    counting each article twice, as far as it is believed to belong, and not to.
    """
    inside = int(belongs.sum())
    target = np.where(belongs, (inside + 1) / (inside + 2), 1 / (len(belongs) - inside + 2))
    twice = np.concatenate((sums, sums))[:, None]
    yes_and_no = np.concatenate((np.ones(len(sums)), np.zeros(len(sums))))
    # The penalty is not wanted, and so made too small to matter.
    curve = LogisticRegression(C=1e6).fit(twice, yes_and_no, sample_weight=np.concatenate((target, 1 - target)))
    return float(curve.coef_[0][0]), float(curve.intercept_[0])


def _model(learned: Mapping[str, _Learned], articles: int) -> Model:
    weights = np.zeros((FEATURES, len(learned)), np.float32)
    scales = np.zeros((2, len(learned)))
    for column, one in enumerate(learned.values()):
        weights[:, column] = one.weights
        scales[:, column] = one.slope, one.offset + one.slope * one.intercept
    return Model(tuple(learned), weights, scales, articles)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())
