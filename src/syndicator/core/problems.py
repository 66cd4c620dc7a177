"""Problems: what an operator should look at, since when, and what to do about it. Pure: facts and a time in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .errors import Problem
from .flood import HeldSource
from .model import SourceState
from .plural import counted
from .reloading import InEffect
from .urls import without_secrets

FAILS_FOR = timedelta(days=1)
"""Publishers are down for hours; what fails for a day does not mend itself."""


class Kind(StrEnum):
    """What is wrong, in a word that addresses and ids are made of."""

    GONE = "gone"
    FAILING = "failing"
    SILENT = "silent"
    EMPTY = "empty"
    DRIFT = "drift"
    DATES = "dates"
    HELD = "held"
    GATE = "gate"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A problem that is still there: of the source or, at the gate, the category `subject`, since `began`."""

    kind: Kind
    subject: str
    began: datetime
    title: str
    advice: str

    @property
    def key(self) -> str:
        """The same as long as the problem lasts; another when it comes again."""
        return f"{self.kind}/{self.subject}/{self.began:%Y%m%dT%H%M%SZ}"


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A category that is held back: why, and when the oldest change came that waits."""

    category: str
    why: str
    since: datetime


def problems(
    states: Iterable[SourceState], held: Mapping[str, HeldSource], gates: Iterable[HeldBack], now: datetime,
    in_effect: InEffect | None = None,
) -> tuple[OpenProblem, ...]:  # fmt: skip
    """All that is wrong at `now`, the latest first. `held` are sources of which articles wait for the operator."""
    found = [problem for state in states for problem in _of_source(state, now)]
    found += [_held(one) for one in held.values() if one.since]
    found += [_gate(one) for one in gates]
    if in_effect and in_effect.refused_at:
        found.append(_refused(in_effect.refused, in_effect.refused_at))
    return tuple(sorted(found, key=lambda one: (one.began, one.key), reverse=True))


def _of_source(state: SourceState, now: datetime) -> Iterator[OpenProblem]:
    name = state.source_id
    if state.gone:
        if state.last_poll_at:
            yield OpenProblem(
                Kind.GONE, name, state.last_poll_at, f"{name}: the publisher says that the feed is gone (410)",
                "It is not asked for any more; its articles stay. Look for its new address on the publisher's site, or "
                "take the source out of the configuration.",
            )  # fmt: skip
        return
    if state.failing_since:
        if now - state.failing_since >= FAILS_FOR:
            yield _failing(state, state.failing_since)
        return
    yield from _of_feed(state, now)


def _failing(state: SourceState, since: datetime) -> OpenProblem:
    advice = f"{counted(state.failures, 'poll')} in a row failed. "
    if state.offered_url:
        advice += f"Its page links {without_secrets(state.offered_url)}: adopt that address on the source's page."
    else:
        advice += "Open its URL in a browser, then correct it in the configuration, or wait if the publisher is down."
    return OpenProblem(
        Kind.FAILING, state.source_id, since, f"{state.source_id}: failing, {state.error or 'nobody knows why'}", advice
    )  # fmt: skip


def _of_feed(state: SourceState, now: datetime) -> Iterator[OpenProblem]:
    """What is wrong with a feed that can be read."""
    name = state.source_id
    if state.expected_by and state.expected_by <= now:
        last = f" since {state.last_new_at:%Y-%m-%d %H:%M} UTC" if state.last_new_at else ""
        yield OpenProblem(
            Kind.SILENT, name, state.expected_by, f"{name}: nothing new{last}, and it used to publish oftener",
            "See whether its publisher goes on elsewhere: feeds are left behind when sites are made anew.",
        )  # fmt: skip
    if state.empty_since and state.last_new_at:
        yield OpenProblem(
            Kind.EMPTY, name, state.empty_since, f"{name}: the feed has no entries any more",
            "The address answers, with an empty feed. See whether the publisher has moved it.",
        )  # fmt: skip
    if state.flawed_since:
        yield OpenProblem(
            Kind.DRIFT, name, state.flawed_since, f"{name}: the feed was sound and is to be repaired now, {state.flaw}",
            "What could be read is published; compare a few articles with the publisher's pages.",
        )  # fmt: skip
    if state.odd_dates_since:
        yield OpenProblem(
            Kind.DATES, name, state.odd_dates_since, f"{name}: many dates cannot be read or believed",
            "The time of acceptance stands in their place. It may be `date_order` or `timezone` of the source.",
        )  # fmt: skip


def _held(one: HeldSource) -> OpenProblem:
    began = one.since or datetime.min
    waiting = f"{counted(one.articles, 'article')} waiting for you"
    return OpenProblem(Kind.HELD, one.source_id, began, f"{one.source_id}: {waiting}", one.held or one.why)


def _gate(one: HeldBack) -> OpenProblem:
    return OpenProblem(
        Kind.GATE, one.category, one.since, f"{one.category}: held back, {one.why}",
        "The last good documents are served until what is missing comes back, or you let them go.",
    )  # fmt: skip


def _refused(mistakes: Sequence[Problem], at: datetime) -> OpenProblem:
    more = f" and {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
    return OpenProblem(
        Kind.CONFIGURATION, "configuration", at, f"The configuration is refused: {mistakes[0]}{more}",
        "The last good one stays in effect until the file is mended.",
    )  # fmt: skip
