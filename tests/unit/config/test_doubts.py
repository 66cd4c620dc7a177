"""What is allowed and probably not meant is told with its place, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from syndicator.config.doubts import doubts
from syndicator.config.loading import load_settings

HUB = """\
site: {title: A, url: "https://news.example.org"}
include: ["more/*.yaml", "gone/*.yaml"]
categories: {health: {title: Health}}
sources:
  here: {url: "file:here feed.xml", category: health}
  escaped: {url: "file:here%20feed.xml", category: health}
  gone: {url: "file:feeds/gone.xml", category: health}
  zero: {url: "file:a\\0b", category: health}
  one: {url: "https://example.org/feed", category: health}
"""
MORE = 'sources:\n  two: {url: "http://www.example.org/feed/", category: health}\n'


def test_files_that_are_missing_addresses_given_twice_and_patterns_without_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "hub.yaml"
    path.write_text(HUB)
    (tmp_path / "here feed.xml").write_text("<rss/>")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "two.yaml").write_text(MORE)
    found = doubts(path, load_settings(path, {}))
    assert [str(one).replace(f"{tmp_path}/", "") for one in found] == [
        "hub.yaml:2:26: include.1: found 'gone/*.yaml', which no file fits yet",
        "hub.yaml:7:15: sources.gone.url: found 'file:feeds/gone.xml'; there is no such file beside the configuration yet",
        "hub.yaml:8:15: sources.zero.url: found 'file:a\\x00b'; there is no such file beside the configuration yet",
        "more/two.yaml:2:14: sources.two.url: is the address of one too: it is polled twice; to file it twice, give one `categories`",
    ]
