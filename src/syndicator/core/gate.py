"""Whether a channel may replace the one that was published last: not when it loses too much for no known cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from .model import Filing, RemovedBy
from .plural import counted

FEW = 3
"""Fewer than so many may always leave for a cause that is recorded: one that its publisher files elsewhere is half of
a small category."""

_KNOWN = (RemovedBy.TAKEDOWN, RemovedBy.CONFIGURATION, RemovedBy.RETENTION)
_WORDS = {
    RemovedBy.PUBLISHER: "filed elsewhere by their publishers",
    RemovedBy.STORY: "collapsed into other stories",
    None: "missing for no reason that is known",
}


def loss(before: Sequence[str], now: Collection[str], filed: Mapping[str, Filing], full: bool, most: float) -> str:
    """Why a channel must not replace one that listed the articles `before`, in words; "" where it may.

    `now` are those that might stand in it, `filed` the places of the others; one of these that still shows was pushed
    out by newer ones where the channel is `full`. `most` is the share, from 0 to 1, that may leave without a known
    cause.
    """
    left = [id_ for id_ in before if id_ not in now]
    causes = Counter(_cause(filed.get(id_)) for id_ in left if not _explained(filed.get(id_), full))
    lost = causes.total()
    if lost <= most * len(before) or (lost < FEW and None not in causes):
        return ""
    reasons = ", ".join(f"{number} {_WORDS[cause]}" for cause, number in causes.most_common())
    return f"it would lose {lost} of {counted(len(before), 'article')} at once: {reasons}"


def _explained(filing: Filing | None, full: bool) -> bool:
    if filing is None:
        return False
    return full if filing.shows else filing.removed_by in _KNOWN


def _cause(filing: Filing | None) -> RemovedBy | None:
    return filing.removed_by if filing else None
