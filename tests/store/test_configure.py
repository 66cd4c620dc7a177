"""Sources and categories follow the configuration, and sources become due."""

from __future__ import annotations

from dataclasses import replace

from builders import configure, place_newcomers

from syndicator.core import hints
from syndicator.core.hints import Hint
from syndicator.core.model import ALL, Category
from syndicator.core.rhythm import Rhythm
from syndicator.core.work import Saving, Stale
from syndicator.store.store import Store

from .making import (
    CATEGORIES,
    HOUR,
    NOW,
    SOURCES,
    article,
    filings,
    ids,
    polled,
    save_changed,
    save_new,
    state,
    table,
    telling,
)
from .test_publishing import publish


def _due(store: Store, hours: float = 0, limit: int = 10) -> list[str]:
    return [state.source_id for state in store.due(NOW + hours * HOUR, limit)]


def test_new_sources_are_remembered_as_they_were_made(hub: Store) -> None:
    fresh = hub.states()["beta"]
    assert (fresh.url, fresh.next_poll_at) == (SOURCES[1].url, NOW + HOUR / 360)
    assert (fresh.last_poll_at, fresh.last_success_at, fresh.outcome) == (None, None, None)


def test_everything_that_is_remembered_of_a_source_comes_back(hub: Store) -> None:
    whole = state(
        "alpha", error="e", flaw="f", failures=2, retry_after=NOW + HOUR, fresh=Hint(HOUR / 2, "max-age 1800"),
        hints=hints.read("60", ("1",), ("Sunday",), "daily", "2"), moved_to="https://b.example/", moved_polls=2,
        rhythm=Rhythm(NOW, NOW).with_entries([NOW - HOUR, NOW - 30 * HOUR], NOW), adopted_url="https://c.example/",
        former_urls=("https://d.example/", "https://e.example/"),
    )  # fmt: skip
    hub.save_polls([Saving(whole)])
    assert hub.states()["alpha"] == whole


def test_a_host_that_wants_quiet_is_remembered(hub: Store) -> None:
    for hours in (2, 1):
        hub.save_polls([Saving(state("alpha"), quiet=("a.example", NOW + hours * HOUR)), polled("beta")])
    hub.save_polls([Saving(state("alpha"), quiet=("b.example", NOW))])
    assert hub.quiet_hosts() == {"a.example": NOW + HOUR, "b.example": NOW}


def test_sources_of_busy_hosts_are_not_due_wherever_they_have_moved(hub: Store) -> None:
    hub.save_polls([Saving(state("alpha", adopted_url="http://www.moved.example:81/f"))])

    def due(*busy: str) -> list[str]:
        return [one.source_id for one in hub.due(NOW + HOUR, 10, busy)]

    assert sorted(due("alpha.example")) == sorted(due()) == ["alpha", "beta", "delta", "gamma"]
    assert sorted(due("moved.example", "beta.example")) == ["delta", "gamma"]


def test_configuring_the_same_again_changes_nothing(hub: Store) -> None:
    hub.save_polls([Saving(replace(state("alpha"), next_poll_at=NOW + HOUR))])
    configure(hub, SOURCES, CATEGORIES, NOW + HOUR / 2)
    before = hub.states()
    configure(hub, SOURCES, CATEGORIES, NOW + HOUR)
    assert hub.states() == before


def test_a_removed_source_is_not_due_and_keeps_its_articles(hub: Store) -> None:
    made = article("alpha")
    save_new(hub, made)
    configure(hub, SOURCES[1:], CATEGORIES, NOW + HOUR)
    assert "alpha" not in _due(hub, 99)
    assert "alpha" not in hub.states()
    assert "alpha" in hub.states(configured=False)
    assert made.id in hub.articles([made.id])
    assert hub.article_counts() == {"alpha": 1}


def test_a_source_that_comes_back_goes_on_where_it_was(hub: Store) -> None:
    hub.save_polls([polled("alpha")])
    configure(hub, SOURCES, CATEGORIES, NOW)
    before = hub.states()["alpha"]
    configure(hub, (), CATEGORIES, NOW)
    assert hub.states() == {}
    configure(hub, SOURCES, CATEGORIES, NOW)
    assert hub.states()["alpha"] == before


def test_the_longest_overdue_come_first_up_to_the_limit(hub: Store) -> None:
    for hours, name in enumerate(("gamma", "alpha", "delta", "beta")):
        hub.save_polls([polled(name, at=NOW + hours * HOUR)])
    assert _due(hub, 0.9) == []
    assert _due(hub, 1) == ["gamma"], "due at the very instant"
    assert _due(hub, 9) == ["gamma", "alpha", "delta", "beta"]
    assert _due(hub, 9, limit=2) == ["gamma", "alpha"]


def test_a_gone_source_is_never_due(hub: Store) -> None:
    hub.save_polls([replace(polled("alpha"), state=state("alpha", gone=True))])
    assert "alpha" not in _due(hub, 10_000)
    assert hub.states()["alpha"].gone


def _withdrawn(hub: Store, category: str) -> bool:
    shelf = hub.shelf(category)
    return shelf is not None and not shelf.configured


def test_a_withdrawn_category_loses_its_documents_and_comes_back_stale(hub: Store) -> None:
    save_new(hub, article())
    place_newcomers(hub)
    publish(hub, ALL, "all.xml", b"all")
    publish(hub, "health", "health.xml", b"health")
    before = hub.publications()
    configure(hub, SOURCES, CATEGORIES[1:], NOW)
    assert hub.publications() > before
    assert hub.document("health.xml") is None
    assert hub.document("all.xml") is not None
    assert "health" not in [behind.category for behind in hub.stale("print")]
    configure(hub, SOURCES, CATEGORIES, NOW + HOUR)
    assert Stale("health", NOW, 1, last_ordinal=1, published_seq=1) in hub.stale("print")


def test_all_is_always_a_category(hub: Store) -> None:
    configure(hub, (), (), NOW)
    assert [behind.category for behind in hub.stale("print")] == [ALL]


def test_a_category_is_withdrawn_from_when_it_is_left_out_until_it_comes_back(hub: Store) -> None:
    assert not _withdrawn(hub, "health")
    configure(hub, SOURCES, CATEGORIES[1:], NOW)
    assert _withdrawn(hub, "health")
    assert not _withdrawn(hub, "never")
    configure(hub, SOURCES, CATEGORIES, NOW)
    assert not _withdrawn(hub, "health")


# --- renamed categories -----------------------------------------------------------------------------

MEDICINE = Category("medicine", "Medicine", was=("health",))
RENAMED = (MEDICINE, *CATEGORIES[1:])
JOINED = (CATEGORIES[0], Category("sport", "Sport", was=("art",)))


def _shown(store: Store, url: str, category: str) -> list[tuple[str, int]]:
    """What a category shows: article and ordinal, in order."""
    query = f"SELECT article_id, ordinal FROM filings WHERE category = '{category}' AND NOT removed AND ordinal > 0"
    return sorted(table(url, query), key=lambda row: row[1])


def _sums(url: str) -> list[tuple[str, str]]:
    return sorted(table(url, "SELECT id, sha256 FROM articles"))


def test_what_was_filed_under_a_former_path_keeps_its_ordinals_and_numbers(hub: Store, database_url: str) -> None:
    first, left, sport = article(key="1", categories=("art", "health")), article(key="2"), article(key="3")
    save_new(hub, first, left, replace(sport, categories=("sport",)))
    place_newcomers(hub)
    save_changed(hub, replace(left, categories=("art",), content_hash="changed"))
    place_newcomers(hub)
    before = {one.id: filings(database_url, one) for one in (first, left, sport)}
    sums, stale = _sums(database_url), Stale("medicine", NOW, 4, last_ordinal=2)
    configure(hub, SOURCES, RENAMED, NOW + HOUR)
    for one in (first, left, sport):
        moved = {
            ("medicine" if category == "health" else category): filed for category, filed in before[one.id].items()
        }
        assert filings(database_url, one) == moved
    stored = hub.articles([first.id, left.id, sport.id])
    assert [stored[one.id].categories for one in (first, left, sport)] == [("art", "medicine"), ("art",), ("sport",)]
    assert _sums(database_url) == sums
    assert stale in hub.stale("print"), "made when the old one was"
    assert [(change.article.id, change.removal is not None) for change in hub.changes("medicine", 0, 9)] == [
        (first.id, False), (left.id, True),
    ]  # fmt: skip
    assert not _withdrawn(hub, "health")


def test_a_renamed_category_counts_on(hub: Store, database_url: str) -> None:
    save_new(hub, article(key="1"))
    place_newcomers(hub)
    save_new(hub, article(key="2"))  # not placed yet
    configure(hub, SOURCES, RENAMED, NOW)
    save_new(hub, later := article(key="3", categories=("medicine",)))
    place_newcomers(hub)
    assert filings(database_url, later)["medicine"][:2] == (3, 3)
    assert len(hub.newest("medicine", 9)) == 3


def test_a_category_is_renamed_once(hub: Store) -> None:
    save_new(hub, article())
    place_newcomers(hub)
    configure(hub, SOURCES, RENAMED, NOW)
    for behind in hub.stale("print"):
        hub.save_documents([], behind, "print")
    before = hub.publications()
    configure(hub, SOURCES, RENAMED, NOW + HOUR)
    assert (hub.stale("print"), hub.publications()) == ((), before)


def test_documents_answer_at_the_new_address_until_they_are_rendered_again(hub: Store) -> None:
    publish(hub, "health", "feeds/health.rss", b"feed")
    publish(hub, "health", "categories/health/latest.json", b"list")
    publish(hub, "sport", "feeds/sport.rss", b"sport")
    before = hub.publications()
    configure(hub, SOURCES, RENAMED, NOW)
    assert hub.publications() > before
    assert hub.document("feeds/health.rss") is None
    expected = {"feeds/medicine.rss": b"feed", "categories/medicine/latest.json": b"list", "feeds/sport.rss": b"sport"}
    for path, body in expected.items():
        found = hub.document(path)
        assert found is not None, path
        assert found.body == body
    assert [behind.category for behind in hub.stale("print")] == [ALL, "art", "medicine", "sport"], "they name it too"


def test_children_keep_their_path_unless_they_say_so_themselves(hub: Store, database_url: str) -> None:
    save_new(hub, made := article(categories=("health/heart", "health/skin", "health")))
    place_newcomers(hub)
    tree = [Category("health", "H"), Category("health/heart", "HH"), Category("health/skin", "HS")]
    configure(hub, SOURCES, tree, NOW)
    tree = [MEDICINE, Category("medicine/heart", "MH", was=("health/heart",)), Category("health/skin", "HS")]
    configure(hub, SOURCES, tree, NOW)
    assert filings(database_url, made).keys() == {"medicine/heart", "health/skin", "medicine", ALL}
    assert hub.articles([made.id])[made.id].categories == ("medicine/heart", "health/skin", "medicine")


def test_a_category_that_was_withdrawn_can_be_renamed_later(hub: Store) -> None:
    save_new(hub, made := article())
    place_newcomers(hub)
    configure(hub, SOURCES, CATEGORIES[1:], NOW)
    configure(hub, SOURCES, RENAMED, NOW)
    assert ids(hub.newest("medicine", 9)) == [made.id]
    assert not _withdrawn(hub, "health")


def test_a_former_path_that_never_was_is_nothing(hub: Store) -> None:
    configure(hub, SOURCES, (*CATEGORIES, Category("new", "New", was=("never",))), NOW)
    assert hub.newest("new", 9) == ()


def test_articles_are_renamed_however_many_they_are(hub: Store) -> None:
    made = [article(key=str(n)) for n in range(1001)]
    save_new(hub, *made)
    configure(hub, SOURCES, RENAMED, NOW)
    stored = hub.articles([one.id for one in made])
    assert {one.categories for one in stored.values()} == {("medicine",)}


def test_one_that_joins_another_follows_its_filings(hub: Store, database_url: str) -> None:
    """What both have stays where the new one has it."""
    art = [article(key=f"a{n}", categories=("art",)) for n in range(3)]
    both, sport = article(key="b", categories=("art", "sport")), article(key="s", categories=("sport",))
    save_new(hub, art[0], both, art[1], sport)
    place_newcomers(hub)
    save_new(hub, art[2])
    place_newcomers(hub)
    publish(hub, "art", "feeds/art.rss", b"art")
    publish(hub, "sport", "feeds/sport.rss", b"sport")
    assert _shown(hub, database_url, "sport") == [(both.id, 1), (sport.id, 2)]
    sport_seen = hub.changes("sport", 0, 9)[-1].seq
    configure(hub, SOURCES, JOINED, NOW)
    assert _shown(hub, database_url, "sport") == [
        (both.id, 1), (sport.id, 2), (art[0].id, 3), (art[1].id, 4), (art[2].id, 5),
    ]  # fmt: skip
    place_newcomers(hub)
    followed = hub.changes("sport", sport_seen, 9)
    assert set(ids(followed)) == {one.id for one in (*art, both, sport)}, "whichever one somebody followed"
    assert hub.articles([both.id])[both.id].categories == ("sport",)
    assert (hub.document("feeds/art.rss"), _withdrawn(hub, "art")) == (None, False)
    found = hub.document("feeds/sport.rss")
    assert found is not None
    assert found.body == b"sport"
    assert "sport" in [behind.category for behind in hub.stale("print")]
    save_new(hub, later := article(key="z", categories=("sport",)))
    place_newcomers(hub)
    assert filings(database_url, later)["sport"][0] == 6


def test_several_that_become_one_follow_in_the_order_of_their_names(hub: Store, database_url: str) -> None:
    art, sport = article(key="a", categories=("art",)), article(key="s", categories=("sport",))
    save_new(hub, art, sport)
    place_newcomers(hub)
    configure(hub, SOURCES, (Category("leisure", "Leisure", was=("sport", "never", "art")),), NOW)
    assert _shown(hub, database_url, "leisure") == [(sport.id, 1), (art.id, 2)]


def test_one_that_joins_a_category_without_filings_keeps_its_ordinals(hub: Store, database_url: str) -> None:
    first, second = telling("alpha", categories=("art",)), telling("beta", categories=("art",))
    save_new(hub, first, second)
    for categories in ((), ("art",)):  # it leaves and comes back, while the other has taken its place
        place_newcomers(hub)
        save_changed(hub, replace(first, categories=categories, content_hash=f"changed {categories}"))
    place_newcomers(hub)
    assert _shown(hub, database_url, "art") == [(second.id, 2)]
    configure(hub, SOURCES, JOINED, NOW)
    assert _shown(hub, database_url, "sport") == [(second.id, 2)]
    save_new(hub, later := article(key="z", categories=("sport",)))
    place_newcomers(hub)
    assert filings(database_url, later)["sport"][0] == 3


def test_a_story_of_both_shows_once(hub: Store, database_url: str) -> None:
    here, there = telling("alpha", categories=("sport",)), telling("beta", categories=("art",))
    other = article("gamma", categories=("art",))
    save_new(hub, here, there, other)
    place_newcomers(hub)
    configure(hub, SOURCES, JOINED, NOW)
    assert _shown(hub, database_url, "sport") == [(here.id, 1), (other.id, 3)]
    assert filings(database_url, there)["sport"] == (2, 5, True), "who followed the former one is told"


def test_what_has_left_only_the_new_one_is_in_it_again(hub: Store, database_url: str) -> None:
    made, other = article(key="1", categories=("art", "sport")), article(key="2", categories=("sport",))
    save_new(hub, made, other)
    place_newcomers(hub)
    save_changed(hub, replace(made, categories=("art",), content_hash="changed"))
    place_newcomers(hub)
    configure(hub, SOURCES, JOINED, NOW)
    assert _shown(hub, database_url, "sport") == [(other.id, 2), (made.id, 3)]


def test_what_has_left_both_stays_where_it_was_in_the_new_one(hub: Store, database_url: str) -> None:
    made, other = article(key="1", categories=("art", "sport")), article(key="2", categories=("sport",))
    save_new(hub, made, other)
    place_newcomers(hub)
    save_changed(hub, replace(made, categories=(), content_hash="changed"))
    place_newcomers(hub)
    configure(hub, SOURCES, JOINED, NOW)
    assert filings(database_url, made)["sport"][::2] == (1, True)
