"""Counting in words."""

from __future__ import annotations

import pytest

from syndicator.core.plural import counted


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "article", "0 articles"),
        (1, "article", "1 article"),
        (2, "article", "2 articles"),
        (1, "new category", "1 new category"),
        (12, "new category", "12 new categories"),
        (3, "day", "3 days"),
        ("1", "entry", "1 entry"),
        ("0.5", "entry", "0.5 entries"),
    ],
)
def test_only_one_is_one(number: int | str, noun: str, said: str) -> None:
    assert counted(number, noun) == said
