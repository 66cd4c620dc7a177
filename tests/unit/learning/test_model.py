"""A model as it is kept: whole, or refused; never anything that could run."""

from __future__ import annotations

import io
import json
import pickle
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.learning.features import FEATURES, VERSION
from syndicator.learning.model import Model, Unreadable, model


def _made() -> Model:
    weights = np.zeros((FEATURES, 2), np.float32)
    weights[:50] = np.random.default_rng(1).normal(size=(50, 2))
    return Model(("health", "sport/chess"), weights, np.array([[2.0, 3.0], [-1.0, 0.5]]), 4210)


MADE = _made()
BODY = MADE.body()


def test_it_comes_back_as_it_was_kept_in_the_same_bytes() -> None:
    found = model(BODY)
    assert (found.categories, found.articles) == (MADE.categories, MADE.articles)
    assert np.array_equal(found.weights, MADE.weights)
    assert np.array_equal(found.scales, MADE.scales)
    assert found.body() == BODY


@given(st.data())
def test_a_damaged_body_is_refused_or_says_the_same(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(BODY) - 1))
    damaged = data.draw(
        st.sampled_from((BODY[:at], BODY[at:] or b"", BODY[:at] + bytes([BODY[at] ^ 0x55]) + BODY[at + 1 :]))
    )
    with suppress(Unreadable):
        found = model(damaged)
        assert np.array_equal(found.weights, MADE.weights)
        assert found.categories == MADE.categories


@given(st.binary(max_size=200))
def test_what_is_no_model_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        model(body)


def _npz(**arrays: np.ndarray) -> bytes:
    kept = io.BytesIO()
    np.savez(kept, allow_pickle=True, **arrays)
    return kept.getvalue()


def _about(**changes: object) -> np.ndarray:
    plain = {"version": VERSION, "categories": ["health"], "articles": 1}
    return np.frombuffer(json.dumps(plain | changes).encode(), np.uint8)


WEIGHTS, SCALES = np.zeros((FEATURES, 1), np.float32), np.ones((2, 1))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (pickle.dumps("hello"), "damaged"),
        (_npz(about=_about(), weights=np.array([print], object), scales=SCALES), "damaged"),
        (_npz(about=_about(), weights=WEIGHTS), "damaged"),
        (_npz(about=_about(), weights=WEIGHTS[:5], scales=SCALES), "do not fit"),
        (_npz(about=_about(categories=["a", "b"]), weights=WEIGHTS, scales=SCALES), "do not fit"),
        (_npz(about=_about(), weights=WEIGHTS, scales=SCALES * np.nan), "numbers"),
        (_npz(about=_about(), weights=np.full((FEATURES, 1), "x"), scales=SCALES), "do not fit"),
        (_npz(about=_about(version=VERSION + 1), weights=WEIGHTS, scales=SCALES), "another version"),
        (_npz(about=np.zeros(3, np.uint8), weights=WEIGHTS, scales=SCALES), "damaged"),
    ],
)  # fmt: skip
def test_it_is_said_why_a_body_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        model(body)
