"""Training: the same of the same articles, honest about what it does not know, and silent where it knows too little."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import labelled
import numpy as np
import pytest
from labelled import SUBJECTS

from syndicator.core.learning import Lesson, Sample
from syndicator.learning.features import features
from syndicator.learning.model import Model
from syndicator.learning.training import LEAST, train

MUDDLE = 0.9
"""Of these articles some cannot be told apart: what is certain about them is put to the test."""
WANTED = dict.fromkeys(SUBJECTS, 0.9)
SAMPLES = labelled.samples(3000, 32, muddle=MUDDLE)


@pytest.fixture(scope="module")
def trained() -> tuple[Lesson, Model]:
    return train(SAMPLES, WANTED)


def _certainties(found: Model, samples: tuple[Sample, ...]) -> tuple[np.ndarray, np.ndarray]:
    """How certain it is of each category, and whether it is that."""
    sure = found.certainties(features((one.title, one.text) for one in samples))
    true = np.array([[category in one.categories for category in found.categories] for one in samples])
    return sure, true


def test_what_is_nine_tenths_certain_of_sources_never_seen_is_right_nine_times_of_ten(
    trained: tuple[Lesson, Model],
) -> None:
    sure, true = _certainties(trained[1], labelled.samples(4000, 40, seed=7, muddle=MUDDLE))
    for least, most, right in ((0.9, 1.01, 0.9), (0.7, 0.9, 0.7)):
        asked = (sure >= least) & (sure < most)
        assert asked.sum() > 200
        assert true[asked].mean() > right - 0.02
    unlikely = sure < 0.1
    assert true[unlikely].mean() < 0.1


def test_a_third_of_them_are_found_and_the_numbers_told_are_near_those_of_sources_never_seen(
    trained: tuple[Lesson, Model],
) -> None:
    sure, true = _certainties(trained[1], labelled.samples(4000, 40, seed=7, muddle=MUDDLE))
    filed = sure >= 0.9
    for n, one in enumerate(trained[0].scores):
        assert one.precision is not None
        assert one.recall is not None
        right = filed[:, n] & true[:, n]
        assert one.precision == pytest.approx(right.sum() / filed[:, n].sum(), abs=0.1)
        assert one.recall == pytest.approx(right.sum() / true[:, n].sum(), abs=0.25)
        assert one.recall > 0.2


def test_the_same_articles_in_any_order_give_the_same_bytes() -> None:
    samples = list(SAMPLES[:400])
    lesson, found = train(samples, WANTED)
    for seed in (1, 2):
        Random(seed).shuffle(samples)
        again, same = train(samples, WANTED)
        assert (again, same.body()) == (lesson, found.body())


def test_every_fifth_article_or_so_is_held_out_and_more_certainty_files_less() -> None:
    samples = SAMPLES[:1200]
    lessons = [train(samples, dict.fromkeys(SUBJECTS, certainty))[0] for certainty in (0.5, 0.95)]
    for some, few in zip(lessons[0].scores, lessons[1].scores, strict=True):
        assert (some.articles, some.held_out) == (few.articles, few.held_out)
        assert 0.14 < some.held_out / some.articles < 0.26
        assert few.filed < some.filed


def test_an_article_belongs_to_every_category_it_is_filed_in() -> None:
    both = tuple(
        replace(one, categories=("news", *one.categories)) if one.categories == ("health",) else one for one in SAMPLES
    )
    found = train(both[:1200], {"news": 0.9, "health": 0.9})[1]
    sure, _ = _certainties(found, both[:200])
    assert np.allclose(sure[:, 0], sure[:, 1])


def test_too_little_is_not_learned_from_and_it_is_said_how_little() -> None:
    few = [one for one in SAMPLES if "health" in one.categories][: LEAST - 1]
    rest = [one for one in SAMPLES if "health" not in one.categories][:200]
    lesson, found = train([*few, *rest], {"health": 0.9, "sport": 0.9, "news": 0.9})
    flaws = {one.category: (one.learned, one.flaw) for one in lesson.scores}
    assert flaws["health"] == (False, "too little to learn from: 29 of 30 articles")
    assert flaws["news"] == (False, "too little to learn from: 0 of 30 articles")
    assert flaws["sport"][0]
    assert found.categories == ("sport",)


def test_there_has_to_be_something_else_to_tell_it_from() -> None:
    health = [one for one in SAMPLES if "health" in one.categories]
    lesson, found = train(health, {"health": 0.9})
    assert "too little to tell it from: 0 of 30" in lesson.scores[0].flaw
    assert found.categories == ()
    assert train([], {"health": 0.9})[1].categories == ()


@pytest.mark.parametrize(
    "sources", [{"health": "a", "sport": "b"}, {"health": "a", "sport": "a"}, {"health": "", "sport": "b"}]
)
def test_of_too_few_sources_it_learns_all_the_same_and_says_so(sources: dict[str, str]) -> None:
    """Wherever leaving a source out would leave nothing that belongs, or nothing that does not."""
    chosen = [
        replace(one, source_id=sources[one.categories[0]] or one.source_id)
        for one in SAMPLES
        if one.categories[0] in sources
    ][:600]
    lesson, found = train(chosen, {"health": 0.9})
    assert "too few sources" in lesson.scores[0].flaw
    assert found.categories == ("health",)
