"""YAML 1.2's plain scalars, and merge keys."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from syndicator.config.yaml_file import YamlData, load


def _load(text: str) -> YamlData:
    return load(Path("hub.yaml"), "hub.yaml", text.encode())


def _value(text: str) -> Any:
    data = _load(text)
    assert data.problems == []
    return data.value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"), ("yes", "yes"), ("On", "On"), ("off", "off"), ("y", "y"), ("true", True), ("False", False), ("tRUE", "tRUE"),
        ("1:30", "1:30"), ("12:30:45", "12:30:45"), ("2026-01-31", "2026-01-31"), ("1_000", "1_000"), ("010", 10), ("0o10", 8),
        ("0x1F", 31), ("-7", -7), ("+7", 7), ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-.inf", -math.inf),
        ("1.2.3", "1.2.3"), ("127.0.0.1", "127.0.0.1"), ("~", None), ("null", None), ("", None), ("nil", "nil"), ("'no'", "no"),
        ('"true"', "true"), ("'5'", "5"), ("=", "="), ("<<", "<<"), ("!!str 5", "5"), ("!!int '5'", 5), ("!!float 2", 2.0),
    ],
)  # fmt: skip
def test_plain_scalars_are_those_of_yaml_1_2(written: str, meant: object) -> None:
    found = _value(f"a: {written}\n")["a"]
    assert (found, type(found)) == (meant, type(meant))


def test_not_a_number_is_a_number() -> None:
    assert math.isnan(_value("a: .NaN\n")["a"])


def test_a_merge_key_brings_what_a_mapping_does_not_have_itself() -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {<<: *a, y: 3}\nc: {z: 4, <<: [*b, *a], x: 5}\nd: {'<<': 1}\n"
    found = _value(text)
    assert found["b"] == {"x": 1, "y": 3}
    assert found["c"] == {"x": 5, "y": 3, "z": 4}
    assert found["d"] == {"<<": 1}


def test_the_first_of_several_merged_mappings_wins() -> None:
    assert _value("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc:\n  <<: *a\n  <<: *b\n")["c"] == {"x": 1, "y": 2}


def test_what_is_merged_has_the_place_where_it_is_written() -> None:
    data = _load("a: &a {x: wrong}\nb:\n  <<: *a\n")
    assert str(data.problem(("b", "x"), "is wrong")) == "hub.yaml:1:11: b.x: is wrong"


@pytest.mark.parametrize("text", ["a: &a {<<: *a}\n", "a: &a {b: 1, <<: [{<<: *a}]}\n"])
def test_what_merges_itself_is_refused(text: str) -> None:
    assert [one.message for one in _load(text).problems] == ["is nested without end: an alias holds itself"]


def test_merges_of_merges_are_refused_as_aliases_of_aliases_are() -> None:
    text = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40))
    assert [one.message for one in _load(text).problems] == ["says over 10000 values again through its aliases"]
