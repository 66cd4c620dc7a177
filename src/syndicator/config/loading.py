"""YAML becomes Settings, or a list of every mistake with file, line, column and key."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from syndicator.core.errors import ConfigError, Problem

from .settings import Settings
from .yaml_file import Path_, YamlData, load

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_INCLUDABLE = ("categories", "sources")


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the file at `path` and what it includes; raises ConfigError with every problem found."""
    main = load(path, str(path))
    if isinstance(main.value, dict):
        _include(main, path)
    elif not main.problems:
        main.problems.append(main.problem((), "is no mapping; keys such as `site:` and `sources:` belong here"))
    problems = main.problems
    if isinstance(main.value, dict):
        main.value = _filled(main.value, (), main, os.environ if environment is None else environment)
        problems += _check(main)
    if problems:
        raise ConfigError(tuple(sorted(set(problems), key=lambda p: (p.file, p.line, p.column))))
    return Settings.model_validate(main.value)


def _check(data: YamlData) -> Iterator[Problem]:
    try:
        settings = Settings.model_validate(data.value)
    except ValidationError as error:
        for mistake in error.errors():
            yield _problem(data, mistake)
        return
    yield from _dangling(data, settings)


# --- includes and variables ------------------------------------------------------------------------


def _include(main: YamlData, path: Path) -> None:
    patterns = main.value.get("include") or []
    for n, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        found = sorted(path.parent.glob(str(pattern)))
        if not found and not any(c in str(pattern) for c in "*?["):
            main.problems.append(main.problem(("include", n), f"no file {pattern} beside this one"))
        for file in found:
            _merge(main, load(file, str(file)), ("include", n))


def _merge(main: YamlData, part: YamlData, origin: Path_) -> None:
    main.problems += part.problems
    if not isinstance(part.value, dict):
        return
    for section, entries in part.value.items():
        if section not in _INCLUDABLE or not isinstance(entries, dict):
            main.problems.append(part.problem((section,), "an included file holds `categories` and `sources`", True))
            continue
        target = main.value.setdefault(section, {})
        for key, value in entries.items():
            if key in target:
                main.problems.append(part.problem((section, key), "stands in another file already", True))
            else:
                target[key] = value
        main.keys |= {at: place for at, place in part.keys.items() if len(at) > 1}
        main.values |= {at: place for at, place in part.values.items() if len(at) > 1}


def _filled(value: Any, path: Path_, data: YamlData, environment: Mapping[str, str]) -> Any:
    """`value` with `${NAME}` replaced in every text, after parsing: a variable cannot bring structure."""
    if isinstance(value, dict):
        return {key: _filled(item, (*path, key), data, environment) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, (*path, n), data, environment) for n, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    for name in _VARIABLE.findall(value):
        if name not in environment:
            data.problems.append(data.problem(path, f"the environment variable {name} is not set"))
    return _VARIABLE.sub(lambda found: environment.get(found.group(1), ""), value)


# --- mistakes in words -----------------------------------------------------------------------------


def _problem(data: YamlData, mistake: Any) -> Problem:
    path = _real_path(data, mistake["loc"])
    kind = mistake["type"]
    if kind == "extra_forbidden":
        return data.problem(path, f"unknown key{_nearest(str(path[-1]), _keys_at(path[:-1]))}", at_key=True)
    if kind == "missing":
        return data.problem(path, "is missing")
    message = str(mistake["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    if kind == "value_error" and isinstance(mistake["input"], dict | BaseModel):
        return data.problem(path, message, at_key=True)
    found = "nothing" if mistake["input"] is None else repr(mistake["input"])[:80]
    if path[:1] == ("sources",) and "headers" in path:
        found = "(not shown)"
    return data.problem(path, f"found {found}; allowed: {message}", at_key="[key]" in mistake["loc"])


def _real_path(data: YamlData, location: tuple[str | int, ...]) -> Path_:
    """pydantic's location without its own markers (`[key]`, union branches)."""
    path: Path_ = ()
    for n, part in enumerate(location):
        last = n == len(location) - 1
        if part == "[key]" or (isinstance(part, str) and not last and (*path, part) not in data.values):
            continue
        path = (*path, part)
    return path


def _nearest(name: str, allowed: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, allowed, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; allowed: {', '.join(allowed)}"


def _keys_at(path: Path_) -> tuple[str, ...]:
    """The keys that a section at `path` may have."""
    model: Any = Settings
    for part in path:
        annotation = model.model_fields[part].annotation if _is_model(model) and part in model.model_fields else model
        mapped = [arg for arg in get_args(annotation) if _is_model(arg)]
        model = annotation if _is_model(annotation) else (mapped[0] if mapped else model)
    return tuple(model.model_fields) if _is_model(model) else ()


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _dangling(data: YamlData, settings: Settings) -> Iterator[Problem]:
    """Names that lead nowhere."""
    known = tuple(settings.categories)
    for source_id, source in settings.sources.items():
        for category in source.filed_in:
            if category not in settings.categories:
                key = "category" if source.category == category else "categories"
                message = f"there is no category {category!r}{_nearest(category, known)}"
                yield data.problem(("sources", source_id, key), message)
    for category in settings.categories:
        parent = category.rpartition("/")[0]
        if parent and parent not in settings.categories:
            yield data.problem(("categories", category), f"its parent {parent!r} is no category; add it", at_key=True)
