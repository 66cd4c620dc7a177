"""How well the classifier does on made articles of sources that it has not seen, and what it costs.

`python bench/classifier.py [ARTICLES [SOURCES]]`, with tests/unit on the path. Muddled articles, of which some can
hardly be told apart: it is not the shares that count, but that what is said to be 0.9 certain is right as often.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import builders
import labelled

from syndicator.core.learning import Sample, StoredModel
from syndicator.core.model import Article
from syndicator.learning.classifier import Classifier
from syndicator.learning.training import train

_MADE = datetime(2026, 1, 31, tzinfo=UTC)
_MUDDLE = 0.9
_UNSEEN = 7


def main() -> None:
    articles, sources = int((sys.argv[1:] or ["6000"])[0]), int((sys.argv[2:] or ["40"])[0])
    samples = labelled.samples(articles, sources, muddle=_MUDDLE)
    begun = time.process_time()
    lesson, model = train(samples, dict.fromkeys(labelled.SUBJECTS, 0.9))
    body, cost = model.body(), time.process_time() - begun
    print(f"trained on {lesson.articles} articles in {cost:.1f} s of CPU; {len(body):,} bytes are kept")
    for one in lesson.scores:
        shares = f"precision {one.precision or 0:.3f}, recall {one.recall or 0:.3f}"
        print(f"{one.category:10} held out {one.held_out:5}, {shares}")
    unseen = labelled.samples(4000, 40, seed=_UNSEEN, muddle=_MUDDLE)
    for certainty in (0.5, 0.7, 0.8, 0.9, 0.95):
        _judge(unseen, body, certainty)


def _judge(unseen: tuple[Sample, ...], body: bytes, certainty: float) -> None:
    classifier = Classifier(dict.fromkeys(labelled.SUBJECTS, certainty))
    assert classifier.use(StoredModel(_MADE, body)) == ""
    asked = [_article(one) for one in unseen]
    begun = time.process_time()
    found = [one for n in range(0, len(asked), 20) for one in classifier(asked[n : n + 20])]
    cost = (time.process_time() - begun) / len(asked)
    filed = sum(map(len, found))
    right = sum(one.categories[0] in told for told, one in zip(found, unseen, strict=True))
    print(f"of unseen sources, asked for {certainty:.2f}: {filed} filed, {right / max(filed, 1):.3f} of them right, "
          f"{right / len(unseen):.3f} found, {cost * 1e6:.0f} µs of CPU an article")  # fmt: skip


def _article(one: Sample) -> Article:
    plain = builders.article(title=one.title, summary=one.text, content=f"<p>{one.text}</p>")
    return replace(plain, id=one.id)


if __name__ == "__main__":
    main()
