"""The static export, of a store that was filled the usual way: what is served, as files, and nothing else."""

from __future__ import annotations

import fcntl
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from builders import NOW, article, configure, place_newcomers, site, source
from starlette.types import ASGIApp, Receive, Scope, Send

from syndicator.core.errors import ExportFailed, ExportRunning, NotEmpty
from syndicator.core.identity import New, Updated
from syndicator.core.model import ALL, Article, Category, Site, SourceState
from syndicator.core.related import Neighbour
from syndicator.core.theme import Theme, ThemeTemplate
from syndicator.core.work import Saving
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.store.store import Store
from syndicator.web.export import Progress, export
from syndicator.web.export_folder import MANIFEST, ExportFolder, Written, export_folder
from syndicator.web.public import public_app
from syndicator.web.server import listen, server

TREE = (Category("health", "Health"), Category("health/oncology", "Oncology"), Category("science", "Science"))
ARCHIVE_SIZE = 5
LOCK = f"{MANIFEST}.lock"


def _article(n: int, **fields: Any) -> Article:
    url = f"https://src.example.org/{n}"
    plain = replace(
        article(), id=f"a{n}", guid=f"urn:x:{n}", title=f"Title {n}", source_id=f"s{n % 3}", url=url, canonical_url=url,
        sort_at=NOW - timedelta(hours=n), categories=("health" if n % 2 else "health/oncology",),
        summary=f"Summary {n}", content=f"<p>Content {n}</p>",
    )  # fmt: skip
    return replace(plain, **fields)


# One story in two categories: each shows its own member, and all news shows one of them.
STORY = [
    _article(20, title="The same news", categories=("health",)),
    _article(21, title="The same news", categories=("science",), canonical_url="https://src.example.org/20"),
]


class Hub:
    """A store, what it serves, and what is exported of it."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.store = Store(f"sqlite:///{folder}/hub.db")
        self.site = site
        self.out = folder / "out"
        self.store.migrate()
        configure(self.store, [source()], TREE, NOW)
        self.save(*(New(_article(n)) for n in reversed(range(12))), *map(New, STORY))

    def save(self, *verdicts: New | Updated) -> None:
        state = SourceState("src", "src", "https://src.example.org/feed", NOW)
        self.store.save_polls([Saving(state, verdicts)])
        self.publish()

    def publish(self) -> None:
        place_newcomers(self.store)
        limits = ChannelLimits(archive_size=ARCHIVE_SIZE)
        Publisher(self.store, lambda: NOW, self.site, TREE, limits).publish()

    def app(self) -> ASGIApp:
        return public_app(self.store, self.site, TREE, ARCHIVE_SIZE, lambda: NOW)

    def export(
        self, out: Path | None = None, app: ASGIApp | None = None, progress: Progress = lambda total, done: None
    ) -> Written:
        made = app or self.app()
        return export(made, self.store, [one.id for one in TREE], ARCHIVE_SIZE, out or self.out, progress)


@pytest.fixture
def make_hub(tmp_path: Path) -> Iterator[Callable[[Site], Hub]]:
    made: list[Hub] = []

    def make(site: Site) -> Hub:
        made.append(Hub(tmp_path, site))
        return made[-1]

    yield make
    for hub in made:
        hub.store.close()


@pytest.fixture
def hub(make_hub: Callable[[Site], Hub]) -> Hub:
    return make_hub(site())


def _files(folder: Path) -> dict[str, bytes]:
    """What was exported, by path; the manifest and the lock aside."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: body for name, body in found.items() if not name.startswith(MANIFEST)}


def _tree(folder: Path) -> dict[str, bytes]:
    """Everything below a folder, empty folders too."""
    return {str(one.relative_to(folder)): one.read_bytes() if one.is_file() else b"" for one in folder.rglob("*")}


def _states(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*")}


def _address(file: str) -> str:
    """The address that a static host answers with `file`."""
    page = file.removesuffix("index.html").rstrip("/") if file.endswith("index.html") else file
    return f"/{page}"


@contextmanager
def _served(app: ASGIApp) -> Iterator[str]:
    listener = listen("127.0.0.1:0", "server.public")
    serving = server(app)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    serving.should_exit = True
    thread.join(timeout=5)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _hosted(folder: Path) -> Iterator[str]:
    """A static host: Python's own, which redirects to the slash of a folder."""
    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{host.server_address[1]}"
    host.shutdown()
    host.server_close()


def _get(url: str) -> requests.Response:
    return requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=10)


def test_every_file_has_the_bytes_that_are_served_at_its_address(hub: Hub) -> None:
    done = hub.export()
    files = _files(hub.out)
    assert done == Written(len(files), 0, 0)
    with _served(hub.app()) as served:
        for file, body in files.items():
            answer = _get(served + _address(file))
            assert (answer.status_code, answer.content) == (404 if file == "404.html" else 200, body), file


def test_every_public_address_is_there(hub: Hub) -> None:
    hub.export()
    files = set(_files(hub.out))
    assert files >= {"index.html", "404.html", "feeds.opml", "static/style.css"}
    for category in (ALL, "health", "health/oncology", "science"):
        assert files >= {
            f"feeds/{category}.rss", f"feeds/{category}.atom", f"feeds/{category}.json",
            f"feeds/{category}/archive/1.rss", f"feeds/{category}/archive/1.atom", f"feeds/{category}/archive/1.json",
            f"categories/{category}/index.html", f"categories/{category}/archive/1/index.html",
            f"categories/{category}/latest.json", f"categories/{category}/latest.html",
        }, category  # fmt: skip
    assert "feeds/all/archive/3.atom" in files
    assert "feeds/all/archive/4.atom" not in files
    for n in (*range(12), 20, 21):
        assert files >= {f"articles/a{n}/index.html", f"articles/a{n}/related.json", f"articles/a{n}/related.html"}
    assert not any(file.startswith("api") for file in files), "a cursor is no file"
    listed = (hub.out / MANIFEST).read_text().splitlines()
    assert listed == sorted(files)


def test_files_can_be_read_by_a_web_server_whatever_the_umask(hub: Hub) -> None:
    before = os.umask(0o077)
    try:
        hub.export()
    finally:
        os.umask(before)
    for path in (hub.out, *hub.out.rglob("*")):
        if path.name != LOCK:
            assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


@pytest.mark.parametrize("root", ["", "/news", "/a/b"])
def test_a_static_host_answers_the_same_addresses_and_every_link_among_them(
    make_hub: Callable[[Site], Hub], tmp_path: Path, root: str
) -> None:
    """Also where site.url has a path: then the export stands below it."""
    hub = make_hub(site(url=f"https://news.example.org{root}"))
    folder = tmp_path / "host"
    hub.export(folder / root[1:])
    files = _files(folder / root[1:])
    links = {link for file, body in files.items() for link in _internal_links(file, body.decode())}
    assert len(links) > 60
    with _hosted(folder) as host:
        for file, body in files.items():
            assert _get(host + root + _address(file)).content == body, file
        for link in links:
            assert link.startswith(f"{root}/"), link
            assert _get(host + link).status_code == 200, link


def _internal_links(file: str, text: str) -> Iterator[str]:
    """The paths of all that leads to this site: full addresses anywhere, and those from the root in pages."""
    found = re.findall(r"https://news\.example\.org(/[^\s\"<>\\]*)", text)
    yield from (link for link in found if not link.endswith("/feeds/"))
    if file.endswith(".html"):
        yield from re.findall(r'(?:href|src)="(/[^"]*)"', text)


def test_a_second_export_of_the_same_state_writes_nothing(hub: Hub) -> None:
    first = hub.export()
    before = _states(hub.out)
    assert hub.export() == Written(0, first.files, 0)
    assert _states(hub.out) == before, "not even the manifest, nor a folder"


def test_a_changed_article_rewrites_only_what_names_it(hub: Hub) -> None:
    hub.export()
    before, files = _states(hub.out), _files(hub.out)
    changed = _article(3, title="A new title", seq=99, updated=NOW, revised=NOW)
    hub.save(Updated(changed, significant=True))
    done = hub.export()
    after, now = _states(hub.out), _files(hub.out)
    rewritten = {file for file in now if after[file] != before[file]}
    assert rewritten == {file for file in now if now[file] != files[file]}
    assert done == Written(len(rewritten), len(now) - len(rewritten), 0)
    assert {"articles/a3/index.html", "feeds/health.rss", "feeds/all.json", "categories/health/index.html"} <= rewritten
    assert all("A new title" in now[file].decode() for file in rewritten if file.endswith(".html"))
    assert not any(file.startswith(("feeds/science", "feeds/health/oncology", "static")) for file in rewritten)
    assert after[MANIFEST] == before[MANIFEST]


def test_what_was_taken_down_is_gone(hub: Hub) -> None:
    hub.export()
    files = _files(hub.out)
    assert hub.store.take_down("a3", NOW)
    hub.publish()
    done = hub.export()
    gone = {f"articles/a3/{name}" for name in ("index.html", "related.json", "related.html")}
    assert set(files) - set(_files(hub.out)) == gone
    assert done.deleted == 3
    assert not (hub.out / "articles" / "a3").exists()
    for file, body in _tree(hub.out).items():
        for text in (b"Content 3<", b"Title 3<", b'Title 3"', b"Summary 3<", b"articles/a3/", b'articles/a3"'):
            assert text not in body, (file, text)
    assert hub.export().written == 0


def test_an_article_that_vanishes_while_it_is_exported_is_left_out(hub: Hub) -> None:
    hub.export()
    app = hub.app()

    async def gone(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/static/style.css":
            hub.store.take_down("a4", NOW)
        await app(scope, receive, send)

    done = hub.export(app=gone)
    assert not (hub.out / "articles" / "a4").exists()
    assert done.deleted == 3


@pytest.mark.parametrize("path", ["/articles/a3", "/feeds/all/archive/2.atom", "/"])
def test_an_address_that_cannot_be_answered_ends_the_export_and_keeps_what_is_there(hub: Hub, path: str) -> None:
    hub.export()
    before = _states(hub.out)
    app = hub.app()

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == path:
            raise RuntimeError("out of order")
        await app(scope, receive, send)

    with pytest.raises(ExportFailed, match=rf"^{path}: cannot be answered: RuntimeError\('out of order'\)"):
        hub.export(app=broken)
    assert _states(hub.out) == before


def test_an_error_of_our_own_application_ends_the_export(hub: Hub) -> None:
    class Broken(Store):
        def recent(self, category: str) -> tuple[Neighbour, ...]:
            raise RuntimeError("no such table")

    reader = Broken(f"sqlite:///{hub.out.parent}/hub.db", read_only=True)
    with pytest.raises(ExportFailed, match=r"^/articles/a[0-9]+: cannot be answered"):
        hub.export(app=public_app(reader, hub.site, TREE, ARCHIVE_SIZE, lambda: NOW))
    reader.close()


def test_an_answer_that_is_neither_there_nor_gone_ends_the_export(hub: Hub) -> None:
    async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 301, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with pytest.raises(ExportFailed, match=r"^/static/style\.css: answered 301"):
        hub.export(app=elsewhere)


class _Killed(BaseException):
    pass


def _kill_at(n: int) -> Progress:
    def progress(total: int, done: int) -> None:
        if done == n:
            raise _Killed

    return progress


@pytest.mark.parametrize("n", [0, 1, 7, 40, 70])
def test_an_export_that_was_killed_and_run_again_gives_the_tree_of_an_undisturbed_one(
    hub: Hub, tmp_path: Path, n: int
) -> None:
    hub.export()
    with pytest.raises(_Killed):
        hub.export(tmp_path / "killed", progress=_kill_at(n))
    # By then there are other articles, and one less.
    hub.save(New(_article(13)))
    hub.store.take_down("a5", NOW)
    hub.publish()
    with pytest.raises(_Killed):
        hub.export(tmp_path / "killed", progress=_kill_at(n + 3))
    hub.export(tmp_path / "killed")
    hub.export(tmp_path / "undisturbed")
    assert _tree(tmp_path / "killed") == _tree(tmp_path / "undisturbed")


def test_what_a_killed_export_was_just_writing_is_cleared_away(hub: Hub, tmp_path: Path) -> None:
    hub.export()
    undisturbed = _tree(hub.out)
    for folder in (hub.out, hub.out / "feeds", hub.out / "articles" / "a3"):
        (folder / f"{MANIFEST}.new").write_bytes(b"half")
    hub.export()
    assert _tree(hub.out) == undisturbed
    hub.store.take_down("a3", NOW)
    (hub.out / "articles" / "a3" / f"{MANIFEST}.new").write_bytes(b"half")
    hub.export()
    assert not (hub.out / "articles" / "a3").exists()
    # Killed before there was a manifest.
    early = tmp_path / "early"
    early.mkdir()
    (early / f"{MANIFEST}.new").write_bytes(b"half")
    (early / LOCK).touch()
    assert hub.export(early).written


def test_foreign_files_stay(hub: Hub) -> None:
    hub.export()
    foreign = {"CNAME": b"news.example.org", "articles/a3/mine.txt": b"x", "feeds/.htaccess": b"y"}
    for name, body in foreign.items():
        (hub.out / name).write_bytes(body)
    hub.store.take_down("a3", NOW)
    hub.publish()
    hub.export()
    assert {name: (hub.out / name).read_bytes() for name in foreign} == foreign
    assert [path.name for path in (hub.out / "articles" / "a3").iterdir()] == ["mine.txt"]


def test_a_folder_that_holds_something_and_was_never_exported_into_is_refused(hub: Hub) -> None:
    hub.out.mkdir()
    hub.export()
    other = hub.out.parent / "other"
    other.mkdir()
    (other / "index.html").write_text("mine")
    with pytest.raises(NotEmpty, match="other is not empty"):
        hub.export(other)
    assert _tree(other) == {"index.html": b"mine"}


def test_a_second_export_at_the_same_time_is_refused(hub: Hub) -> None:
    hub.export()
    with open(hub.out / LOCK) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ExportRunning, match=r"another export into .*out is running"):
            hub.export()
    hub.export()


def test_a_folder_in_the_place_of_a_file_is_named_and_so_is_a_file_in_the_place_of_a_folder(hub: Hub) -> None:
    hub.export()
    (hub.out / "feeds.opml").unlink()
    (hub.out / "feeds.opml").mkdir()
    with pytest.raises(ExportFailed, match=r"out/feeds\.opml: is a folder where a file has to be; move it away"):
        hub.export()
    (hub.out / "feeds.opml").rmdir()
    for file in (hub.out / "articles" / "a3").iterdir():
        file.unlink()
    (hub.out / "articles" / "a3").rmdir()
    (hub.out / "articles" / "a3").write_text("mine")
    with pytest.raises(ExportFailed, match="articles/a3: is no folder, where one has to be; move it away"):
        hub.export()
    assert (hub.out / "articles" / "a3").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_a_message(hub: Hub) -> None:
    (hub.out.parent / "file").write_text("")
    with pytest.raises(ExportFailed, match="file: is no folder"):
        hub.export(hub.out.parent / "file" / "out")
    with pytest.raises(ExportFailed, match=r"^/proc/nothing: No such file"):
        hub.export(Path("/proc/nothing"))


# --- paths and links ----------------------------------------------------------------------------------


def test_nothing_is_written_or_deleted_through_a_link_that_leads_out(hub: Hub, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    hub.export()
    (hub.out / "articles").rename(outside / "articles")
    (hub.out / "articles").symlink_to(outside / "articles")
    before = _states(outside)
    hub.store.take_down("a3", NOW)
    hub.publish()
    with pytest.raises(ExportFailed, match=r"leads out of .* by a symbolic link"):
        hub.export()
    assert _states(outside) == before


def test_a_file_that_is_a_link_is_replaced_not_followed(hub: Hub, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    hub.export()
    body = (hub.out / "index.html").read_bytes()
    for content in (b"mine", body):
        precious.write_bytes(content)
        (hub.out / "index.html").unlink()
        (hub.out / "index.html").symlink_to(precious)
        assert hub.export().written == 1
        assert not (hub.out / "index.html").is_symlink()
        assert precious.read_bytes() == content


def test_the_folder_itself_may_be_a_link(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    (tmp_path / "current").symlink_to("release")
    assert hub.export(tmp_path / "current").written
    assert (tmp_path / "release" / "index.html").exists()


@pytest.mark.parametrize(
    "file", ["../x", "a/../../x", "/etc/x", "a//b", "", ".", "a/.", "..", "a\0b", "a\nb", MANIFEST, f"a/{LOCK}", "a/"]
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, file: str) -> None:
    with export_folder(tmp_path / "out") as folder, pytest.raises(ExportFailed, match="no path of an exported file"):
        folder.expect([file])
    assert _tree(tmp_path / "out") == {LOCK: b""}


def test_a_manifest_that_somebody_wrote_deletes_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFEST).write_text("../mine\nindex.html\n")
    with export_folder(tmp_path / "out") as folder, pytest.raises(ExportFailed):
        _run(folder, ["index.html"])
    assert (tmp_path / "mine").read_text() == "mine"


def test_what_became_a_folder_of_somebody_is_not_deleted(tmp_path: Path) -> None:
    with export_folder(tmp_path / "out") as folder:
        _run(folder, ["a/b", "c"])
    (tmp_path / "out" / "c").unlink()
    (tmp_path / "out" / "c").mkdir()
    with export_folder(tmp_path / "out") as folder:
        assert _run(folder, ["d"]) == Written(1, 0, 1)
    assert sorted(_tree(tmp_path / "out")) == [MANIFEST, LOCK, "c", "d"]


def _run(folder: ExportFolder, files: Iterable[str]) -> Written:
    folder.expect(files)
    for file in files:
        folder.put(file, b"x")
    return folder.finish()


def test_the_static_files_of_a_theme_are_exported_and_its_pages(hub: Hub) -> None:
    theme = Theme({"front.html": ThemeTemplate("mine", "front.html")}, {"style.css": b"a{}", "fonts/a.woff2": b"font"})
    app = public_app(hub.store, hub.site, TREE, ARCHIVE_SIZE, lambda: NOW, theme)
    export(app, hub.store, [one.id for one in TREE], ARCHIVE_SIZE, hub.out, lambda total, done: None, theme)
    files = _files(hub.out)
    assert {name: files[name] for name in ("index.html", "static/style.css", "static/fonts/a.woff2")} == {
        "index.html": b"mine", "static/style.css": b"a{}", "static/fonts/a.woff2": b"font",
    }  # fmt: skip
    hub.export()
    assert "static/fonts/a.woff2" not in _files(hub.out)
