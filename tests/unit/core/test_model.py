"""What the records say of themselves."""

from __future__ import annotations

from builders import article, site, source

from syndicator.core.fetching import FetchRequest
from syndicator.core.model import Category


def test_ancestors_are_named_nearest_first() -> None:
    assert Category("a/b/c", "C").ancestors == ("a/b", "a")
    assert Category("a", "A").ancestors == ()


def test_a_former_path_is_in_no_print_so_that_adding_one_reads_and_renders_nothing_again() -> None:
    assert repr(Category("a", "A", was=("b",))) == repr(Category("a", "A"))


def test_a_heading_is_never_empty() -> None:
    assert article(title="").heading == article().summary
    assert article(title="", summary="").heading == article().url
    assert article(title="", summary="", url="").heading == article().provenance.title


def test_a_heading_tells_no_more_than_the_content_policy_lets_it() -> None:
    assert article(title="", content_policy="link").heading == article().url


def test_the_front_page_is_the_page_of_all() -> None:
    assert site().category_page("all") == "https://news.example.org/"
    assert site().category_page("a/b") == "https://news.example.org/categories/a/b"


def test_headers_with_their_secrets_are_not_in_a_records_repr() -> None:
    secret = (("Authorization", "Bearer hunter2"),)
    assert "hunter2" not in repr((source(headers=secret), FetchRequest("https://a.example/", headers=secret)))
