"""Patterns: what they find, together as alone; that each ends, whatever it is."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.model import Category
from syndicator.core.patterns import LONGEST, Finding, Patterns, check
from syndicator.core.rules import Match


def _found(pattern: str, text: str) -> str | None:
    """What `pattern` finds in `text`, None for nothing."""
    findings = Patterns((pattern,)).search(text)
    assert not any(finding.failure for finding in findings)
    return findings[0].found if findings else None


def _failure(pattern: str, text: str) -> str:
    """Why `pattern` gave up."""
    (finding,) = Patterns((pattern,)).search(text)
    return finding.failure


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\btumou?rs?\b", "Of TUMOURS and men", "TUMOURS"),
        (r"\btumou?rs?\b", "Contumours", None),
        (r"\bκαρκίνο(ς|υ)?\b", "Ο ΚΑΡΚΊΝΟΣ του δέρματος", "ΚΑΡΚΊΝΟΣ"),
        (r"\bκαρκίνος\b", "ο καρκίνοσ, γραμμένος λάθος", "καρκίνοσ"),
        (r"\bκαρκίνος\b", "Ο ΚΑΡΚΙΝΟΣ χωρίς τόνο", None),
        (r"\bкорабл(ь|я)\b", "Все КОРАБЛЯ ждут", "КОРАБЛЯ"),
        (r"\bкорабль\b", "корабльный", None),
        (r"\bcafé\b", "Le cafe\u0301 du coin", "café"),
        ("\\bcafe\u0301\\b", "LE CAFÉ", "CAFÉ"),
        (r"\bcafé\b", "cafe", None),
        (r"(?-i)\bWHO\b", "who knows", None),
        (r"(?-i)\bWHO\b", "The WHO knows", "WHO"),
        (r"\bheart\W+(?:\w+\W+){0,3}disease\b", "heart and lung disease", "heart and lung disease"),
        (r"(\w)\1\1", "zzz", "zzz"),
        (r"(?<kind>bird) \k<kind>", "bird bird", "bird bird"),
        (r"foo\Kbar", "foobar", "bar"),
        (r"a|b", "xb", "b"),
        (r"x\Q.*\E", "x.*", "x.*"),
        (r"(?C1)a", "a", "a"),
        (r"🦉+", "🦉🦉", "🦉🦉"),
        (r"\u03c3", "Σ", "Σ"),
        ("\\0", "a\0b", "\0"),
        (r"\Ab", "ab", None),
        (r"\Aa+", "aab", "aa"),
        (r"(?:b)+$", "abb", "bb"),
        (r"$", "", ""),
    ],
)
def test_what_is_found(pattern: str, text: str, found: str | None) -> None:
    check(pattern)
    assert _found(pattern, text) == found


def test_what_is_found_is_numbered_and_cut() -> None:
    patterns = Patterns(("b+", "c", "(a)+"))
    assert patterns.search("aab") == (Finding(0, "b"), Finding(2, "aa"))
    assert patterns.search("b" * 100) == (Finding(0, "b" * 80),)
    assert Patterns(()).search("a") == ()


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    assert _found("x", " " * (LONGEST - 1) + "x") == "x"
    assert _found("x", " " * LONGEST + "x") is None


# --- together as alone -----------------------------------------------------------------------------

_PIECES = [
    "a", "b", "ab", r"\b", r"\w", r"\w*", r"\s", ".", ".*", ".{0,3}", "|", "(?:a|b)", "(?:b)?", "[ab]", "[|(]", "[]a]", r"\|",
    r"\(", r"\)", "(?=a)", "(?!b)", "(?<=a)", "(?i)", "(?-i)", "(a)", r"\1", "(?:a )+", "^", "$", "ς", "(?s)", "(?x)", "#", "a+", "b?",
]  # fmt: skip


def _is_right(pattern: str) -> bool:
    try:
        check(pattern)
    except ValueError:
        return False
    return True


_PATTERN = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=5).map("".join).filter(_is_right)


@given(st.lists(_PATTERN, max_size=40), st.text("ab |(Σσ\n", max_size=12))
def test_together_they_find_what_each_finds_alone(patterns: list[str], text: str) -> None:
    together = Patterns(tuple(patterns)).search(text)
    alone = [(n, one.found) for n, pattern in enumerate(patterns) for one in Patterns((pattern,)).search(text)]
    assert [(one.number, one.found) for one in together] == alone


@given(st.lists(_PATTERN, min_size=1, max_size=3), st.text("ab ", max_size=12))
def test_words_that_are_looked_for_first_change_nothing(patterns: list[str], text: str) -> None:
    words = tuple(rf"\b{pattern}" for pattern in patterns if _is_right(rf"\b{pattern}"))
    expected = [(n, one.found) for n, word in enumerate(words) for one in Patterns((word,)).search(text)]
    assert [(one.number, one.found) for one in Patterns(words).search(text)] == expected


def test_more_than_fit_into_one_expression() -> None:
    patterns = Patterns(tuple(rf"\bword{number}\b" for number in range(6000)))
    assert patterns.search("of word7 and WORD5999") == (Finding(7, "word7"), Finding(5999, "WORD5999"))


def test_what_cannot_be_translated_into_machine_code_is_found_all_the_same() -> None:
    assert _found("(a)?" * 3000 + "b", "aaab") == "aaab"


# --- that they end ---------------------------------------------------------------------------------

_ENDLESS = [
    r"(a+)+$", r"(a|aa)+$", r"(a|a?)+$", r"(\w+\s*)+[0-9]", r"(?:(?:\w+)\s)*[0-9]", r"(?:(?=\w*).)*+[0-9]", r"(.*)*[0-9]",
    r"(\w+).*\1[0-9]", r"(?R)?\w[0-9]", r"(?:a?){30}a{30}b", r"((a{1,100}){1,100}){1,3}[0-9]", r"(?s).*.*.*[0-9]",
    r"(?:\X)*[0-9]", r"^(?:.*,){12}[0-9]",
]  # fmt: skip


@pytest.mark.parametrize("pattern", _ENDLESS)
@pytest.mark.parametrize(
    "text", ["a" * LONGEST + "b", "a b " * (LONGEST // 4), "漢" * LONGEST], ids=["a", "words", "han"]
)
def test_a_pattern_ends_whatever_it_and_its_text_are(pattern: str, text: str) -> None:
    """Without a limit for the whole text most of these take minutes to ages; that this ends is the assertion."""
    check(pattern)
    Patterns((pattern, "never")).search(text)


def test_giving_up_is_said_and_stops_no_other_pattern() -> None:
    text = "a" * 5000 + " b"
    assert _failure(r"(a+)+$", text) == "match limit exceeded"
    assert Patterns((r"(a+)+$", r".*.*.*[0-9]", r"\bb\b")).search(text) == (
        Finding(0, "", "match limit exceeded"),
        Finding(1, "", "match limit exceeded"),
        Finding(2, "b"),
    )


def test_a_hit_far_into_the_text_is_no_giving_up() -> None:
    assert _found(r"a.*z", "a" + " " * (LONGEST - 2) + "z") is not None
    assert _found(r"(?:z)+", " " * (LONGEST - 1) + "z") == "z"


# --- mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "mistake"),
    [
        ("(", "missing closing parenthesis at position 1"),
        ("a)|(b", "unmatched closing parenthesis at position 2"),
        ("ά[z-a]", "range out of order in character class at position 5"),
        ("a{99999999999}", "number too big in {} quantifier at position 13"),
        (r"\C", r"using \C is disabled in this PCRE2 library at position 2"),
        ("(*LIMIT_MATCH=99999999)a", "verbs such as (*SKIP) are not taken at position 0"),
        ("a(*SKIP)b", "verbs such as (*SKIP) are not taken at position 1"),
        ("(?x)a # and so on", "missing closing parenthesis; a comment has to end"),
        (r"a\Qb", "missing closing parenthesis; a comment has to end"),
        ("((a{1,65535}){1,65535})", "regular expression is too large at position"),
        ("\ud800", "surrogates not allowed"),
    ],
)
def test_what_is_no_pattern_is_told_with_its_place(pattern: str, mistake: str) -> None:
    with pytest.raises(ValueError) as raised:
        check(pattern)
    assert mistake in str(raised.value)


@pytest.mark.parametrize("pattern", [r"a\(*", "[(*]", r"(?:a)*"])
def test_what_only_looks_like_a_verb_is_taken(pattern: str) -> None:
    check(pattern)


@pytest.mark.parametrize("verb", ["(*LIMIT_MATCH=99999999)", "(*LIMIT_DEPTH=1)", "(*UTF)", "(*NO_JIT)"])
def test_no_pattern_can_set_the_limits_itself(verb: str) -> None:
    """What a check might overlook stands behind our own limit, where PCRE2 takes no such verb."""
    with pytest.raises(Exception, match="not recognized"):
        Patterns((f"{verb}a",))


@given(
    st.lists(
        st.sampled_from([*_PIECES, "(", ")", "[", "]", "{", "*", "+", "\\", "(?", "(*", "é", "\ud800"]), max_size=8
    )
)
def test_a_text_is_a_pattern_or_a_mistake(pieces: list[str]) -> None:
    pattern = "".join(pieces)
    if _is_right(pattern):
        Patterns((pattern,)).search("ab ba")


def test_what_travels_to_a_worker_holds_texts_only() -> None:
    category = Category("a", "A", match=Match(title=("x",)))
    assert pickle.loads(pickle.dumps(category)) == category
    assert b"pcre2" not in pickle.dumps(category)
