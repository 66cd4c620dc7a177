"""A theme from its folder to the pages: checked, shown, exported, and never in the way."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from running import called

CONFIG = """\
site: {title: Test, url: "https://news.example.org", theme: theme, date_format: "%Y-%m-%d"}
storage: {url: "sqlite:///var/hub.db"}
categories: {health: {title: Health}}
sources: {alpha: {url: "file:alpha.xml", category: health}}
"""
RSS = """<rss version="2.0"><channel><title>Alpha</title><link>https://a.example/</link>
<item><title>First</title><link>https://a.example/1</link><guid>https://a.example/1</guid>
<pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate><description>Some words.</description></item></channel></rss>"""
LIST = "<ul class='mine'>{% for item in items %}<li>{{ item.title }} {{ item.published|day }}</li>{% endfor %}</ul>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hub.yaml").write_text(CONFIG)
    (tmp_path / "alpha.xml").write_text(RSS)
    for name, text in {
        "templates/list.html": LIST,
        "static/style.css": "body{color:navy}",
        "static/logo.svg": "<svg/>",
    }.items():
        path = tmp_path / "theme" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return called(folder, "--config", "hub.yaml", *words)


def _published(folder: Path) -> str:
    """What the commands said on the way to an export."""
    said = "".join(_run(folder, *words).stderr for words in (["poll"], ["publish"], ["export", "--out", "out"]))
    assert (folder / "out/index.html").exists(), said
    return said


def test_a_theme_is_shown_and_exported(folder: Path) -> None:
    assert _run(folder, "check").returncode == 0
    said = _published(folder)
    assert "theme" not in said
    assert (folder / "out/static/style.css").read_text() == "body{color:navy}"
    assert (folder / "out/static/logo.svg").read_text() == "<svg/>"
    latest = (folder / "out/categories/health/latest.html").read_text()
    assert latest == "<ul class='mine'><li>First 2026-01-30</li></ul>"
    assert "2026-01-30</time>" in (folder / "out/categories/health/index.html").read_text()


def test_an_edited_theme_shows_in_the_documents_at_the_next_publish(folder: Path) -> None:
    _published(folder)
    (folder / "theme/templates/list.html").write_text("<p>none</p>")
    _published(folder)
    assert (folder / "out/categories/health/latest.html").read_text() == "<p>none</p>"


def test_check_names_what_is_broken_and_nothing_is_taken_down_by_it(folder: Path) -> None:
    templates = folder / "theme/templates"
    (templates / "front.html").write_text("\n{{ sectoins }}")
    (templates / "list.html").write_text("{% for item in items %}\n\n")
    (folder / "theme/static/app.js").write_text("alert(1)")
    done = _run(folder, "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "theme/static/app.js:1:1: ends in .js; allowed: avif, css," in done.stderr
    assert "theme/templates/front.html:2:1: UndefinedError: 'sectoins' is undefined" in done.stderr
    assert "theme/templates/list.html:1:1: Unexpected end of template." in done.stderr
    assert "3 mistakes in the configuration" in done.stderr
    assert "Traceback" not in done.stderr
    said = _published(folder)
    assert "theme/templates/front.html:2:1: UndefinedError" in said
    assert "left out of the theme" in said
    assert "Test</bdi></a></h1>" in (folder / "out/index.html").read_text()
    assert "First" in (folder / "out/categories/health/latest.html").read_text()
    assert not (folder / "out/static/app.js").exists()
