"""YAML becomes Settings, or a list of every mistake with file, line, column and key."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from syndicator.core.errors import ConfigError, Problem

from .loose_ends import each, loose_ends
from .settings import INCLUDABLE, Settings
from .wording import in_words
from .yaml_file import Path_, YamlData, load

_T = TypeVar("_T")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NO_MAPPING = "is no mapping; keys such as `site:` and `sources:` belong here"


def load_settings(
    path: Path,
    environment: Mapping[str, str] | None = None,
    crontab: Callable[[str], object] | None = None,
    body: bytes | None = None,
    classifier: Callable[[], bool] | None = None,
) -> Settings:
    """The settings of the file at `path` and what it includes; raises ConfigError with every problem found.

    `crontab` raises ValueError for a text that is none, `classifier` says whether what it needs is installed; `body` is
    what the file is to hold, if not what it holds.
    """
    context = {"crontab": crontab, "classifier": classifier}
    environment = os.environ if environment is None else environment
    main = gathered(path, environment, body)
    settings: Settings | None = None
    if isinstance(main.value, dict):
        filled = main.value
        if any("${" in text for text in main.texts.values()):
            filled = _filled(main.value, (), main, environment)
        settings, mistakes = _validated(main, filled, context)
        _add_others(main.problems, (*mistakes, *loose_ends(main, filled, path.parent)))
    elif not main.problems:
        main.problems.append(main.problem((), _NO_MAPPING))
    if main.problems or settings is None:
        raise ConfigError(tuple(sorted(set(main.problems), key=astuple)))
    return settings


def gathered(path: Path, environment: Mapping[str, str], body: bytes | None = None) -> YamlData:
    """What the file at `path` and those that it includes say, unchecked."""
    main = load(path, str(path), body)
    if isinstance(main.value, dict):
        _include(main, path, environment)
    return main


def is_pattern(name: str) -> bool:
    """Whether what `include` says is a pattern, which may fit no file."""
    return any(one in name for one in "*?[")


def _validated(
    data: YamlData, filled: dict[str, Any], context: dict[str, Any]
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """The settings that the `filled` values of `data` are, or their mistakes."""
    try:
        return Settings.model_validate(filled, context=context), ()
    except ValidationError as error:
        return None, tuple(in_words(data, mistake) for mistake in error.errors())


def _add_others(problems: list[Problem], found: tuple[Problem, ...]) -> None:
    """Add what is `found` at keys of which nothing is told yet: one mistake a key, the others mostly follow from it."""
    told = {problem.key for problem in problems}
    for problem in found:
        if problem.key not in told:
            told.add(problem.key)
            problems.append(problem)


# --- includes and variables ------------------------------------------------------------------------


def _include(main: YamlData, path: Path, environment: Mapping[str, str]) -> None:
    patterns = _filled(main.value.get("include"), ("include",), main, environment)
    read = {path.resolve()}  # a file that two patterns find is read once
    for at, pattern in each(patterns):
        if not isinstance(pattern, str):
            continue
        try:
            files = sorted(path.parent.glob(pattern))
        except (ValueError, NotImplementedError):
            main.problems.append(
                main.problem(("include", *at), "give a path or pattern relative to this file's folder")
            )
            continue
        if not files and not is_pattern(pattern):
            main.problems.append(main.problem(("include", *at), f"no file {pattern} beside this one"))
        for file in files:
            if file.resolve() not in read:
                read.add(file.resolve())
                _merge(main, load(file, str(file)))


def _merge(main: YamlData, part: YamlData) -> None:
    main.problems += part.problems
    if not isinstance(part.value, dict):
        if not part.problems:
            main.problems.append(part.problem((), _NO_MAPPING.replace("site", "categories")))
        return
    clashes: set[Path_] = set()
    for section, entries in part.value.items():
        if section not in INCLUDABLE:
            main.problems.append(
                part.problem((section,), "an included file holds `categories` and `sources` only", True)
            )
        elif not isinstance(entries, dict):
            main.problems.append(part.problem((section,), "allowed: a mapping: keys with their values"))
        else:
            clashes |= _merge_section(main, part, section, entries)
    _add(main.keys, part.keys, clashes)
    _add(main.values, part.values, clashes)
    _add(main.texts, part.texts, clashes)


def _add(known: dict[Path_, _T], added: dict[Path_, _T], clashes: set[Path_]) -> None:
    known |= {at: one for at, one in added.items() if len(at) > 1 and at[:2] not in clashes}


def _merge_section(main: YamlData, part: YamlData, section: str, entries: dict[str, Any]) -> set[Path_]:
    """Take `entries` into a section of `main`; gives the paths that it has already."""
    if main.value.get(section) is None:
        main.value[section] = {}
        for known, added in ((main.keys, part.keys), (main.values, part.values)):
            known[(section,)] = added[(section,)]
    target = main.value[section]
    if not isinstance(target, dict):
        return {(section, key) for key in entries}  # the section itself is the mistake, and will be named
    clashes: set[Path_] = {(section, key) for key in entries if key in target}
    for at in clashes:
        main.problems.append(part.problem(at, "stands in another file already", True))
    target.update({key: value for key, value in entries.items() if key not in target})
    return clashes


def _filled(value: Any, path: Path_, data: YamlData, environment: Mapping[str, str]) -> Any:
    """`value` with `${NAME}` replaced in every text, after parsing: a variable cannot bring structure."""
    if isinstance(value, dict):
        return {key: _filled(item, (*path, key), data, environment) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, (*path, n), data, environment) for n, item in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    for name in _VARIABLE.findall(value):
        if name not in environment:
            data.problems.append(data.problem(path, f"the environment variable {name} is not set"))
    return _VARIABLE.sub(lambda found: environment.get(found.group(1), ""), value)
