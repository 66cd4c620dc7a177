"""The table of keys in docs/configuration.md is made of the settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from syndicator.config.schema import Key, keys

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"
TABLE = re.compile(r"(?s)(<!-- keys: .*? -->\n)(.*?)(<!-- end of keys -->\n)")


def _cell(text: str) -> str:
    linked = re.sub(r"docs/([a-z-]+\.md)(#[a-z-]+)?", r"[\1](\1\2)", text)
    return linked.replace("|", "\\|")


def _row(key: Key) -> str:
    return f"| `{key.path}` | {_cell(key.default)} | {_cell(key.example)} | {_cell(key.meaning)} |\n"


def test_the_table_of_keys_is_what_the_settings_say(request: pytest.FixtureRequest) -> None:
    """Golden: `make docs` writes it."""
    table = "| key | default | example | meaning |\n|---|---|---|---|\n" + "".join(map(_row, keys()))
    page = PAGE.read_text(encoding="utf-8")
    made = TABLE.sub(lambda found: found[1] + table + found[3], page)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(made, encoding="utf-8")
    assert made == PAGE.read_text(encoding="utf-8")


def test_every_key_says_what_it_means_and_has_an_example_or_a_reason_to_have_none() -> None:
    assert [key.path for key in keys() if not key.meaning.endswith((".", "`."))] == []
    assert [key.path for key in keys() if not key.example] == [
        "site.description",
        "site.contact.name",
        "categories",
        "categories.<path>.description",
        "categories.<path>.exclude",
        "sources",
        "sources.<id>.title",
        "sources.<id>.exclude",
    ]
