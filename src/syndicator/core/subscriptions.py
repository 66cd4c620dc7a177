"""A list of subscriptions as another program gave it away: what the reader of OPML gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Folder = tuple[str, ...]
"""The names of nested folders, the outermost first; () is no folder at all."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in the list. `title` is what its reader called it, `own_title` what its publisher does, each may be "".

    `url` and `home_url` are web addresses, the second may be "". `folders` are all that it stood in, at least one. `id`
    is the source's in the configuration of ours that the list was made of, "" in the lists of other programs.
    """

    title: str
    url: str
    home_url: str
    folders: tuple[Folder, ...]
    own_title: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """What is not taken from the list: where it stands (line and text), and why. Neither holds a secret."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """The feeds of a list in its order, each once; `flaws` say what had to be repaired to read it.

    `folder_ids` are the ids of the categories that its folders are, in a list of ours.
    """

    subscriptions: tuple[Subscription, ...]
    refused: tuple[Refused, ...] = ()
    flaws: tuple[str, ...] = ()
    folder_ids: Mapping[Folder, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotAList:
    """A body that is no list of subscriptions, and what it is instead."""

    reason: str
