"""Settings as records: what a source inherits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from syndicator.config import records
from syndicator.config.loading import load_settings
from syndicator.config.settings import Settings
from syndicator.core.errors import ConfigError
from syndicator.core.rules import Match

TEXT = """\
site: {title: A, url: "https://news.example.org/", timezone: Europe/Athens, contact: {email: a@b.org}}
polling: {interval: 2h, min_interval: 30m, max_interval: 12h}
publishing: {content: summary}
categories: {health: {title: Health, match: {tags: [a]}}, art: {title: Art}}
sources:
  plain: {url: "https://x.org/a", category: health}
  own: {url: "file:feeds/a b.xml", category: art, categories: [health, art], timezone: UTC, date_order: mdy,
        content: link, interval: 2d, title: Mine, headers: {X-Key: abc}}
  paced: {url: "https://x.org/b", category: health, interval: 3h}
  local: {url: "file:feeds/b.xml", category: health}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "hub.yaml"
    path.write_text(TEXT)
    return load_settings(path, {})


def test_a_source_inherits_interval_zone_and_content_policy(settings: Settings) -> None:
    plain = records.sources(settings)["plain"]
    assert (plain.interval, plain.min_interval, plain.max_interval) == (
        timedelta(hours=2), timedelta(minutes=30), timedelta(hours=12),
    )  # fmt: skip
    assert (plain.timezone, plain.content, plain.date_order) == ("Europe/Athens", "summary", "dmy")
    assert (plain.id, plain.origin, plain.title, plain.headers) == ("plain", "plain", None, ())


def test_a_source_keeps_what_it_says_itself(settings: Settings) -> None:
    own = records.sources(settings)["own"]
    assert (own.timezone, own.content, own.date_order, own.title) == ("UTC", "link", "mdy", "Mine")
    assert own.headers == (("X-Key", "abc"),)
    assert own.url == "file:feeds/a b.xml"


def test_an_interval_longer_than_the_longest_allowed_lengthens_that(settings: Settings) -> None:
    own = records.sources(settings)["own"]
    assert (own.interval, own.max_interval) == (timedelta(days=2), timedelta(days=2))


def test_the_rhythm_moves_the_interval_of_what_is_fetched_and_has_none_of_its_own(settings: Settings) -> None:
    adaptive = {id_ for id_, source in records.sources(settings).items() if source.adaptive}
    assert adaptive == {"plain"}


def test_the_category_that_stands_alone_is_the_primary_one(settings: Settings) -> None:
    assert records.sources(settings)["own"].categories == ("art", "health")


def test_header_values_stand_in_no_representation(settings: Settings) -> None:
    assert "abc" not in repr(settings) + repr(records.sources(settings))


def test_the_site_loses_its_last_slash_and_speaks_for_itself_where_nothing_is_given(settings: Settings) -> None:
    site = records.site(settings)
    assert (site.url, site.description, site.contact_name, site.contact_email) == (
        "https://news.example.org", "A", "A", "a@b.org",
    )  # fmt: skip
    assert site.page("x") == "https://news.example.org/articles/x"


def test_a_category_was_at_one_former_path_or_at_several(tmp_path: Path) -> None:
    path = tmp_path / "hub.yaml"
    path.write_text(TEXT.replace("art: {title: Art}", "art: {title: Art, was: [a/b, c]}, zoo: {title: Zoo, was: d}"))
    tree = records.categories(load_settings(path, {}))
    assert [(one.id, one.was) for one in tree] == [("health", ()), ("art", ("a/b", "c")), ("zoo", ("d",))]


def test_a_category_learns_with_the_certainty_that_it_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "hub.yaml"
    asked = ", ".join(f"{name}: {{title: T, classifier: {value}}}" for name, value in
                      {"a": "true", "b": "false", "c": "0.5", "d": "1"}.items())  # fmt: skip
    path.write_text(f'site: {{title: A, url: "https://x.org"}}\ncategories: {{{asked}, e: {{title: T}}}}\n')
    found = {one.id: one.classifier for one in records.categories(load_settings(path, {}))}
    assert found == {"a": 0.9, "b": None, "c": 0.5, "d": 1.0, "e": None}
    with pytest.raises(ConfigError, match=r"pip install '.\[classifier\]'"):
        load_settings(path, {}, classifier=lambda: False)
    path.write_text(path.read_text().replace("true", "false").replace("0.5", "false").replace("1}", "false}"))
    assert load_settings(path, {}, classifier=lambda: False).categories["a"].classifier is None


def test_a_source_may_leave_it_to_rules_and_classifier_where_it_is_filed(tmp_path: Path) -> None:
    path = tmp_path / "hub.yaml"
    path.write_text('site: {title: A, url: "https://x.org"}\ncategories: {a: {title: T}}\n'
                    'sources: {s: {url: "https://x.org", categories: []}}\n')  # fmt: skip
    assert records.sources(load_settings(path, {}))["s"].categories == ()


def test_rules_of_categories_and_sources(tmp_path: Path) -> None:
    rules = r"{tags: [a, 'b*'], title: ['\bc'], text: [d], url: [e], author: [f], language: [pt-BR, '*']}"
    path = tmp_path / "hub.yaml"
    path.write_text(
        TEXT.replace("art: {title: Art}", f"art: {{title: Art, match: {rules}, exclude: {rules}}}")
        + f"  ruled: {{url: 'https://x.example/', category: art, exclude: {rules}}}\n"
    )
    settings = load_settings(path, {})
    told = Match(("a", "b*"), (r"\bc",), ("d",), ("e",), ("f",), ("pt-BR", "*"))
    art = records.categories(settings)[-1]
    assert (art.match, art.exclude, records.sources(settings)["ruled"].exclude) == (told, told, told)


def test_categories_keep_the_order_of_the_file(settings: Settings) -> None:
    assert [(one.id, one.match.tags) for one in records.categories(settings)] == [("health", ("a",)), ("art", ())]
