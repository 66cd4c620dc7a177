"""Subscriptions of another reader taken into the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from syndicator.config.extending import Extension, extension
from syndicator.core import importing
from syndicator.core.errors import NotImported
from syndicator.core.subscriptions import NotAList, SubscriptionList
from syndicator.formats import opml_reader

from .hub import Hub
from .parts import crontab


@dataclass(frozen=True)
class Import:
    """A list of subscriptions, what of it is new, and the configuration file with that."""

    listed: SubscriptionList
    added: importing.Additions
    extension: Extension


def import_opml(hub: Hub, file: Path, unfiled: str) -> Import:
    """What the subscriptions in `file` would add to this configuration; its extension is yet to be written.

    Those in no folder go to the category `unfiled`. Raises NotImported and NotExtended.
    """
    try:
        with file.open("rb") as opened:
            listed = opml_reader.read(opened.read(opml_reader.LARGEST + 1))
    except OSError as error:
        raise NotImported(str(file), error.strerror or str(error)) from error
    if isinstance(listed, NotAList):
        raise NotImported(str(file), listed.reason)
    added = importing.additions(listed.subscriptions, hub.categories, hub.sources, unfiled, listed.folder_ids)
    extended = extension(hub.path, hub.settings, added.categories, added.sources, crontab)
    return Import(listed, added, extended)
