"""Entries put into a section: wherever it is and however it is written, the rest stays byte for byte."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from syndicator.config.yaml_file import compose
from syndicator.config.yaml_insertion import NoPlace, Value, inserted

NEW = {"b": {"url": "https://b.example/"}}
LINE = 'b: {url: "https://b.example/"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("s:\n  a: {url: x}\nt: 1\n", f"s:\n  a: {{url: x}}\n  {LINE}\nt: 1\n"),
        ("s:\n  a: {url: x}", f"s:\n  a: {{url: x}}\n  {LINE}\n"),
        ("s:\n    a:\n        url: x   # why\n\n    # more to come\n\n# --- T ---\nt: 1\n",
         f"s:\n    a:\n        url: x   # why\n    {LINE}\n\n    # more to come\n\n# --- T ---\nt: 1\n"),
        ("s:\n  a:\n    url: x\n    tags:\n    - p\n    - q # last\n# t\nt: 1\n",
         f"s:\n  a:\n    url: x\n    tags:\n    - p\n    - q # last\n  {LINE}\n# t\nt: 1\n"),
        ("s:\n  a:\n    url: x\n    title: |\n      long\n      text\n\nt: 1\n",
         f"s:\n  a:\n    url: x\n    title: |\n      long\n      text\n\n  {LINE}\nt: 1\n"),
        ("s:\n  a:\n    url: x\n    title: 'long\n\n      text' # end\nt: 1\n",
         f"s:\n  a:\n    url: x\n    title: 'long\n\n      text' # end\n  {LINE}\nt: 1\n"),
        ("s:\n  a:\n    url: x\n    title:\nt: 1\n", f"s:\n  a:\n    url: x\n    title:\n  {LINE}\nt: 1\n"),
        ("p: &p {x: 1}\ns:\n  a:\n    url: x\n    h: *p # alias\nt: 1\n",
         f"p: &p {{x: 1}}\ns:\n  a:\n    url: x\n    h: *p # alias\n  {LINE}\nt: 1\n"),
        ("s:\r\n  a: {url: x}\r\nt: 1\r\n", f"s:\r\n  a: {{url: x}}\r\n  {LINE}\r\nt: 1\r\n"),
        ("s:\n  ü😀: {url: \"é\u2028ü\"} # 😀\nt: 1\n", f"s:\n  ü😀: {{url: \"é\u2028ü\"}} # 😀\n  {LINE}\nt: 1\n"),
        ("s:   # none yet\nt: 1\n", f"s:   # none yet\n  {LINE}\nt: 1\n"),
        ("s: {}  # none yet\nt: 1\n", f"s:  # none yet\n  {LINE}\nt: 1\n"),
        ("s: ~\nt: 1\n", f"s:\n  {LINE}\nt: 1\n"),
        ("s:", f"s:\n  {LINE}\n"),
        ("--- # top\nt: 1\n", f"--- # top\nt: 1\n\ns:\n  {LINE}\n"),
        ("t: 1", f"t: 1\n\ns:\n  {LINE}\n"),
        ("t: 1\n# the end\n", f"t: 1\n# the end\n\ns:\n  {LINE}\n"),
        ("t: 1\n...\n", f"t: 1\n\ns:\n  {LINE}\n...\n"),
        ("  t: 1\n", f"  t: 1\n\n  s:\n    {LINE}\n"),
        ("s: {a: {url: x}}\nt: 1\n", f"s: {{a: {{url: x}},\n  {LINE}}}\nt: 1\n"),
        ("s: {a: {url: x}, }\n", f"s: {{a: {{url: x}},\n  {LINE}, }}\n"),
        ("s: {\n  a: {url: x},   # first\n  c: {url: y}    # last\n}\n",
         f"s: {{\n  a: {{url: x}},   # first\n  c: {{url: y}},    # last\n  {LINE}\n}}\n"),
        ("s: {\n  a: {url: x},   # trailing\n}\n", f"s: {{\n  a: {{url: x}},   # trailing\n  {LINE},\n}}\n"),
    ],
)  # fmt: skip
def test_an_entry_comes_behind_the_last_and_before_the_comments_of_what_follows(before: str, after: str) -> None:
    assert inserted(before, "s", NEW) == after
    assert yaml.safe_load(after)["s"]["b"] == NEW["b"]


@pytest.mark.parametrize(
    "text",
    ["{s: {a: {url: x}}}\n", "s: [a]\n", "s: text\n", "o: &o {a: {url: x}}\ns: *o\n", "s: { # why none\n}\n", "- s\n"],
)
def test_where_there_is_no_place_nothing_is_put(text: str) -> None:
    with pytest.raises(NoPlace):
        inserted(text, "s", NEW)


def test_nothing_to_put_in_changes_nothing() -> None:
    assert inserted("s: [a]", "s", {}) == "s: [a]"


_ODD = [
    "no", "on", "Yes", "null", "~", "true", "1e3", "22:05", "123", "0x1f", "1_000", "2026-01-31", ".5", ".inf", "=", "<<", "",
    " ", "a: b", "a #b", "- a", "{a}", "[a", "*a", "&a", "!a", "%a", "@a", "`a", "a'b", 'a"b', "a\\b", "${NAME}", "é", "😀",
    "a\x07b", "a\u2028b", "y", "a-b/c", "two words", "ends ", "?", "a:",
]  # fmt: skip


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(_ODD), st.text(st.characters(exclude_categories=["C"]), max_size=9)),
        st.one_of(st.sampled_from(_ODD), st.text(st.characters(exclude_categories=["C"]), max_size=9)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["t: 1\n", "s: {a: {v: x}}\n", "s:\n  a: {v: x}\n"]),
)
def test_every_text_is_read_as_it_was_meant(values: dict[str, str], text: str) -> None:
    entries: dict[str, dict[str, Value]] = {
        f"new {key}": {"v": value, "several": (value, key)} for key, value in values.items()
    }
    root = compose(inserted(text, "s", entries))
    read = yaml.SafeLoader("").construct_document(root)["s"]
    assert {key: (one["v"], tuple(one["several"])) for key, one in read.items() if key != "a"} == {
        key: tuple(one.values()) for key, one in entries.items()
    }
