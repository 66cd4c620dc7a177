"""Records with other values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import article, source

from syndicator.core.records import changed


def test_it_gives_what_replace_gives() -> None:
    made = article()
    assert changed(made, seq=7, title="Another") == replace(made, seq=7, title="Another")
    assert changed(made) == made
    assert changed(source(), id="other") == replace(source(), id="other")


def test_a_field_that_is_none_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        changed(article(), titel="Another")
