"""What counts as an update of an article, and what does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from builders import any_text
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.revisions import SIGNIFICANT, Edit, compare
from syndicator.core.sanitise import clean_html


@dataclass(frozen=True)
class _Version:
    title: str
    content: str


_STORY = _Version(
    "Three die as a ferry sinks off the coast",
    "<p>By Ann Lee</p><p>At least 12 people are missing after a ferry sank in bad weather on Monday night, the coast guard"
    " said. Three bodies have been found.</p><p>Advertisement</p><p>The ship had left the harbour at 21:40 although a storm"
    " had been forecast for days. Its owner, who has run the line since 1998, was not to be reached for comment.</p>"
    "<p>Divers go on looking at first light.</p><ul><li>Share this story</li><li>1,204 views</li></ul>",
)
_LONG = replace(
    _STORY, content=_STORY.content + "".join(f"<p>Sentence {word} of a long report.</p>" for word in range(900))
)


def _edit(version: _Version, former: str, text: str) -> Edit:
    assert former in version.content
    return compare(version, replace(version, content=version.content.replace(former, text, 1)))


@pytest.mark.parametrize("version", [_STORY, _LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    ("former", "text"),
    [
        ("<p>Advertisement</p>", ""),
        ("<p>Advertisement</p>", "<p>Sponsored content</p>"),
        ("<p>Advertisement</p>", "<p>Story continues below advertisement</p>"),
        ("<p>Advertisement</p>", "<p>Anzeige</p><p>Διαφήμιση</p>"),
        ("Share this story", "Sign up for our daily newsletter and never miss a story"),
        ("Share this story", "Facebook 12 | Twitter 3 | E-mail"),
        ("Share this story", "Follow us on Telegram"),
        ("1,204 views", "31.9k views"),
        ("1,204 views", "Comments (7)"),
        ("By Ann Lee", "By Ann Lee and Bob Ray · 5 min read · Updated 7 minutes ago"),
        ("By Ann Lee", "(Reporting by Ann Lee and Bob Ray; editing by Cy Doe)"),
        ("By Ann Lee", "By Bob Ray, Maritime Correspondent"),
        ("<p>Divers", "<p>The post Three die appeared first on The Herald.</p><p>Divers"),
        ("<p>Divers go on", "<div class='x'>\n Divers <b>go</b>  on"),
        ("<p>Divers", "<p><img src='https://a.example/1.jpg?sig=8d7f'></p><p>Divers"),
        ("harbour", "harbor"),
        ("on Monday night, the coast guard said", "On Monday Night - the Coast Guard said"),
    ],
)
def test_what_stands_around_a_text_markup_and_a_corrected_word_are_no_update(
    version: _Version, former: str, text: str
) -> None:
    assert not _edit(version, former, text).significant


@pytest.mark.parametrize("version", [_STORY, _LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    ("former", "text", "why"),
    [
        ("12 people", "14 people", "12 became 14, 1 of"),
        ("Three bodies", "Five bodies", "three became five, 1 of"),
        ("21:40", "22:40", "21:40 became 22:40"),
        ("since 1998", "since 1989", "1998 became 1989"),
        ("<p>Divers", "<p>The minister has resigned.</p><p>Divers", "1 new paragraph, 4 of"),
        ("<p>Divers go on looking at first light.</p>", "", "1 paragraph less, 7 of"),
        ("although a storm had been forecast for days", "in calm waters, with every light on, as all of its crew have now told us",
         "16 of"),
    ],
)  # fmt: skip
def test_a_corrected_number_a_paragraph_and_many_words_are_an_update_in_any_text(
    version: _Version, former: str, text: str, why: str
) -> None:
    edit = _edit(version, former, text)
    assert edit.significant
    assert re.match(why, edit.why), edit.why


@pytest.mark.parametrize("version", [_STORY, _LONG], ids=["short", "long"])
def test_another_title_is_an_update_and_another_spelling_of_it_is_none(version: _Version) -> None:
    edit = compare(version, replace(version, title="Four die as a ferry sinks off the coast"))
    assert (edit.significant, edit.why) == (True, "another title")
    assert compare(version, replace(version, title="THREE DIE as a ferry sinks, off the coast")).distance == 0


def test_in_a_text_of_a_few_words_one_other_word_is_a_correction_and_two_are_an_update() -> None:
    note = _Version("", "<p>The pool is closed today</p>")
    assert not _edit(note, "pool", "bath").significant
    assert _edit(note, "closed today", "open tomorrow").significant


def test_thousands_are_one_number_however_they_are_set_apart() -> None:
    told = _Version("", "<p>The dam cost 1,250,000 and took 3.5 years.</p>")
    assert _edit(told, "1,250,000", "1250000").distance == 0
    assert _edit(told, "3.5", "35").significant


def test_texts_without_spaces_are_compared_by_their_characters() -> None:
    told = _Version("", "<p>台風が近づき、多くの便が欠航となった。乗客は空港で夜を明かした。</p>")
    assert not _edit(told, "夜", "朝").significant
    assert _edit(told, "乗客は空港で夜を明かした", "運航は明日から再開される見通しだ").significant


_PARAGRAPH = st.lists(st.sampled_from(["storm", "ferry", "coast", "12", "13", "five", "the", "sea", "is"]), min_size=1, max_size=30)  # fmt: skip
_CONTENT = st.lists(_PARAGRAPH.map(lambda text: f"<p>{' '.join(text)}.</p>"), max_size=6).map("".join)
_VERSION = st.builds(_Version, st.sampled_from(["Storm", "Ferry sinks", ""]), _CONTENT)
_AROUND = st.sampled_from(["<p>Advertisement</p>", "<p>1,204 views</p>", "<p>Share this</p>", "<div></div>", "<p>By Ann Lee</p>"])  # fmt: skip


@given(_VERSION, _VERSION)
def test_a_distance_is_the_same_in_both_directions_and_none_from_itself(one: _Version, other: _Version) -> None:
    assert compare(one, other).distance == compare(other, one).distance
    assert compare(one, one) == Edit(0, "")
    assert 0 <= compare(one, other).distance <= 1
    assert bool(compare(one, other).why) == (compare(one, other).distance > 0)


@given(_VERSION, st.lists(st.tuples(_AROUND, st.integers(0, 9)), max_size=5))
def test_whatever_stands_around_a_text_adds_no_distance(version: _Version, around: list[tuple[str, int]]) -> None:
    paragraphs = re.findall(r"<p>.*?</p>", version.content)
    for line, at in around:
        paragraphs.insert(at, line)
    assert compare(version, replace(version, content="".join(paragraphs))).distance == 0


@given(_VERSION, st.integers(14, 99), st.integers(100, 199))
def test_a_number_that_became_another_is_an_update_wherever_it_stands(version: _Version, was: int, now: int) -> None:
    texts = [replace(version, content=f"{version.content}<p>In all {number} were saved.</p>") for number in (was, now)]
    assert compare(*texts).distance >= SIGNIFICANT


@given(any_text(), any_text(), any_text(), any_text())
def test_any_text_can_be_compared(title: str, content: str, other: str, changed: str) -> None:
    edit = compare(_Version(title, clean_html(content, "", [])), _Version(other, clean_html(changed, "", [])))
    assert 0 <= edit.distance <= 1


_Grown = Callable[[int], str]


@pytest.mark.parametrize(
    "grown",
    [lambda n: f"<p>{'word ' * n}</p>", lambda n: "<p>12</p>" * n, lambda n: "<" * n, lambda n: "x" * n,
     lambda n: "".join(f"<p>The {n} was told of word{n} today.</p>" for n in range(n))],
)  # fmt: skip
def test_a_very_long_text_is_compared_like_any_other(grown: _Grown) -> None:
    one, other = (_Version("", clean_html(grown(n), "", [])) for n in (20_000, 20_001))
    assert compare(one, other).distance <= 1
