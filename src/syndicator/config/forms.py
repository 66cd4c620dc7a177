"""What pydantic and the JSON Schema are told of a value at once, so that `check` and editors agree.

A schema may let pass what `check` refuses, never the other way round; and it takes any text with a `${NAME}` in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

VARIABLE = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"


@dataclass(frozen=True, slots=True)
class Form:
    """How a text has to look: a regular expression that Python and ECMAScript read alike, and words for it."""

    pattern: str
    allowed: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.fit, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return self.schema

    @property
    def schema(self) -> dict[str, Any]:
        """What editors are told; `errorMessage` is what they show in place of the pattern."""
        pattern = f"^(?:{self.pattern})$|{VARIABLE}"
        return {"type": "string", "pattern": pattern, "errorMessage": f"allowed: {self.allowed}"}

    def fit(self, text: str) -> str:
        """`text`, if it fits; raises ValueError."""
        self.match(text)
        return text

    def match(self, value: object) -> re.Match[str]:
        """The match of the whole of `value` as text; raises ValueError."""
        if found := re.fullmatch(self.pattern, str(value)):
            return found
        raise ValueError(self.allowed)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within limits, or its digits, which a variable brings."""

    least: int
    most: int | None = None
    note: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._within, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        limits = {"minimum": self.least} | ({} if self.most is None else {"maximum": self.most})
        return {**Form("[0-9]{1,9}", self._allowed).schema, "type": ["integer", "string"], **limits}

    @property
    def _allowed(self) -> str:
        upper = "" if self.most is None else f" to {self.most}"
        return f"a whole number from {self.least}{self.note}{upper}"

    def _within(self, value: Any) -> int:
        number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else value
        upper = float("inf") if self.most is None else self.most
        if not isinstance(number, int) or isinstance(number, bool) or not self.least <= number <= upper:
            raise ValueError(self._allowed)
        return number


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a whole, above 0 and up to 1, or its digits."""

    _ALLOWED = "a number above 0, up to 1: 0.3"
    _DIGITS = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._within, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        limits = {"exclusiveMinimum": 0, "maximum": 1}
        return {**Form(self._DIGITS, self._ALLOWED).schema, "type": ["number", "string"], **limits}

    def _within(self, value: Any) -> float:
        number = float(value) if isinstance(value, str) and re.fullmatch(self._DIGITS, value) else value
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 < number <= 1:
            raise ValueError(self._ALLOWED)
        return float(number)


class Truth:
    """true or false, or the word, which a variable brings."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._told, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {**Form("true|false", "true or false").schema, "type": ["boolean", "string"]}

    def _told(self, value: Any) -> bool:
        told = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        if not isinstance(told, bool):
            raise ValueError("true or false")
        return told


class OneOrMore:
    """A list, for which one text may stand."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._several, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        several = handler(schema["schema"])
        # Each keyword looks at its own type only, so that editors name the very mistake, and not two alternatives.
        return {**several["items"], "type": ["array", "string"], "items": several["items"]}

    def _several(self, value: Any) -> Any:
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list | tuple):
            return value
        raise ValueError("text, or a list of texts: [one, another]")


class Perhaps:
    """A mapping that may stand there with nothing in it, as when all its lines are commented out."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_or_empty, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {**handler(schema["schema"]), "type": ["object", "null"]}


def _or_empty(value: Any) -> Any:
    return {} if value is None else value
