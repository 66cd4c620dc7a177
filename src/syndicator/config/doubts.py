"""What is allowed in a configuration, and is probably not meant."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from syndicator.core.canonical import canonical
from syndicator.core.errors import Problem

from .loading import gathered, is_pattern
from .settings import Settings
from .wording import found
from .yaml_file import YamlData


def doubts(path: Path, settings: Settings, environment: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """What to warn of in the right configuration at `path`, in the order of the file; `settings` are what it says."""
    data = gathered(path, os.environ if environment is None else environment)
    doubtful = (*_missing_files(data, path.parent, settings), *_twice(data, settings),
             *_empty_patterns(data, path.parent, settings))  # fmt: skip
    return tuple(sorted(doubtful, key=lambda one: (one.file, one.line, one.column)))


def _missing_files(data: YamlData, folder: Path, settings: Settings) -> Iterator[Problem]:
    for id_, source in settings.sources.items():
        name = unquote(source.url.removeprefix("file:"))
        if source.url.startswith("file:") and not (folder / name.replace("\0", "?")).is_file():
            path = ("sources", id_, "url")
            yield data.problem(path, f"found {found(data, path)}; there is no such file beside the configuration yet")


def _twice(data: YamlData, settings: Settings) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for id_, source in settings.sources.items():
        other = first.setdefault(canonical(source.url) or source.url, id_)
        if other != id_:
            message = f"is the address of {other} too: it is polled twice; to file it twice, give one `categories`"
            yield data.problem(("sources", id_, "url"), message)


def _empty_patterns(data: YamlData, folder: Path, settings: Settings) -> Iterator[Problem]:
    for number, pattern in enumerate(settings.include):
        if is_pattern(pattern) and not any(folder.glob(pattern)):
            yield data.problem(("include", number), f"found {found(data, ('include', number))}, which no file fits yet")
