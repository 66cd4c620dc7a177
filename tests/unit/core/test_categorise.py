"""Filing by source, tag and title."""

from __future__ import annotations

from builders import source

from syndicator.core.categorise import Filing
from syndicator.core.model import Category, Match

TREE = (
    Category("health", "Health"),
    Category("health/oncology", "Oncology", match=Match(("Cancer",), (r"\btumou?rs?\b", r"\bόγκος\b", r"\bопухоль\b"))),
)


def _filed(title: str, *tags: str, first: str = "world") -> tuple[str, ...]:
    return Filing(source(categories=(first,)), TREE).of(title, tags)[0]


def test_the_sources_own_category_names_the_article() -> None:
    assert _filed("News") == ("world",)


def test_tags_and_titles_file_besides_and_parents_hold_their_children() -> None:
    assert _filed("News", "CANCER") == ("world", "health/oncology", "health")
    assert _filed("A Tumour report") == ("world", "health/oncology", "health")
    assert _filed("Contumours") == ("world",)


def test_greek_and_cyrillic_words_are_words() -> None:
    assert "health/oncology" in _filed("Ένας ΌΓΚΟΣ στο δέρμα".lower())
    assert "health/oncology" in _filed("Это Опухоль, сказали")


def test_every_filing_has_its_reason() -> None:
    _, reasons = Filing(source(), TREE).of("Tumours", ("x",))
    assert reasons[0] == "filed in health by source src"
    assert "tumou?rs?" in reasons[1]


def test_greek_in_capitals_ends_in_another_sigma_and_is_found_all_the_same() -> None:
    assert "health/oncology" in _filed("Ένας ΌΓΚΟΣ στο δέρμα")
    assert "health/oncology" not in _filed("Πρωτόγκος")
    assert "health/oncology" not in _filed("опухольный")


def test_no_category_is_given_twice_and_the_sources_come_first() -> None:
    found = Filing(source(categories=("health", "health/oncology")), TREE).of("Tumour", ("cancer",))[0]
    assert found == ("health", "health/oncology")
    assert _filed("News", first="a/b/c") == ("a/b/c", "a/b", "a")
