"""An edited configuration takes effect while the engine runs, and a wrong one never does."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from loopback import Asked, Origin, Step, origins, reply
from running import called, free_port, until

from syndicator import bootstrap
from syndicator.core.errors import ConfigError

_EDITS = int(os.environ.get("RANDOM_EDITS", "12"))


def _feed(name: str, count: int = 3) -> bytes:
    items = "".join(
        f"<item><title>{name} item {n}</title><guid>https://{name}.example/{n}</guid><link>https://{name}.example/{n}</link>"
        f"<description>What {name} has to say on its subject number {n}.</description></item>"
        for n in range(count)
    )
    return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


class _Engine:
    """`syndicator run` over publishers on loopback; its configuration is a file to be edited."""

    def __init__(
        self, folder: Path, publishers: list[Origin], name: str = "hub.yaml", database: str = "hub.db"
    ) -> None:
        self.folder = folder
        self.public, self.operator = free_port(), free_port()
        self.path = folder / name
        self.settings: dict[str, Any] = {
            "site": {"title": "First title", "url": "https://hub.example.org"},
            "storage": {"url": f"sqlite:///{folder}/{database}"},
            "server": {"public": f"127.0.0.1:{self.public}", "operator": f"127.0.0.1:{self.operator}"},
            "polling": {"allow_private": ["127.0.0.0/8"], "timeout": "120s"},
            "categories": {"news": {"title": "News"}, "sport": {"title": "Sport"}},
            "sources": {
                f"s{n}": {"url": f"{one.url}/feed", "category": "news"} for n, one in enumerate(publishers)
            },
        }  # fmt: skip
        self.write(self.settings)

    def start(self) -> None:
        self.log = (self.folder / "log").open("wb+")
        command = [sys.executable, "-m", "syndicator", "--config", str(self.path), "run"]
        self.process = subprocess.Popen(command, cwd=self.folder, stderr=self.log)
        until(lambda: self.ready().startswith("ready"))

    def write(self, settings: dict[str, Any]) -> None:
        """Put another file into the place of this one, as editors do."""
        self.put(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True).encode())

    def put(self, body: bytes) -> None:
        other = self.path.with_suffix(".new")
        other.write_bytes(body)
        other.replace(self.path)

    def ready(self) -> str:
        return requests.get(f"http://127.0.0.1:{self.operator}/readyz", timeout=60).text

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.public}{path}", timeout=60)

    def guids(self, category: str) -> list[str]:
        answer = self.get(f"/feeds/{category}.json")
        return [item["id"] for item in answer.json()["items"]] if answer.status_code == 200 else []

    def events(self, event: str) -> list[dict[str, Any]]:
        self.log.flush()
        lines = (self.folder / "log").read_text().splitlines()
        return [one for line in lines if line.startswith("{") and (one := json.loads(line))["event"] == event]

    def in_effect_since(self) -> str:
        return self.ready().splitlines()[1]

    def refuses(self, mistakes: str) -> bool:
        """Whether it tells of just these `mistakes`."""
        return f"{mistakes}\n" in self.ready()

    def has_taken_up(self, before: str) -> bool:
        """Whether something else is in effect than `before`, and nothing refused."""
        return "refused" not in self.ready() and self.in_effect_since() != before

    def shows(self, title: str) -> bool:
        return self.get("/feeds/all.json").json()["title"] == title  # type: ignore[no-any-return]

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self.log.close()


@pytest.fixture(scope="module")
def hosts() -> Iterator[list[Origin]]:
    with origins(*(f"127.4.0.{n + 1}" for n in range(3))) as made:
        yield made


@pytest.fixture
def publishers(hosts: list[Origin]) -> list[Origin]:
    """Three of them, that nobody has asked yet."""
    for n, one in enumerate(hosts):
        one.answers["/feed"] = reply(200, _feed(f"p{n}"))
        one.asked.clear()
    return hosts


@pytest.fixture(scope="module")
def polled(hosts: list[Origin], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a hub that has polled the first two publishers and published: an engine would take 10 s for it,
    since new sources begin one by one."""
    for n, one in enumerate(hosts):
        one.answers["/feed"] = reply(200, _feed(f"p{n}"))
    made = _Engine(tmp_path_factory.mktemp("polled"), hosts[:2])
    for words in (("poll", "--all"), ("publish",)):
        called(made.folder, "--config", str(made.path), *words).check_returncode()
    assert [len(one.asked) for one in hosts] == [1, 1, 0]
    return made.folder / "hub.db"


@pytest.fixture
def engine(tmp_path: Path, polled: Path, publishers: list[Origin]) -> Iterator[_Engine]:
    """One that has nothing to do: its two publishers were polled a moment ago."""
    running = _Engine(tmp_path, publishers[:2])
    shutil.copy(polled, tmp_path / "hub.db")
    running.start()
    try:
        until(lambda: len(running.guids("news")) == 6)
        yield running
    finally:
        running.end()


def test_a_source_that_is_added_is_polled_and_no_other_is_asked_again(
    engine: _Engine, publishers: list[Origin]
) -> None:
    engine.settings["sources"]["added"] = {"url": f"{publishers[2].url}/feed", "category": "sport"}
    engine.write(engine.settings)
    until(lambda: len(engine.guids("sport")) == 3)
    assert [len(one.asked) for one in publishers] == [0, 0, 1]
    assert engine.events("configuration taken up")[0]["added"] == ["added"]


def test_titles_take_effect_everywhere_without_a_gap(engine: _Engine) -> None:
    engine.settings["site"]["title"] = "Second title"
    engine.settings["categories"]["news"]["title"] = "Latest"
    engine.write(engine.settings)
    # Every request meanwhile is answered: the former web process serves until the new one does.
    until(lambda: "Second title" in engine.get("/").text and "Latest" in engine.get("/categories/news").text)
    until(lambda: "Latest – Second title" in engine.get("/feeds/news.rss").text)
    assert len(engine.guids("news")) == 6


def test_a_category_that_is_added_gets_its_articles_and_one_that_is_gone_says_so(engine: _Engine) -> None:
    engine.settings["categories"] = {
        "news": {"title": "News"},
        "first": {"title": "Firsts", "match": {"title": ["item 0"]}},
    }
    engine.write(engine.settings)
    until(lambda: len(engine.guids("first")) == 2)
    until(lambda: engine.get("/feeds/sport.rss").status_code == 410)


def test_a_mistake_changes_nothing_and_is_told_everywhere(engine: _Engine) -> None:
    before = engine.get("/feeds/news.rss").content
    wrong = engine.settings | {"site": {"title": "Third", "url": "https://hub.example.org", "langauge": "en"}}
    engine.write(wrong)
    until(lambda: "did you mean 'language'" in engine.ready())
    assert engine.ready().startswith("ready\n")
    status = requests.get(f"http://127.0.0.1:{engine.operator}/", timeout=60).text
    assert "The configuration is refused" in status
    assert "site.langauge" in status
    (refused,) = engine.events("the configuration is refused; the last good one stays in effect")
    assert "site.langauge" in refused["problems"][0]
    assert engine.get("/feeds/news.rss").content == before
    engine.write(engine.settings)
    until(lambda: "refused" not in engine.ready())


def test_a_renamed_source_keeps_its_articles_and_is_not_asked_again(engine: _Engine, publishers: list[Origin]) -> None:
    guids = engine.guids("news")
    source = engine.settings["sources"].pop("s0")
    engine.settings["sources"]["renamed"] = source | {"was": "s0"}
    engine.write(engine.settings)
    until(lambda: '"id":"renamed"' in engine.get("/api/v1/articles?limit=500").text.replace(" ", ""))
    assert engine.guids("news") == guids
    assert publishers[0].asked == []


def test_a_purged_source_leaves_with_tombstones_and_a_removed_one_stays(engine: _Engine) -> None:
    sources = engine.settings["sources"]
    del sources["s1"]
    sources["s0"]["remove"] = "purge"
    engine.write(engine.settings)
    until(lambda: sorted(engine.guids("news")) == [f"https://p1.example/{n}" for n in range(3)])
    assert engine.get("/feeds/news.atom").text.count("<at:deleted-entry") == 3


def test_polls_under_way_are_neither_lost_nor_made_again(tmp_path: Path, publishers: list[Origin]) -> None:
    """Their publishers answer after the edit: what they send is read by the new settings, under the new names."""
    released = threading.Event()

    def late(body: bytes) -> Callable[[Asked], Iterator[Step]]:
        def answer(asked: Asked) -> Iterator[Step]:
            while not released.is_set():
                yield 0.02
            yield from reply(200, body)(asked)

        return answer

    for n, one in enumerate(publishers):
        one.answers["/feed"] = late(_feed(f"p{n}"))
    engine = _Engine(tmp_path, publishers)
    for source in engine.settings["sources"].values():
        source["interval"] = "3s"  # so that they begin a second apart; polled again they are after an hour
    engine.write(engine.settings)
    engine.start()
    try:
        until(lambda: all(one.asked for one in publishers))
        sources = engine.settings["sources"]
        sources["renamed"] = sources.pop("s0") | {"was": "s0"}
        sources["s1"] |= {"category": "sport", "title": "Another title"}
        del sources["s2"]
        engine.write(engine.settings)
        until(lambda: bool(engine.events("configuration taken up")))
        released.set()
        until(lambda: len(engine.guids("all")) == 6)
        assert sorted(engine.guids("news")) == [f"https://p0.example/{n}" for n in range(3)]
        assert sorted(engine.guids("sport")) == [f"https://p1.example/{n}" for n in range(3)]
        records = engine.get("/api/v1/articles").json()["articles"]
        assert {one["source"]["id"] for one in records} == {"renamed", "s1"}
        assert {one["source"]["title"] for one in records if one["source"]["id"] == "s1"} == {"Another title"}
        assert [len(one.asked) for one in publishers] == [1, 1, 1]
    finally:
        released.set()
        engine.end()


def test_what_is_open_stays_so_and_the_rest_takes_effect(engine: _Engine) -> None:
    engine.settings["server"]["public"] = f"127.0.0.1:{free_port()}"
    engine.settings["site"]["title"] = "Second title"
    engine.write(engine.settings)
    until(lambda: "server.public takes effect with the next start" in engine.ready())
    until(lambda: "Second title" in engine.get("/").text)


def test_a_link_that_leads_to_itself_costs_only_itself(engine: _Engine) -> None:
    engine.path.unlink()
    engine.path.symlink_to(engine.path.name)
    until(lambda: "refused" in engine.ready())
    engine.settings["site"]["title"] = "Mended"
    engine.path.unlink()
    engine.write(engine.settings)
    until(lambda: "Mended" in engine.get("/").text)


def test_a_file_whose_name_begins_like_that_of_the_database_is_followed(
    tmp_path: Path, publishers: list[Origin]
) -> None:
    engine = _Engine(tmp_path, publishers[:1], "hub.db.yaml", "var/hub.db")
    engine.start()
    try:
        engine.settings["site"]["title"] = "Followed"
        engine.write(engine.settings)
        until(lambda: "Followed" in engine.get("/").text)
    finally:
        engine.end()


def test_a_form_of_before_an_edit_is_good_after_it(engine: _Engine) -> None:
    operator = f"http://127.0.0.1:{engine.operator}"
    (token,) = set(re.findall(r'name="token" value="([^"]+)"', requests.get(f"{operator}/sources/s0", timeout=60).text))
    engine.settings["site"]["title"] = "Second title"
    engine.write(engine.settings)
    until(lambda: engine.in_effect_since().startswith("configuration 2 "))
    answer = requests.post(f"{operator}/sources/hold", {"source": "s0", "token": token}, timeout=60)
    assert (answer.status_code, "held from now on" in answer.text) == (200, True)


def test_a_signal_has_it_looked_at_too(engine: _Engine) -> None:
    """A file that is changed in place behind a mount tells nobody."""
    engine.settings["site"]["title"] = "By signal"
    body = yaml.safe_dump(engine.settings).encode()
    with engine.path.open("r+b") as file:
        file.write(body)
        file.truncate()
    engine.process.send_signal(signal.SIGHUP)
    until(lambda: "By signal" in engine.get("/").text)


def test_random_edits_never_end_it_and_what_is_wrong_is_never_published(engine: _Engine) -> None:
    """As many edits as RANDOM_EDITS says: each is taken up whole, or refused with its mistakes and without effect."""
    chance = random.Random(1)
    in_effect, title = bootstrap.load(engine.path).settings, "First title"
    for nth in range(_EDITS):
        good = engine.settings | {"site": engine.settings["site"] | {"title": f"Title {nth}"}}
        since = engine.in_effect_since()
        engine.put(_mutated(yaml.safe_dump(good, sort_keys=False), chance))
        try:
            wanted = bootstrap.load(engine.path)
        except ConfigError as error:
            until(partial(engine.refuses, str(error)))
        else:
            until(partial(engine.has_taken_up, "" if wanted.settings == in_effect else since))
            in_effect, title = wanted.settings, wanted.site.title
        until(partial(engine.shows, title))
        assert engine.process.poll() is None
    assert engine.events("configuration taken up")
    assert engine.events("the configuration is refused; the last good one stays in effect")
    assert not engine.events("the configuration could not be taken up; trying again")


def _mutated(text: str, chance: random.Random) -> bytes:
    """`text` as a hand may leave it by mistake, or in the middle of writing; addresses stay those of publishers."""
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    match chance.randrange(7):
        case 0:
            return text[: chance.randrange(len(text))].encode()
        case 1:
            del lines[at]
        case 2:
            lines.insert(chance.randrange(len(lines)), lines[at])
        case 3:
            lines[at] = chance.choice(["  ", "\t", " "]) + lines[at]
        case 4:
            lines[at] = lines[at].lstrip()
        case 5 if "127.4" not in lines[at]:
            place = chance.randrange(len(lines[at]))
            lines[at] = lines[at][:place] + chance.choice("\t:{}[]&*#'\"!|>%@`é\0\ufeff-?,") + lines[at][place:]
        case 6 if "127.4" not in lines[at]:
            place = chance.randrange(len(lines[at]))
            lines[at] = lines[at][:place] + lines[at][place + 1 :]
    return "".join(lines).encode()
