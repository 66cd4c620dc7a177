"""What a hub is told; over HTTP it is in tests/e2e/test_websub.py."""

from __future__ import annotations

from collections.abc import Mapping

from syndicator.core.fetching import FetchFailed, HostQuiet
from syndicator.push.publisher import HubPublisher

TOPIC = "https://news.example.org/feeds/health.atom"


def test_a_hub_is_told_of_a_topic_under_both_names_and_its_answer_is_passed_on() -> None:
    sent: list[tuple[str, Mapping[str, str]]] = []
    failed = FetchFailed("HTTP 500 Internal Server Error", 500, "hub.example")

    def post(url: str, form: Mapping[str, str]) -> FetchFailed | HostQuiet | None:
        sent.append((url, form))
        return failed if len(sent) > 1 else None

    tell = HubPublisher(post)
    assert tell("https://hub.example/", TOPIC) is None
    assert tell("https://hub.example/", TOPIC) == failed
    assert sent[0] == ("https://hub.example/", {"hub.mode": "publish", "hub.url": TOPIC, "hub.topic": TOPIC})
