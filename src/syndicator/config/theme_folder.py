"""A theme's folder as a Theme: `templates/*.html` and `static/`, with whatever in it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from syndicator.core.errors import Problem
from syndicator.core.theme import Theme, ThemeTemplate

_FOLDERS = ("templates", "static")
_MOST_BYTES = 32 << 20
"""They are kept in memory."""
_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.[A-Za-z0-9]+")


def read_theme(folder: Path, known: frozenset[str]) -> tuple[Theme, tuple[Problem, ...]]:
    """The theme in `folder`, and what in it is left out, each with the reason.

    Static files need an ending among `known`. Hidden files are nobody's mistake, and are passed over.
    """
    problems: list[Problem] = []
    texts, files = (dict(_files(folder, name, problems)) for name in _FOLDERS)
    templates = {name: read for name, path in texts.items() if (read := _template(name, path, problems))}
    static = {name: path.read_bytes() for name, path in _servable(files, known, problems)}
    return Theme(templates, static), (*problems, *_strangers(folder))


def _strangers(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()):
        if path.name not in _FOLDERS and not path.name.startswith(".") and not path.name.startswith("README"):
            yield _problem(path, "has no meaning here; a theme is made of templates/ and static/")


def _files(folder: Path, part: str, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """The files in a part of the theme, by their names in it."""
    root = folder / part
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_dir() or any(step.startswith(".") for step in name.split("/")):
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            problems.append(_problem(path, "leads out of the theme by a symbolic link"))
        elif not path.is_file():
            problems.append(_problem(path, "is no file"))
        elif not _NAME.fullmatch(name):
            problems.append(_problem(path, "is named by other characters than A-Z a-z 0-9 . _ - or has no ending"))
        else:
            yield name, path


def _template(name: str, path: Path, problems: list[Problem]) -> ThemeTemplate | None:
    if not name.endswith(".html"):
        problems.append(_problem(path, "is no template; their names end in .html"))
        return None
    try:
        return ThemeTemplate(path.read_bytes().decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        problems.append(_problem(path, f"is not UTF-8: byte {error.start} cannot be decoded"))
        return None


def _servable(files: dict[str, Path], known: frozenset[str], problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    size = 0
    for name, path in files.items():
        ending = name.rpartition(".")[2].lower()
        size += path.stat().st_size
        if ending not in known:
            problems.append(_problem(path, f"ends in .{ending}; allowed: {', '.join(sorted(known))}"))
        elif size > _MOST_BYTES:
            problems.append(_problem(path, f"is too much: static files may have {_MOST_BYTES >> 20} MiB together"))
        else:
            yield name, path


def _problem(path: Path, message: str) -> Problem:
    return Problem(str(path), 1, 1, "", message)
