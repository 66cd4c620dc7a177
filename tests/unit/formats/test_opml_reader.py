"""Lists of subscriptions: what is taken of them, however they are written, and what is not, with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import NOW, site
from hypothesis import given
from hypothesis import strategies as st

from syndicator.core.model import Category
from syndicator.core.subscriptions import Folder, NotAList, Refused, Subscription, SubscriptionList
from syndicator.core.text import one_line
from syndicator.formats import opml, opml_reader

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "opml"
URL = "https://a.example/feed"


def _read(body: str | bytes) -> SubscriptionList:
    listed = opml_reader.read(body if isinstance(body, bytes) else body.encode())
    assert isinstance(listed, SubscriptionList), listed
    return listed


def _body(inside: str) -> SubscriptionList:
    return _read(f'<opml version="2.0"><head><title>x</title></head><body>{inside}</body></opml>')


def _only(inside: str) -> Subscription:
    (one,) = _body(inside).subscriptions
    return one


# --- what is taken -----------------------------------------------------------------------------------


def test_a_feed_has_title_addresses_and_the_folders_that_it_stands_in() -> None:
    listed = _body(
        f'<outline text="Tech"><outline text="Apple &amp; Mac"><outline text="Mine" title="Theirs" type="rss"'
        f' xmlUrl="{URL}" htmlUrl="https://a.example/"/></outline></outline><outline xmlUrl="https://b.example/"/>'
    )
    assert listed == SubscriptionList(
        (
            Subscription("Mine", URL, "https://a.example/", (("Tech", "Apple & Mac"),), "Theirs"),
            Subscription("", "https://b.example/", "", ((),)),
        )
    )


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "xmlURL", "XMLURL", "url", "URL"])
@pytest.mark.parametrize("kind", ["", 'type="rss"', 'type="atom"', 'type="RSS2"', 'type="something"'])
def test_the_address_is_found_however_its_attribute_is_spelled_and_whatever_the_type(name: str, kind: str) -> None:
    assert _only(f'<outline text="A" {kind} {name}=" {URL} "/>').url == URL


def test_an_empty_address_gives_way_to_another() -> None:
    assert _only(f'<outline text="A" xmlUrl="" url="{URL}"/>').url == URL


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ('text="Text" title="Title"', "Text"),
        ('text=" " title="Title"', "Title"),
        ('TITLE="Title"', "Title"),
        ('text="a&#10; b"', "a b"),
        (f'text="{"x" * 1000}"', "x" * 200),
        ('text="Caf&eacute; &amp; more"', "Café & more"),
    ],
)
def test_the_title_is_what_was_shown(attributes: str, title: str) -> None:
    assert _only(f'<outline {attributes} xmlUrl="{URL}"/>').title == title


@pytest.mark.parametrize(
    ("category", "folders"),
    [
        ("/a/b,/c", (("a", "b"), ("c",))),
        ("/Boston/Weather", (("Boston", "Weather"),)),
        ("news", (("news",),)),
        (" /a/ b /, /a/b,,/ ", (("a", "b"),)),
        ("", ((),)),
        (",".join(f"/{n}" for n in range(99)), tuple((str(n),) for n in range(20))),
    ],
)
def test_categories_are_folders_where_there_is_no_other(category: str, folders: tuple[Folder, ...]) -> None:
    assert _only(f'<outline text="A" category="{category}" xmlUrl="{URL}"/>').folders == folders
    inside = _only(f'<outline text="F"><outline text="A" category="{category}" xmlUrl="{URL}"/></outline>')
    assert inside.folders == (("F",),)


def test_a_folder_without_a_name_is_none_and_one_with_a_feed_is_both() -> None:
    assert _only(f'<outline><outline text="A" xmlUrl="{URL}"/></outline>').folders == ((),)
    listed = _body(f'<outline text="Up" xmlUrl="{URL}"><outline text="Down" xmlUrl="{URL}2"/></outline>')
    assert [one.folders for one in listed.subscriptions] == [((),), (("Up",),)]


def test_an_address_is_taken_once_with_every_folder_it_stands_in() -> None:
    spelled = ("https://a.example/feed", "http://www.a.example/feed/", "https://a.example/feed?utm_source=x#top")
    inside = "".join(
        f'<outline text="{n}"><outline text="A{n}" xmlUrl="{url}"/></outline>' for n, url in enumerate(spelled)
    )
    one = _only(inside + f'<outline text="B" xmlUrl="{URL}"/>')
    assert (one.title, one.url, one.folders) == ("A0", URL, (("0",), ("1",), ("2",)))


def test_folders_end_at_the_eighth_level() -> None:
    deep = "".join(f'<outline text="{n}">' for n in range(20)) + f'<outline xmlUrl="{URL}"/>' + "</outline>" * 20
    assert _only(deep).folders == (tuple("01234567"),)


def test_remarks_are_no_feeds_and_nobody_misses_them() -> None:
    assert _body(
        '<outline text="just a thought"/><outline/><outline text="empty folder" type="rss"><outline text="x"/></outline>'
    ) == SubscriptionList(())


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outline", "refused"),
    [
        ('<outline text="T" xmlUrl="|~/x.py"/>', Refused("line 1, 'T'", "starts a program of the reader it comes from (|), and is no address of the web")),
        ('<outline xmlUrl="file:///etc/passwd"/>', Refused("line 1", "has the scheme file:, and only http: and https: are taken")),
        ('\n<outline type="rss" text="T"/>', Refused("line 2, 'T'", "names no address (xmlUrl)")),
        ('<outline type="link" text="T" url="https://a.example/"/>', Refused("line 1, 'T'", "is of type link, which leads to a page or another list and is no feed")),
        ('<outline type="include" text="T" url="https://a.example/x.opml"/>', Refused("line 1, 'T'", "is of type include, which leads to a page or another list and is no feed")),
    ],
)  # fmt: skip
def test_what_is_no_feed_of_the_web_is_refused_and_the_others_are_taken(outline: str, refused: Refused) -> None:
    listed = _body(outline + f'<outline text="A" xmlUrl="{URL}"/>')
    assert listed.refused == (refused,)
    assert [one.url for one in listed.subscriptions] == [URL]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"hello", "it is no XML"),
        (b'{"feeds": []}', "it is no XML"),
        (b"\x1f\x8b\x08\x00", "it is compressed (gzip); unpack it first"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "it is an HTML page"),
        (b'<rss version="2.0"><channel/></rss>', "it is a feed itself and no list of feeds; add its address under `sources`"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "it is a feed itself and no list of feeds; add its address under `sources`"),
        (b"<note><to>x</to></note>", "its root is <note>, not <opml>"),
        (b"<opml>" + b" " * opml_reader.LARGEST, "it is larger than 10 MiB"),
        (b"<opml><body>" + b"<outline/>" * 100_001 + b"</body></opml>", "it has more than 100,000 outlines"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_list_is_told(body: bytes, reason: str) -> None:
    assert opml_reader.read(body) == NotAList(reason)


# --- what is repaired -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "flaw"),
    [
        (f'<opml><body><outline text="A & B" xmlUrl="{URL}"/></body></opml>', "not well-formed, read with repairs: unescaped ampersands (1)"),
        (f'<opml><body><outline text="A &amp; B" xmlUrl="{URL}"/></body>', "not well-formed, read with repairs: Premature end of data in tag opml line 1, line 1"),
        (f'<opml><body><outline text="A &amp; B" xmlUrl="{URL}"></body></opml>', "not well-formed, read with repairs: Opening and ending tag mismatch: outline line 1 and body, line 1"),
        (f'<OPML><Body><Outline text="A &amp; B" xmlUrl="{URL}"/></Body></OPML>', ""),
        (f'\n<?xml version="1.0"?><opml><body><outline text="A &amp; B" xmlUrl="{URL}"/></body></opml>', ""),
        (f'<body><outline text="A &amp; B" xmlUrl="{URL}"/></body>', ""),
        (f'<opml xmlns="http://opml.org/spec2"><body><outline text="A &amp; B" xmlUrl="{URL}"/></body></opml>', ""),
        (f'<opml><outline text="A &amp; B" xmlUrl="{URL}"/></opml>', ""),
        (f'<!DOCTYPE opml SYSTEM "http://x.example/opml.dtd"><opml><body><outline text="A &amp; B" xmlUrl="{URL}"/></body></opml>', ""),
    ],
)  # fmt: skip
def test_broken_lists_are_read_and_the_repair_is_told(body: str, flaw: str) -> None:
    listed = _read(body)
    assert [(one.title, one.url) for one in listed.subscriptions] == [("A & B", URL)]
    assert listed.flaws == ((flaw,) if flaw else ())


def test_what_broken_markup_swallows_is_counted() -> None:
    listed = _read(f'<opml><body><outline text="B" xmlUrl="{URL}"/><outline text="A xmlUrl={URL}/></body></opml>')
    assert [one.title for one in listed.subscriptions] == ["B"]
    assert listed.flaws[-1] == "1 of 2 outlines are lost in broken markup"


def test_lines_are_those_of_the_file() -> None:
    doctype = "<!DOCTYPE opml [\n<!ENTITY a 'b'>\n]>\n"
    assert (
        _read('\n\n<?xml version="1.0"?><opml><body><outline xmlUrl="x:y"/></body></opml>').refused[0].where == "line 3"
    )
    assert _read(f'{doctype}<opml>\n<body><outline xmlUrl="x:y"/></body></opml>').refused[0].where == "line 5"


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "UTF-8"), ("utf-8", None), ("utf-8", "ISO-8859-1"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"),
        ("iso-8859-1", "ISO-8859-1"), ("cp1252", None), ("cp1252", "UTF-8"), ("cp1252", "klingon"), ("utf-8", "klingon"),
        ("utf-8", "utf-16"), ("cp1252", "utf-16"),
    ],
)  # fmt: skip
def test_encodings_are_found_out(encoding: str, label: str | None) -> None:
    declaration = f'<?xml version="1.0" encoding="{label}"?>' if label else ""
    body = f'{declaration}<opml><body><outline text="Café Zoë" xmlUrl="{URL}"/></body></opml>'.encode(encoding)
    assert _read(body).subscriptions[0].title == "Café Zoë"


def test_entities_multiply_nothing_and_read_no_file() -> None:
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(12))
    doctype = f'<!DOCTYPE opml [<!ENTITY e0 "x"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>'
    for start in (doctype, doctype.replace("]>", "] <!-- not where it ends --> >")):
        listed = opml_reader.read(
            f'{start}<opml><body><outline text="&e12;&f;" xmlUrl="{URL}"/></body></opml>'.encode()
        )
        assert len(repr(listed)) < 1000
        assert "root:" not in repr(listed)


# --- whatever comes -----------------------------------------------------------------------------------

_BITS = [
    b"<opml>", b"</opml>", b"<body>", b"</body>", b"<head>", b"<outline ", b"</outline>", b"/>", b">", b'text="', b'title="',
    b'xmlUrl="', b"http://a.example/", b"feed:", b"exec:x", b'category="/a/b,', b'"', b"'", b"&", b"&amp;", b"&eacute;", b"&#0;",
    b"<!DOCTYPE opml [", b"<!ENTITY a 'b'>", b"]>", b"&a;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.0'",
    b" encoding='utf-16'", b" encoding='punycode'", b"?>", b"\xff\xfe", b"\0", b"\x80", b"<a href=", b"=", b" ",
]  # fmt: skip


@given(st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(_BITS), max_size=40).map(b"".join)))
def test_any_bytes_are_a_list_or_none_and_nothing_of_another_scheme_is_taken(body: bytes) -> None:
    listed = opml_reader.read(body)
    if isinstance(listed, SubscriptionList):
        for one in listed.subscriptions:
            assert one.url.startswith(("http://", "https://"))
            assert one.folders
    else:
        assert listed.reason


_IDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3).map("/".join)
_TITLES = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20).map(one_line).filter(bool)


@given(st.dictionaries(_IDS, _TITLES, max_size=8))
def test_P11_our_own_list_is_read_back(tree: dict[str, str]) -> None:
    categories = tuple(Category(id_, title) for id_, title in tree.items())
    listed = _read(opml.render(site(), categories, NOW))
    assert (listed.refused, listed.flaws) == ((), ())
    assert {one.url: (one.title, one.home_url, one.folders) for one in listed.subscriptions} == {
        "https://news.example.org/feeds/all.rss": ("Example News", "https://news.example.org/", ((),)),
        **{
            f"https://news.example.org/feeds/{one.id}.rss": (
                one.title,
                f"https://news.example.org/categories/{one.id}",
                (tuple(tree[above] for above in reversed(one.ancestors) if above in tree),),
            )
            for one in categories
        },
    }


# --- real lists -----------------------------------------------------------------------------------------

_NO_BODY = ("it has no body",)
_COUNTS: dict[str, tuple[int, int, int, tuple[str, ...]]] = {
    "01-opml_noversion.xml": (1, 1, 0, ()),
    "02-body-element-missing.opml": (0, 0, 0, _NO_BODY),
    "03-piped.opml": (1, 1, 1, ()),
    "04-example.opml": (7, 3, 0, ()),
    "05-notwellformed.opml": (1, 1, 0, ("not well-formed, read with repairs: unescaped ampersands (2)",)),
    "06-missingBody.opml": (0, 0, 0, _NO_BODY),
    "07-subscriptionListErrors1.opml": (1, 0, 1, ()),
    "08-subscriptionList.opml": (13, 0, 0, ()),
    "09-Programming.opml": (
        50, 1, 0, ("not well-formed, read with repairs: unescaped ampersands (4), markup in attributes (1)",),
    ),
    "10-feeds.opml": (139, 12, 0, ()),
    "11-google-reader.opml": (22, 7, 0, ()),
    "12-Subs.opml": (205, 4, 0, ()),
}  # fmt: skip
"""Of each file: feeds, folders that hold some, what is refused, flaws."""


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus lies beside the repository")
def test_P11_real_lists_odd_and_broken_ones_too() -> None:
    found = {}
    for path in sorted(CORPUS.iterdir()):
        listed = _read(path.read_bytes())
        folders = {folder for one in listed.subscriptions for folder in one.folders if folder}
        found[path.name] = (len(listed.subscriptions), len(folders), len(listed.refused), listed.flaws)
    assert found == _COUNTS
