"""The classifier: as certain as is asked for, silent without a model, and never a crash."""

from __future__ import annotations

from dataclasses import replace

import labelled
import pytest
from builders import NOW, article
from labelled import SUBJECTS

from syndicator.core.learning import Sample, StoredModel
from syndicator.core.model import Article
from syndicator.learning.classifier import Classifier
from syndicator.learning.training import train

UNSEEN = labelled.samples(300, 20, seed=3)


def _article(one: Sample) -> Article:
    return replace(article(title=one.title, content=f"<p>{one.text}</p>"), id=one.id, categories=(), reasons=())


ASKED = [_article(one) for one in UNSEEN]


@pytest.fixture(scope="module")
def kept() -> StoredModel:
    return StoredModel(NOW, train(labelled.samples(800, 24), dict.fromkeys(SUBJECTS, 0.9))[1].body())


def _filed(kept: StoredModel, **offered: float) -> tuple[Article, ...]:
    classifier = Classifier(offered)
    assert classifier.use(kept) == ""
    return classifier(ASKED)


def test_it_files_in_the_categories_that_ask_for_it_as_certain_as_they_ask(kept: StoredModel) -> None:
    loose, strict = _filed(kept, health=0.5), _filed(kept, health=0.9)
    assert {one.categories for one in loose} == {(), ("health",)}
    for found, asked in ((loose, 0.5), (strict, 0.9)):
        said = [float(one.reasons[0].split(", ")[1].split()[0]) for one in found if one.categories]
        assert len(said) > 20
        assert min(said) >= asked
    assert sum(len(one.categories) for one in loose) > sum(len(one.categories) for one in strict)
    assert {one.categories for one in _filed(kept, sport=1.0, news=0.5)} == {()}
    assert all("(trained 2026-01-31 on 800 articles)" in one.reasons[0] for one in strict if one.categories)


def test_it_says_the_same_of_an_article_alone_and_among_others(kept: StoredModel) -> None:
    classifier = Classifier({"health": 0.5})
    classifier.use(kept)
    assert tuple(found for one in ASKED[:50] for found in classifier([one])) == classifier(ASKED[:50])
    assert classifier([]) == ()


def test_without_a_model_it_files_nothing() -> None:
    classifier = Classifier({"health": 0.5})
    assert classifier.made is None
    assert classifier(ASKED) == tuple(ASKED)


def test_what_cannot_be_read_is_said_and_leaves_the_one_before(kept: StoredModel) -> None:
    classifier = Classifier({"health": 0.5})
    damaged = StoredModel(NOW, kept.body[: len(kept.body) // 2])
    assert "damaged" in classifier.use(damaged)
    assert classifier(ASKED) == tuple(ASKED)
    classifier.use(kept)
    classifier.use(damaged)
    assert classifier.made == NOW
    assert any(one.categories for one in classifier(ASKED))


def test_texts_of_nothing_and_of_anything_are_filed_or_not(kept: StoredModel) -> None:
    classifier = Classifier({"health": 0.5})
    classifier.use(kept)
    odd = [article(title=title, summary="", content="", categories=()) for title in ("", "\0", "病院", "x" * 5000)]
    assert len(classifier(odd)) == len(odd)
