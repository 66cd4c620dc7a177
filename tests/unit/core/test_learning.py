"""What the classifier files and why, what stays as it was, and what is never learned from."""

from __future__ import annotations

from builders import NOW, article
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.learning import Lesson, Scores, by_classifier, refiled, text, told

REASON = "filed in health by the classifier, 0.94 certain (trained 2026-01-31 on 4,210 articles)"
UNFILED = article(categories=("all",), filed_by=())


def test_the_most_certain_category_comes_first_and_is_said_with_the_model() -> None:
    found = told({"sport/chess": 0.91, "health": 0.949, "art": 0.91}, NOW, 4210)
    assert list(found) == ["health", "art", "sport/chess"]
    assert f"filed in health by {found['health']}" == REASON


@given(st.floats(0.5, 1))
def test_it_is_never_said_to_be_more_certain_than_it_was(certainty: float) -> None:
    said = float(told({"health": certainty}, NOW, 1)["health"].split(", ")[1].split()[0])
    assert certainty - 0.0101 < said <= certainty


def test_only_its_own_reason_is_taken_for_its_own() -> None:
    assert by_classifier((REASON,))
    assert not by_classifier(("filed in health by source src", f"filed in health by tag {REASON!r}", f"note: {REASON}"))
    assert not by_classifier(())


def test_what_it_filed_stays_there_until_the_text_changes_or_the_category_no_longer_asks() -> None:
    reason = REASON.replace("health", "sport/chess")
    known = article(categories=("sport/chess", "sport"), filed_by=(reason,))
    kept = refiled(UNFILED, known, {"sport/chess": 0.99, "health": 0.9})
    assert kept is not None
    assert (kept.categories, kept.filed_by) == (("sport/chess", "sport"), (reason,))
    assert refiled(article(categories=("all",), content_hash="another"), known, {"sport/chess": 0.9}) is None
    assert refiled(UNFILED, known, {"health": 0.9}) is None
    assert refiled(UNFILED, article(filed_by=("filed in health by source src",)), {"health": 0.9}) is None


def test_the_beginning_of_the_content_is_read_and_the_summary_where_there_is_none() -> None:
    assert text("A summary.", "<p>Some <b>content</b>.</p>") == "Some content."
    assert text("A summary.", "<p></p>") == "A summary."
    long = f"<p>{'word ' * 3000}</p>"
    assert text("", long) == text("", long[:4000])


def test_precision_and_recall_are_none_where_nothing_was_filed_or_held_out() -> None:
    one = Scores("health", 0.9, 100, learned=True, held_out=20, filed=10, right=9)
    assert (one.precision, one.recall) == (0.9, 0.45)
    assert (Scores("health", 0.9, 3).precision, Scores("health", 0.9, 3).recall) == (None, None)


def test_a_lesson_crosses_over_as_plain_values() -> None:
    plain = {"articles": 3, "scores": [{"category": "health", "certainty": 0.9, "articles": 3, "flaw": "too little"}]}
    assert Lesson.of(plain) == Lesson(3, (Scores("health", 0.9, 3, flaw="too little"),))
