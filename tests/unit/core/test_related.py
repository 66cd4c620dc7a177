"""News in the same category."""

from __future__ import annotations

from dataclasses import replace

from builders import article

from syndicator.core.model import Article
from syndicator.core.related import related


def _news(number: int, source: str, story: str | None = None) -> Article:
    return replace(
        article(), id=f"a{number}", title=f"Title {number}", source_id=source, story_id=story or f"a{number}"
    )


def test_never_itself_nor_its_story_and_at_most_two_of_a_source() -> None:
    me = _news(0, "x")
    recent = [me, _news(1, "y", story="a0"), *(_news(n, "x") for n in range(2, 6)), _news(6, "z")]
    assert [one.id for one in related(me, recent, 6)] == ["a2", "a3", "a6"]
    assert len(related(me, recent, 1)) == 1


def test_articles_without_words_in_their_titles_do_not_pass_for_one() -> None:
    me = replace(_news(0, "x"), title="…")
    others = [replace(_news(n, f"s{n}"), title="!") for n in (1, 2)]
    assert [one.id for one in related(me, others, 6)] == ["a1", "a2"]


def test_one_title_is_shown_once_whoever_tells_it() -> None:
    recent = [
        replace(_news(n, f"s{n}"), title=title) for n, title in ((1, "Same news"), (2, "SAME NEWS!"), (3, "Title 0"))
    ]
    assert [one.id for one in related(_news(0, "x"), recent, 6)] == ["a1"]
