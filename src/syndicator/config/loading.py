"""YAML becomes Settings, or a list of every mistake with file, line, column and key."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from syndicator.core.errors import ConfigError, Problem

from .settings import INCLUDABLE, Settings
from .yaml_file import Path_, YamlData, load

_T = TypeVar("_T")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_IN_WORDS = {
    "tuple_type": "a list: [one, another]",
    "string_type": "text; put it in quotes if it looks like something else",
    "string_too_short": "text, and not an empty one",
    "dict_type": "a mapping: keys with their values",
    "model_type": "a mapping: keys with their values",
    "too_short": "at least one entry",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
"""What is allowed, by pydantic's name of a mistake, where it would say that in the words of a programmer."""
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
    main = gathered(path, body)
    filled: Any = None
    if isinstance(main.value, dict):
        filled = _filled(main.value, (), main, os.environ if environment is None else environment)
        for problem in (*_check(main, filled, context), *_theme(main, filled, path.parent)):
            if problem.key not in {known.key for known in main.problems}:
                main.problems.append(problem)  # one mistake a key: the others mostly follow from the first
    elif not main.problems:
        main.problems.append(main.problem((), _NO_MAPPING))
    if main.problems:
        raise ConfigError(tuple(sorted(set(main.problems), key=astuple)))
    return Settings.model_validate(filled, context=context)


def gathered(path: Path, body: bytes | None = None) -> YamlData:
    """What the file at `path` and those that it includes say, unchecked."""
    main = load(path, str(path), body)
    if isinstance(main.value, dict):
        _include(main, path)
    return main


def is_pattern(name: str) -> bool:
    """Whether what `include` says is a pattern, which may fit no file."""
    return any(one in name for one in "*?[")


def _check(data: YamlData, filled: dict[str, Any], context: dict[str, Any]) -> Iterator[Problem]:
    """Mistakes in the `filled` values of `data`."""
    try:
        Settings.model_validate(filled, context=context)
    except ValidationError as error:
        for mistake in error.errors():
            yield _problem(data, mistake)
    yield from _dangling(data, filled)
    yield from _former(data, filled)


# --- includes and variables ------------------------------------------------------------------------


def _include(main: YamlData, path: Path) -> None:
    patterns = main.value.get("include") or []
    read = {path.resolve()}  # a file that two patterns find is read once
    for n, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        try:
            files = sorted(path.parent.glob(str(pattern)))
        except (ValueError, NotImplementedError):
            main.problems.append(main.problem(("include", n), "give a path or pattern relative to this file's folder"))
            continue
        if not files and not is_pattern(str(pattern)):
            main.problems.append(main.problem(("include", n), f"no file {pattern} beside this one"))
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
        if section not in INCLUDABLE or not isinstance(entries, dict):
            main.problems.append(part.problem((section,), "an included file holds `categories` and `sources`", True))
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
    message = _IN_WORDS.get(kind) or str(mistake["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    if kind == "value_error" and isinstance(mistake["input"], dict | BaseModel):
        return data.problem(path, message, at_key=True)
    at_key = "[key]" in mistake["loc"]
    written = _quoted(str(path[-1])) if at_key else found(data, path)
    joint = ", " if message.startswith("which ") else "; allowed: "
    return data.problem(path, f"found {written}{joint}{message}", at_key)


def _quoted(text: str) -> str:
    """`text` as it is written, so that positions in it can be counted off; what cannot be seen is escaped."""
    return "'" + "".join(one if one.isprintable() else repr(one)[1:-1] for one in text[:80]) + "'"


def found(data: YamlData, path: Path_) -> str:
    """What is written at `path`: before variables are filled in, since what they bring may be a secret."""
    if path[:1] == ("sources",) and "headers" in path:
        return "(not shown)"
    value = data.value
    for part in path:
        value = value[part]
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return _quoted(value)
    return "nothing" if value is None else data.texts[path][:80]


def _real_path(data: YamlData, location: tuple[str | int, ...]) -> Path_:
    """pydantic's location without its own markers (`[key]`, union branches, the place in a list of one value)."""
    path: Path_ = ()
    for n, part in enumerate(location):
        # A key that is unknown or missing comes last, and stands nowhere.
        named = isinstance(part, str) and n == len(location) - 1
        if part == "[key]" or (not named and (*path, part) not in data.values):
            continue
        path = (*path, part)
    return path


def _nearest(name: str, allowed: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, allowed, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; allowed: {', '.join(allowed)}"


def _keys_at(path: Path_) -> tuple[str, ...]:
    """The keys that a section at `path` may have."""
    annotation: Any = Settings
    for part in path:
        if _is_model(annotation):
            annotation = annotation.model_fields[part].annotation
        else:
            annotation = next(filter(_is_model, get_args(annotation)), None)
    return tuple(annotation.model_fields) if _is_model(annotation) else ()


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _dangling(data: YamlData, filled: dict[str, Any]) -> Iterator[Problem]:
    """Names that lead nowhere, also where other values are wrong."""
    known, sources = filled.get("categories"), filled.get("sources")
    if not isinstance(known, dict):
        return
    successors = {former: category for category, _, former in _claims(known)}
    for source_id, source in sources.items() if isinstance(sources, dict) else ():
        for at, category in _filed_in(source) if isinstance(source, dict) else ():
            if isinstance(category, str) and category not in known:
                path: Path_ = ("sources", source_id, *at)
                nearest = _nearest(successors.get(category, category), tuple(known))
                yield data.problem(path, f"there is no category {found(data, path)}{nearest}")
    for category in known:
        parent = category.rpartition("/")[0]
        if parent and parent not in known:
            yield data.problem(("categories", category), f"its parent {parent!r} is no category; add it", at_key=True)


def _former(data: YamlData, filled: dict[str, Any]) -> Iterator[Problem]:
    """Former paths that have no successor, or several."""
    known = filled.get("categories")
    known = known if isinstance(known, dict) else {}
    claimed: dict[str, str] = {}
    for category, path, former in _claims(known):
        if former == category:
            yield data.problem(path, f"found {found(data, path)}, which is the category itself; name its former path")
        elif former in known:
            yield data.problem(path, f"{found(data, path)} is a category still; take it out here or there")
        elif former in claimed:
            message = f"{claimed[former]!r} was {found(data, path)} already; a former path has one successor"
            yield data.problem(path, message)
        claimed.setdefault(former, category)


def _theme(data: YamlData, filled: dict[str, Any], folder: Path) -> Iterator[Problem]:
    """A theme that is no folder below that of the configuration; what stands in it is `theme_folder`'s to judge."""
    section, path = filled.get("site"), ("site", "theme")
    theme = section.get("theme") if isinstance(section, dict) else None
    if not isinstance(theme, str) or not theme:
        return
    place = folder / theme.replace("\0", "?")  # no path can hold it
    if not place.resolve().is_relative_to(folder.resolve()) or place.resolve() == folder.resolve():
        yield data.problem(path, f"found {found(data, path)}, which is not below the folder of this file")
    elif not place.is_dir():
        yield data.problem(path, f"found {found(data, path)}; there is no such folder beside this file")


def _claims(known: dict[str, Any]) -> Iterator[tuple[str, Path_, str]]:
    """What the `known` categories say that they were: the category, the place of the claim, the former path."""
    for category, section in known.items():
        was = section.get("was") if isinstance(section, dict) else None
        for at, former in _each(was):
            if isinstance(former, str):
                yield category, ("categories", category, "was", *at), former


def _filed_in(source: dict[str, Any]) -> Iterator[tuple[Path_, Any]]:
    """The categories that a source names, each with its place in the source."""
    yield ("category",), source.get("category")
    for at, category in _each(source.get("categories")):
        yield ("categories", *at), category


def _each(several: Any) -> Iterator[tuple[Path_, Any]]:
    """The values of a list with their places in it; one value may stand for a list of it."""
    if isinstance(several, list):
        yield from (((n,), one) for n, one in enumerate(several))
    else:
        yield (), several
