"""Whatever stands in a configuration, the operator is told file, line, column, key and what is allowed; nothing else
is ever raised, and no secret is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicator.config.loading import load_settings
from syndicator.config.settings import Settings
from syndicator.core.errors import ConfigError
from syndicator.runners.cron import next_time

SITE = 'site: {title: A, url: "https://news.example.org"}\n'
TREE = "categories: {health: {title: Health}}\n"
WHOLE = """\
# yaml-language-server: $schema=./syndicator.schema.json
site:
  title: Example Newsroom
  url: https://news.example.org      # public base of every link and id; never taken from a request
  description: News by subject
  language: en
  timezone: Europe/Athens            # for dates without a zone, and for pages
  contact: {name: Desk, email: desk@example.org}
storage: {url: "sqlite:///var/syndicator.db"}      # or postgresql://…
server: {public: 127.0.0.1:8080, operator: 127.0.0.1:8081}
polling: {interval: 1h, min_interval: 1h, max_interval: 24h, timeout: 30s, max_body: 10MiB, per_host: 1, allow_private: [], flood_share: 0.5}
publishing: {feed_size: 50, archive_size: 100, content: full, websub: {hubs: []}}    # content: full | summary | link
retention: {keep: 365d}
categories:
  health: {title: Health, description: Medicine and public health}
  health/oncology: {title: Oncology, match: {tags: [oncology, cancer], title: ["\\\\btumou?rs?\\\\b"]}}
  science: {title: Science}
sources:
  who-news: {url: "https://www.who.int/rss-feeds/news-english.xml", category: health}
  local: {url: "file:feeds/local.xml", category: health, timezone: Europe/Athens, date_order: dmy}
  quiet: {url: "https://example.org/feed", categories: [health, science], interval: 6h, headers: {Authorization: "Bearer ${TOKEN}"}}
"""

Load = Callable[..., Settings]
Mistakes = Callable[..., list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Settings of a text as `hub.yaml`."""

    def loaded(text: str | bytes, environment: Mapping[str, str] | None = None) -> Settings:
        path = tmp_path / "hub.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_settings(path, environment or {}, lambda text: next_time(text, "UTC"))

    return loaded


@pytest.fixture
def mistakes(load: Load, tmp_path: Path) -> Mistakes:
    """The mistakes of a text as lines, each `file:line:column: key: message`."""

    def found(text: str | bytes, environment: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text, environment)
        return [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]

    return found


def test_the_complete_example_of_the_design_loads_without_a_mistake(load: Load) -> None:
    whole = load(WHOLE, {"TOKEN": "s3cret"})
    assert whole.sources["quiet"].headers == {"Authorization": "Bearer s3cret"}
    assert whole.polling.max_body == 10 * 2**20
    assert whole.retention.keep == timedelta(days=365)


def test_the_smallest_configuration_has_defaults_for_all_else(load: Load) -> None:
    smallest = load(SITE + TREE)
    assert (smallest.server.public, smallest.publishing.feed_size, smallest.sources) == ("127.0.0.1:8080", 50, {})
    assert smallest.retention.revisions == 5
    assert load(SITE + TREE + "retention: {revisions: 0}\n").retention.revisions == 0


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (SITE + TREE + "polling: {intervall: 1h}\n", "hub.yaml:3:11: polling.intervall: unknown key; did you mean 'interval'?"),
        (SITE + TREE + "surces: {}\n", "hub.yaml:3:1: surces: unknown key; did you mean 'sources'?"),
        (SITE + "categories:\n  health: {titel: x, title: H}\n", "hub.yaml:3:12: categories.health.titel: unknown key; did you mean 'title'?"),
        (SITE + TREE + "polling: {timeout: 30}\n", "hub.yaml:3:20: polling.timeout: found 30; allowed: a number above 0 and a unit: 30s, 90m, 1h or 7d"),
        (SITE + TREE + "polling: {interval: -1h}\n", "hub.yaml:3:21: polling.interval: found '-1h'; allowed: a number above 0 and a unit: 30s, 90m, 1h or 7d"),
        (SITE + TREE + "polling: {max_body: 10XB}\n", "hub.yaml:3:21: polling.max_body: found '10XB'; allowed: a number and a unit: 512KiB, 10MiB or 1GiB"),
        (SITE + TREE + "polling:\n  interval:\n", "hub.yaml:4:12: polling.interval: found nothing; allowed: a number above 0 and a unit: 30s, 90m, 1h or 7d"),
        (SITE + TREE + "polling: {min_interval: 2d}\n", "hub.yaml:3:1: polling: min_interval is longer than max_interval"),
        (SITE + TREE + "polling: {allow_private: [10.0.0.300]}\n", "hub.yaml:3:27: polling.allow_private.0: found '10.0.0.300'; allowed: 10.0.0.0/8, 10.1.2.3, 10.1.2.3:8080, [fd00::1]:8080, feeds.lan or feeds.lan:8080"),
        (SITE + TREE + "polling: {timeout: 0s}\n", "hub.yaml:3:20: polling.timeout: found '0s'; allowed: a number above 0 and a unit: 30s, 90m, 1h or 7d"),
        (SITE + TREE + "sources: {a: {url: 'https://x.org', category: health, interval: 6h, cron: '0 7 * * *'}}\n", "hub.yaml:3:11: sources.a: give `interval` or `cron`, not both"),
        (SITE + TREE + "sources: {a: {url: 'https://x.org', category: health, cron: '61 7 * * *'}}\n", "hub.yaml:3:61: sources.a.cron: found '61 7 * * *'; allowed: minute, hour, day, month and day of the week, such as \"0 7 * * 1-5\"; Error validating expression '61': the last value (61) is higher than the maximum value (59)"),
        (SITE + TREE + "server: {public: 8080}\n", "hub.yaml:3:18: server.public: found 8080; allowed: an address and a port: 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080"),
        (SITE + TREE + 'server: {public: "127.0.0.1:65536"}\n', "hub.yaml:3:18: server.public: found '127.0.0.1:65536'; allowed: an address and a port: 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080"),
        *(
            (SITE + TREE + f"retention: {{revisions: {text}}}\n", f"hub.yaml:3:24: retention.revisions: found {found}; allowed: a whole number from 0, which keeps none, to 20")
            for text, found in (("-1", "-1"), ("21", "21"), ("many", "'many'"), ("2.5", "2.5"), ("", "nothing"), ("true", "true"), ("[5]", "a list"))
        ),
        (SITE + TREE + "storage: {url: mysql://x}\n", "hub.yaml:3:16: storage.url: found 'mysql://x'; allowed: sqlite:///path/to/file.db or postgresql://user@host/database"),
        (SITE + TREE + "publishing: {websub: {hubs: ['https://me:pw@hub.example']}}\n", "hub.yaml:3:30: publishing.websub.hubs.0: found 'https://me:…@hub.example'; allowed: an http(s) URL; it stands in every feed, so no password may stand in it"),
        (SITE + TREE + "publishing: {websub: {hubs: [hub.example]}}\n", "hub.yaml:3:30: publishing.websub.hubs.0: found 'hub.example'; allowed: an http(s) URL; it stands in every feed, so no password may stand in it"),
        ("site: {title: A, url: ftp://x}\n" + TREE, "hub.yaml:1:23: site.url: found 'ftp://x'; allowed: the public base URL, such as https://news.example.org"),
        ('site: {title: A, url: "https://x.org/?a"}\n' + TREE, "hub.yaml:1:23: site.url: found 'https://x.org/?a'; allowed: the public base URL, such as https://news.example.org"),
        ('site: {title: A, url: "https://x.org", timezone: Athens}\n' + TREE, "hub.yaml:1:50: site.timezone: found 'Athens', which is no time zone; write it as in Europe/Athens or UTC"),
        *(
            (f'site: {{title: A, url: "https://x.org", date_format: "{text}"}}\n' + TREE, f"hub.yaml:1:53: site.date_format: found {text!r}; allowed: %d, %m, %Y, %y, %H, %M and %Z (the zone) with text between them: %d/%m/%Y %H:%M")
            for text in ("%B %d", "%-d", "dd/mm/yyyy", "%", "%d %", "%%")
        ),
        (f'site: {{title: A, url: "https://x.org", date_format: "%d{"." * 39}"}}\n' + TREE, f"hub.yaml:1:53: site.date_format: found '%d{'.' * 39}'; allowed: up to 40 characters"),
        ('site: {title: A, url: "https://x.org", theme: none}\n' + TREE, "hub.yaml:1:47: site.theme: found 'none'; there is no such folder beside this file"),
        ('site: {title: A, url: "https://x.org", theme: hub.yaml}\n' + TREE, "hub.yaml:1:47: site.theme: found 'hub.yaml'; there is no such folder beside this file"),
        ('site: {title: A, url: "https://x.org", theme: ../x}\n' + TREE, "hub.yaml:1:47: site.theme: found '../x', which is not below the folder of this file"),
        ('site: {title: A, url: "https://x.org", theme: /etc}\n' + TREE, "hub.yaml:1:47: site.theme: found '/etc', which is not below the folder of this file"),
        ('site: {title: A, url: "https://x.org", theme: .}\n' + TREE, "hub.yaml:1:47: site.theme: found '.', which is not below the folder of this file"),
        ('site: {title: A, url: "https://x.org", theme: "a\\0b"}\n' + TREE, "hub.yaml:1:47: site.theme: found 'a\\x00b'; there is no such folder beside this file"),
        ('site: {title: A, url: "https://x.org", theme: ""}\n' + TREE, "hub.yaml:1:47: site.theme: found ''; allowed: text, and not an empty one"),
        (SITE + TREE + "sources: {a: {url: 'gopher://x', category: health}}\n", "hub.yaml:3:20: sources.a.url: found 'gopher://x'; allowed: an http(s) URL, or file: with a path below the configuration's folder"),
        (SITE + TREE + "sources: {a b: {url: 'https://x.org', category: health}}\n", "hub.yaml:3:11: sources.a b: found 'a b'; allowed: letters, digits, '.', '_' and '-', at most 100, and no sign first"),
        (SITE + "categories: {latest: {title: L}}\n", "hub.yaml:2:14: categories.latest: found 'latest', which holds the reserved name 'latest'"),
        (SITE + "categories: {Health: {title: L}}\n", "hub.yaml:2:14: categories.Health: found 'Health'; allowed: a-z, 0-9 and -, with / between levels: health/oncology"),
        (SITE + "categories: {a/b: {title: B}}\n", "hub.yaml:2:14: categories.a/b: its parent 'a' is no category; add it"),
        (SITE + "categories: {a: {title: A, was: b}, b: {title: B}}\n", "hub.yaml:2:33: categories.a.was: 'b' is a category still; take it out here or there"),
        (SITE + "categories: {a: {title: A, was: [c, a]}}\n", "hub.yaml:2:37: categories.a.was.1: found 'a', which is the category itself; name its former path"),
        (SITE + "categories: {a: {title: A, was: c}, b: {title: B, was: [d, c]}}\n", "hub.yaml:2:60: categories.b.was.1: 'a' was 'c' already; a former path has one successor"),
        (SITE + "categories: {a: {title: A, was: [c, c]}}\n", "hub.yaml:2:37: categories.a.was.1: 'a' was 'c' already; a former path has one successor"),
        (SITE + "categories: {a: {title: A, was: latest}}\n", "hub.yaml:2:33: categories.a.was: found 'latest', which holds the reserved name 'latest'"),
        (SITE + "categories: {a: {title: A, was: [c, all/d]}}\n", "hub.yaml:2:37: categories.a.was.1: found 'all/d', which holds the reserved name 'all'"),
        (SITE + "categories: {a: {title: A, was: [Cancer]}}\n", "hub.yaml:2:34: categories.a.was.0: found 'Cancer'; allowed: a-z, 0-9 and -, with / between levels: health/oncology"),
        (SITE + "categories: {a: {title: A, was: 5}}\n", "hub.yaml:2:33: categories.a.was: found 5; allowed: text, or a list of texts: [one, another]"),
        (SITE + "categories:\n  a: {title: A}\n  science: {title: S, was: sport}\nsources: {s: {url: 'https://x.org', category: sport}}\n", "hub.yaml:5:47: sources.s.category: there is no category 'sport'; did you mean 'science'?"),
        (SITE + "categories: {a: {title: A}, a: {title: B}}\n", "hub.yaml:2:29: categories.a: stands twice; the first is in line 2"),
        (SITE + TREE + "sources: {a: {url: 'https://x.org', category: helth}}\n", "hub.yaml:3:47: sources.a.category: there is no category 'helth'; did you mean 'health'?"),
        (SITE + TREE + "sources: {a: {url: 'https://x.org', categories: [health, helth]}}\n", "hub.yaml:3:58: sources.a.categories.1: there is no category 'helth'; did you mean 'health'?"),
        (SITE + TREE + "sources: {a: {url: 'https://x.org'}}\n", "hub.yaml:3:11: sources.a: give `category: NAME` or `categories: [NAME, …]`; `[]` leaves it to rules and classifier"),
        (SITE + "categories: {a: {title: A, classifier: 0.4}}\n", "hub.yaml:2:40: categories.a.classifier: found 0.4; allowed: true, or how certain it has to be: a number from 0.5 to 1 (true means 0.9)"),
        (SITE + "categories: {a: {title: A, classifier: .nan}}\n", "hub.yaml:2:40: categories.a.classifier: found .nan; allowed: true, or how certain it has to be: a number from 0.5 to 1 (true means 0.9)"),
        (SITE + "categories: {a: {title: A, classifier: 'yes'}}\n", "hub.yaml:2:40: categories.a.classifier: found 'yes'; allowed: true, or how certain it has to be: a number from 0.5 to 1 (true means 0.9)"),
        (SITE + TREE + "sources: {a: {url: 'https://${HOST}/', category: health}}\n", "hub.yaml:3:20: sources.a.url: the environment variable HOST is not set"),
        (SITE + "categories: {a: {title: A, match: {title: ['(']}}}\n", "hub.yaml:2:44: categories.a.match.title.0: found '(', which is no regular expression: missing closing parenthesis at position 1"),
        (SITE + "categories: {a: {title: A, match: {title: ['a{99999999999}']}}}\n", "hub.yaml:2:44: categories.a.match.title.0: found 'a{99999999999}', which is no regular expression: number too big in {} quantifier at position 13"),
        (SITE + "categories: {a: {title: A, exclude: {text: [a, 'ά[z-a]']}}}\n", "hub.yaml:2:48: categories.a.exclude.text.1: found 'ά[z-a]', which is no regular expression: range out of order in character class at position 5"),
        (SITE + "categories: {a: {title: A, match: {url: ['(*SKIP)a']}}}\n", "hub.yaml:2:42: categories.a.match.url.0: found '(*SKIP)a', which is no regular expression: verbs such as (*SKIP) are not taken at position 0"),
        (SITE + "categories: {a: {title: A, match: {language: [pt_BR]}}}\n", "hub.yaml:2:47: categories.a.match.language.0: found 'pt_BR'; allowed: a language tag, or its beginning: de, pt-BR; * for any"),
        (SITE + "categories: {a: {title: A, match: {title: '\\d{2}(\\w'}}}\n", "hub.yaml:2:43: categories.a.match.title: found '\\d{2}(\\w', which is no regular expression: missing closing parenthesis at position 8"),
        (SITE + 'categories: {a: {title: A, match: {title: ["\\bvaccine\\b"]}}}\n', r"hub.yaml:2:44: categories.a.match.title.0: found '\x08vaccine\x08', which holds a control character (U+0008): YAML makes one of a backslash in double quotes; write the pattern in single quotes"),
        *(
            (SITE + f"categories: {{a: {{title: A, exclude: {{text: ['{text}']}}}}}}\n", f"hub.yaml:2:45: categories.a.exclude.text.0: found '{text}', which fits everything; write what an article has to have")
            for text in ("", "x*", "^", "cancer|")
        ),
        (SITE + "categories: {a: {title: A, match: {tags: 5}}}\n", "hub.yaml:2:42: categories.a.match.tags: found 5; allowed: text, or a list of texts: [one, another]"),
        (SITE + "categories: {a: {title: A, match: {tags: [5]}}}\n", "hub.yaml:2:43: categories.a.match.tags.0: found 5; allowed: text; put it in quotes if it looks like something else"),
        (SITE + "categories: {a: {title: A, match: cancer}}\n", "hub.yaml:2:35: categories.a.match: found 'cancer'; allowed: a mapping: keys with their values"),
        (SITE + TREE + "polling: {allow_private: {a: b}}\n", "hub.yaml:3:26: polling.allow_private: found a mapping; allowed: text, or a list of texts: [one, another]"),
        (SITE + TREE + "polling: {per_host: many}\n", "hub.yaml:3:21: polling.per_host: found 'many'; allowed: a whole number from 1 to 16"),
        ('site: {title: A, url: "https://x.org", language: ελ}\n' + TREE, "hub.yaml:1:50: site.language: found 'ελ'; allowed: a language tag, such as en or pt-BR"),
        ('site: {title: A, url: "https://x.org", contact: {email: desk}}\n' + TREE, "hub.yaml:1:57: site.contact.email: found 'desk'; allowed: an address, such as desk@example.org"),
        (SITE + TREE + "sources: {a: {url: 'https://x.org', categories: helth}}\n", "hub.yaml:3:49: sources.a.categories: there is no category 'helth'; did you mean 'health'?"),
        (SITE + "categories: {a: {title: A, match: {titel: [a]}}}\n", "hub.yaml:2:36: categories.a.match.titel: unknown key; did you mean 'title'?"),
        (SITE + TREE + "sources: {a: {url: 'https://x.org', category: health, exclude: {author: ['(']}}}\n", "hub.yaml:3:74: sources.a.exclude.author.0: found '(', which is no regular expression: missing closing parenthesis at position 1"),
        (SITE + TREE + "storage: {url: 'postgresql://me@host:port/db'}\n", "hub.yaml:3:16: storage.url: found 'postgresql://me@host:port/db'; allowed: sqlite:///path/to/file.db or postgresql://user@host/database"),
        ("- site\n- sources\n", "hub.yaml:1:1: is no mapping; keys such as `site:` and `sources:` belong here"),
        ("", "hub.yaml:1:1: is empty; `site`, `categories` and `sources` belong here"),
        ("# only a comment\n", "hub.yaml:1:1: is empty; `site`, `categories` and `sources` belong here"),
        (b"\xff\xfe", "hub.yaml:1:1: is UTF-16; save it as UTF-8"),
        (SITE + TREE + "server:\n\tpublic: 127.0.0.1:1\n", "hub.yaml:4:1: is no YAML: indent with blanks, not tabs"),
        (SITE + TREE + "---\n" + SITE, "hub.yaml:3:1: is no YAML: a second document begins here (`---`); a configuration is one"),
        ("a: \0\n", "hub.yaml:1:4: is no YAML: a control character stands there (U+0000)"),
        (SITE + TREE + "? [a]\n: b\n", "hub.yaml:3:3: a key must be plain text"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_column_and_key(mistakes: Mistakes, text: str | bytes, mistake: str) -> None:
    assert mistakes(text) == [mistake]


def test_one_value_may_stand_for_a_list_of_it(load: Load) -> None:
    match = r"{tags: cancer, title: '\bflu\b', text: '^$', url: /health/, author: Desk, language: en}"
    loaded = load(
        f"{SITE}categories: {{a: {{title: A, match: {match}}}}}\nsources: {{a: {{url: 'https://x.org', categories: a}}}}\n"
    )
    found = loaded.categories["a"].match
    assert (found.tags, found.title, found.text) == (("cancer",), (r"\bflu\b",), ("^$",))
    assert (found.url, found.author, found.language) == (("/health/",), ("Desk",), ("en",))
    assert loaded.sources["a"].filed_in == ("a",)


def test_a_byte_order_mark_is_no_mistake(load: Load) -> None:
    assert load(b"\xef\xbb\xbf" + (SITE + TREE).encode()).site.title == "A"


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.yaml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(ConfigError) as caught:
            load_settings(path, {})
        assert str(caught.value) == f"{path}:1:1: cannot be read: {reason}"


def test_mistakes_of_every_kind_are_named_at_once_and_in_order(mistakes: Mistakes) -> None:
    """Also names that lead nowhere, beside values that are wrong."""
    text = (
        SITE + "polling: {timeout: soon}\npolling: {max_body: big}\n" + TREE
        + "sources:\n  a: {url: '${GONE}', category: helth}\n  b: {category: health}\n"
    )  # fmt: skip
    assert mistakes(text) == [
        "hub.yaml:3:1: polling: stands twice; the first is in line 2",
        "hub.yaml:3:21: polling.max_body: found 'big'; allowed: a number and a unit: 512KiB, 10MiB or 1GiB",
        "hub.yaml:6:12: sources.a.url: the environment variable GONE is not set",
        "hub.yaml:6:33: sources.a.category: there is no category 'helth'; did you mean 'health'?",
        "hub.yaml:7:6: sources.b.url: is missing",
    ]


def test_mistakes_at_one_place_keep_one_order(mistakes: Mistakes) -> None:
    found = mistakes("publishing: {}\n")
    assert found == sorted(found)
    assert len(found) == 2


def test_ids_that_yaml_would_call_booleans_or_numbers_stay_text(load: Load) -> None:
    text = (
        SITE
        + TREE
        + "sources:\n"
        + "".join(
            f"  {id_}: {{url: 'https://x.org/{id_}', category: health}}\n" for id_ in ("no", "on", "1e3", "2024-01-01")
        )
    )
    assert list(load(text).sources) == ["no", "on", "1e3", "2024-01-01"]


def test_anchors_and_aliases_stand_for_what_they_name(load: Load) -> None:
    text = SITE + TREE + "sources:\n  a: &a {url: 'https://x.org/', category: health}\n  b: *a\n"
    loaded = load(text)
    assert loaded.sources["a"] == loaded.sources["b"]


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)),
        "a: &a [*a]\n",
        "a: &a {b: *a, c: *a}\n",
    ],
)
def test_an_alias_bomb_is_refused_at_once(mistakes: Mistakes, text: str) -> None:
    assert any("alias" in mistake for mistake in mistakes(text))


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 500 + "]" * 500, "\n".join(" " * n + "a:" for n in range(400))])
def test_deep_nesting_is_refused(mistakes: Mistakes, text: str) -> None:
    """libyaml's composer recurses on the C stack: 100,000 brackets ended the process."""
    assert any("nested" in mistake for mistake in mistakes(text))


@pytest.mark.parametrize("value", ["!!int ''", "!!bool maybe", "!!timestamp x", "!!python/name:os.system x", "!x y"])
def test_a_tag_that_does_not_fit_its_value_is_a_mistake(mistakes: Mistakes, value: str) -> None:
    found = mistakes(SITE + TREE + f"retention: {{keep: {value}}}\n")
    assert any(one.startswith("hub.yaml:3:19: retention.keep: cannot be read as a value") for one in found)
    assert "\n" not in "".join(found)


def test_a_number_too_long_to_print_is_a_mistake(mistakes: Mistakes) -> None:
    assert mistakes(SITE + TREE + f"polling: {{per_host: 0x{'f' * 5000}}}\n")[0].startswith(
        "hub.yaml:3:21: polling.per_"
    )


@pytest.mark.parametrize(
    "text",
    [
        SITE + TREE + "sources: {a: {url: 'htps://x/?key=${KEY}', category: health}}\n",
        SITE + TREE + "storage: {url: 'mysql://me:${KEY}@db/x'}\n",
        SITE + TREE + "sources: {a: {url: 'https://x.org', category: health, headers: ['${KEY}']}}\n",
        SITE + TREE + "sources: {a: {url: 'https://x.org', category: health, headers: {X: [hunter2]}}}\n",
        SITE + TREE + "sources: {a: {url: 'https://x.org', category: health, headers: {X: \"hunter2\\n\"}}}\n",
        SITE + TREE + "sources: {a: {url: 'https://x.org', category: health, headers: {X: '${KEY}\u20ac'}}}\n",
        SITE + TREE + "sources: [{url: 'https://x.org', headers: {X: hunter2}}]\n",
        SITE + TREE + "sources: {a: [{headers: {X: hunter2}}]}\n",
        SITE + TREE + "sources: {a: {url: 'https://x.org', category: {headers: {X: hunter2}}}}\n",
    ],
)
def test_no_secret_stands_in_a_message(mistakes: Mistakes, text: str) -> None:
    """Neither what a variable brought nor what stands in headers."""
    found = mistakes(text, {"KEY": "hunter2"})
    assert "hunter2" not in "\n".join(found)


def test_a_variable_brings_text_and_no_structure(load: Load) -> None:
    text = SITE.replace("title: A", "title: '${TITLE}'") + TREE
    assert load(text, {"TITLE": "x, url: y\nb: [1]"}).site.title == "x, url: y\nb: [1]"


PIECES = (
    *WHOLE.splitlines(),
    "  - *a",
    "&a",
    "!!int",
    "include: ['*']",
    "include: [/a]",
    "\t",
    "<<: *a",
    "{",
    "]",
    "? ",
)


@given(
    st.binary(max_size=60)
    | st.text(max_size=120).map(str.encode)
    | st.lists(st.sampled_from(PIECES), max_size=12).map(lambda lines: "\n".join(lines).encode())
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_text_loads_or_raises_config_error_and_nothing_else(load: Load, text: bytes) -> None:
    problems = None
    try:
        load(text)
    except ConfigError as error:
        problems = error.problems
    assert problems is None or (problems and all(one.line >= 1 and one.column >= 1 for one in problems))
