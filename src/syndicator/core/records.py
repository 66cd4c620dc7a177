"""Records with other values in some of their fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

_Record = TypeVar("_Record")


def changed(record: _Record, **values: Any) -> _Record:
    """What `dataclasses.replace` gives, in a quarter of the time: for what every article passes several times.

    For records of ours, whose fields are all given to `__init__` in their order.
    """
    kind: Any = type(record)
    places, read = _layout(kind)
    given = list(read(record))
    for name, value in values.items():
        given[places[name]] = value
    made: _Record = kind(*given)
    return made


@lru_cache(maxsize=16)
def _layout(kind: Any) -> tuple[dict[str, int], Callable[[Any], tuple[Any, ...]]]:
    """Where each field stands, and what reads them all."""
    names = [field.name for field in fields(kind)]
    return {name: nth for nth, name in enumerate(names)}, attrgetter(*names)
