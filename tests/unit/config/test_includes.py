"""`include: [globs]`: more files with categories and sources, merged into one configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndicator.config.loading import load_settings
from syndicator.core.errors import ConfigError

MAIN = """\
site: {title: A, url: "https://news.example.org"}
include: [more/*.yaml]
categories: {health: {title: Health}}
sources: {a: {url: "https://x.org/a", category: health}}
"""
SOURCE = '{url: "https://x.org/b", category: health}'


def _write(folder: Path, main: str = MAIN, **files: str) -> Path:
    (folder / "more").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "more" / f"{name}.yaml").write_text(text)
    path = folder / "hub.yaml"
    path.write_text(main)
    return path


def _mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, {})
    return [str(problem).replace(f"{path.parent}/", "") for problem in caught.value.problems]


def test_included_files_add_categories_and_sources_in_the_order_of_their_names(tmp_path: Path) -> None:
    more = {"z": f"sources: {{z: {SOURCE}}}\n", "b": f"categories: {{art: {{title: Art}}}}\nsources: {{b: {SOURCE}}}\n"}
    settings = load_settings(_write(tmp_path, **more), {})
    assert list(settings.sources) == ["a", "b", "z"]
    assert list(settings.categories) == ["health", "art"]


def test_a_main_file_may_leave_its_sections_to_included_ones(tmp_path: Path) -> None:
    main = MAIN.partition("categories")[0] + "sources:\ncategories:\n"
    more = f"categories: {{health: {{title: H}}}}\nsources: {{b: {SOURCE}}}\n"
    assert list(load_settings(_write(tmp_path, main, more=more), {}).sources) == ["b"]


def test_a_glob_that_finds_nothing_is_fine_but_a_missing_name_is_not(tmp_path: Path) -> None:
    assert load_settings(_write(tmp_path), {}).include == ("more/*.yaml",)
    path = _write(tmp_path, MAIN.replace("more/*.yaml", "more/gone.yaml"))
    assert _mistakes(path) == ["hub.yaml:2:11: include.0: no file more/gone.yaml beside this one"]


def test_a_source_in_two_files_is_named_in_the_second(tmp_path: Path) -> None:
    path = _write(tmp_path, b=f"sources:\n  a: {SOURCE}\n")
    assert _mistakes(path) == ["more/b.yaml:2:3: sources.a: stands in another file already"]


def test_a_mistake_in_the_first_of_two_is_named_in_its_own_file(tmp_path: Path) -> None:
    path = _write(tmp_path, MAIN.replace("https://x.org/a", "no"), b=f"sources:\n  a: {SOURCE}\n")
    assert [mistake.partition(": ")[0] for mistake in _mistakes(path)] == ["hub.yaml:4:20", "more/b.yaml:2:3"]


def test_other_sections_belong_into_the_main_file(tmp_path: Path) -> None:
    path = _write(tmp_path, b="polling: {interval: 1h}\n")
    assert _mistakes(path) == ["more/b.yaml:1:1: polling: an included file holds `categories` and `sources` only"]


@pytest.mark.parametrize("text", ["- a\n", "just text\n"])
def test_an_included_file_that_is_no_mapping_is_a_mistake(tmp_path: Path, text: str) -> None:
    assert _mistakes(_write(tmp_path, b=text))[0].startswith("more/b.yaml:1:1: is no mapping")


def test_mistakes_in_included_files_are_named_there(tmp_path: Path) -> None:
    path = _write(tmp_path, b="sources:\n  b: {url: nowhere, category: helth}\n", c="sources: {\n")
    assert [mistake.partition(" ")[0] for mistake in _mistakes(path)] == [
        "more/b.yaml:2:12:", "more/b.yaml:2:31:", "more/c.yaml:2:1:",
    ]  # fmt: skip


@pytest.mark.parametrize("section", ["sources: [x]", "sources: text"])
def test_a_section_of_the_wrong_kind_in_the_main_file_stays_one_mistake(tmp_path: Path, section: str) -> None:
    main = MAIN.partition("sources")[0] + section + "\n"
    assert [m.partition(": ")[0] for m in _mistakes(_write(tmp_path, main, b=f"sources: {{b: {SOURCE}}}\n"))] == [
        "hub.yaml:4:10"
    ]


@pytest.mark.parametrize("pattern", ["/etc/*.yaml", "''", "'**x'"])
def test_a_pattern_that_is_none_is_a_mistake(tmp_path: Path, pattern: str) -> None:
    assert _mistakes(_write(tmp_path, MAIN.replace("more/*.yaml", pattern)))[0].startswith("hub.yaml:2:11: include.0: ")


def test_one_pattern_may_stand_for_a_list_and_a_variable_in_it(tmp_path: Path) -> None:
    path = _write(tmp_path, MAIN.replace("[more/*.yaml]", "'${PARTS}/*.yaml'"), b=f"sources: {{b: {SOURCE}}}\n")
    assert list(load_settings(path, {"PARTS": "more"}).sources) == ["a", "b"]


def test_a_file_that_two_patterns_find_is_read_once(tmp_path: Path) -> None:
    path = _write(tmp_path, MAIN.replace("[more/*", "[more/b.yaml, more/*"), b=f"sources: {{b: {SOURCE}}}\n")
    assert list(load_settings(path, {}).sources) == ["a", "b"]


def test_a_section_that_only_an_included_file_has_keeps_its_places(tmp_path: Path) -> None:
    main = MAIN.partition("sources")[0]
    path = _write(tmp_path, main, b=f"sources:\n  b: {SOURCE.replace('url', 'uri')}\n")
    assert "more/b.yaml:2:7: sources.b.uri: unknown key; did you mean 'url'?" in _mistakes(path)
