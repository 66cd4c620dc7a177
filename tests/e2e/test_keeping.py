"""`doctor`, `backup` and `copy` as an operator runs them, with and without a running engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from postgres import postgres_server
from running import Program, until

_ITEM = """<item><title>Story {n} of {name}</title><link>https://{name}.example/{n}</link>
<guid>https://{name}.example/{n}</guid><category>{tag}</category><pubDate>Fri, 30 Jan 2026 10:{n:02}:00 GMT</pubDate>
<description>Words of {name} {n}.</description></item>"""
_SOURCES = tuple(f"s{n}" for n in range(12))


class Hub(Program):
    """A hub in a folder of its own, of feeds that are files in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("sqlite:///var/hub.db")
        for name in _SOURCES:
            self.feed(name, 20)

    def write(self, database: str, name: str = "hub.yaml", sources: str = "") -> None:
        sources += "".join(f'  {name}: {{url: "file:{name}.xml", category: news}}\n' for name in _SOURCES)
        (self.folder / name).write_text(
            f'site: {{title: Test, url: "https://news.example.org"}}\nstorage: {{url: "{database}"}}\n'
            f'server: {{public: "127.0.0.1:{self.public}", operator: "127.0.0.1:{self.operator}"}}\n'
            "categories: {news: {title: News}, health: {title: Health, match: {tags: [health]}}}\n"
            f"sources:\n{sources}"
        )

    def feed(self, name: str, items: int) -> None:
        made = "".join(_ITEM.format(n=n, name=name, tag="health" if n % 2 else "other") for n in range(items))
        (self.folder / f"{name}.xml").write_text(
            f'<rss version="2.0"><channel><title>{name}</title>{made}</channel></rss>'
        )

    @contextmanager
    def running(self, command: str = "run", config: str = "hub.yaml") -> Iterator[None]:
        process = self.start(command, config)
        try:
            until(lambda: self.get("/feeds/news.rss").status_code == 200)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)

    def served(self) -> dict[str, tuple[str, bytes]]:
        """Entity tag and bytes of every feed and of the first archives."""
        paths = [f"/feeds/{name}{end}" for name in ("news", "health", "all") for end in (".rss", ".atom", ".json")]
        answers = {path: self.get(path) for path in [*paths, "/feeds/news/archive/1.atom", "/feeds.opml"]}
        return {path: (one.headers["ETag"], one.content) for path, one in answers.items() if one.status_code == 200}

    def records(self) -> dict[str, int]:
        """The number of every article, by id."""
        found: dict[str, int] = {}
        page: dict[str, Any] = self.get("/api/v1/articles?limit=500").json()
        while page["articles"]:
            found |= {one["id"]: one["seq"] for one in page["articles"]}
            page = self.get(f"/api/v1/articles?limit=500&after={max(found.values())}").json()
        return found


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path)


@pytest.fixture
def published(hub: Hub) -> Hub:
    assert hub.run("poll", "--all").returncode == 0
    assert hub.run("publish").returncode == 0
    return hub


@pytest.fixture
def postgres() -> Iterator[str]:
    with postgres_server() as server:
        yield str(server.get_uri())


def test_a_backup_beside_an_engine_that_ingests_serves_the_bytes_of_its_moment_and_goes_on(hub: Hub) -> None:
    with hub.running():
        before = hub.served()
        done = hub.run("backup", "backup.db")
        after = hub.served()
        assert (done.returncode, done.stderr) == (0, "")
        until(lambda: len(hub.records()) == 240)
        live = hub.records()
    hub.write("sqlite:///backup.db", "restored.yaml")
    (last,) = (
        sqlite3.connect(hub.folder / "backup.db").execute("SELECT value FROM counters WHERE name = 'seq'").fetchone()
    )
    with hub.running("serve", "restored.yaml"):
        restored, records = hub.served(), hub.records()
    # Archives are made when they are asked for, and kept until their category is published again: of a hub that ingests
    # one may be older than what is stored.
    same = {path for path, one in before.items() if after.get(path) == one and "archive" not in path}
    assert {path: restored[path] for path in same} == {path: before[path] for path in same}
    assert records.items() <= live.items(), "what both have has one id and one number"
    for name in _SOURCES:
        hub.feed(name, 22)
    assert hub.run("poll", "--all", config="restored.yaml").returncode == 0
    assert hub.run("publish", config="restored.yaml").returncode == 0
    with hub.running("serve", "restored.yaml"):
        grown = hub.records()
    assert len(grown) == 264
    assert set(live) <= set(grown)
    assert all(seq > last for id_, seq in grown.items() if id_ not in live)


def test_a_quiet_hub_is_restored_from_its_backup_to_the_byte(published: Hub) -> None:
    with published.running():
        until(lambda: len(published.served()) == 11)
        before = published.served()
        assert published.run("backup", "backup.db", "--json").returncode == 0
    shutil.rmtree(published.folder / "var")
    done = published.run("copy", "--from", "backup.db", "--to", "sqlite:///var/hub.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert "rows copied and compared, 240 articles among them." in done.stdout
    with published.running():
        assert published.served() == before


def test_a_hub_moves_to_postgresql_and_back_with_equal_feeds(published: Hub, postgres: str) -> None:
    with published.running("serve"):
        before = published.served(), published.records()
    there = published.run("copy", "--to", postgres, "--json")
    assert json.loads(there.stdout)["rows"]["articles"] == 240
    published.write(postgres, "moved.yaml")
    with published.running("serve", "moved.yaml"):
        assert (published.served(), published.records()) == before
    healthy = published.run("doctor", config="moved.yaml")
    assert healthy.returncode == 0, healthy.stdout
    assert "240 articles found as written" in healthy.stdout
    assert published.run("backup", "from-postgresql.db", config="moved.yaml").returncode == 0
    back = published.run("copy", "--to", "var/back.db", config="moved.yaml")
    assert (back.returncode, back.stderr) == (0, "")
    for file in ("from-postgresql.db", "var/back.db"):
        published.write(f"sqlite:///{file}", "back.yaml")
        with published.running("serve", "back.yaml"):
            assert (published.served(), published.records()) == before


def test_doctor_finds_a_healthy_hub_healthy_beside_its_engine(published: Hub) -> None:
    with published.running():
        done = published.run("doctor")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        for line in (
            "     ok  integrity: SQLite finds its structure whole", "     ok  articles: 240 articles found as written",
            f"     ok  listener: server.public 127.0.0.1:{published.public}: the running engine listens there",
            f"     ok  listener: server.operator 127.0.0.1:{published.operator}: the running engine listens there",
        ):  # fmt: skip
            assert line in done.stdout.splitlines(), done.stdout
        assert "warning" not in done.stdout


def test_doctor_names_a_damaged_article_and_fails(published: Hub) -> None:
    with closing(sqlite3.connect(published.folder / "var" / "hub.db")) as connection:
        (id_,) = connection.execute("SELECT id FROM articles WHERE title = 'Story 3 of s5'").fetchone()
        connection.execute("UPDATE articles SET content = content || '.' WHERE id = ?", (id_,))
        connection.commit()
    done = published.run("doctor")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f" failed  article: {id_} (Story 3 of s5): "))
    assert f"syndicator takedown {id_}" in lines[at + 1]
    report = published.run("doctor", "--json")
    assert (report.returncode, report.stderr) == (1, "")
    said = json.loads(report.stdout)
    assert said["level"] == "failed"
    assert [one["check"] for one in said["checks"] if one["level"] == "failed"] == ["article", "articles"]
    kept = published.run("backup", "backup.db")
    assert (kept.returncode, "1 damaged article, here as" in kept.stderr) == (1, True)


def test_doctor_looks_at_what_it_can_where_there_is_no_database_or_none_that_is_one(hub: Hub) -> None:
    done = hub.run("doctor")
    assert (done.returncode, "has no tables yet. Run `syndicator migrate`" in done.stdout) == (0, True)
    assert not (hub.folder / "var").exists(), "looking makes nothing"
    (hub.folder / "var").mkdir()
    (hub.folder / "var" / "hub.db").write_text("Dear reader, this is a letter and no database. " * 50)
    done = hub.run("doctor")
    assert (done.returncode, "file is not a database" in done.stdout) == (1, True)
    assert "free; no engine runs" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_doctor_goes_on_where_half_of_the_file_is_lost(published: Hub) -> None:
    file = published.folder / "var" / "hub.db"
    content = bytearray(file.read_bytes())
    half = len(content) // 2 // 4096 * 4096
    file.write_bytes(content[:half] + bytes(len(content) - half))
    done = published.run("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    for line in (" failed  integrity: ", " failed  documents: ", "listener: server.public"):
        assert line in done.stdout
    os.truncate(file, half)
    done = published.run("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert " failed  schema: cannot open sqlite:///var/hub.db: database disk image is malformed" in done.stdout
    assert "restore the last backup" in done.stdout


def test_doctor_tells_of_secrets_that_all_may_read_and_never_prints_one(hub: Hub) -> None:
    hub.write(
        "sqlite:///var/hub.db",
        sources='  paid: {url: "https://paid.example/f?token=hidden1", category: news, headers: {X-Key: hidden2}}\n',
    )
    assert hub.run("migrate").returncode == 0
    (hub.folder / "hub.yaml").chmod(0o644)
    (hub.folder / "var" / "hub.db").chmod(0o644)
    done = hub.run("doctor")
    assert "hub.yaml can be read by everybody" in done.stdout
    assert "var/hub.db can be read by everybody" in done.stdout
    assert "hidden" not in done.stdout + done.stderr
    (hub.folder / "hub.yaml").chmod(0o600)
    for file in (hub.folder / "var").iterdir():
        file.chmod(0o600)
    assert "read by everybody" not in hub.run("doctor").stdout


def test_doctor_asks_failing_sources_where_it_is_told_to(hub: Hub) -> None:
    (hub.folder / "s3.xml").unlink()
    (hub.folder / "s4.xml").unlink()
    assert hub.run("poll", "--all").returncode == 1
    hub.feed("s4", 5)
    quiet = hub.run("doctor")
    assert (quiet.returncode, "source now" in quiet.stdout) == (0, False)
    asked = hub.run("doctor", "--fetch")
    assert "     ok  source now: s4 answers now; its next poll takes what it has" in asked.stdout.splitlines()
    assert "warning  source now: s3: " in asked.stdout


def test_doctor_tells_of_a_port_that_is_taken_by_another(hub: Hub) -> None:
    with socket.create_server(("127.0.0.1", hub.public)):
        done = hub.run("doctor")
    assert f"warning  listener: server.public 127.0.0.1:{hub.public}: taken, and no engine runs" in done.stdout


def test_copies_and_backups_that_cannot_be_made_say_why(published: Hub) -> None:
    for words, said in (
        (("backup", "none/backup.db"), "No such file or directory"),
        (("backup", "var/hub.db"), "it exists"),
        (("copy", "--to", "sqlite:///var/hub.db"), "is not empty"),
        (("copy", "--to", "mysql://u:hidden@h/d"), "mysql is no database"),
        (("copy", "--to", "postgresql://u:hidden@127.0.0.1:1/d"), "cannot open postgresql"),
        (("copy", "--from", "none.db", "--to", "new.db"), "there is no file none.db"),
        (("copy", "--from", "hub.yaml", "--to", "new.db"), "file is not a database"),
    ):
        done = published.run(*words)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert said in done.stderr, words
        assert "Traceback" not in done.stderr
        assert "hidden" not in done.stderr
