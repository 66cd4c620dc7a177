"""A YAML file as plain data, with the place of every key and value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.reader import ReaderError

from syndicator.core.errors import Problem

try:
    from yaml import CSafeLoader as _Loader  # libyaml: ten times faster on a long list of sources
except ImportError:  # a PyYAML built without it
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Path_ = tuple[str | int, ...]

_DEEPEST = 50
_MOST_REPEATED = 10_000
"""How many values aliases may bring once more: a bomb of ten lines would bring billions."""


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
    built: set[int] = field(default_factory=set, repr=False)
    repeated: int = 0

    def problem(self, path: Path_, message: str, at_key: bool = False) -> Problem:
        """A problem at `path`, or at the nearest place above it that the file has."""
        places = self.keys if at_key else self.values
        for length in range(len(path), -1, -1):
            if place := places.get(path[:length]) or self.values.get(path[:length]):
                break
        else:
            place = Place(self.file, 1, 1)
        return Problem(place.file, place.line, place.column, ".".join(map(str, path)), message)


class Refused(Exception):
    """The file as a whole cannot be taken."""

    def __init__(self, line: int, column: int, message: str) -> None:
        self.line, self.column, self.message = line, column, message


def load(path: Path, shown: str, body: bytes | None = None) -> YamlData:
    """Read the file at `path`, called `shown` in messages, or the `body` that it is to hold.

    Mistakes are gathered in `problems`.
    """
    data = YamlData(shown)
    try:
        node = compose((path.read_bytes() if body is None else body).decode("utf-8-sig"))
        data.value = _construct(node, (), data)
    except OSError as error:
        data.problems.append(Problem(shown, 1, 1, "", f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        data.problems.append(Problem(shown, 1, 1, "", f"is not UTF-8: byte {error.start} cannot be decoded"))
    except Refused as refused:
        data.problems.append(Problem(shown, refused.line, refused.column, "", refused.message))
    return data


def compose(text: str) -> yaml.Node:
    """The nodes of a document; raises Refused."""
    try:
        _measure(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(filter(None, (error.context, error.problem)))
        hint = " (indent with blanks, not tabs)" if mark and text[mark.index : mark.index + 1] == "\t" else ""
        raise Refused(*_after(mark), f"is no YAML: {said}{hint}") from error
    except ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise Refused(*place, f"is no YAML: a control character stands there (U+{error.character:04X})") from error
    if node is None:
        raise Refused(1, 1, "is empty; `site`, `categories` and `sources` belong here")
    return node


def _measure(text: str) -> None:
    """Refuse deep nesting before it is composed: libyaml's composer recurses on the C stack, and would end us."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise Refused(*_after(event.start_mark), f"is nested more than {_DEEPEST} levels deep")


def _after(mark: Any) -> tuple[int, int]:
    """The line and column of a mark, counted from 1."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _construct(node: yaml.Node, path: Path_, data: YamlData) -> Any:
    _refuse_bomb(node, path, data)
    data.values[path] = _place(node, data)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, data)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, (*path, n), data) for n, item in enumerate(node.value)]
    return _scalar(node, path, data)


def _refuse_bomb(node: yaml.Node, path: Path_, data: YamlData) -> None:
    """An alias that holds itself has no end, and aliases of aliases multiply."""
    data.repeated += id(node) in data.built
    data.built.add(id(node))
    if len(path) > _DEEPEST:
        raise Refused(*_after(node.start_mark), "is nested without end: an alias holds itself")
    if data.repeated > _MOST_REPEATED:
        raise Refused(*_after(node.start_mark), f"says over {_MOST_REPEATED} values again through its aliases")


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
    except (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError):
        # PyYAML's constructors trust their tags: `!!int ""` is an IndexError, `!!bool maybe` a KeyError.
        message = "cannot be read as a value; put it in quotes if it is text"
        data.problems.append(data.problem(path, message))
        return None


def _place(node: yaml.Node, data: YamlData) -> Place:
    return Place(data.file, *_after(node.start_mark))
