"""What becomes of the sources' states when the configuration is read: new, moved, rescheduled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from .model import Source, SourceState
from .renaming import renames
from .schedule import Decision, NextTime, first_polls, next_poll

_CLOCK_WAS_WRONG = timedelta(days=1)


def states(
    wanted: Mapping[str, Source], known: Mapping[str, SourceState], next_times: Mapping[str, NextTime], now: datetime
) -> tuple[SourceState, ...]:
    """The states of the `wanted` sources, made from those that are `known`.

    New and moved sources are spread; the others are rescheduled by what their last poll left, which comes to the same
    time as before unless a setting has changed: restarts cause no poll. A renamed source goes on where it was.
    """
    known = _under_new_ids(wanted, known)
    kept = {id_: state for id_, source in wanted.items() if (state := _kept(source, known.get(id_), now))}
    beginning = [source for id_, source in wanted.items() if id_ not in kept]
    first = first_polls(beginning, now)
    begun = {one.id: _begun(one, known.get(one.id), now) for one in _with_own_origins(beginning, known)}
    return tuple(
        _scheduled(kept[id_], next_poll(source, kept[id_], next_times.get(id_)))
        if id_ in kept
        else _scheduled(begun[id_], first[id_])
        for id_, source in wanted.items()
    )


def _under_new_ids(wanted: Mapping[str, Source], known: Mapping[str, SourceState]) -> dict[str, SourceState]:
    """`known`, with those that are renamed under their new ids; what has that id already keeps it."""
    by_id = dict(known)
    for former, id_ in renames(known, wanted.values()):
        by_id.setdefault(id_, replace(known[former], source_id=id_))
    return by_id


def _with_own_origins(new: Iterable[Source], known: Mapping[str, SourceState]) -> Iterator[Source]:
    """`new`, none with the origin of another: the ids of articles are made of it, and a former id may be given anew."""
    taken = {state.origin for state in known.values()}
    for source in new:
        origin, nth = source.origin, 2
        while source.id not in known and origin in taken:
            origin, nth = f"{source.origin}~{nth}", nth + 1  # no id of the configuration has a ~
        taken.add(origin)
        yield replace(source, origin=origin)


def _kept(source: Source, state: SourceState | None, now: datetime) -> SourceState | None:
    """The state of a source that goes on where it was; None where it begins (anew)."""
    if state is None or (state.last_poll_at and state.last_poll_at - now > _CLOCK_WAS_WRONG):
        return None
    if source.url == state.polled_url:  # also where the operator took over the URL that we had adopted
        is_same = state.url == source.url and state.adopted_url is None  # as nearly all are; a copy takes 8 µs
        return state if is_same else replace(state, url=source.url, adopted_url=None)
    return state if source.url == state.url else None


def _begun(source: Source, state: SourceState | None, now: datetime) -> SourceState:
    """The state of a source that is new, or has a new URL; its articles stay, validators belong to the old one."""
    if state is None:
        return SourceState(source_id=source.id, origin=source.origin, url=source.url, next_poll_at=now)
    if source.url == state.url:
        return replace(state, retry_after=None, last_poll_at=None)
    after = replace(state.readdressed(source.url, None), body_hash=None)
    return replace(
        after, gone=False, failures=0, failing_since=None, error=None, offered_url=None, retry_after=None,
        last_poll_at=None,
    )  # fmt: skip


def _scheduled(state: SourceState, decision: Decision) -> SourceState:
    if (state.next_poll_at, state.next_poll_reason) == (decision.at, decision.reason):
        return state
    return replace(state, next_poll_at=decision.at, next_poll_reason=decision.reason)
