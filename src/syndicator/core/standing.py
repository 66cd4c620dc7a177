"""How a source stands: one word for it, the same in commands, on pages and in metrics."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from .model import SourceState


class Standing(StrEnum):
    """How a source stands, in one word; the worst that is true of it, worst first."""

    GONE = "gone"
    FAILING = "failing"
    HELD = "held"
    SILENT = "silent"
    NEW = "new"
    """Not polled yet."""
    FINE = "fine"


def standing(state: SourceState | None, held: bool, now: datetime) -> Standing:
    """How a source stands of which something is `held`, or nothing; without a state no engine has begun with it."""
    if state is None:
        return Standing.NEW
    if state.gone:
        return Standing.GONE
    if state.failures:
        return Standing.FAILING
    if held:
        return Standing.HELD
    if state.expected_by and state.expected_by <= now:
        return Standing.SILENT
    return Standing.FINE if state.outcome else Standing.NEW
