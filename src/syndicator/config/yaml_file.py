"""A YAML file as plain data, with the place of every key and value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from syndicator.core.errors import Problem

try:
    from yaml import CSafeLoader as _Loader  # libyaml: ten times faster on a long list of sources
except ImportError:  # a PyYAML built without it
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(slots=True)
class YamlData:
    """What a file says: the data, and for each path the place of its key and of its value."""

    file: str
    value: Any = None
    keys: dict[Path_, Place] = field(default_factory=dict)
    values: dict[Path_, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    constructor: SafeConstructor = field(default_factory=SafeConstructor, repr=False)

    def problem(self, path: Path_, message: str, at_key: bool = False) -> Problem:
        """A problem at `path`, or at the nearest place above it that the file has."""
        places = self.keys if at_key else self.values
        for length in range(len(path), -1, -1):
            if place := places.get(path[:length]) or self.values.get(path[:length]):
                break
        else:
            place = Place(self.file, 1, 1)
        return Problem(place.file, place.line, place.column, ".".join(map(str, path)), message)


def load(path: Path, shown: str) -> YamlData:
    """Read the file at `path`, called `shown` in messages; mistakes are gathered in `problems`."""
    data = YamlData(shown)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        node = yaml.compose(text, Loader=_Loader)
    except OSError as error:
        data.problems.append(Problem(shown, 1, 1, "", f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        data.problems.append(Problem(shown, 1, 1, "", f"is not UTF-8: byte {error.start} cannot be decoded"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = " ".join(filter(None, (error.context, error.problem)))
        data.problems.append(Problem(shown, line, column, "", f"is no YAML: {said}{_hint(said)}"))
    except yaml.YAMLError as error:
        data.problems.append(Problem(shown, 1, 1, "", f"is no YAML: {error}"))
    else:
        if node is None:
            data.problems.append(Problem(shown, 1, 1, "", "is empty; `site`, `categories` and `sources` belong here"))
        else:
            data.value = _construct(node, (), data)
    return data


def _hint(said: str) -> str:
    return " (indent with blanks, not tabs)" if "'\\t'" in said or "\\t" in said else ""


def _construct(node: yaml.Node, path: Path_, data: YamlData) -> Any:
    data.values[path] = _place(node, data)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, data)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, (*path, n), data) for n, item in enumerate(node.value)]
    return _scalar(node, path, data)


def _mapping(node: yaml.MappingNode, path: Path_, data: YamlData) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            data.problems.append(data.problem(path, "a key must be plain text"))
            continue
        # The text itself: YAML 1.1 would make False of a source called `no`.
        key = key_node.value
        if key in result:
            first = data.keys[(*path, key)]
            data.keys[(*path, key)] = _place(key_node, data)
            message = f"stands twice; the first is in line {first.line}"
            data.problems.append(data.problem((*path, key), message, at_key=True))
        data.keys[(*path, key)] = _place(key_node, data)
        result[key] = _construct(value_node, (*path, key), data)
    return result


def _scalar(node: yaml.Node, path: Path_, data: YamlData) -> Any:
    try:
        return data.constructor.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        data.problems.append(data.problem(path, f"cannot be read as a value: {error}"))
        return None


def _place(node: yaml.Node, data: YamlData) -> Place:
    return Place(data.file, node.start_mark.line + 1, node.start_mark.column + 1)
