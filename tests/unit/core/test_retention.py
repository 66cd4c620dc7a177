"""What expires, and what stays of it."""

from __future__ import annotations

from datetime import timedelta

from builders import NOW, article
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.feed import Enclosure
from syndicator.core.identity import verdict
from syndicator.core.retention import Telling, expiring, remains

DAY = timedelta(days=1)
_tellings = st.lists(
    st.builds(
        Telling,
        st.integers(0, 99).map(str),
        st.none() | st.sampled_from(["one", "two", "three"]),
        st.integers(0, 5).map(lambda days: NOW - days * DAY),
    ),
    unique_by=lambda one: one.article_id,
)


def _old(id_: str, story: str | None = None, days: int = 400) -> Telling:
    return Telling(id_, story, NOW - days * DAY)


def test_what_is_older_and_in_no_window_expires() -> None:
    tellings = [_old("a"), _old("b"), _old("c", days=365), _old("d", days=1)]
    assert expiring(tellings, NOW - 365 * DAY, {"b"}) == ["a"]


def test_a_story_with_a_younger_telling_or_one_in_a_window_stays_whole() -> None:
    tellings = [_old("a", "one"), _old("b", "one", days=2), _old("c", "two"), _old("d", "two"), _old("e", "three")]
    assert expiring(tellings, NOW - 365 * DAY, {"d"}) == ["e"]


@given(_tellings, st.integers(0, 5), st.sets(st.integers(0, 99).map(str)))
def test_stories_expire_whole_and_nothing_young_or_in_a_window_does(
    tellings: list[Telling], days: int, windows: set[str]
) -> None:
    before = NOW - days * DAY
    gone = set(expiring(tellings, before, windows))
    assert not gone & windows
    assert all(one.revised < before for one in tellings if one.article_id in gone)
    for story in {one.story_id for one in tellings if one.story_id}:
        members = {one.article_id for one in tellings if one.story_id == story}
        assert gone >= members or not gone & members
    alone = {one.article_id for one in tellings if one.story_id is None and one.revised < before}
    assert alone - windows <= gone


def test_what_stays_says_nothing_and_knows_its_entry_again() -> None:
    files = (Enclosure("https://src.example.org/a.mp3", "audio/mpeg", 1), Enclosure("https://src.example.org/b.mp3"))
    whole = article(enclosures=files, story_id="story", reasons=("a reason",), sent_as="another")
    left = remains(whole, NOW)
    assert (left.removed, left.expired) == (True, NOW)
    said = (left.summary, left.content, left.authors, left.image, left.tags, left.rights, left.terms, left.reasons)
    assert not any(said)
    for name in ("id", "guid", "source_id", "canonical_url", "title", "date_text", "entry_hash", "content_hash",
                 "published", "accepted", "sent_as", "seq", "categories"):  # fmt: skip
        assert getattr(left, name) == getattr(whole, name)
    assert left.enclosures == files[:1]
    assert type(verdict(article(title="Changed", content_hash="other"), left)).__name__ == "Unchanged"
