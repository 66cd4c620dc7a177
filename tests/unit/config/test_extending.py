"""A configuration file that is extended: checked before it is written, and all else in it as it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from builders import source
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicator.config import records
from syndicator.config.extending import Extension, extension
from syndicator.config.loading import load_settings
from syndicator.core.errors import NotExtended
from syndicator.core.importing import additions
from syndicator.core.model import Category, Source
from syndicator.core.subscriptions import Subscription

DEMO = Path(__file__).resolve().parents[3] / "config"
SITE = 'site: {title: A, url: "https://news.example.org"}\n'
MAIN = (
    SITE + "categories:\n  health: {title: Health}\nsources:\n  old: {url: 'https://old.example/', category: health}\n"
)
ENVIRONMENT = {"NAME": "secret"}


def _source(
    id_: str = "new", *categories: str, title: str | None = None, url: str = "https://a.example/feed"
) -> Source:
    return source(id=id_, url=url, categories=categories or ("health",), title=title)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "hub.yaml"
    path.write_text(MAIN)
    return path


def _extended(path: Path, *added: Category | Source) -> Extension:
    categories = tuple(one for one in added if isinstance(one, Category))
    sources = tuple(one for one in added if isinstance(one, Source))
    return extension(path, load_settings(path, ENVIRONMENT), categories, sources, environment=ENVIRONMENT)


@pytest.mark.parametrize("name", ["demo.yaml", "syndicator.yaml"])
def test_our_own_configurations_get_lines_where_one_would_write_them(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    before = (DEMO / name).read_bytes()
    path.write_bytes(before)
    known = load_settings(path)
    filed = next(iter(known.categories))
    new = (
        _source("new", filed),
        _source("both", filed, "tech-news", title="Mine: all", url="https://b.example/?a=1&b='"),
    )
    made = extension(path, known, (Category("tech-news", "Tech & News"), Category("tech-news/no", "no")), new)
    made.write()
    lines = path.read_text().splitlines(keepends=True)
    added = [
        '  tech-news: {title: "Tech & News"}\n',
        '  tech-news/no: {title: "no"}\n',
        f'  new: {{url: "https://a.example/feed", category: {filed}}}\n',
        f'  both: {{url: "https://b.example/?a=1&b=\'", categories: [{filed}, tech-news], title: "Mine: all"}}\n',
    ]
    at = [lines.index(line) for line in added]
    assert at == [at[0], at[0] + 1, at[2], at[2] + 1]
    assert "".join(line for line in lines if line not in added).encode() == before
    assert lines[at[0] - 1].startswith("  environment: {")
    assert lines[at[2] - 1] in (
        "    date_order: dmy\n",
        '  carbon-brief: {url: "https://www.carbonbrief.org/feed/", category: environment}\n',
    )


def test_placeholders_includes_and_the_looks_of_a_file_survive(path: Path) -> None:
    (path.parent / "more.yaml").write_text("categories: {art: {title: Art}}\n")
    kept = "\ufeff---\r\n" + SITE.replace("\n", "  # ours\r\n") + "include: [ 'more.yaml' ]\r\nsources:\r\n"
    first = "    a:   {url:   'https://x.example/?k=${NAME}',  category: health}\r\n"
    rest = "# the tree\r\ncategories:\r\n  'health': {title: ~x, title: Health}\r\n".replace("title: ~x, ", "")
    path.write_bytes((kept + first + rest).encode())
    _extended(path, _source("new", "art"), Category("on", "On")).write()
    assert path.read_bytes().decode() == (
        kept
        + first
        + '    new: {url: "https://a.example/feed", category: art}\r\n'
        + rest
        + '  "on": {title: "On"}\r\n'
    )


@pytest.mark.parametrize("id_", ["no", "on", "1e3", "22-05", "123", "2026-01-31", "y", "null", "true"])
def test_ids_that_yaml_might_take_for_something_else_are_in_quotes(path: Path, id_: str) -> None:
    _extended(path, Category(id_, id_), _source(id_, id_)).write()
    assert f'  "{id_}": {{url: "https://a.example/feed", category: "{id_}"}}\n' in path.read_text()
    assert load_settings(path).sources[id_].filed_in == (id_,)


def test_a_strangers_title_cannot_read_the_environment(path: Path) -> None:
    _extended(path, Category("x", "${NAME} $${NAME}"), _source(title="$${NAME}")).write()
    read = load_settings(path, {})
    assert (read.categories["x"].title, read.sources["new"].title) == ("{NAME} {NAME}", "{NAME}")


def test_the_difference_shows_no_line_that_stays_and_no_key(path: Path) -> None:
    path.write_text(MAIN + "  a: {url: 'https://x.example/', category: health, headers: {X-Key: hunter2}}\n")
    diff = _extended(path, _source(url="https://a.example/feed?token=hunter2&page=2")).diff()
    assert diff == (
        f'--- {path}\n+++ {path}\n@@ -6,0 +7 @@\n+  new: {{url: "https://a.example/feed?page=2", category: health}}\n'
    )


def test_nothing_to_add_writes_nothing(path: Path) -> None:
    path.chmod(0o444)
    nothing = _extended(path)
    nothing.write()
    assert nothing.diff() == ""
    assert path.read_text() == MAIN


def test_the_file_keeps_its_mode_and_a_link_stays_a_link(path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("link.yaml")
    link.symlink_to(path.name)
    _extended(link, _source()).write()
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "new: {" in path.read_text()
    assert sorted(one.name for one in path.parent.iterdir()) == ["hub.yaml", "link.yaml"]


def _refused(path: Path, *added: Category | Source) -> str:
    before = path.read_bytes()
    with pytest.raises(NotExtended) as caught:
        _extended(path, *added).write()
    assert path.read_bytes() == before
    return str(caught.value)


def test_a_read_only_file_stays(path: Path) -> None:
    path.chmod(0o444)
    assert _refused(path, _source()) == f"{path} cannot be extended: it is read-only. It stays as it was."


def test_a_file_that_changed_meanwhile_stays(path: Path) -> None:
    made = _extended(path, _source())
    path.write_text(MAIN + "# somebody's comment\n")
    with pytest.raises(NotExtended, match="somebody else is changing it"):
        made.write()


def test_what_would_be_wrong_or_mean_something_else_is_not_written(path: Path) -> None:
    assert "it would be wrong: " in _refused(path, _source("new", "none"))
    assert "there is no category 'none'" in _refused(path, _source("new", "none"))
    assert "the reserved name" in _refused(path, Category("all", "All"))
    assert "stands twice" in _refused(path, _source("old"))


def test_what_is_not_what_was_meant_is_not_written(path: Path) -> None:
    known = load_settings(path)
    path.write_text(MAIN.replace("Health", "Medicine"))
    with pytest.raises(NotExtended, match="more would change than what is added"):
        extension(path, known, (), (_source(),))


def test_a_section_that_cannot_be_extended_is_named(path: Path) -> None:
    path.write_text("{" + 'site: {title: A, url: "https://x.example"}, categories: {health: {title: H}}' + "}\n")
    assert "its sections stand in braces; give each a line of its own" in _refused(path, _source())


_SUBSCRIPTIONS = st.lists(
    st.builds(
        Subscription,
        st.text(st.characters(exclude_categories=["C"]), max_size=12),
        st.sampled_from([f"https://a.example/{n}?x={{}}" for n in range(9)]).map(lambda url: url.replace("{}", "%7B")),
        st.just(""),
        st.lists(
            st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=9), max_size=3).map(tuple),
            min_size=1,
            max_size=3,
        ).map(tuple),
        st.sampled_from(["", "other"]),
    ),
    max_size=6,
    unique_by=lambda one: one.url,
)
_STYLES = [
    "categories: {health: {title: Health}}\nsources: {}\n",
    "sources:\n  a:\n    url: https://x.example/\n    category: health\n\n# tree\ncategories:\n  health:\n    title: Health\n# end\n",
    "categories: {\n  health: {title: Health}, # one\n}\n",
]


@settings(max_examples=40)  # each is written to disk, and loaded six times
@given(subscriptions=_SUBSCRIPTIONS, style=st.sampled_from(_STYLES))
def test_whatever_is_imported_is_read_back_and_found_the_second_time(
    tmp_path_factory: pytest.TempPathFactory, subscriptions: list[Subscription], style: str
) -> None:
    path = tmp_path_factory.mktemp("import") / "hub.yaml"
    path.write_text(SITE + style)
    for expected in (len(subscriptions), 0):
        known = load_settings(path, {})
        added = additions(subscriptions, records.categories(known), records.sources(known))
        extension(path, known, added.categories, added.sources, environment={}).write()
        assert len(added.sources) == expected
        assert set(load_settings(path, {}).sources) == {*known.sources, *(one.id for one in added.sources)}
    lines, before = path.read_text().splitlines(), (SITE + style).splitlines()
    if style == _STYLES[1]:
        assert [line for line in lines if line in before] == before
