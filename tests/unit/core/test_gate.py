"""When a channel may replace the one before it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.gate import FEW, loss
from syndicator.core.model import Filing, RemovedBy

_BEFORE = tuple(f"a{n}" for n in range(10))


def _filed(count: int, **fields: Any) -> dict[str, Filing]:
    return {id_: Filing(id_, "health", 1, 1, **fields) for id_ in _BEFORE[:count]}


def _judged(gone: int, filed: dict[str, Filing], full: bool = True, most: float = 0.3) -> str:
    return loss(_BEFORE, _BEFORE[gone:], filed, full, most)


@pytest.mark.parametrize("cause", [RemovedBy.TAKEDOWN, RemovedBy.CONFIGURATION, RemovedBy.RETENTION])
def test_what_left_for_a_known_cause_is_no_loss(cause: RemovedBy) -> None:
    assert _judged(10, _filed(10, removed_by=cause)) == ""


def test_what_newer_ones_pushed_out_is_no_loss_but_what_left_a_channel_with_room_is() -> None:
    assert _judged(10, _filed(10), full=True) == ""
    assert _judged(10, _filed(10), full=False) == (
        "it would lose 10 of 10 articles at once: 10 missing for no reason that is known"
    )


def test_more_than_the_share_at_once_is_held_back_with_its_causes() -> None:
    elsewhere = _filed(3, removed_by=RemovedBy.PUBLISHER)
    assert _judged(3, elsewhere) == "", "three of ten are not more than 0.3"
    assert _judged(4, elsewhere) == (
        "it would lose 4 of 10 articles at once: 3 filed elsewhere by their publishers, "
        "1 missing for no reason that is known"
    )
    assert _judged(4, elsewhere, most=0.5) == ""


def test_a_few_may_always_leave_for_a_cause_that_is_recorded() -> None:
    elsewhere = _filed(10, removed_by=RemovedBy.PUBLISHER)
    assert loss(_BEFORE[: FEW - 1], (), elsewhere, False, 0.1) == ""
    assert loss(_BEFORE[:FEW], (), elsewhere, False, 0.1) != ""
    assert loss(_BEFORE[: FEW - 1], (), {}, False, 0.1) != "", "for no cause not even one"
    assert loss(_BEFORE[:1], (), _filed(1), False, 0.1) != ""


@given(st.integers(0, 10), st.floats(0.01, 1), st.booleans())
def test_nothing_is_held_back_where_nothing_is_lost(kept: int, most: float, full: bool) -> None:
    assert loss(_BEFORE[:kept], _BEFORE, {}, full, most) == ""
    assert loss((), _BEFORE, {}, full, most) == ""
