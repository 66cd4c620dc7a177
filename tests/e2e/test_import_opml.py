"""`import-opml` as an operator runs it: what is added and told, and that a mistake leaves everything as it was."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from running import called

CONFIG = """\
# The newsroom.
site: {title: Test, url: "https://news.example.org"}
include: [more.yaml]
categories:
  health: {title: Health}   # the oldest

# --- Sources ---
sources:
  alpha: {url: "https://alpha.example/feed", category: health, headers: {Authorization: "Bearer ${TOKEN}"}}
# the end
"""
MORE = "categories: {art: {title: Fine Arts}}\nsources: {arts: {url: 'https://arts.example/feed', category: art}}\n"
LIST = """<opml version="1.1"><body>
<outline text="Alpha again" xmlUrl="http://www.alpha.example/feed/"/>
<outline text="Fine arts"><outline text="Gallery & more" xmlUrl="feed://gallery.example/rss"/>
<outline text="Arts" xmlUrl="https://arts.example/feed"/></outline>
<outline text="Tech"><outline text="No" title="Nordic Oracle" xmlUrl="https://no.example/rss?token=hunter2"/></outline>
<outline text="Loose" xmlUrl="https://loose.example/"/>
<outline text="Evil" xmlUrl="exec:rm -rf ~"/>
<outline text="Mine" xmlUrl="https://me:hunter2@mine.example/feed"/>
</body></opml>"""
ADDED_CATEGORIES = "  tech: {title: Tech}\n  imported: {title: Imported}\n"
ADDED_SOURCES = """\
  gallery-more: {url: "http://gallery.example/rss", category: art}
  "no": {url: "https://no.example/rss?token=hunter2", category: tech, title: "No"}
  loose: {url: "https://loose.example/", category: imported}
"""
NEW_CONFIG = CONFIG.replace("# the oldest\n", f"# the oldest\n{ADDED_CATEGORIES}").replace(
    "# the end", f"{ADDED_SOURCES}# the end"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.yaml").write_text(CONFIG)
    (tmp_path / "more.yaml").write_text(MORE)
    (tmp_path / "feeds.opml").write_text(LIST)
    return tmp_path


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return called(folder, "--config", "hub.yaml", *words, TOKEN="xyzzy")


def _unchanged(folder: Path) -> bool:
    files = {path.name: path.read_text() for path in folder.iterdir()}
    return files == {"hub.yaml": CONFIG, "more.yaml": MORE, "feeds.opml": files["feeds.opml"]}


def test_P11_an_import_adds_what_is_new_and_leaves_the_rest_byte_for_byte(folder: Path) -> None:
    done = _run(folder, "import-opml", "feeds.opml")
    assert (done.returncode, (folder / "hub.yaml").read_text()) == (0, NEW_CONFIG)
    assert (folder / "more.yaml").read_text() == MORE
    assert done.stdout.splitlines() == [
        "new category tech: Tech",
        "new category imported: Imported",
        "3 sources added, 2 there already, 2 refused; 2 new categories. A hub that runs takes them up at once.",
    ]
    assert done.stderr.splitlines() == [
        "note: not well-formed, read with repairs: unescaped ampersands (1)",
        "refused: line 7, 'Evil': starts a program of the reader it comes from (exec:), and is no address of the web",
        "refused: line 8, 'Mine': holds a user's name or a password, which should not stand in a YAML file. Add it by hand, "
        'without them, with `headers: {Authorization: "Basic ${NAME}"}` and the rest in the environment variable NAME',
        "note: the address of no may hold a key; if so, write `${NAME}` in its place, and set the environment variable NAME",
    ]
    assert _run(folder, "check").stdout == "hub.yaml: right. 5 sources, 4 categories.\n"
    again = _run(folder, "import-opml", "feeds.opml")
    assert again.stdout == "0 sources added, 5 there already, 2 refused; 0 new categories. Nothing was written.\n"
    assert (folder / "hub.yaml").read_text() == NEW_CONFIG


def test_a_dry_run_shows_the_difference_and_writes_nothing(folder: Path) -> None:
    done = _run(folder, "import-opml", "feeds.opml", "--dry-run")
    added = [*ADDED_CATEGORIES.splitlines(), *ADDED_SOURCES.replace("?token=hunter2", "").splitlines()]
    assert done.returncode == 0
    assert [line for line in done.stdout.splitlines() if not line.startswith("@@")] == [
        "--- hub.yaml",
        "+++ hub.yaml",
        *(f"+{line}" for line in added),
    ]
    assert done.stderr.splitlines()[-1].startswith("3 sources to add, 2 there already, 2 refused")
    assert "hunter2" not in done.stdout + done.stderr
    assert "xyzzy" not in done.stdout + done.stderr
    assert _unchanged(folder)


def test_json_is_one_object(folder: Path) -> None:
    done = _run(folder, "import-opml", "feeds.opml", "--json", "--dry-run", "--category", "health")
    told = json.loads(done.stdout)
    assert list(told) == ["written", "added", "present", "refused", "categories", "flaws", "with_keys", "diff"]
    assert told["written"] is False
    assert told["added"][2] == {"id": "loose", "url": "https://loose.example/", "categories": ["health"]}
    assert told["present"] == ["http://www.alpha.example/feed/", "https://arts.example/feed"]
    assert [one["where"] for one in told["refused"]] == ["line 7, 'Evil'", "line 8, 'Mine'"]
    assert told["categories"] == [{"id": "tech", "title": "Tech"}]
    assert told["with_keys"] == ["no"]
    assert "hunter2" not in done.stdout
    assert _unchanged(folder)
    told = json.loads(_run(folder, "import-opml", "feeds.opml", "--json").stdout)
    assert (told["written"], "diff" in told) == (True, False)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("none.opml",), 1, "none.opml cannot be read as OPML: No such file or directory. Nothing was imported."),
        ((".",), 1, ". cannot be read as OPML: Is a directory"),
        (("hub.yaml",), 1, "hub.yaml cannot be read as OPML: it is no XML"),
        (("feeds.opml", "--category", "helth"), 2, "there is no category 'helth' in hub.yaml"),
        ((), 2, "FILE"),
    ],
)
def test_a_wrong_word_ends_in_a_message_and_its_exit_code(
    folder: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = _run(folder, "import-opml", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert _unchanged(folder)


def test_a_wrong_configuration_is_told_first(folder: Path) -> None:
    (folder / "hub.yaml").write_text(CONFIG.replace("title: Test", "titel: Test"))
    done = _run(folder, "import-opml", "feeds.opml")
    assert done.returncode == 2
    assert "unknown key; did you mean 'title'?" in done.stderr


def test_a_configuration_that_may_not_be_written_is_a_message(folder: Path) -> None:
    (folder / "hub.yaml").chmod(0o444)
    done = _run(folder, "import-opml", "feeds.opml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "hub.yaml cannot be extended: it is read-only. It stays as it was." in done.stderr
    assert _unchanged(folder)


def test_a_title_cannot_write_to_the_terminal(folder: Path) -> None:
    evil = "a\u202eb\u009b31m"
    (folder / "feeds.opml").write_text(
        f'<opml><body><outline text="{evil}"><outline text="{evil}" xmlUrl="x:y"/>'
        '<outline text="A" xmlUrl="https://a.example/"/></outline></body></opml>'
    )
    done = _run(folder, "import-opml", "feeds.opml")
    assert done.returncode == 0
    assert not {"\u202e", "\u009b"} & set(done.stdout + done.stderr)
