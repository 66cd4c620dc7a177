"""Names that lead nowhere: categories that are none, former paths, a theme and files that are not below the folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from syndicator.core.errors import Problem

from .wording import found, nearest
from .yaml_file import Path_, YamlData


def loose_ends(data: YamlData, filled: dict[str, Any], folder: Path) -> Iterator[Problem]:
    """The names in `data`, with variables `filled` in, that lead nowhere, also where other values are wrong."""
    yield from _dangling(data, filled)
    yield from _former(data, filled)
    yield from _theme(data, filled, folder)
    yield from _outside(data, filled, folder)


def _dangling(data: YamlData, filled: dict[str, Any]) -> Iterator[Problem]:
    """Names that lead nowhere, also where other values are wrong."""
    known, sources = filled.get("categories"), filled.get("sources")
    if not isinstance(known, dict):
        return
    successors = {former: category for category, _, former in _claims("categories", known)}
    for source_id, source in sources.items() if isinstance(sources, dict) else ():
        for at, category in _filed_in(source) if isinstance(source, dict) else ():
            if isinstance(category, str) and category not in known:
                path: Path_ = ("sources", source_id, *at)
                closest = nearest(successors.get(category, category), tuple(known))
                yield data.problem(path, f"there is no category {found(data, path)}{closest}")
    for category in known:
        parent = category.rpartition("/")[0]
        if parent and parent not in known:
            yield data.problem(("categories", category), f"its parent {parent!r} is no category; add it", at_key=True)


def _former(data: YamlData, filled: dict[str, Any]) -> Iterator[Problem]:
    """Former ids that have no successor, or several."""
    for section, one, its_name in (("categories", "category", "path"), ("sources", "source", "id")):
        known = filled.get(section)
        known = known if isinstance(known, dict) else {}
        claimed: dict[str, str] = {}
        for id_, path, former in _claims(section, known):
            what = found(data, path)
            if former == id_:
                yield data.problem(path, f"found {what}, which is the {one} itself; name its former {its_name}")
            elif former in known:
                yield data.problem(path, f"{what} is a {one} still; take it out here or there")
            elif former in claimed:
                told = f"{claimed[former]!r} was {what} already; a former {its_name} has one successor"
                yield data.problem(path, told)
            claimed.setdefault(former, id_)


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


def _claims(section: str, known: dict[str, Any]) -> Iterator[tuple[str, Path_, str]]:
    """What the `known` ones of a section say that they were: the id, the place of the claim, the former id."""
    for id_, one in known.items():
        was = one.get("was") if isinstance(one, dict) else None
        for at, former in each(was):
            if isinstance(former, str):
                yield id_, (section, id_, "was", *at), former


def _filed_in(source: dict[str, Any]) -> Iterator[tuple[Path_, Any]]:
    """The categories that a source names, each with its place in the source."""
    yield ("category",), source.get("category")
    for at, category in each(source.get("categories")):
        yield ("categories", *at), category


def _outside(data: YamlData, filled: dict[str, Any], folder: Path) -> Iterator[Problem]:
    """Files that are no sources, since they do not lie below the folder of the configuration."""
    sources = filled.get("sources")
    for source_id, source in sources.items() if isinstance(sources, dict) else ():
        url = source.get("url") if isinstance(source, dict) else None
        if isinstance(url, str) and url.startswith("file:") and not _is_below(folder, unquote(url[5:])):
            path = ("sources", source_id, "url")
            yield data.problem(path, f"found {found(data, path)}, which is not below the folder of the configuration")


def _is_below(folder: Path, name: str) -> bool:
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (ValueError, RuntimeError, OSError):
        return True  # a zero byte, links in a circle: a poll tells of them


def each(several: Any) -> Iterator[tuple[Path_, Any]]:
    """The values of a list with their places in it; one value may stand for a list of it."""
    if isinstance(several, list):
        yield from (((n,), one) for n, one in enumerate(several))
    else:
        yield (), several
