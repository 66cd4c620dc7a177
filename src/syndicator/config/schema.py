"""The JSON Schema (draft 2020-12) of a configuration, made of the settings: for editors, and for the documentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from .forms import VARIABLE
from .settings import INCLUDABLE, Settings

Schema = dict[str, Any]
FILE_NAME = "syndicator.schema.json"
_ENTRIES = {"categories": "<path>", "sources": "<id>"}
_REQUIRED, _NONE = "required", "none"
INCLUDED_FILE_NAME = "syndicator.include.schema.json"
INCLUDED = "Included"
"""The definition of what an included file holds."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that a configuration may have: `sources.<id>.url`; the texts are Markdown."""

    path: str
    default: str
    meaning: str
    example: str = ""


def schema() -> Schema:
    """The schema of a whole configuration."""
    made = _drafted()
    for model in _models(made):
        for described in (model, *model["properties"].values()):
            if "description" in described:  # that of a section stands at its definition
                _tell(described)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Configuration of syndicator",
        **made,
    }


def schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def included_schema_text() -> str:
    """The schema of an included file, as the text of a file beside that of the whole.

    It only points there, since yaml-language-server finds no definition by a relative address with a `#`.
    """
    pointing = {"$schema": GenerateJsonSchema.schema_dialect, "$ref": f"{FILE_NAME}#/$defs/{INCLUDED}"}
    return json.dumps(pointing, indent=2) + "\n"


def keys() -> tuple[Key, ...]:
    """Every key that holds no keys of its own, in the order of the settings."""
    made = _drafted()
    return tuple(_keys(made, made, "", set()))


# --- from settings to a schema ----------------------------------------------------------------------------


class _Generator(GenerateJsonSchema):
    """pydantic's generator: without titles made of names, and with `${NAME}` and empty sections where they may be."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: Any) -> Schema:
        made = super().model_schema(schema)
        del made["title"]
        # A section whose keys all have defaults may be empty, as when its lines are commented out.
        return made if made.get("required") else {**made, "type": ["object", "null"]}

    def dict_schema(self, schema: Any) -> Schema:
        keys = self.generate_inner(schema["keys_schema"])
        # Keys are taken as they stand: no variable is filled in there.
        named = {**keys, "pattern": keys["pattern"].removesuffix(f"|{VARIABLE}")}
        return {
            "type": "object",
            "propertyNames": named,
            "additionalProperties": self.generate_inner(schema["values_schema"]),
        }

    def literal_schema(self, schema: Any) -> Schema:
        return {"anyOf": [{"enum": schema["expected"]}, {"type": "string", "pattern": VARIABLE}]}

    def nullable_schema(self, schema: Any) -> Schema:
        inner = self.generate_inner(schema["schema"])
        if "anyOf" in inner:
            return {"anyOf": [*inner["anyOf"], {"type": "null"}]}
        kinds = inner["type"] if isinstance(inner["type"], list) else [inner["type"]]
        return {**inner, "type": [*kinds, "null"]}

    def default_schema(self, schema: Any) -> Schema:
        made = super().default_schema(schema)
        if isinstance(made.get("default"), dict) or made.get("default", 0) in (None, "", []):
            del made["default"]  # it says nothing
        return made


def _drafted() -> Schema:
    """The schema with what only a whole file can have, and before people are told of defaults and examples."""
    made = Settings.model_json_schema(schema_generator=_Generator)
    parts = {name: made["properties"][name] for name in INCLUDABLE}
    made["$defs"]["SourceSection"] |= {
        "anyOf": [{"required": [key]} for key in ("category", "categories", "remove")],
        "if": {"required": ["cron"], "properties": {"cron": {"type": "string"}}},
        "then": {"properties": {"interval": {"type": "null", "errorMessage": "give `interval` or `cron`, not both"}}},
    }
    made["$defs"][INCLUDED] = {
        "type": "object",
        "description": "A file that `include` takes in.",
        "additionalProperties": False,
        "properties": {name: dict(part) for name, part in parts.items()},
    }
    for part in (*parts.values(), *made["$defs"][INCLUDED]["properties"].values()):
        part.pop("minProperties", None)
    made["required"] = ["site"]
    made["anyOf"] = [
        {"required": ["categories"], "properties": {"categories": {"type": "object", "minProperties": 1}}},
        {"required": ["include"]},
    ]
    return made


def _models(made: Schema) -> Iterator[Schema]:
    yield made
    yield from made["$defs"].values()


# --- what people are told ---------------------------------------------------------------------------------


def _tell(key: Schema) -> None:
    """Say in the description of a key or section, which editors show, also its default and an example."""
    default, example = _default(key), _example(key)
    key.pop("otherwise", None)
    told = [key["description"]]
    told += [f"Default: {default}."] if default and not default.startswith(_REQUIRED) else []
    key["markdownDescription"] = "\n\n".join(told)  # beside which editors show examples by themselves
    key["description"] = "\n".join([*told, *([f"Example: {example}"] if example else [])]).replace("`", "")


def _keys(made: Schema, part: Schema, path: str, told: set[str]) -> Iterator[Key]:
    """The keys below `path`; those of a definition that was `told` of are not told again."""
    for name, key in part["properties"].items():
        at = f"{path}{name}"
        if name in _ENTRIES and not path:
            entry = key["additionalProperties"]["$ref"]
            yield Key(at, _REQUIRED if name == "categories" else _NONE, key["description"])
            yield from _keys(made, _definition(made, entry), f"{at}.{_ENTRIES[name]}.", told)
        elif "$ref" in key and key["$ref"] not in told:
            told.add(key["$ref"])
            yield from _keys(made, _definition(made, key["$ref"]), f"{at}.", told)
        else:
            default = _REQUIRED if name in part.get("required", ()) else _default(key) or _NONE
            yield Key(at, default, key["description"], _example(key))


def _definition(made: Schema, reference: str) -> Schema:
    found: Schema = made["$defs"][reference.rpartition("/")[2]]
    return found


def _default(key: Schema) -> str:
    """The default in Markdown; "" where a key has none."""
    if "otherwise" in key:
        return str(key["otherwise"])
    return _code(key["default"]) if "default" in key else ""


def _example(key: Schema) -> str:
    return _code(key["examples"][0]) if "examples" in key else ""


def _code(value: Any) -> str:
    return f"`{_yaml(value)}`"


def _yaml(value: Any, inside: str = "") -> str:
    """`value` as one would write it; texts in lists and mappings only where they have to be in quotes."""
    if isinstance(value, list):
        return f"[{', '.join(_yaml(one, ',]') for one in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(one, ',}')}" for key, one in value.items()) + "}"
    if not isinstance(value, str):
        return json.dumps(value)
    if "\\" in value:
        return f"'{value}'"
    plain = re.fullmatch(r"[A-Za-z0-9/][^#\"'{}\[\],*&!|>]*", value) and not re.search(r": |:$", value)
    return value if plain else f'"{value}"'
