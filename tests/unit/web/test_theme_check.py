"""A theme is tried out: what is wrong with its templates is named with file and line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import article, site

from syndicator.core.errors import Problem
from syndicator.core.model import Category
from syndicator.core.theme import Theme, ThemeTemplate
from syndicator.core.work import Change
from syndicator.web.pages import Pages
from syndicator.web.theme_check import mistakes

TREE = (Category("health", "Health"), Category("health/oncology", "Oncology"))


def _theme(**templates: str) -> Theme:
    return Theme(
        {f"{name}.html": ThemeTemplate(text, f"/theme/templates/{name}.html") for name, text in templates.items()}
    )


GOOD = {
    "base": '{% extends "syndicator/base.html" %}{% block style %}{{ super() }}<link rel="stylesheet" href="{{ root }}/static/more.css">{% endblock %}',
    "article": '{% extends "base.html" %}{% block main %}<p class="mine">{{ article.heading }} {{ content or "" }}</p>{{ related }}{% endblock %}',
    "list": "{% for item in items %}<b>{{ item.title }}</b>{% endfor %}",
    "front": '{% extends "base.html" %}{% import "macros.html" as ui with context %}{% block main %}{% for category, items in sections %}{{ ui.category_href(category) }}{% endfor %}{% endblock %}',
    "macros": '{% macro category_href(category) %}/c/{{ category.id }}{% endmacro %}{% macro direction(language) %}ltr{% endmacro %}'
    "{% macro moment(date) %}{{ date|day }}{% endmacro %}{% macro lang(article) %}{% endmacro %}{% macro turned(article) %}{% endmacro %}{% macro ours() %}{% endmacro %}{% macro of_site() %}{% endmacro %}"
    "{% macro shot(article, first) %}{% endmacro %}{% macro byline(article) %}{% endmacro %}{% macro also_line(also) %}{% endmacro %}{% macro feed_name(type, title) %}{% endmacro %}",
}  # fmt: skip


def test_ours_have_no_mistakes_and_neither_has_a_good_theme() -> None:
    assert mistakes(site(), TREE, Theme()) == ()
    assert mistakes(site(), TREE, _theme(**GOOD)) == ()


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("article", "one\n{% block main %}\n{{ article.heading }", 3, "unexpected '}'"),
        ("category", "\n\n{% if %}", 3, "Expected an expression"),
        ("unused", "{{ x|nothing }}", 1, "No filter named 'nothing'"),
        ("front", "\n{{ sectoins }}", 2, "UndefinedError: 'sectoins' is undefined"),
        ("article", "a\nb\n{{ article.headline }}", 3, "UndefinedError: 'syndicator.core.model.Article object' has no attribute 'headline'"),
        ("error", '{% extends "bsae.html" %}', 1, "TemplateNotFound: bsae.html"),
        ("base", "<html>\n{% include 'nav.html' %}", 2, "TemplateNotFound: nav.html"),
        ("list", "\n{{ items[0].source.home }}", 2, "has no attribute 'home'"),
        ("list", "\n{{ site.title }}", 2, "UndefinedError: 'site' is undefined"),
        ("front", "\n{{ site.__class__.__mro__ }}", 2, "SecurityError: access to attribute '__class__' of 'Site' object is unsafe."),
        ("front", "{% for n in range(1000000) %}{% endfor %}", 1, "OverflowError: Range too big."),
        ("category", "{{ 1 / 0 }}", 1, "ZeroDivisionError: division by zero"),
        ("macros", "{% macro moment(date) %}{{ dte }}{% endmacro %}{% macro category_href(c) %}{% endmacro %}{% macro direction(l) %}{% endmacro %}{% macro ours() %}{% endmacro %}{% macro of_site() %}{% endmacro %}", 1, "'dte' is undefined"),
    ],
)  # fmt: skip
def test_a_broken_template_is_named_with_its_file_and_line(name: str, text: str, line: int, message: str) -> None:
    found = mistakes(site(), TREE, _theme(**{name: text}))
    assert (f"/theme/templates/{name}.html", line) in [(problem.file, problem.line) for problem in found]
    assert any(message in problem.message for problem in found)


def test_where_a_theme_fails_ours_is_shown_and_the_place_reported_once() -> None:
    reported: list[Problem] = []
    theme = _theme(article="{% if article.title == 'rare' %}{{ nothing }}{% endif %}mine")
    pages = Pages(site(), TREE, theme, reported.append)
    plain, rare = article(title="plain"), article(title="rare")
    assert pages.article(Change(plain, None, 1), ()) == "mine"
    for _ in range(3):
        shown = pages.article(Change(rare, None, 1), ())
        assert shown == Pages(site(), TREE).article(Change(rare, None, 1), ())
    assert [(problem.file, problem.line) for problem in reported] == [("/theme/templates/article.html", 1)]


def test_a_theme_is_escaped_as_ours_are() -> None:
    pages = Pages(site(), TREE, _theme(article="<p title='{{ article.title }}'>{{ article.title }}</p>{{ content }}"))
    shown = pages.article(Change(article(title="<b>'x'</b>", content="<p>ok</p>"), None, 1), ())
    assert shown == "<p title='&lt;b&gt;&#39;x&#39;&lt;/b&gt;'>&lt;b&gt;&#39;x&#39;&lt;/b&gt;</p><p>ok</p>"


def test_a_fault_of_ours_is_not_hidden() -> None:
    broken = replace(article(), published=None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        Pages(site(), TREE).article(Change(broken, None, 1), ())
