"""Where the files lie that a configuration is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def folders(path: Path, include: Iterable[str], theme: str | None) -> frozenset[Path]:
    """The folders in which a change may change the configuration at `path`: those of its file, of the files that its
    patterns `include` or might, and of its theme; of links also where they lead."""
    return frozenset(folder for folder in _folders(path, include, theme) if folder.is_dir())


def _folders(path: Path, include: Iterable[str], theme: str | None) -> Iterator[Path]:
    here = path.parent
    for file in (path, *_included(here, include)):
        yield file.parent
        with suppress(OSError, RuntimeError):  # a link that leads to itself
            yield file.resolve().parent
    for pattern in include:
        yield here / Path(pattern).parent if not _is_pattern(str(Path(pattern).parent)) else here
    if theme:
        yield here / theme
        yield from (found for found in sorted((here / theme).rglob("*")) if found.is_dir())


def _included(here: Path, include: Iterable[str]) -> Iterator[Path]:
    for pattern in include:
        try:
            yield from here.glob(pattern)
        except (ValueError, NotImplementedError):
            continue  # a mistake, which is named where the file is loaded


def _is_pattern(text: str) -> bool:
    return any(one in text for one in "*?[")
