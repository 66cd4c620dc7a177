"""The sources as a list of subscriptions, for other readers, and written to a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from syndicator.config.loading import load_settings
from syndicator.core.errors import DatabaseOlder, NotWritten
from syndicator.core.exporting import exportable
from syndicator.core.model import Provenance
from syndicator.formats import opml_writer

from .hub import Hub

_A_SECRET = 6
"""Characters; a shorter value of the environment is a language, a port or the like, and stands in many addresses."""


@dataclass(frozen=True, slots=True)
class ExportedList:
    """A list of so many `sources` in OPML; `notes` say what is left out, without saying it."""

    opml: bytes
    sources: int
    notes: tuple[str, ...]


def export_opml(hub: Hub) -> ExportedList:
    """The sources of the configuration; called as their feeds are, as far as the store knows; beside an engine, too."""
    found = exportable(hub.sources.values(), _described(hub), _secrets(hub.path))
    opml = opml_writer.render(hub.site.title, hub.categories, found.subscriptions, hub.clock())
    return ExportedList(opml, len(found.subscriptions), found.notes)


def write(body: bytes, file: Path) -> None:
    """Write `file` at once or not at all; raises NotWritten."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with open(descriptor, "wb") as new:
                new.write(body)
            # What mkstemp makes is for its owner alone; this is no secret.
            os.chmod(name, 0o644)
            os.replace(name, file)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise NotWritten(str(file), error.strerror or str(error)) from error


def _described(hub: Hub) -> Mapping[str, Provenance]:
    try:
        with hub.reading_store() as store:
            return store.provenances()
    except DatabaseOlder as error:
        if error.revision is not None:
            raise
        return {}


def _secrets(path: Path) -> frozenset[str]:
    """The values that the configuration takes from the environment, but for the shortest."""
    asked = _Environment()
    load_settings(path, asked)
    return frozenset(value for name in asked.names if len(value := os.environ[name]) >= _A_SECRET)


class _Environment(Mapping[str, str]):
    """The environment, and which of its `names` were asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        value = os.environ[name]
        self.names.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(os.environ)

    def __len__(self) -> int:
        return len(os.environ)
