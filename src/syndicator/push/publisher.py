"""The publisher's part of WebSub: telling a hub that a topic has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from syndicator.core.fetching import FetchFailed, HostQuiet

Post = Callable[[str, Mapping[str, str]], FetchFailed | HostQuiet | None]
"""Sends a form to a URL; None where it was taken."""


@dataclass(frozen=True, slots=True)
class HubPublisher:
    """Tells hubs of changed topics.

    The recommendation leaves the form of it to both sides (W3C WebSub, 1.1 and 7); this one, of PubSubHubbub 0.4
    (section 7.1), is what public hubs take. Some look for the topic under the one name, some under the other; and of
    several topics in one request some see only the last.
    """

    post: Post

    def __call__(self, hub: str, topic: str) -> FetchFailed | HostQuiet | None:
        """Tell `hub` that what is at the URL `topic` has changed; None where it took note."""
        return self.post(hub, {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic})
