"""The classifier: as certain as is asked for, silent without a model, and never a crash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import labelled
import pytest
from builders import NOW, any_text, article
from hypothesis import given
from hypothesis import strategies as st
from labelled import SUBJECTS

from syndicator.core.learning import Sample, StoredModel
from syndicator.core.model import Article
from syndicator.learning.classifier import Classifier
from syndicator.learning.training import train

UNSEEN = labelled.samples(300, 20, seed=3)


def _article(one: Sample) -> Article:
    return replace(article(title=one.title, content=f"<p>{one.text}</p>"), id=one.id, categories=("all",))


KNOWING = Classifier({"health": 0.5})
KNOWING.use(StoredModel(NOW, train(labelled.samples(200, 8), {"health": 0.5})[1].body()))
ASKED = [_article(one) for one in UNSEEN]


@pytest.fixture(scope="module")
def kept() -> StoredModel:
    return StoredModel(NOW, train(labelled.samples(800, 24), dict.fromkeys(SUBJECTS, 0.9))[1].body())


def _told(kept: StoredModel, **offered: float) -> Sequence[Mapping[str, str]]:
    classifier = Classifier(offered)
    assert classifier.use(kept) == ""
    return classifier(ASKED)


def _certainty(words: str) -> float:
    return float(words.split(", ")[1].split()[0])


def test_it_tells_the_categories_that_ask_for_it_as_certain_as_they_ask(kept: StoredModel) -> None:
    loose, strict = _told(kept, health=0.5), _told(kept, health=0.9)
    for found, asked in ((loose, 0.5), (strict, 0.9)):
        assert {category for one in found for category in one} == {"health"}
        said = [_certainty(words) for one in found for words in one.values()]
        assert len(said) > 20
        assert min(said) >= asked
        assert all("(trained 2026-01-31 on 800 articles)" in words for one in found for words in one.values())
    assert sum(map(len, loose)) > sum(map(len, strict))
    assert not any(_told(kept, sport=1.0, news=0.5))


def test_it_says_the_same_of_an_article_alone_and_among_others(kept: StoredModel) -> None:
    classifier = Classifier({"health": 0.5})
    classifier.use(kept)
    assert [found for one in ASKED[:50] for found in classifier([one])] == classifier(ASKED[:50])
    assert classifier([]) == []


def test_without_a_model_it_tells_nothing() -> None:
    classifier = Classifier({"health": 0.5})
    assert classifier.made is None
    assert not any(classifier(ASKED))


def test_what_cannot_be_read_is_said_and_leaves_the_one_before(kept: StoredModel) -> None:
    classifier = Classifier({"health": 0.5})
    damaged = StoredModel(NOW, kept.body[: len(kept.body) // 2])
    assert "damaged" in classifier.use(damaged)
    assert not any(classifier(ASKED))
    classifier.use(kept)
    classifier.use(damaged)
    assert classifier.made == NOW
    assert any(classifier(ASKED))


@given(st.lists(st.tuples(any_text(), any_text(), any_text()), max_size=3))
def test_texts_of_anything_are_told_of_or_not(texts: list[tuple[str, str, str]]) -> None:
    odd = [article(title=title, summary=summary, content=content) for title, summary, content in texts]
    assert len(KNOWING(odd)) == len(odd)
