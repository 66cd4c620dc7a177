"""What a theme's folder brings, and what in it is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicator.config import theme_folder
from syndicator.config.theme_folder import read_theme

KNOWN = frozenset({"css", "png"})


def _write(root: Path, **files: bytes) -> None:
    for name, body in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def test_templates_and_static_files_are_read_by_their_names(tmp_path: Path) -> None:
    _write(tmp_path, **{"templates/article.html": b"\xef\xbb\xbfone", "templates/parts/card.html": b"two", "static/style.css": b"a{}",
                        "static/img/Logo-1.PNG": b"png", "static/.DS_Store": b"x", ".git/config": b"x", "README.md": b"x"})  # fmt: skip
    theme, problems = read_theme(tmp_path, KNOWN)
    assert problems == ()
    assert {name: one.text for name, one in theme.templates.items()} == {
        "article.html": "one",
        "parts/card.html": "two",
    }
    assert theme.templates["article.html"].file == str(tmp_path / "templates/article.html")
    assert theme.static == {"style.css": b"a{}", "img/Logo-1.PNG": b"png"}


def test_an_empty_folder_is_a_theme_that_changes_nothing(tmp_path: Path) -> None:
    theme, problems = read_theme(tmp_path, KNOWN)
    assert (dict(theme.templates), dict(theme.static), problems) == ({}, {}, ())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("static/app.js", "ends in .js; allowed: css, png"),
        ("static/style", "has no ending"),
        ("static/my style.css", "other characters"),
        ("static/stil\u00e9.css", "other characters"),
        ("templates/page.txt", "their names end in .html"),
        ("templates/bad.html", "is not UTF-8: byte 2 cannot be decoded"),
        ("article.html", "has no meaning here"),
    ],
)
def test_what_cannot_be_taken_is_named_and_left_out(tmp_path: Path, name: str, message: str) -> None:
    _write(tmp_path, **{name: b"ab\xff"})
    theme, (problem,) = read_theme(tmp_path, KNOWN)
    assert (dict(theme.templates), dict(theme.static)) == ({}, {})
    assert problem.file == str(tmp_path / name)
    assert message in problem.message


def test_no_link_leads_out_of_the_theme(tmp_path: Path) -> None:
    _write(tmp_path, **{"secret.css": b"secret", "theme/static/style.css": b"a{}"})
    theme = tmp_path / "theme"
    (theme / "static/out.css").symlink_to(tmp_path / "secret.css")
    (theme / "static/within.css").symlink_to(theme / "static/style.css")
    (theme / "static/nowhere.css").symlink_to(theme / "static/gone.css")
    (theme / "templates").symlink_to(tmp_path)
    found, problems = read_theme(theme, KNOWN)
    assert found.static == {"style.css": b"a{}", "within.css": b"a{}"}
    assert dict(found.templates) == {}
    told = {problem.file.rpartition("/")[2]: problem.message for problem in problems}
    assert "leads out of the theme" in told["out.css"]
    assert told["nowhere.css"] == "is no file"


def test_static_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme_folder, "_MOST_BYTES", 5)
    _write(tmp_path, **{"static/a.css": b"aaa", "static/b.css": b"bbb"})
    theme, (problem,) = read_theme(tmp_path, KNOWN)
    assert list(theme.static) == ["a.css"]
    assert "is too much" in problem.message
