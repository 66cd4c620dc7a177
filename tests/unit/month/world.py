"""The publishers of the month: what each of them sends when, by the simulated clock, and what it was asked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from loopback import Asked, Fault, Headers, Origin, Step

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS = 30
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_SHOWN = 15
"""Entries that a feed shows."""
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Answered = str
"""How a request was answered: whole, cut, unchanged, page (HTML), moved (for good), elsewhere (for now), gone, error."""


@dataclass(frozen=True)
class Window:
    """Days of the month, from `begin` up to `end`."""

    begin: float
    end: float = 99.0

    def holds(self, now: datetime) -> bool:
        return self.begin <= (now - BEGIN) / DAY < self.end


@dataclass(frozen=True)
class Nature:
    """How a publisher behaves; what is None or empty it does not do."""

    entries: Sequence[datetime]
    validators: str = "both"
    """both, etag, weak, odd, modified, none, fickle (a new ETag for every answer)."""
    fresh: dict[str, str] = field(default_factory=dict)
    fresh_for: timedelta = timedelta()
    channel: str = ""
    channel_wait: timedelta = timedelta()
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    trouble: Window | None = None
    fault: str = ""
    """In its trouble: status 404, 500 or 403, or reset, hang up, page, cut, loop, down (to a private address)."""
    throttled: Window | None = None
    """429 or 503 with Retry-After, for all of the host."""
    moves: Window | None = None
    for_good: bool = True
    to: str = ""
    gone: float | None = None


@dataclass(frozen=True)
class Request:
    """A request as the publisher saw it, and what it sent."""

    at: datetime
    source: str
    url: str
    headers: Headers
    answered: Answered
    etag: str | None = None
    last_modified: str | None = None
    target: str = ""
    quiet_until: datetime | None = None


@dataclass(frozen=True)
class Publisher:
    """One source: its own feed at `/<name>/feed`, and the same feed at the place it moves to."""

    name: str
    nature: Nature
    origin: Origin
    clock: Callable[[], datetime]
    log: list[Request]

    @property
    def url(self) -> str:
        return f"{self.origin.url}/{self.name}/feed"

    def shown(self, now: datetime) -> list[int]:
        """The numbers of the entries that the feed shows, the newest first."""
        out = [number for number, at in enumerate(self.nature.entries) if at <= now]
        return out[: -_SHOWN - 1 : -1]

    def guid(self, number: int) -> str:
        return f"tag:{self.name}.example.org,2026:{number}"

    def answer(self, url: str, asked: Asked) -> Iterator[Step]:
        now, nature = self.clock(), self.nature
        moving = url == self.url and nature.moves is not None and nature.moves.holds(now)
        if nature.gone is not None and Window(nature.gone).holds(now):
            return self._send(url, asked, "gone", 410)
        if nature.throttled and nature.throttled.holds(now):
            return self._throttle(url, asked)
        if nature.trouble and nature.trouble.holds(now) and not moving:
            return self._fail(url, asked, nature.fault)
        if moving:
            return self._redirect(url, asked, nature.to, nature.for_good)
        return self._feed(url, asked)

    def _feed(self, url: str, asked: Asked, answered: Answered = "whole") -> Iterator[Step]:
        now = self.clock()
        shown = self.shown(now)
        changed = self.nature.entries[shown[0]] if shown else BEGIN
        etag, modified = self._validators(shown[0] if shown else -1, changed)
        given = {"ETag": etag, "Last-Modified": modified} | self.nature.fresh
        headers = {name: value for name, value in given.items() if value}
        if "Expires" in headers:
            headers |= {"Date": _date(now), "Expires": _date(now + self.nature.fresh_for)}
        sent = asked.headers.get("if-none-match"), asked.headers.get("if-modified-since")
        known = sent[0] == etag if etag else sent[1] == modified
        if known and any(sent) and answered == "whole":
            return self._send(url, asked, "unchanged", 304, headers=headers, etag=etag, last_modified=modified)
        body = self._body(shown)
        cut = body[: len(body) * 2 // 3] if answered == "cut" else None
        return self._send(url, asked, answered, 200, body, headers, etag=etag, last_modified=modified, send_only=cut)

    def _validators(self, newest: int, changed: datetime) -> tuple[str | None, str | None]:
        modified = _date(changed)
        match self.nature.validators:
            case "both":
                return f'"{self.name}-{newest}"', modified
            case "etag":
                return f'"{newest}"', None
            case "weak":
                return f'W/"{newest}"', modified
            case "odd":
                return f"{newest}-gzip;  {self.name}\\'", None  # no quotes, a double blank
            case "modified":
                return None, modified
            case "fickle":
                return f'"{len(self.log)}"', None
        return None, None

    def _body(self, shown: list[int]) -> bytes:
        items = "".join(
            f"<item><title>Entry {number} of {self.name}</title><guid isPermaLink='false'>{self.guid(number)}</guid>"
            f"<link>https://{self.name}.example.org/{number}</link>"
            f"<pubDate>{_date(self.nature.entries[number])}</pubDate></item>"
            for number in shown
        )
        hours = "".join(f"<hour>{hour}</hour>" for hour in self.nature.skip_hours)
        days = "".join(f"<day>{_DAY_NAMES[day]}</day>" for day in self.nature.skip_days)
        skips = f"<skipHours>{hours}</skipHours><skipDays>{days}</skipDays>"
        return (
            '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
            f"<title>{self.name}</title><link>https://{self.name}.example.org/</link><description>d</description>"
            f"{self.nature.channel}{skips}{items}</channel></rss>"
        ).encode()

    def _fail(self, url: str, asked: Asked, fault: str) -> Iterator[Step]:
        match fault:
            case "cut":
                return self._feed(url, asked, "cut")
            case "page":
                return self._send(url, asked, "page", 200, b"<!doctype html><title>Sorry</title><p>Back soon")
            case "loop":
                return self._redirect(url, asked, url, False)
            case "down":
                return self._redirect(url, asked, "http://10.0.0.1/feed", False)
            case "reset":
                return self._break(url, asked, Fault.RESET)
            case "close":
                return self._break(url, asked, Fault.CLOSE)
        return self._send(url, asked, "error", int(fault))

    def _throttle(self, url: str, asked: Asked) -> Iterator[Step]:
        now, odd = self.clock(), len(self.log) % 2
        until = now + (5 * HOUR if odd else 26 * HOUR)
        value = str(5 * 3600) if odd else _date(until)
        headers = {"Retry-After": value}
        return self._send(url, asked, "error", 429 if odd else 503, headers=headers, quiet_until=until)

    def _redirect(self, url: str, asked: Asked, to: str, for_good: bool) -> Iterator[Step]:
        status = (301, 308)[len(self.name) % 2] if for_good else (302, 303, 307)[len(self.log) % 3]
        return self._send(url, asked, "moved" if for_good else "elsewhere", status, headers={"Location": to}, target=to)

    def _break(self, url: str, asked: Asked, fault: Fault) -> Iterator[Step]:
        self._note(url, asked, "error")
        yield b"HTTP/1.1 200 OK\r\nContent-Le"
        yield fault

    def _send(
        self, url: str, asked: Asked, answered: Answered, status: int, body: bytes = b"",
        headers: dict[str, str] | None = None, send_only: bytes | None = None, etag: str | None = None,
        last_modified: str | None = None, target: str = "", quiet_until: datetime | None = None,
    ) -> Iterator[Step]:  # fmt: skip
        self._note(url, asked, answered, etag, last_modified, target, quiet_until)
        lines = [f"{name}: {value}" for name, value in (headers or {}).items()]
        head = "\r\n".join([f"HTTP/1.1 {status} As told", f"Content-Length: {len(body)}", *lines, "", ""])
        yield head.encode("latin-1") + (body if send_only is None else send_only)
        if send_only is not None:
            yield Fault.CLOSE

    def _note(
        self, url: str, asked: Asked, answered: Answered, etag: str | None = None, last_modified: str | None = None,
        target: str = "", quiet_until: datetime | None = None,
    ) -> None:  # fmt: skip
        now = self.clock()
        self.log.append(Request(now, self.name, url, asked.headers, answered, etag, last_modified, target, quiet_until))


def _date(at: datetime) -> str:
    return format_datetime(at.replace(microsecond=0), usegmt=True)


# --- who there is ----------------------------------------------------------------------------------


def publishers(
    hosts: Sequence[Origin], count: int, seed: int, clock: Callable[[], datetime], log: list[Request]
) -> list[Publisher]:
    """`count` publishers of all natures on `hosts`; the first host has a tenth of them, as feed hosters do."""
    chance = random.Random(seed)
    made: list[Publisher] = []
    for number in range(count):
        home = hosts[0] if number % 10 == 0 else hosts[number % len(hosts)]
        name = f"s{number}"
        elsewhere = chance.choice((home, chance.choice(hosts)))
        one = Publisher(name, _nature(chance, number, f"{elsewhere.url}/{name}/new"), home, clock, log)
        for place in {(home.url, f"/{name}/feed"), (elsewhere.url, f"/{name}/new")}:
            where = next(host for host in hosts if host.url == place[0])
            where.answers[place[1]] = _at(one, place[0] + place[1])
        made.append(one)
    return made


def _at(one: Publisher, url: str) -> Callable[[Asked], Iterator[Step]]:
    return lambda asked: one.answer(url, asked)


def _nature(chance: random.Random, number: int, to: str) -> Nature:
    """Every kind of everything comes up, independent of the others."""
    fresh, fresh_for = chance.choice(_FRESH)
    channel, channel_wait = chance.choice(_CHANNEL)
    skip_hours, skip_days = chance.choice(_SKIPS)
    begin = chance.uniform(2, 26)
    window = Window(begin, begin + chance.choice((0.2, 1.0, 5.0)))
    given = {
        "entries": _entries(chance, chance.choice(_RHYTHMS)),
        "validators": chance.choice(("both", "both", "etag", "weak", "odd", "modified", "none", "fickle")),
        "fresh": fresh, "fresh_for": fresh_for, "channel": channel, "channel_wait": channel_wait,
        "skip_hours": skip_hours, "skip_days": skip_days,
    }  # fmt: skip
    fault = _FAULTS[number // 4 % len(_FAULTS)]
    fate: dict[str, object] = {}
    match number % 8:
        case 1:
            fate = {"moves": Window(begin), "to": to}
        case 2:
            fate = {"moves": window, "to": to, "for_good": chance.random() < 0.5}
        case 3:
            fate = {"trouble": window, "fault": fault}
        case 4:
            fate = {"throttled": window}
        case 5 if chance.random() < 0.3:
            fate = {"gone": begin}
        case 6:
            # It moves, and then the new place breaks for a while.
            fate = {
                "moves": Window(2),
                "to": to,
                "trouble": Window(begin + 2, begin + 9),
                "fault": fault,
            }
    return Nature(**given | fate)  # type: ignore[arg-type]


_FAULTS = ("404", "403", "500", "502", "reset", "close", "page", "cut", "loop", "down")
_FRESH: tuple[tuple[dict[str, str], timedelta], ...] = (
    ({}, timedelta()),
    ({}, timedelta()),
    ({"Cache-Control": "max-age=300"}, 300 * timedelta(seconds=1)),
    ({"Cache-Control": "public, max-age=5400, must-revalidate"}, 1.5 * HOUR),
    ({"Cache-Control": "max-age=14400", "Age": "1800"}, 3.5 * HOUR),
    ({"Cache-Control": "max-age=864000"}, 240 * HOUR),
    ({"Cache-Control": "max-age=banana, no-idea"}, timedelta()),
    ({"Expires": "set"}, 3 * HOUR),
)
_CHANNEL = (
    ("", timedelta()),
    ("", timedelta()),
    ("<ttl>30</ttl>", 0.5 * HOUR),
    ("<ttl>240</ttl>", 4 * HOUR),
    ("<ttl>an hour</ttl>", timedelta()),
    ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>8</sy:updateFrequency>", 3 * HOUR),
)
_SKIPS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((), ()),
    ((), ()),
    ((), ()),
    ((22, 23, 0, 1, 2, 3, 4), ()),
    ((), (5, 6)),
    ((1, 3, 13), (6,)),
    (tuple(range(24)), ()),  # asks for silence for ever: no wish that can be granted
)


def _entries(chance: random.Random, rhythm: tuple[float, float, float]) -> list[datetime]:
    """Times in the days before and during the month: so many a day by day, by night, and as a share at weekends."""
    by_day, by_night, weekend = rhythm
    times: list[datetime] = []
    at = BEGIN - 5 * DAY
    while at < BEGIN + DAYS * DAY:
        a_day = by_day if 6 <= at.hour < 20 else by_night
        a_day *= weekend if at.weekday() >= 5 else 1
        if chance.random() < a_day / 24:
            times.append(at + HOUR * chance.random())
        at += HOUR
    return times or [BEGIN - DAY]


_RHYTHMS = ((6, 6, 1), (2, 2, 1), (12, 0, 0.2), (4, 0, 0), (1, 1, 1), (0.3, 0.3, 1), (0, 0, 0), (0.2, 0, 4))
