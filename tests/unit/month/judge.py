"""What a publisher would hold against us, found in the requests alone: section by section, request by request.

This knows the rules, and nothing of the code that follows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from .world import HOUR, Nature, Publisher, Request

MIN, INTERVAL, MAX = HOUR, HOUR, 24 * HOUR
_LATE = timedelta(minutes=10)
_EARLY = timedelta(seconds=1)
"""Headers and dates count whole seconds."""
_SENT = {"host", "user-agent", "accept", "accept-encoding", "if-none-match", "if-modified-since", "connection"}
RULES = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8")

Down = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Violation:
    rule: str
    source: str
    at: datetime
    what: str


@dataclass
class _Known:
    """What a source's requests so far should have taught us."""

    url: str
    asks: str
    validators: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    was_cut: bool = False
    last: datetime | None = None
    failures: int = 0
    fresh: timedelta = timedelta()
    read: bool = False
    moved_to: str = ""
    moved_polls: int = 0
    gone: bool = False


class Judge:
    """Judges the requests of a month, in their order."""

    def __init__(self, publishers: Iterable[Publisher], user_agent: str, down: Down, end: datetime) -> None:
        self._natures: dict[str, Nature] = {one.name: one.nature for one in publishers}
        self._known = {one.name: _Known(one.url, one.url) for one in publishers}
        self._user_agent = user_agent
        self._down = down
        self._end = end
        self._quiet: dict[str, datetime] = {}
        self.violations: list[Violation] = []

    def judge(self, log: Iterable[Request]) -> list[Violation]:
        for (at, name), requests in groupby(log, key=lambda request: (request.at, request.source)):
            poll = list(requests)
            self._judge_poll(name, at, poll)
        for name, known in self._known.items():
            self._judge_wait(name, known, self._end, over=True)
        return self.violations

    def _note(self, rule: str, name: str, at: datetime, what: str) -> None:
        self.violations.append(Violation(rule, name, at, what))

    def _judge_poll(self, name: str, at: datetime, poll: list[Request]) -> None:
        known = self._known[name]
        if known.gone:
            self._note("F6", name, at, "asked after 410")
        if poll[0].url != known.asks:
            self._note("F6", name, at, f"asked {poll[0].url} instead of {known.asks}")
        if len(poll) > 6:
            self._note("F6", name, at, f"{len(poll) - 1} hops")
        for request in poll:
            self._judge_headers(name, request)
            host = urlsplit(request.url).hostname or ""
            if at < self._quiet.get(host, at):
                self._note("F4", name, at, f"{host} wanted quiet until {self._quiet[host]}")
            if request.quiet_until:
                # Dates count whole seconds.
                quiet = request.quiet_until.replace(microsecond=0)
                self._quiet[host] = max(quiet, self._quiet.get(host, quiet))
        self._judge_validators(name, known, poll)
        self._judge_wait(name, known, at)
        self._learn(known, self._natures[name], poll)

    def _judge_headers(self, name: str, request: Request) -> None:
        headers = request.headers
        if headers.get("user-agent") != self._user_agent:
            self._note("F7", name, request.at, f"User-Agent {headers.get('user-agent')}")
        if "gzip" not in headers.get("accept-encoding", "") or "rss+xml" not in headers.get("accept", ""):
            self._note("F7", name, request.at, "Accept or Accept-Encoding")
        if surplus := headers.keys() - _SENT:
            self._note("F7", name, request.at, f"sent {sorted(surplus)}")

    def _judge_validators(self, name: str, known: _Known, poll: list[Request]) -> None:
        for request in poll:
            sent = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
            never = (None, None)
            due = known.validators.get(request.url, never) if request.url == poll[0].url else never
            if sent != due:
                rule = "F8" if known.was_cut else "F2" if request.url in known.validators else "F1"
                self._note(rule, name, request.at, f"sent {sent}, not {due}, to {request.url}")

    def _judge_wait(self, name: str, known: _Known, at: datetime, over: bool = False) -> None:
        """Whether the poll at `at` comes neither too early nor too late; at the end (`over`) none has to come."""
        if known.last is None:
            if over:
                self._note("F5", name, at, "never asked")
            return
        if known.gone:
            return
        nature, wait = self._natures[name], at - known.last
        if not over:
            if wait < MIN - _EARLY:
                self._note("F3", name, at, f"asked again after {wait}")
            asked = max(known.fresh, nature.channel_wait if known.read else timedelta())
            if wait < min(asked, MAX) - _EARLY:
                self._note("F4", name, at, f"asked after {wait}, not {asked}")
            if known.read and _skips(nature, at) and _skip_ends(nature, at) <= known.last + MAX:
                self._note("F4", name, at, "asked when it wants to be skipped")
            backoff = min(INTERVAL * 2 ** max(known.failures - 1, 0), MAX) if known.failures else timedelta()
            if wait < backoff - _EARLY:
                self._note("F5", name, at, f"asked after {wait} with {known.failures} failures")
        latest = max(known.last + MAX, self._quiet.get(urlsplit(known.asks).hostname or "", known.last))
        for begin, end in self._down:
            if begin < latest + _LATE and end > known.last:
                # What was due then is polled when we are back, outside what it wants skipped.
                latest = max(latest, _skip_ends(nature, end))
        if _skips(nature, latest):
            latest = _skip_ends(nature, latest)
        if at > latest + HOUR * 0.1 + _LATE:
            self._note("F5", name, at, f"not asked since {known.last}")

    def _learn(self, known: _Known, nature: Nature, poll: list[Request]) -> None:
        first, last = poll[0], poll[-1]
        known.last = first.at
        for_good = all(request.answered == "moved" for request in poll[:-1])
        if last.answered == "gone" and for_good:
            known.gone = True
        elif last.answered in ("whole", "cut", "unchanged"):
            self._learn_validators(known, poll)
            known.failures, known.fresh = 0, nature.fresh_for
            known.read = known.read or last.answered != "unchanged"
            self._learn_move(known, poll)
        else:
            known.failures, known.fresh = known.failures + 1, timedelta()
            known.moved_to, known.moved_polls = "", 0
            if known.asks != known.url and known.failures == 3:
                self._readdress(known, known.url)

    def _learn_validators(self, known: _Known, poll: list[Request]) -> None:
        """Those of the answer to the very URL that was asked; a redirect on the way leaves none."""
        first, last = poll[0], poll[-1]
        whole = len(poll) == 1 and last.answered != "cut"
        known.validators[first.url] = (last.etag, last.last_modified) if whole else (None, None)
        known.was_cut = last.answered == "cut"

    def _learn_move(self, known: _Known, poll: list[Request]) -> None:
        targets = [request.target for request in poll[:-1] if request.answered == "moved"]
        target = targets[-1] if targets else ""
        known.moved_polls = known.moved_polls + 1 if target and target == known.moved_to else int(bool(target))
        known.moved_to = target
        if known.moved_polls == 3:
            self._readdress(known, target)

    def _readdress(self, known: _Known, url: str) -> None:
        known.asks, known.moved_to, known.moved_polls = url, "", 0
        known.validators.pop(url, None)


def _skips(nature: Nature, at: datetime) -> bool:
    if len(nature.skip_hours) == 24:
        return False
    return at.hour in nature.skip_hours or at.weekday() in nature.skip_days


def _skip_ends(nature: Nature, at: datetime) -> datetime:
    """The end of the hours that are skipped from `at` on; `at` where none are."""
    while _skips(nature, at):
        at = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return at
