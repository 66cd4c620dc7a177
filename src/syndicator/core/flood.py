"""Floods: old entries that come all at once, as no late poll brings them; they are held for the operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .model import Article, SourceState

_AT_LEAST = 10
_SLACK = timedelta(days=1)
"""Dates without a time are those of a day's beginning, and some appear hours after their date."""


@dataclass(frozen=True, slots=True)
class HeldSource:
    """A source with what is held of it: how many articles, since when, and why the last one.

    `held` is why all that is new of it is held, None where only these are.
    """

    source_id: str
    articles: int
    since: datetime | None
    why: str
    held: str | None = None


def sudden(
    new: Sequence[Article], before: SourceState, entries: int, share: float, dated: bool
) -> tuple[frozenset[str], str]:
    """The ids of the articles among the `new` ones of a poll that are to be held, and why; none as a rule.

    A poll that comes late brings what was published since the last good one. What is older by more than a day, and so
    was left out of the feed until now, is a flood where it is more than `share` of its `entries`, and 10 at least. What
    has no date is old where the source has `dated` its entries until now. The first body of a source brings its
    archive, and the first from another URL that the operator gave it may do so.
    """
    if not new or before.body_hash is None or before.last_success_at is None:
        return frozenset(), ""
    since = before.last_success_at - _SLACK
    if since > new[0].accepted:  # the clock was wrong, then or now
        return frozenset(), ""
    undated = {one.id for one in new if one.published == one.accepted} if dated else set()
    old = undated | {one.id for one in new if one.published < since}
    if len(old) < _AT_LEAST or len(old) <= share * entries:
        return frozenset(), ""
    kind = "undated, or dated" if undated else "dated"
    return frozenset(old), _held(
        before.source_id, f"{len(old)} of {entries} entries were new, but {kind} before {since:%Y-%m-%d %H:%M} UTC"
    )


def held_by_operator(source_id: str, at: datetime) -> str:
    """Why all that is new of a source is held, since the operator said so at some time."""
    return _held(source_id, f"by the operator, since {at:%Y-%m-%d %H:%M} UTC")


def _held(source_id: str, why: str) -> str:
    """What is said of an article that is held, with what the operator can do."""
    return f"held: {why}; `syndicator release {source_id}` publishes it"
