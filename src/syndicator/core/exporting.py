"""What of the configured sources may leave as a list of subscriptions, and what stays here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .model import Provenance, Source
from .subscriptions import Subscription
from .urls import public


@dataclass(frozen=True, slots=True)
class Exportable:
    """The subscriptions, whose `folders` are paths of categories, the first one first; `notes` say what is left out."""

    subscriptions: tuple[Subscription, ...]
    notes: tuple[str, ...]


def exportable(sources: Iterable[Source], described: Mapping[str, Provenance], secrets: Collection[str]) -> Exportable:
    """The `sources` as other readers may have them, called as their feeds are where nobody chose a title.

    `described` is how each describes itself, by id; `secrets` are texts that no address may hold.
    """
    subscriptions, notes = [], []
    for source in sources:
        url = public(source.url)
        if not url:
            notes.append(f"{source.id} is left out: its address is a file here, which no other reader can reach")
            continue
        if any(secret in url for secret in secrets):
            notes.append(f"{source.id} is left out: its address holds what the environment keeps secret")
            continue
        if url != source.url.partition("#")[0]:
            notes.append(f"{source.id} is written without the key or password in its address; others may not get it so")
        if source.headers:
            notes.append(f"the headers of {source.id} are left out; others may not get it without")
        subscriptions.append(_subscription(source, url, described.get(source.id)))
    return Exportable(tuple(subscriptions), tuple(notes))


def _subscription(source: Source, url: str, described: Provenance | None) -> Subscription:
    own = (described.title if described else "") or source.id
    if source.title == own:
        # A reader of ours knows a chosen title by its difference.
        own = source.id
    home = public(described.home_url) if described else ""
    return Subscription(source.title or own, url, home, tuple((path,) for path in source.categories), own, source.id)
