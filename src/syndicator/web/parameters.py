"""What a query may say, strictly: a slip is told, never answered with something that was not asked for."""

from __future__ import annotations

from difflib import get_close_matches

from starlette.exceptions import HTTPException
from starlette.requests import Request

from syndicator.core.related import ORDERS, Order

_SHOWN = 40
"""Characters of a slip that the answer repeats."""


def parameters(request: Request, *known: str) -> dict[str, str]:
    """The query's parameters by name; raises 400 for one that is not `known`, stands twice or says nothing."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise HTTPException(400, _unknown(name, known))
        if name in given:
            raise HTTPException(400, f"{name}: given more than once; give it once")
        if not value:
            raise HTTPException(400, f"{name}: nothing was given; give a value or leave it out")
        given[name] = value
    return given


def number(given: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    """The whole number that was given as `name`; raises 400 for anything but ASCII digits within the bounds."""
    text = given.get(name)
    if text is None:
        return default
    # Python takes other scripts' digits, underscores and blanks as well, and any length.
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        found = shown(text)
        raise HTTPException(400, f"{name}: found {found}; allowed: a whole number from {least} to {most}")
    return int(text)


def order(given: dict[str, str]) -> Order:
    """The order of related articles that was given; raises 400 for a word that names none."""
    text = given.get("order", ORDERS[0])
    for known in ORDERS:
        if text == known:
            return known
    raise HTTPException(400, f"order: found {shown(text)}; allowed: {' or '.join(ORDERS)}")


def shown(text: str) -> str:
    """What was given, in quotes, as much of it as helps."""
    return repr(text[:_SHOWN])


def _unknown(name: str, known: tuple[str, ...]) -> str:
    if not known:
        return f"{shown(name)}: there is no such parameter; this address takes none"
    near = get_close_matches(name[:_SHOWN].lower(), known, 1)
    meant = f"did you mean {near[0]!r}?" if near else f"known ones: {', '.join(known)}"
    return f"{shown(name)}: there is no such parameter; {meant}"
