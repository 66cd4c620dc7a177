"""What `doctor` makes of what it finds: each fact is fine, worth a look, or broken, and says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .model import PollOutcome, SourceState
from .plural import counted
from .text import one_line
from .urls import without_secrets

_MEBIBYTE = 1 << 20
_LEAST_FREE = 200 * _MEBIBYTE
_NARROW = 1.5
"""Free space in sizes of the database: less is too little for a backup or a migration beside it."""
_CLOCKS_APART = timedelta(seconds=30)
_AHEAD = timedelta(minutes=5)
_LONG = timedelta(days=3)
_WAL_RESET_MENDED = (3, 51, 3)
RESTORE = "Restore the last backup (docs/keeping.md); what came since is polled again, as far as feeds still have it"
_NAMED = 20
"""So many of one kind are named one by one; of more, how many there are."""


class Level(StrEnum):
    """How a check came out; the last is the worst."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check-up: what was looked at, how it is, what was found, what to do about it."""

    check: str
    level: Level
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something stored that is not what was written: `kind` is "article", "document" or "revision"; "row" for an
    article that cannot be read."""

    kind: str
    id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Access:
    """A file or folder as the system guards it; `keeps_secrets` where the configuration knows some that are in it."""

    path: str
    writable: bool
    readable_by_all: bool
    keeps_secrets: bool


def worst(findings: Iterable[Finding]) -> Level:
    return max((finding.level for finding in findings), key=list(Level).index, default=Level.OK)


def fine(check: str, found: str) -> Finding:
    return Finding(check, Level.OK, found)


def warning(check: str, found: str, advice: str) -> Finding:
    return Finding(check, Level.WARNING, found, advice)


def failed(check: str, found: str, advice: str) -> Finding:
    return Finding(check, Level.FAILED, found, advice)


# --- the database ----------------------------------------------------------------------------------


def sqlite_version(version: tuple[int, ...]) -> Finding:
    """A note, and no more: what goes wrong there takes two connections that write, and the engine has one."""
    name = "SQLite " + ".".join(map(str, version))
    if (3, 7, 0) <= version < _WAL_RESET_MENDED:
        name += (
            "; before 3.51.3 two programs that write at once can damage a database in WAL mode. Only the engine writes "
            "here, on one connection: do not write to the file with other programs"
        )
    return fine("database version", name)


def server_version(kind: str, version: tuple[int, ...]) -> Finding:
    return fine("database version", f"{kind} {'.'.join(map(str, version))} answers")


def structure(problems: Sequence[str], kind: str) -> Finding:
    """What the database's own check says; nothing where all is well."""
    if not problems:
        return fine("integrity", f"{kind} finds its structure whole")
    found = "; ".join(map(one_line, problems[:_NAMED])) + (" …" if len(problems) > _NAMED else "")
    advice = (
        "Stop the engine, keep the damaged file, and restore the last backup. Where only indexes are damaged, "
        "`syndicator copy --to` a new database makes them anew (docs/keeping.md)"
    )
    return failed("integrity", found, advice)


def dangling(counts: Mapping[str, int]) -> Finding:
    """Rows that belong to articles that are not there, by table; and counters that are behind."""
    found = "; ".join(f"{count} of {what}" for what, count in counts.items() if count)
    if not found:
        return fine("references", "every row belongs to an article, and no number is ahead of its counter")
    return failed("references", f"left without their article, or ahead of their counter: {found}", RESTORE)


def articles(checked: int, partly: int, damaged: int) -> Finding:
    """The sum of the check of every article; each one that is damaged has a line of its own before."""
    if damaged:
        return failed("articles", f"{counted(damaged, 'damaged article')} of {checked}", RESTORE)
    earlier = f"; {partly} stored by an earlier version, of which id, addresses and texts are covered" if partly else ""
    return fine("articles", f"{counted(checked, 'article')} found as written{earlier}")


def damage(one: Damage) -> Finding:
    """What to do about one article, revision or document that is not what was written."""
    name = " ".join(filter(None, (one.id, f"({one_line(one.title)})" if one.title else "")))
    advice = {
        "article": f"Restore the last backup, or keep it from readers for good: `syndicator takedown {one.id}`",
        "row": RESTORE,
        "document": "It is rendered anew when its category changes; until then only the last backup has it whole",
        "revision": "A former version is shown to you alone: nothing has to be done, if articles are fine",
    }[one.kind]
    level = Level.WARNING if one.kind == "revision" else Level.FAILED
    return Finding("article" if one.kind == "row" else one.kind, level, f"{name}: {one.reason}", advice)


def space(free: int, database: int) -> Finding:
    found = f"{_size(free)} free, the database takes {_size(database)}"
    if free < _LEAST_FREE:
        return failed("disk", found, "Make room now: on a full disk nothing is stored, though nothing is lost either")
    if free < database * _NARROW:
        return warning("disk", found, "Make room: a backup beside the database, or a migration, may not fit")
    return fine("disk", found)


def takes(database: int) -> str:
    return f"the database takes {_size(database)} of its server's disk"


# --- clock ------------------------------------------------------------------------------------------


def clock(now: datetime, theirs: datetime | None, whose: str, latest: datetime | None) -> Finding:
    """Our clock against that of the database or its disk, and against the latest moment that was stored."""
    apart = abs(now - theirs) if theirs else timedelta(0)
    if latest and latest - now > _AHEAD:
        found = f"it is {_moment(now)} here, and something was stored at {_moment(latest)}"
        advice = (
            "Set the clock (NTP). Sources with a poll in the future wait until then; `syndicator poll --all` asks now"
        )
        return warning("clock", found, advice)
    if apart > _CLOCKS_APART:
        found = f"{whose} is {apart.total_seconds():.0f} s apart from ours"
        return warning("clock", found, "Set both clocks by the same time server (NTP): dates of articles rest on them")
    return fine("clock", f"{_moment(now)}" + (f"; {whose} agrees" if theirs else ""))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


# --- files ------------------------------------------------------------------------------------------


def access(found: Iterable[Access]) -> Iterator[Finding]:
    """What is wrong with files and folders, each on its own; one line where nothing is."""
    found = tuple(found)
    wrong = [finding for one in found if (finding := _access(one))]
    paths = ", ".join(one.path for one in found)
    yield from wrong or [fine("permissions", f"nobody is kept out who has to write, and none let in: {paths}")]


def _access(one: Access) -> Finding | None:
    if not one.writable:
        advice = f"Give it to the user that runs the engine: chown USER {one.path}"
        return failed("permissions", f"{one.path} cannot be written", advice)
    if one.readable_by_all and one.keeps_secrets:
        said = f"{one.path} can be read by everybody on this machine, and holds keys or passwords of sources"
        return warning("permissions", said, f"chmod o-rwx {one.path}")
    return None


def listener(key: str, address: str, taken: bool, reason: str, running: bool) -> Finding:
    """Whether the address of a listener is free, or has the right one on it while an engine is `running`."""
    if reason:
        return failed("listener", reason, f"`syndicator run` would not start. Choose another address in {key}")
    if taken and running:
        return fine("listener", f"{key} {address}: the running engine listens there")
    if running:
        advice = "Wait if another command of ours is at work; else stop `syndicator run`, and start it with this file"
        return warning("listener", f"{key} {address}: an engine runs, and nobody listens there", advice)
    if taken:
        advice = f"`syndicator serve` may be meant to; else choose another address in {key}"
        return warning("listener", f"{key} {address}: taken, and no engine runs on this database", advice)
    return fine("listener", f"{key} {address}: free; no engine runs")


# --- sources ----------------------------------------------------------------------------------------


def sources(states: Iterable[SourceState], now: datetime) -> Iterator[Finding]:
    """The sources that have brought nothing for long, one by one, as their polls noted it."""
    states = tuple(states)
    lost = [state for state in states if _lost(state, now)]
    for state in lost[:_NAMED]:
        yield warning("source", _since(state), _source_advice(state))
    if len(lost) > _NAMED:
        yield warning("source", f"{len(lost) - _NAMED} more like these", "The operator's page lists all of them")
    never = sum(state.outcome is None for state in states)
    failing = sum(state.outcome is PollOutcome.FAILED for state in states) - sum(not one.gone for one in lost)
    said = [f"{len(states)} configured", f"{len(lost)} unreachable for long" if lost else "none unreachable for long"]
    said += [f"{failing} failed just now"] if failing > 0 else []
    said += [f"{never} not polled yet"] if never else []
    yield fine("sources", ", ".join(said))


def _lost(state: SourceState, now: datetime) -> bool:
    if state.gone:
        return True
    if state.outcome is not PollOutcome.FAILED:
        return False
    # Without a success, what counts is how often it was tried: it may be new.
    return now - state.last_success_at > _LONG if state.last_success_at else state.failures >= 3


def _since(state: SourceState) -> str:
    since = f"no success since {_moment(state.last_success_at)}" if state.last_success_at else "never reached"
    error = one_line(state.error or "")
    return f"{state.source_id}: {since}, {state.failures} failures: {error} ({without_secrets(state.polled_url)})"


def _source_advice(state: SourceState) -> str:
    if state.gone:
        return "Its publisher has withdrawn it for good (410): take it out of the configuration, its articles stay"
    return f"Look with `syndicator preview {state.source_id}`; correct its address, or take it out"


def answer(source_id: str, error: str | None) -> Finding:
    """How a source that failed answers now that it was asked."""
    if error is None:
        return fine("source now", f"{source_id} answers now; its next poll takes what it has")
    return warning("source now", f"{source_id}: {one_line(error)}", f"Look with `syndicator preview {source_id}`")


def _size(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
