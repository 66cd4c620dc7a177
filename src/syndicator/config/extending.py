"""A configuration file extended by categories and sources: checked before it is written, and written at once."""

from __future__ import annotations

import difflib
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from syndicator.core.errors import ConfigError, NotExtended
from syndicator.core.model import Category, Source
from syndicator.core.urls import holds_key, without_secrets

from .loading import load_settings
from .settings import CategorySection, Settings, SourceSection
from .yaml_file import Refused
from .yaml_insertion import NoPlace, Value, inserted

_BOM = b"\xef\xbb\xbf"
_VARIABLE = re.compile(r"\$+\{")
_Crontab = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Extension:
    """A configuration file as it is and as it is to be; `keyed` are added addresses that look as if they held a key."""

    path: Path
    before: bytes
    after: bytes
    keyed: tuple[str, ...] = ()

    def diff(self) -> str:
        """A unified diff, "" where nothing changes. Lines that stay are not in it: they may hold secrets."""
        after = self.after.decode("utf-8-sig")
        for url in self.keyed:
            after = after.replace(url, without_secrets(url))
        lines = (self.before.decode("utf-8-sig").splitlines(), after.splitlines())
        name = str(self.path)
        return "".join(f"{line}\n" for line in difflib.unified_diff(*lines, name, name, n=0, lineterm=""))

    def write(self) -> None:
        """Replace the file, whose owner and permissions stay, at once or not at all; raises NotExtended."""
        if self.after == self.before:
            return
        with _explained(self.path):
            # The file that a link leads to: the link is to stay.
            path = self.path.resolve(strict=True)
            mode = path.stat().st_mode
            if not (mode & 0o222 and os.access(path, os.W_OK)):  # root may write to what nobody shall
                raise NotExtended(str(self.path), "it is read-only")
            if path.read_bytes() != self.before:
                raise NotExtended(str(self.path), "somebody else is changing it; try again")
            _replace(path, self.after)


def extension(
    path: Path,
    settings: Settings,
    categories: tuple[Category, ...],
    sources: tuple[Source, ...],
    crontab: _Crontab | None = None,
    environment: Mapping[str, str] | None = None,
) -> Extension:
    """The file at `path` with `categories` and `sources`, of which id, title, URL and categories are written.

    `settings` are what it says now. Raises NotExtended unless the new text says the same, and what is added.
    """
    new_categories = {one.id: CategorySection(title=_literal(one.title)) for one in categories}
    new_sources = {one.id: _source(one) for one in sources}
    with _explained(path):
        before = path.read_bytes()
        text = before.decode("utf-8-sig")
        text = inserted(text, "categories", {id_: {"title": one.title} for id_, one in new_categories.items()})
        text = inserted(text, "sources", {id_: _fields(one) for id_, one in new_sources.items()})
        after = before[: len(_BOM) * before.startswith(_BOM)] + text.encode()
        read = load_settings(path, environment, crontab, after)
    meant = {"categories": settings.categories | new_categories, "sources": settings.sources | new_sources}
    if read != settings.model_copy(update=meant):
        raise NotExtended(str(path), "more would change than what is added")
    return Extension(path, before, after, tuple(one.url for one in sources if holds_key(one.url)))


def _source(one: Source) -> SourceSection:
    several = len(one.categories) > 1
    return SourceSection(
        url=one.url,
        category=None if several else one.categories[0],
        categories=one.categories if several else (),
        title=_literal(one.title) if one.title else None,
    )


def _fields(one: SourceSection) -> dict[str, Value]:
    fields: dict[str, Value] = {"url": one.url}
    fields |= {"category": one.category} if one.category else {"categories": one.categories}
    return fields | ({"title": one.title} if one.title else {})


def _literal(text: str) -> str:
    """A stranger's text without `${NAME}`, which would publish what the environment holds."""
    return _VARIABLE.sub("{", text)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        raise NotExtended(str(path), f"it would be wrong: {error.problems[0]}") from error
    except (NoPlace, UnicodeDecodeError) as error:
        raise NotExtended(str(path), str(error)) from error
    except Refused as error:
        raise NotExtended(str(path), error.message) from error
    except OSError as error:
        raise NotExtended(str(path), error.strerror or str(error)) from error


def _replace(path: Path, body: bytes) -> None:
    """Write `path` so that who reads it meanwhile, or after a power cut, has the old bytes or the new ones."""
    known = path.stat()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(body)
            with suppress(PermissionError):  # a group that is not ours
                os.fchown(descriptor, known.st_uid, known.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(known.st_mode))
            file.flush()
            os.fsync(descriptor)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
