"""The JSON Schema: valid itself, right for every configuration we have, and never stricter than `check`.

It is tried with a validator that reads patterns as ECMAScript does, as editors do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicator.config import schema as module
from syndicator.config.loading import load_settings
from syndicator.config.starting import template
from syndicator.config.yaml_file import load
from syndicator.core.errors import ConfigError
from syndicator.runners.cron import next_time

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {"PORT": "8080", "SIZE": "20", "FEW": "2", "SHARE": "0.4", "FLAG": "true", "POLICY": "link", "TEXT": "x"}
SCHEMA = module.schema()
WHOLE = jsonschema_rs.Draft202012Validator(SCHEMA)
BESIDE = jsonschema_rs.Registry([(f"json-schema:///{module.FILE_NAME}", SCHEMA)])
INCLUDED = jsonschema_rs.Draft202012Validator(json.loads(module.included_schema_text()), registry=BESIDE)
Check = Callable[[str], list[str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """What `check` finds wrong in a text."""

    def found(text: str) -> list[str]:
        (tmp_path / "hub.yaml").write_text(text, encoding="utf-8")
        try:
            load_settings(tmp_path / "hub.yaml", ENVIRONMENT, lambda text: next_time(text, "UTC"))
        except ConfigError as error:
            return [str(one) for one in error.problems]
        return []

    return found


def _data(text: str) -> Any:
    """What a text says, as `check` reads it."""
    data = load(Path("hub.yaml"), "hub.yaml", text.encode())
    assert data.problems == []
    return data.value


def _errors(text: str, validator: jsonschema_rs.Draft202012Validator = WHOLE) -> list[str]:
    return [error.message for error in validator.iter_errors(_data(text))]


@pytest.mark.parametrize(
    ("name", "made"),
    [(module.FILE_NAME, module.schema_text()), (module.INCLUDED_FILE_NAME, module.included_schema_text())],
    ids=["whole", "included"],
)
def test_the_files_are_what_the_settings_say(name: str, made: str, request: pytest.FixtureRequest) -> None:
    """Golden: `make schema` writes them."""
    path = ROOT / "config" / name
    if request.config.getoption("--update-golden"):
        path.write_text(made, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == made


def test_the_schema_is_one_of_its_draft() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(SCHEMA)
    assert json.loads(module.schema_text()) == SCHEMA


def _properties() -> Iterator[tuple[str, Any]]:
    for name, model in (("", SCHEMA), *SCHEMA["$defs"].items()):
        for key, value in model["properties"].items():
            yield f"{name}.{key}", value


def test_every_key_has_words_for_editors_and_no_mapping_takes_unknown_keys() -> None:
    for name, key in _properties():
        described = key if "description" in key else SCHEMA["$defs"][key["$ref"].rpartition("/")[2]]
        assert described["description"], name
        assert described["markdownDescription"], name
        assert "`" not in described["description"], name
    assert all(model["additionalProperties"] is False for model in (SCHEMA, *SCHEMA["$defs"].values()))


def test_every_pattern_is_read_alike_by_python_and_comes_with_words() -> None:
    for name, key in _properties():
        if pattern := key.get("pattern"):
            re.compile(pattern)
            assert key["errorMessage"].startswith("allowed: "), name


def test_defaults_and_examples_are_right_themselves() -> None:
    for name, key in _properties():
        at = jsonschema_rs.Draft202012Validator({**key, "$defs": SCHEMA["$defs"]})
        for value in (*key.get("examples", ()), *([key["default"]] if "default" in key else ())):
            assert at.is_valid(value), (name, value)


# --- what we ship -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [ROOT / "config/demo.yaml", ROOT / "config/syndicator.yaml"], ids=lambda path: path.name
)
def test_our_configurations_name_the_schema_and_fit_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", text.partition("\n")[0])
    assert named
    assert (path.parent / named[1]).is_file()
    assert _errors(text) == []


def _examples() -> Iterator[tuple[str, str]]:
    """Configurations, and parts of them, in the documentation."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for number, block in enumerate(re.findall(r"(?s)```ya?ml\n(.*?)```", page.read_text(encoding="utf-8"))):
            if any(re.match(rf"(?m){key}:", line) for key in SCHEMA["properties"] for line in block.splitlines()):
                yield f"{page.name}-{number}", block


@pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in _examples()])
def test_examples_in_the_documentation_fit_the_schema(block: str) -> None:
    """They are whole, or sections, which want the rest."""
    whole = {"site": {"title": "A", "url": "https://a.example"}, "categories": {"a": {"title": "A"}}}
    assert [error.message for error in WHOLE.iter_errors({**whole, **_data(block)})] == []


# --- schema and check -------------------------------------------------------------------------------------

BASE = 'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A}}\n'
SOURCE = "sources: {s: {url: 'https://x.example', "
RIGHT = (
    BASE,
    BASE + "sources:\npolling:\nstories:\n",
    BASE + "include: 'gone/*.yaml'\n",
    BASE + "polling: {interval: 90m, min_interval: 30s, max_interval: 007d, timeout: ' 5m ', max_body: 10 MB}\n",
    BASE + "polling: {per_host: 4, flood_share: 1, allow_private: [10.0.0.0/8, feeds.lan, '[fd00::1]:80']}\n",
    BASE + "polling: {per_host: '${FEW}', allow_private: feeds.lan}\n",
    BASE + "publishing: {feed_size: '${SIZE}', max_share: '${SHARE}', content: '${POLICY}', max_items: ~, max_loss: 1}\n",
    BASE + "publishing: {websub: {hubs: 'https://hub.example'}, related: 0}\n",
    BASE + "stories: {compare_texts: '${FLAG}', window: 1d}\n",
    BASE + "stories: {compare_texts: FALSE}\n",
    BASE + "server: {public: '0.0.0.0:${PORT}', operator: '[::1]:8081', operator_hosts: [a.example]}\n",
    BASE + "storage: {url: 'postgresql://me:${TEXT}@db/news'}\n",
    BASE + "storage: {url: 'postgres://db/news'}\n",
    BASE + "retention: {keep: 90d, revisions: 0}\n",
    'site: {title: "${TEXT}", url: " HTTPS://a.example/base/ ", language: no, timezone: Europe/Athens, date_format: "%Y"}\ncategories: {a: {title: no}}\n',
    'site: {title: A, url: "https://a.example", contact: {name: "", email: ""}}\ncategories: {a: {title: A}, a/b-2: {title: B}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, classifier: true, duplicates: show, was: b, exclude: ~}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, classifier: 0.5, was: [b, c], match: {tags: x, language: "*"}}}\n',
    BASE + SOURCE + "category: a}}\n",
    BASE + SOURCE + "categories: []}}\n",
    BASE + SOURCE + "categories: a, title: ~, timezone: ~, content: link, date_order: mdy}}\n",
    BASE + SOURCE + "category: a, interval: ~, cron: '0 7 * * *', detect_language: true}}\n",
    BASE + SOURCE + "category: a, headers: {X-Key: 'é ${TEXT}'}, max_items: 1, exclude: {url: ['/promo/']}}}\n",
    BASE + "sources: {s: {url: 'file:feeds/a.xml', category: a}, null: {url: 'http://x.example', category: a}}\n",
)  # fmt: skip
WRONG = (
    "categories: {a: {title: A}}\n",
    'site: {title: A, url: "https://a.example"}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {}\n',
    'site:\ncategories: {a: {title: A}}\n',
    BASE + "unknown: 1\n",
    BASE + "polling: {interval: 0s}\n",
    BASE + "polling: {interval: 1h30m}\n",
    BASE + "polling: {interval: 3600}\n",
    BASE + "polling: {interval: 1:30}\n",
    BASE + "polling: {interval: 1234567s}\n",
    BASE + "polling: {max_body: 10}\n",
    BASE + "polling: {max_body: 10mb}\n",
    BASE + "polling: {max_body: 10kiB}\n",
    BASE + "polling: {per_host: 17}\n",
    BASE + "polling: {per_host: yes}\n",
    BASE + "polling: {per_host: true}\n",
    BASE + "polling: {per_host: ' 4 '}\n",
    BASE + "polling: {flood_share: 0}\n",
    BASE + "polling: {flood_share: true}\n",
    BASE + "polling: {flood_share: 50%}\n",
    BASE + "polling: {allow_private: [10]}\n",
    BASE + "polling: 1h\n",
    BASE + "publishing: {feed_size: 501, archive_size: 9}\n",
    BASE + "publishing: {content: Full}\n",
    BASE + "publishing: {content: ~}\n",
    BASE + "publishing: {websub: {hubs: [hub.example]}}\n",
    BASE + "stories: {compare_texts: yes}\n",
    BASE + "stories: {compare_texts: 1}\n",
    BASE + "server: {public: 8080}\n",
    BASE + "server: {public: localhost}\n",
    BASE + "storage: {url: 'mysql://x/y'}\n",
    BASE + "storage: {url: ~}\n",
    BASE + "retention: {revisions: 21}\n",
    BASE + "include: [5]\n",
    BASE + "sources: []\n",
    'site: {title: "", url: "https://a.example"}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: a.example}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example?x"}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example", language: ελ}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example", timezone: "In Athens"}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example", date_format: "%B"}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example", date_format: "day"}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example", contact: {email: desk}}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {A: {title: A}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A}, a/all: {title: B}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {"${TEXT}": {title: A}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: 5}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, classifier: 0.3}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, was: latest}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, match: {tags: 5}}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, match: {title: ""}}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, match: {language: pt_BR}}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: ~}\n',
    BASE + SOURCE + "}}\n",
    BASE + SOURCE + "category: B}}\n",
    BASE + SOURCE + "category: a, cron: hourly}}\n",
    BASE + SOURCE + "category: a, cron: '0 7 * * *', interval: 1h}}\n",
    BASE + SOURCE + "category: a, date_order: dym}}\n",
    BASE + SOURCE + "category: a, headers: {'X Key': a}}}\n",
    BASE + SOURCE + "category: a, headers: {X: 5}}}\n",
    BASE + SOURCE + "category: a, headers: {X: 'ελ'}}}\n",
    BASE + "sources: {-s: {url: 'https://x.example', category: a}}\n",
    BASE + "sources: {s: {url: 'ftp://x.example', category: a}}\n",
    BASE + "sources: {s: {category: a}}\n",
)  # fmt: skip
ONLY_CHECK_KNOWS = (
    BASE + "sources: {s: {url: 'https://x.example', category: b}}\n",
    BASE + "sources: {s: {url: 'https://', category: a}}\n",
    BASE + "sources: {s: {url: 'file:/etc/passwd', category: a}}\n",
    BASE + "polling: {min_interval: 2h, max_interval: 1h}\n",
    BASE + "storage: {url: 'postgresql://${UNSET}/x'}\n",
    BASE + "publishing: {feed_size: '${PORT}'}\n",
    BASE + "publishing: {feed_size: 5.0}\n",
    BASE + "server: {public: '127.0.0.1:99999'}\n",
    BASE + SOURCE + "category: a, cron: '0 25 * * *'}}\n",
    BASE + SOURCE + "category: ~}}\n",
    BASE + "include: gone.yaml\n",
    'site: {title: A, url: "https://a.example", timezone: Athens}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example", theme: gone}\ncategories: {a: {title: A}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a/b: {title: A}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, was: a}}\n',
    'site: {title: A, url: "https://a.example"}\ncategories: {a: {title: A, match: {title: "("}}}\n',
    'site: {title: A, url: "https://a.example"}\ninclude: ["*.yml"]\n',
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_what_check_calls_right_the_schema_calls_right(check: Check, text: str) -> None:
    assert (check(text), _errors(text)) == ([], [])


@pytest.mark.parametrize("text", WRONG)
def test_what_the_schema_calls_wrong_check_calls_wrong(check: Check, text: str) -> None:
    assert _errors(text) != []
    assert check(text) != []


@pytest.mark.parametrize("text", ONLY_CHECK_KNOWS)
def test_some_mistakes_only_check_knows(check: Check, text: str) -> None:
    """docs/configuration.md lists them."""
    assert _errors(text) == []
    assert check(text) != []


def test_an_included_file_holds_categories_and_sources_only() -> None:
    assert _errors("categories: {a: {title: A}}\nsources:\n", INCLUDED) == []
    assert _errors("sources: {s: {url: 'https://x.example', category: a}}\n", INCLUDED) == []
    assert _errors("site: {title: A}\n", INCLUDED) != []
    assert _errors("sources: {s: {url: x, category: a}}\n", INCLUDED) != []


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 600), st.floats(-1, 2).map(lambda one: round(one, 3)), st.text(max_size=8),
    st.sampled_from(["", "1h", "0h", "10MiB", "a", "b", "all", "full", "show", "dmy", "true", "yes", "0.5", "en", "*", "%d", "${SIZE}",
                     "${TEXT}", "x${TEXT}y", "https://x.example", "http://[", "file:a", "file:", "127.0.0.1:80", "0 7 * * *", "UTC"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2), max_leaves=3
)  # fmt: skip


KEYS = [key.path.replace("<path>", "a").replace("<id>", "s").split(".") for key in module.keys()]  # noqa: SIM118
PLACES = sorted({tuple(key[:length]) for key in KEYS for length in range(1, len(key) + 1)})
"""Every key, and every section that holds keys."""


@given(st.sampled_from(PLACES), VALUES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_whatever_stands_at_a_key_the_schema_is_never_stricter(
    check: Check, place: tuple[str, ...], value: Any
) -> None:
    whole: Any = {
        "site": {"title": "A", "url": "https://a.example"},
        "categories": {"a": {"title": "A"}},
        "sources": {"s": {"url": "https://x.example", "category": "a"}},
    }
    section = whole
    for name in place[:-1]:
        section = section.setdefault(name, {})
    section[place[-1]] = value
    text = json.dumps(whole)  # which is YAML
    if list(WHOLE.iter_errors(whole)):
        assert check(text) != []


def test_the_template_fits_as_it_is_written() -> None:
    assert _errors(template()) == []
