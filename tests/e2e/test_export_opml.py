"""`export-opml` as an operator runs it, and `import-opml` of what it gave into a configuration that has nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from running import called

from syndicator import bootstrap
from syndicator.bootstrap import subscribing
from syndicator.core.model import Category
from syndicator.core.urls import public

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "opml"
_EMPTY = 'site: {title: Test, url: "https://news.example.org"}\nstorage: {url: "sqlite:///hub.db"}\n'
_NOTHING = _EMPTY + "categories: {other: {title: Other}}\nsources: {}\n"
_CONFIG = (
    _EMPTY
    + """\
categories:
  health: {title: Health & more}
  health/oncology: {title: Oncology}
  arts: {title: Fine Arts}
sources:
  well: {url: "file:well.xml", category: arts}
  alpha: {url: "https://alpha.example/feed", categories: [health/oncology, arts], title: The Alpha}
  keyed: {url: "https://me:hunter2@keyed.example/feed?page=1&token=hunter2", category: health, headers: {X: hunter2}}
  path: {url: "https://path.example/${TOKEN}/feed", category: health}
"""
)
_RSS = """<rss version="2.0"><channel><title>Their own</title><link>https://well.example/</link>
<item><title>One</title><guid>https://well.example/1</guid><link>https://well.example/1</link></item></channel></rss>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.yaml").write_text(_CONFIG)
    (tmp_path / "empty.yaml").write_text(_NOTHING)
    (tmp_path / "well.xml").write_text(_RSS)
    return tmp_path


def _run(folder: Path, *words: str, config: str = "hub.yaml") -> subprocess.CompletedProcess[str]:
    return called(folder, "--config", config, *words, TOKEN="xyzzyxyzzy")


def test_P11_what_was_exported_and_imported_again_is_the_same(folder: Path) -> None:
    done = _run(folder, "export-opml", "--out", "subscriptions.opml")
    assert (done.returncode, done.stdout) == (0, "2 sources written to subscriptions.opml.\n")
    assert done.stderr.splitlines() == [
        "note: well is left out: its address is a file here, which no other reader can reach",
        "note: keyed is written without the key or password in its address; others may not get it so",
        "note: the headers of keyed are left out; others may not get it without",
        "note: path is left out: its address holds what the environment keeps secret",
    ]
    assert _run(folder, "import-opml", "subscriptions.opml", config="empty.yaml").returncode == 0
    again = bootstrap.load(folder / "empty.yaml")
    assert {one.id: (one.title, one.categories, one.url) for one in again.sources.values()} == {
        "alpha": ("The Alpha", ("health/oncology", "arts"), "https://alpha.example/feed"),
        "keyed": (None, ("health",), "https://keyed.example/feed?page=1"),
    }
    assert {one.id: one.title for one in again.categories} == {
        "other": "Other",
        "health": "Health & more",
        "health/oncology": "Oncology",
        "arts": "Fine Arts",
    }


def test_O3_without_a_file_it_goes_to_standard_output_and_no_credential_goes_along(folder: Path) -> None:
    done = _run(folder, "export-opml")
    assert done.returncode == 0
    assert done.stdout.startswith("<?xml ")
    for secret in ("hunter2", "xyzzy"):
        assert secret not in done.stdout + done.stderr


def test_what_a_feed_calls_itself_is_told_once_it_was_polled(folder: Path) -> None:
    (folder / "hub.yaml").write_text(_CONFIG.replace("file:well.xml", "https://well.example/feed"))
    assert 'text="well" title="well"' in _run(folder, "export-opml").stdout
    (folder / "hub.yaml").write_text(_CONFIG)
    _run(folder, "poll", "well")
    (folder / "hub.yaml").write_text(_CONFIG.replace("file:well.xml", "https://well.example/feed"))
    said = _run(folder, "export-opml").stdout
    assert (
        'text="Their own" title="Their own" type="rss" xmlUrl="https://well.example/feed" htmlUrl="https://well.'
        in said
    )


def test_a_place_that_cannot_be_written_is_a_message(folder: Path) -> None:
    (folder / "kept").mkdir()
    for place, code, says in (("none/x.opml", 1, "none/x.opml cannot be written: No such file"), ("kept", 2, "kept")):
        done = _run(folder, "export-opml", "--out", place)
        assert (done.returncode, done.stdout) == (code, "")
        assert says in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus lies beside the repository")
def test_P11_real_lists_come_back_as_they_went(tmp_path: Path) -> None:
    def imported(file: Path, name: str) -> bootstrap.Hub:
        path = tmp_path / name
        path.write_text(_NOTHING)
        bootstrap.load(path).import_opml(file).extension.write()
        return bootstrap.load(path)

    compared = 0
    for file in sorted(CORPUS.iterdir()):
        first = imported(file, "first.yaml")
        (tmp_path / "out.opml").write_bytes(subscribing.export_opml(first).opml)
        again = imported(tmp_path / "out.opml", "again.yaml")
        holding = {path for one in first.sources.values() for path in one.categories}
        holding |= {above for path in holding for above in Category(path, "").ancestors}
        assert {one for one in first.categories if one.id in holding} == {
            one for one in again.categories if one.id in holding
        }, file.name
        for id_, source in first.sources.items():
            same = again.sources[id_]
            assert (same.title, same.categories[0], set(same.categories)) == (
                source.title, source.categories[0], set(source.categories)
            ), file.name  # fmt: skip
            assert same.url == public(source.url), file.name
        compared += len(first.sources)
    assert compared == 440
