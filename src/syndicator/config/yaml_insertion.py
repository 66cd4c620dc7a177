"""Entries put into a section of a YAML text, of which every other byte stays as it is.

A YAML library that reads a file and writes it anew keeps comments, though not always their place, and brings indents,
line ends, `~` and quotes to its own taste. Here the library only says where the section ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import yaml

from .yaml_file import compose

Value = str | tuple[str, ...]
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9/-]*(?: [A-Za-z0-9][A-Za-z0-9/-]*)*")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_VALUES = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_ALIAS = re.compile(r"\s*:\s*\*[^\s,\[\]{}]+")
_REST_OF_LINE = re.compile(r"[ \t]*(,?)[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")
_NOTHING = ("", "~", "null", "{}")
_ONLY_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?(?:\n|$))*")


class NoPlace(Exception):
    """The section is written in a way that nothing can be put into it."""


def inserted(text: str, section: str, entries: Mapping[str, Mapping[str, Value]]) -> str:
    """`text` with `entries` behind the last of a top-level `section`, which is made where it is missing.

    Raises NoPlace, and Refused where `text` is no YAML.
    """
    if not entries:
        return text
    root = compose(text)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise NoPlace("its sections stand in braces; give each a line of its own")
    lines = [f"{_scalar(key)}: {_flow(fields)}" for key, fields in entries.items()]
    newline = "\r\n" if "\r\n" in text else "\n"
    for key, value in root.value:
        if key.value == section:
            return _into(text, key, value, lines, newline)
    return _new_section(text, root, section, lines, newline)


# --- what is put in ----------------------------------------------------------------------------------


def _flow(fields: Mapping[str, Value]) -> str:
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in fields.items()) + "}"


def _value(value: Value) -> str:
    return _scalar(value) if isinstance(value, str) else "[" + ", ".join(map(_scalar, value)) + "]"


def _scalar(text: str) -> str:
    """`text` as every YAML reads it, 1.1 and 1.2: in quotes unless it is words that mean nothing else."""
    plain = _WORDS.fullmatch(text) and text.lower() not in _VALUES
    # JSON's strings are YAML's, once what it takes for line breaks and controls is escaped.
    return text if plain else _ESCAPED.sub(lambda one: json.dumps(one[0])[1:-1], json.dumps(text, ensure_ascii=False))


# --- where it is put ---------------------------------------------------------------------------------


def _into(text: str, key: yaml.Node, value: yaml.Node, lines: Sequence[str], newline: str) -> str:
    start, end = value.start_mark.index, value.end_mark.index
    indent = " " * (key.start_mark.column + 2)
    if start < key.end_mark.index:
        raise NoPlace(f"`{key.value}` is an alias")
    if isinstance(value, yaml.MappingNode) and value.value:
        last_key, last = value.value[-1]
        end = _end(text, last_key.end_mark.index, last)
        if value.flow_style:
            return _in_braces(text, end, indent, lines, newline)
        indent = " " * value.value[0][0].start_mark.column
        return _after_line(text, end, [indent + line for line in lines], newline)
    if "".join(text[start:end].split()) not in _NOTHING:
        raise NoPlace(f"`{key.value}` is no plain mapping")
    if not isinstance(value, yaml.MappingNode) and start == end:
        start = end = key.end_mark.index + text[key.end_mark.index :].index(":") + 1
    bare = text[:start].rstrip(" ") + text[end:]
    return _after_line(bare, key.end_mark.index, [indent + line for line in lines], newline)


def _end(text: str, start: int, value: yaml.Node) -> int:
    """Where a `value` ends that lies behind `start`: behind its last character, before any comment."""
    if value.start_mark.index < start:  # an alias is the very node that it stands for, which lies above
        alias = _ALIAS.match(text, start)
        if alias is None:
            raise NoPlace("its last entry ends in an alias")
        return alias.end()
    if not isinstance(value, yaml.CollectionNode) or value.flow_style or not value.value:
        return max(value.end_mark.index, start)
    # A block ends where the next thing begins, comments and all: its last entry knows better.
    if isinstance(value, yaml.MappingNode):
        key, last = value.value[-1]
        return _end(text, key.end_mark.index, last)
    return _end(text, value.start_mark.index, value.value[-1])


def _in_braces(text: str, end: int, indent: str, lines: Sequence[str], newline: str) -> str:
    """Behind the entry that ends at `end`; if a line ends there, behind the entry's comment."""
    rest = _REST_OF_LINE.match(text, end)
    if rest is None:
        return text[:end] + "".join(f",{newline}{indent}{line}" for line in lines) + text[end:]
    head = text[:end] + ("" if rest[1] else ",") + text[end : rest.end()]
    return head + newline + f",{newline}".join(indent + line for line in lines) + rest[1] + text[rest.end() :]


def _after_line(text: str, at: int, lines: Sequence[str], newline: str) -> str:
    """`text` with `lines` after the line in which `at` lies."""
    # A block scalar ends at the beginning of a line.
    end = at if text[:at].endswith("\n") else text.find("\n", at) + 1 or len(text)
    before = text[:end] if text[:end].endswith("\n") else text[:end] + newline
    return before + "".join(line + newline for line in lines) + text[end:]


def _new_section(text: str, root: yaml.MappingNode, section: str, lines: Sequence[str], newline: str) -> str:
    indent = " " * root.start_mark.column
    made = ["", f"{indent}{section}:", *(f"{indent}  {line}" for line in lines)]
    end = _end(text, root.start_mark.index, root)
    line_end = text.find("\n", end) + 1 or len(text)
    # Behind comments that end the file, but before a line such as `...`.
    only_comments = _ONLY_COMMENTS.fullmatch(text, line_end) is not None
    return _after_line(text, len(text) if only_comments else end, made, newline)
