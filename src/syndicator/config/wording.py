"""What pydantic finds, in words for operators: what stands there, what is allowed, what was probably meant."""

from __future__ import annotations

import difflib
import re
from typing import Any, get_args

from pydantic import BaseModel

from syndicator.core.errors import Problem

from .forms import VARIABLE
from .settings import Settings
from .yaml_file import Path_, YamlData

_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
_NO_BLANK = "; a blank belongs after `:`"
_IN_WORDS = {
    "tuple_type": "a list: [one, another]",
    "string_type": "text; put it in quotes if it looks like something else",
    "string_too_short": "text, and not an empty one",
    "dict_type": "a mapping: keys with their values",
    "model_type": "a mapping: keys with their values",
    "too_short": "at least one, such as `health: {title: Health}`",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
"""What is allowed, by pydantic's name of a mistake, where it would say that in the words of a programmer."""


def in_words(data: YamlData, mistake: Any) -> Problem:
    """The problem in `data` that pydantic's `mistake` is."""
    path = _real_path(data, mistake["loc"])
    kind = mistake["type"]
    if kind == "extra_forbidden":
        return data.problem(path, f"unknown key{_meant(str(path[-1]), path[:-1])}", at_key=True)
    if kind == "missing":
        return data.problem(path, "is missing")
    message = _IN_WORDS.get(kind) or str(mistake["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    at_key = "[key]" in mistake["loc"]
    if (
        kind == "value_error" and not at_key and _keys_at(path)
    ):  # what is wrong is how keys of a section stand to each other
        return data.problem(path, message, at_key=True)
    if kind == "string_type" and mistake["input"] is None:
        message = "text"
    if kind == "string_type" and isinstance(mistake["input"], list) and path[-1:] == ("category",):
        message = "one category; several stand in `categories: [one, another]`"
    written = _quoted(str(path[-1])) if at_key else found(data, path)
    if at_key and ":" in str(path[-1]):
        message += _NO_BLANK
    joint = ", " if message.startswith("which ") else "; allowed: "
    return data.problem(path, f"found {written}{joint}{message}", at_key)


def _meant(name: str, section: Path_) -> str:
    """What was meant by a `name` that no key of `section` has."""
    if ":" in name:
        return _NO_BLANK
    allowed = _keys_at(section)
    if not section and not difflib.get_close_matches(name, allowed):
        for other in allowed:
            if name in _keys_at((other,)):
                return f"; did you mean {f'{other}.{name}'!r}? Then indent it below `{other}:`"
    return nearest(name, allowed)


def _quoted(text: str) -> str:
    """`text` as it is written, so that positions in it can be counted off; what cannot be seen is escaped.

    The password of a URL is left out.
    """
    text = _PASSWORD.sub(r"\1…@", text)
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
        filled = ", with its variables filled in" if re.search(VARIABLE, value) else ""
        return "several lines of text" if "\n" in value.strip() else _quoted(value) + filled
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


def nearest(name: str, allowed: tuple[str, ...]) -> str:
    """The end of a message about a `name` that is none: the nearest of those `allowed`, or all of them."""
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
