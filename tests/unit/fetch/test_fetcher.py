"""`file:` sources: read below the configuration's folder and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback import Origin, reply

from syndicator.core.fetching import Fetched, FetchFailed, FetchRequest
from syndicator.fetch.fetcher import Fetcher
from syndicator.fetch.http import HttpFetch


@pytest.fixture
def read(tmp_path: Path, fetch: HttpFetch) -> Fetcher:
    """Fetches from `config` below a folder that holds a secret."""
    (tmp_path / "config" / "feeds").mkdir(parents=True)
    (tmp_path / "secret.xml").write_text("secret")
    (tmp_path / "config" / "feeds" / "a b.xml").write_text("<rss/>")
    return Fetcher(fetch, tmp_path / "config", max_body=100)


@pytest.mark.parametrize("url", ["file:feeds/a b.xml", "file:feeds/a%20b.xml", "file:feeds/../feeds/a b.xml"])
def test_a_file_below_the_folder_is_read(read: Fetcher, url: str) -> None:
    assert read(FetchRequest(url)) == Fetched(url, b"<rss/>", "application/xml")


def test_a_file_that_is_not_there_is_a_failure_that_names_it(read: Fetcher) -> None:
    outcome = read(FetchRequest("file:feeds/none.xml"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.error.endswith("config/feeds/none.xml: No such file or directory")


@pytest.mark.parametrize(
    "url",
    [
        "file:../secret.xml",
        "file:%2e%2e/secret.xml",
        "file:///etc/passwd",
        "file:feeds/../../secret.xml",
        "file:link.xml",
    ],
)
def test_a_file_outside_the_folder_is_refused_also_through_a_link(read: Fetcher, tmp_path: Path, url: str) -> None:
    (tmp_path / "config" / "link.xml").symlink_to(tmp_path / "secret.xml")
    outcome = read(FetchRequest(url))
    assert isinstance(outcome, FetchFailed)
    assert "below the configuration's folder" in outcome.error


@pytest.mark.parametrize("url", ["file:feeds", "file:a%00b", "file:loop.xml", "file:" + "a" * 5000])
def test_what_cannot_be_read_is_a_failure(read: Fetcher, tmp_path: Path, url: str) -> None:
    (tmp_path / "config" / "loop.xml").symlink_to("loop.xml")
    assert isinstance(read(FetchRequest(url)), FetchFailed)


def test_a_file_over_the_limit_is_a_failure(read: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "config" / "big.xml").write_bytes(b"x" * 101)
    outcome = read(FetchRequest("file:big.xml"))
    assert isinstance(outcome, FetchFailed)
    assert "larger than 100 bytes (polling.max_body)" in outcome.error


def test_anything_else_goes_over_http(read: Fetcher, publisher: Origin) -> None:
    publisher.answers["/a"] = reply(200, b"x")
    assert isinstance(read(FetchRequest(f"{publisher.url}/a")), Fetched)
