"""A YAML file as plain data, with the place of every key and value.

It is read as YAML 1.2 says (chapter 10.3), as editors do: `no` is Norwegian, 1:30 a time of day and 2026-01-31 a text.
PyYAML, which knows 1.1 only, would make false, 90 and a date of them. Of 1.1 merge keys are taken (`<<: *anchor`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from syndicator.core.errors import Problem

from .yaml_errors import after, told

try:
    from yaml import CSafeLoader as _PyYaml  # libyaml: ten times faster on a long list of sources
except ImportError:  # a PyYAML built without it
    from yaml import SafeLoader as _PyYaml  # type: ignore[assignment]

Path_ = tuple[str | int, ...]
_DEEPEST = 50


class Refused(Exception):
    """The file as a whole cannot be taken."""

    def __init__(self, line: int, column: int, message: str) -> None:
        self.line, self.column, self.message = line, column, message


class _Loader(_PyYaml):
    """PyYAML, with the plain scalars of YAML 1.2; raises Refused for deep nesting.

    libyaml's composer recurses on the C stack, and would end us.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (add_implicit_resolver fills it)
    _depth = 0

    def descend_resolver(self, current_node: yaml.Node | None, current_index: Any) -> None:
        self._depth += 1
        if self._depth > _DEEPEST + 1 and current_node is not None:
            raise Refused(*after(current_node.start_mark), f"is nested more than {_DEEPEST} levels deep")

    def ascend_resolver(self) -> None:
        self._depth -= 1


_TAG = "tag:yaml.org,2002:"
for _name, _plain, _first in (
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("bool", r"true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", tuple("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        tuple("-+.0123456789"),
    ),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(rf"(?:{_plain})\Z"), _first)

_TEXT = f"{_TAG}str"
_VALUES: dict[str, Callable[[str], Any]] = {
    "null": lambda text: None,
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
    "int": lambda text: int(text, {"0o": 8, "0x": 16}.get(text[:2], 10)),
    "float": lambda text: float(re.sub(r"\.(?=inf|nan)", "", text.lower())),
}
_MERGE = "<<"
_MOST_REPEATED = 10_000
"""How many values aliases may bring once more: a bomb of ten lines would bring billions."""


_Place = tuple[str, Any]
"""Where something stands: the file, and PyYAML's mark in it. There are a million, of which few are ever asked for."""


@dataclass(slots=True)
class YamlData:
    """What a file says: the data, and for each path the place of its key and of its value, and how that is written."""

    file: str
    value: Any = None
    keys: dict[Path_, _Place] = field(default_factory=dict)
    values: dict[Path_, _Place] = field(default_factory=dict)
    texts: dict[Path_, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    built: set[int] = field(default_factory=set, repr=False)
    repeated: int = 0

    def problem(self, path: Path_, message: str, at_key: bool = False) -> Problem:
        """A problem at `path`, or at the nearest place above it that the file has."""
        places = self.keys if at_key else self.values
        for length in range(len(path), -1, -1):
            if place := places.get(path[:length]) or self.values.get(path[:length]):
                break
        else:
            place = self.file, None
        return _problem(place, path, message)


def _problem(place: _Place, path: Path_, message: str) -> Problem:
    file, mark = place
    return Problem(file, *after(mark), ".".join(map(str, path)), message)


def load(path: Path, shown: str, body: bytes | None = None) -> YamlData:
    """Read the file at `path`, called `shown` in messages, or the `body` that it is to hold.

    Mistakes are gathered in `problems`.
    """
    data = YamlData(shown)
    try:
        node = compose(_decoded(path.read_bytes() if body is None else body))
        data.value = _construct(node, (), data)
    except OSError as error:
        data.problems.append(Problem(shown, 1, 1, "", f"cannot be read: {error.strerror}"))
    except Refused as refused:
        data.problems.append(Problem(shown, refused.line, refused.column, "", refused.message))
    return data


def _decoded(body: bytes) -> str:
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise Refused(1, 1, "is UTF-16; save it as UTF-8")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise Refused(*place, f"is not UTF-8: the byte 0x{body[error.start]:02X} is none; save it as UTF-8") from error


def compose(text: str) -> yaml.Node:
    """The nodes of a document; raises Refused."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise Refused(*told(error, text)) from error
    if node is None:
        raise Refused(1, 1, "is empty; `site`, `categories` and `sources` belong here")
    return node


def _construct(node: yaml.Node, path: Path_, data: YamlData) -> Any:
    _refuse_bomb(node, path, data)
    data.values[path] = data.file, node.start_mark
    if isinstance(node, yaml.ScalarNode):
        data.texts[path] = node.value
        return node.value if node.tag == _TEXT else _scalar(node, path, data)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, data)
    _expect_tag(node, "seq", path, data)
    return [_construct(item, (*path, n), data) for n, item in enumerate(node.value)]


def _refuse_bomb(node: yaml.Node, path: Path_, data: YamlData) -> None:
    """An alias that holds itself has no end, and aliases of aliases multiply."""
    data.repeated += id(node) in data.built
    data.built.add(id(node))
    if len(path) > _DEEPEST:
        raise Refused(*after(node.start_mark), "is nested without end: an alias holds itself")
    if data.repeated > _MOST_REPEATED:
        raise Refused(*after(node.start_mark), f"says over {_MOST_REPEATED} values again through its aliases")


def _mapping(node: yaml.MappingNode, path: Path_, data: YamlData) -> dict[str, Any]:
    _expect_tag(node, "map", path, data)
    result: dict[str, Any] = {}
    merges = False
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            data.problems.append(_problem((data.file, key_node.start_mark), path, "a key must be plain text"))
        elif _is_merge(key_node):
            merges = True
        else:
            key = key_node.value
            if key in result:
                first = data.keys[(*path, key)]
                data.keys[(*path, key)] = data.file, key_node.start_mark
                message = f"stands twice; the first is in line {after(first[1])[0]}"
                data.problems.append(data.problem((*path, key), message, at_key=True))
            _take(result, key_node, value_node, path, data)
    for key_node, value_node in _merged(node, path, data, ()) if merges else ():
        if isinstance(key_node, yaml.ScalarNode) and key_node.value not in result:
            _take(result, key_node, value_node, path, data)
    return result


def _take(result: dict[str, Any], key_node: yaml.Node, value_node: yaml.Node, path: Path_, data: YamlData) -> None:
    # The text itself: a source may be called `null`.
    at = (*path, key_node.value)
    data.keys[at] = data.file, key_node.start_mark
    result[key_node.value] = _construct(value_node, at, data)


def _is_merge(key: yaml.Node) -> bool:
    return key.value == _MERGE and isinstance(key, yaml.ScalarNode) and not key.style


def _merged(
    node: yaml.MappingNode, path: Path_, data: YamlData, within: tuple[yaml.Node, ...]
) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """What the merge keys of `node` bring: the first mapping that has a key gives it."""
    for key, value in node.value:
        if not _is_merge(key):
            continue
        for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if not isinstance(one, yaml.MappingNode):
                message = f"takes in what an anchor names, which has to be a mapping: {_MERGE}: *anchor"
                data.problems.append(_problem((data.file, key.start_mark), (*path, _MERGE), message))
                continue
            if one in within:
                raise Refused(*after(key.start_mark), "is nested without end: an alias holds itself")
            _refuse_bomb(one, path, data)
            yield from ((its, brings) for its, brings in one.value if not _is_merge(its))
            yield from _merged(one, path, data, (*within, node))


def _scalar(node: yaml.Node, path: Path_, data: YamlData) -> Any:
    try:
        return _VALUES[node.tag.removeprefix(_TAG)](node.value)
    except (ValueError, LookupError):  # an unknown tag, one that does not fit, or more digits than Python reads
        message = "cannot be read as a value; put it in quotes if it is text"
        data.problems.append(data.problem(path, message))
        return None


def _expect_tag(node: yaml.Node, kind: str, path: Path_, data: YamlData) -> None:
    if node.tag != _TAG + kind:
        tag = node.tag.replace(_TAG, "!!")
        data.problems.append(data.problem(path, f"has the tag {tag}, of which nothing is known; take it out"))
