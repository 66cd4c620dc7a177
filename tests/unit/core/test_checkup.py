"""What a check-up makes of what it finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW

from syndicator.core import checkup
from syndicator.core.checkup import Access, Damage, Finding, Level, worst
from syndicator.core.model import PollOutcome, SourceState

MIB = 1 << 20


def state(name: str = "alpha", **changes: object) -> SourceState:
    plain = SourceState(name, name, f"https://{name}.example/feed", NOW)
    return replace(plain, **{"outcome": PollOutcome.FAILED, "error": "HTTP 503", "failures": 9, **changes})  # type: ignore[arg-type]


def levels(found: object) -> list[tuple[str, Level]]:
    return [(one.check, one.level) for one in found]  # type: ignore[attr-defined]


def test_the_worst_of_nothing_is_fine() -> None:
    assert worst([]) is Level.OK
    found = [Finding("a", level, "") for level in (Level.WARNING, Level.FAILED, Level.OK)]
    assert worst(found) is Level.FAILED
    assert worst(found[::2]) is Level.WARNING


@pytest.mark.parametrize(
    ("version", "noted"), [((3, 6, 9), False), ((3, 7, 0), True), ((3, 51, 2), True), ((3, 51, 3), False)]
)
def test_the_wal_reset_bug_is_a_note_and_no_failure(version: tuple[int, ...], noted: bool) -> None:
    found = checkup.sqlite_version(version)
    assert (found.level, "WAL" in found.found) == (Level.OK, noted)


def test_what_sqlite_finds_is_told_up_to_a_length() -> None:
    assert checkup.structure((), "SQLite").level is Level.OK
    found = checkup.structure([f"row {n} missing\n" for n in range(50)], "SQLite")
    assert found.level is Level.FAILED
    assert found.found.startswith("row 0 missing; row 1 missing")
    assert found.found.endswith(" …")
    assert "backup" in found.advice


def test_what_belongs_to_nothing_is_counted_by_table() -> None:
    assert checkup.dangling({"filings": 0}).level is Level.OK
    found = checkup.dangling({"filings": 2, "related": 0, "revisions": 1})
    assert (found.level, "2 of filings; 1 of revisions" in found.found) == (Level.FAILED, True)


def test_articles_of_an_earlier_version_are_said_to_be_covered_in_part() -> None:
    assert checkup.articles(5, 0, 0).found == "5 articles found as written"
    assert "2 stored by an earlier version" in checkup.articles(5, 2, 0).found
    assert checkup.articles(5, 2, 1).level is Level.FAILED


def test_damage_is_named_by_id_and_title_with_what_to_do() -> None:
    found = checkup.damage(Damage("article", "a1", "Two\nlines", "differs"))
    assert (found.level, found.found) == (Level.FAILED, "a1 (Two lines): differs")
    assert "syndicator takedown a1" in found.advice
    lost = checkup.damage(Damage("row", "number 7", "", "cannot be read"))
    assert (lost.check, "takedown" in lost.advice) == ("article", False)
    assert checkup.damage(Damage("document", "feeds/all.rss", "", "differs")).found == "feeds/all.rss: differs"
    assert checkup.damage(Damage("revision", "a1", "", "differs")).level is Level.WARNING


@pytest.mark.parametrize(
    ("free", "database", "level"),
    [(199, 1, Level.FAILED), (250, 200, Level.WARNING), (300, 200, Level.OK), (10_000, 9_000, Level.WARNING)],
)
def test_free_space_is_weighed_against_the_database(free: int, database: int, level: Level) -> None:
    assert checkup.space(free * MIB, database * MIB).level is level


def test_sizes_are_told_in_units_that_can_be_read() -> None:
    assert checkup.space(3 << 40, 512).found == "3072.0 GiB free, the database takes 512 bytes"
    assert checkup.takes(1536).startswith("the database takes 1.5 KiB")


def test_clocks_apart_and_dates_ahead_are_told() -> None:
    second, hour = timedelta(seconds=1), timedelta(hours=1)
    assert checkup.clock(NOW, None, "", None).level is Level.OK
    assert checkup.clock(NOW, NOW - 20 * second, "the disk's clock", NOW).level is Level.OK
    apart = checkup.clock(NOW, NOW - hour, "the disk's clock", NOW)
    assert (apart.level, apart.found) == (Level.WARNING, "the disk's clock is 3600 s apart from ours")
    ahead = checkup.clock(NOW, NOW, "the disk's clock", NOW + hour)
    assert (ahead.level, "2026-01-31 13:00 UTC" in ahead.found) == (Level.WARNING, True)


def test_a_file_that_cannot_be_written_fails_and_one_that_tells_secrets_warns() -> None:
    good = Access("var", True, True, False)
    assert levels(checkup.access([good, replace(good, readable_by_all=False, keeps_secrets=True)])) == [
        ("permissions", Level.OK)
    ]
    secret, locked = Access("hub.db", True, True, True), Access("x.db", False, True, True)
    found = list(checkup.access([good, secret, locked]))
    assert [one.level for one in found] == [Level.WARNING, Level.FAILED]
    assert found[0].advice == "chmod o-rwx hub.db"


@pytest.mark.parametrize(
    ("taken", "reason", "running", "level"),
    [
        (False, "", False, Level.OK),
        (True, "", True, Level.OK),
        (True, "", False, Level.WARNING),
        (False, "", True, Level.WARNING),
        (False, "cannot listen on it", False, Level.FAILED),
    ],
)
def test_listeners_are_judged_with_the_engine(taken: bool, reason: str, running: bool, level: Level) -> None:
    assert checkup.listener("server.public", "127.0.0.1:8080", taken, reason, running).level is level


def test_sources_that_failed_for_long_are_named_and_no_others() -> None:
    day = timedelta(days=1)
    states = [
        state("long", last_success_at=NOW - 4 * day),
        state("short", last_success_at=NOW - 2 * day),
        state("typo", last_success_at=None, failures=3),
        state("young", last_success_at=None, failures=2),
        state("gone", outcome=PollOutcome.GONE, gone=True, last_success_at=NOW - day, error="HTTP 410 Gone"),
        state("quiet", outcome=PollOutcome.UNCHANGED, error=None, last_success_at=NOW - 9 * day),
        state("new", outcome=None, error=None, failures=0),
    ]
    found = list(checkup.sources(states, NOW))
    assert [one.found.partition(":")[0] for one in found if one.level is Level.WARNING] == ["long", "typo", "gone"]
    assert found[-1].found == "7 configured, 3 unreachable for long, 2 failed just now, 1 not polled yet"
    assert found[0].found.startswith("long: no success since 2026-01-27 12:00 UTC, 9 failures: HTTP 503")
    assert "take it out" in found[2].advice


def test_of_very_many_lost_sources_the_rest_is_counted() -> None:
    found = list(checkup.sources([state(f"s{n}") for n in range(50)], NOW))
    assert (len(found), found[20].found) == (22, "30 more like these")


def test_a_key_in_an_address_is_not_printed() -> None:
    (found, _) = checkup.sources([state(url="https://alpha.example/feed?token=hidden")], NOW)
    assert "hidden" not in found.found


def test_what_a_source_answers_now_is_told() -> None:
    assert checkup.answer("alpha", None).level is Level.OK
    assert checkup.answer("alpha", "HTTP 500").found == "alpha: HTTP 500"
