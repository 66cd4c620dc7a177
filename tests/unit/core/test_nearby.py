"""Texts of the last days: what is found among them, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from builders import told_alike
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core import nearby as module
from syndicator.core.fingerprint import fingerprint
from syndicator.core.nearby import Nearby
from syndicator.core.work import Fingerprint

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
_TITLE = "Title of it"
_WORDS = [
    "river",
    "bridge",
    "council",
    "winter",
    "market",
    "school",
    "garden",
    "letter",
    "engine",
    "window",
    "harbour",
    "doctor",
    "flower",
    "teacher",
    "mountain",
]


def _text(seed: int, changed: int = 0) -> str:
    """A text of 150 words; so many of them are others."""
    chance = Random(seed)
    words = [chance.choice(_WORDS) + chance.choice(_WORDS) for _ in range(150)]
    for nth in range(changed):
        words[nth * 150 // max(changed, 1)] = f"other{chance.choice(_WORDS)}"
    return " ".join(words)


_SAID: dict[str, str] = {}
"""What each article says, since it was made last."""


def _nearby() -> Nearby:
    return Nearby(WEEK, lambda ids: {id_: (_TITLE, _SAID[id_]) for id_ in ids if id_ in _SAID})


def _one(id_: str, text: str, at: datetime = NOW, language: str = "en") -> Fingerprint:
    _SAID[id_] = text
    return Fingerprint(id_, at, language, fingerprint(_TITLE, text))


def _alike(one: str, other: str) -> float | None:
    return told_alike((_TITLE, one), (_TITLE, other))


def _near(nearby: Nearby, one: Fingerprint) -> list[tuple[str, float]]:
    """What is found of one that does not stay."""
    (found,) = nearby.take_in([one])
    nearby.discard(one.article_id)
    return found


def test_the_likest_comes_first_and_others_not_at_all() -> None:
    nearby = _nearby()
    nearby.take_in((_one("far", _text(1, 20)), _one("near", _text(1, 5)), _one("else", _text(2))))
    found = _near(nearby, _one("new", _text(1)))
    assert [id_ for id_, _ in found] == ["near", "far"]
    assert found == [(id_, _alike(_text(1), _text(1, changed))) for id_, changed in (("near", 5), ("far", 20))]


@pytest.mark.parametrize(
    ("language", "other", "found"), [("en", "en-GB", 1), ("en", "", 1), ("en", "de", 0), ("pt-BR", "pt", 1)]
)
def test_only_texts_of_one_language_are_compared(language: str, other: str, found: int) -> None:
    nearby = _nearby()
    nearby.take_in([_one("a", _text(1), language=language)])
    assert len(_near(nearby, _one("b", _text(1), language=other))) == found


def test_what_is_dated_further_apart_is_other_news() -> None:
    nearby = _nearby()
    nearby.take_in([_one("a", _text(1), NOW - WEEK)])
    assert _near(nearby, _one("b", _text(1), NOW))
    assert not _near(nearby, _one("b", _text(1), NOW + timedelta(seconds=1)))


def test_an_article_is_what_it_said_last_and_never_like_itself() -> None:
    nearby = _nearby()
    first, second = _one("a", _text(1)), _one("a", _text(2))
    nearby.take_in([first])
    assert nearby.holds("a", first.body)
    nearby.take_in([second])
    assert not nearby.holds("a", first.body)
    assert not _near(nearby, _one("b", _text(1)))
    assert _near(nearby, _one("b", _text(2))) == [("a", 1.0)]
    assert nearby.take_in([second]) == [[]]
    nearby.discard("a")
    assert not _near(nearby, _one("b", _text(2)))
    assert not nearby.holds("a", second.body)


def test_each_is_known_to_those_after_it() -> None:
    nearby = _nearby()
    assert nearby.take_in([_one("a", _text(1)), _one("b", _text(1))]) == [[], [("a", 1.0)]]
    assert nearby.take_in([_one("a", _text(2)), _one("c", _text(1))]) == [[], [("b", 1.0)]]


def test_what_says_something_else_by_now_is_left_until_that_is_placed() -> None:
    nearby = _nearby()
    nearby.take_in([_one("a", _text(1)), _one("b", _text(1))])
    _SAID["a"] = _text(1, 1)
    del _SAID["b"]  # it was taken down
    assert not _near(nearby, _one("c", _text(1)))


def test_of_very_many_that_are_alike_a_few_are_found() -> None:
    """A template that comes a thousand times costs no more than a story that many tell."""
    nearby = _nearby()
    nearby.add_all(_one(str(n), _text(1)) for n in range(1000))
    found = _near(nearby, _one("new", _text(1)))
    assert len(found) == 12
    assert min(int(id_) for id_, _ in found) >= 900, "the latest"


def test_what_is_too_old_leaves_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SMALL", 4)
    monkeypatch.setattr(module, "_LARGEST", 16)
    nearby = _nearby()
    for day in range(100):
        nearby.take_in([_one(str(day), _text(day), NOW + timedelta(days=day))])
    assert len(nearby) <= 7 + 2 * 16
    assert _near(nearby, _one("new", _text(99), NOW + timedelta(days=99))) == [("99", 1.0)]
    assert not _near(nearby, _one("new", _text(0), NOW))


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 8), st.booleans()), max_size=60),
    st.integers(0, 60),
    st.integers(1, 9),
)
def test_the_index_finds_what_a_look_at_all_would(made: list[tuple[int, int, bool]], bulk: int, together: int) -> None:
    """Whether they came at once, one by one, or some together, and however runs were merged."""
    texts = [(f"{kind} {changed} {n}", _text(kind, changed)) for n, (kind, changed, _) in enumerate(made)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_SMALL", 3)
        patch.setattr(module, "_AT_ONCE", 4)
        patch.setattr(module, "_MOST_FOUND", 1000)
        patch.setattr(module, "_MOST_COMPARED", 1000)
        patch.setattr(module, "_MOST_IN_BAND", 1000)
        nearby = _nearby()
        nearby.add_all(_one(id_, text) for id_, text in texts[:bulk])
        known = dict(texts)
        for first in range(bulk, len(texts), together):
            some = range(first, min(first + together, len(texts)))
            nearby.take_in(_one(*texts[nth]) for nth in some)
            for nth in some:
                if made[nth][2]:
                    nearby.discard(texts[nth // 2][0])
                    known.pop(texts[nth // 2][0], None)
        for kind in range(3):
            asked = _one("new", _text(kind))
            expected = {id_ for id_, text in known.items() if _alike(_text(kind), text)}
            assert {id_ for id_, _ in _near(nearby, asked)} == expected
