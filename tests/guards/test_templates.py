"""Every template compiles, has a title, is used, stays short, and holds nothing that our own headers would block."""

import re
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from jinja2 import Environment, nodes

from monitor.config import ROOT

TEMPLATES = ROOT / "templates"
LONGEST = 150
LAYOUTS = ("layouts/page.html", "layouts/plain.html")
FOR_PAPER = "reports/pdf/"
"""Drawn by WeasyPrint and never sent to a browser."""
UNSAFE = {
    "the filter safe": re.compile(r"\|\s*safe\b"),
    "autoescape switched": re.compile(r"\bautoescape\b"),
    "Markup": re.compile(r"\bMarkup\b"),
    "an inline handler": re.compile(r"\s(?:on[a-z]+)\s*=\s*[\"'{]", re.IGNORECASE),
    "an inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "an address of another site": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "javascript as an address": re.compile(r"javascript:", re.IGNORECASE),
}
MARKUP = re.compile(r"\b(?:Markup|mark_safe|render_template_string|from_string)\b")


def sources() -> dict[str, str]:
    """Return name -> text of every template."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")
    }


def unsafe_pieces(name: str, text: str) -> list[str]:
    """Return what a template must not hold."""
    text = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    return [f"{name}: {what}" for what, pattern in UNSAFE.items() if pattern.search(text)]


def named_templates(environment: Environment, text: str) -> Iterator[str]:
    """Yield the templates that a template extends, includes or imports; a name in a string counts too.

    A name that is put together counts by its beginning, as `beginning*`.
    """
    tree = environment.parse(text)
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str) and node.value.endswith(".html"):
            yield node.value
    for together in tree.find_all(nodes.Concat):
        first, last = together.nodes[0], together.nodes[-1]
        if isinstance(first, nodes.Const) and isinstance(last, nodes.Const) and str(last.value).endswith(".html"):
            yield f"{first.value}*"


def unused(names: Iterable[str], used: Iterable[str]) -> list[str]:
    """Return the templates that nothing names; `prefix*` in `used` names all that begin so."""
    used = set(used)
    prefixes = tuple(name.removesuffix("*") for name in used if name.endswith("*"))
    return sorted(name for name in names if name not in used and not (prefixes and name.startswith(prefixes)))


def named_in_code(text: str) -> Iterator[str]:
    """Yield the templates that a module names; one that it puts together counts by its beginning."""
    for found in re.findall(r"""f?["']([\w/{}.]+\.html)["']""", text):
        yield found.partition("{")[0] + "*" if "{" in found else found


def without_title(environment: Environment, name: str, text: str) -> bool:
    """Say whether a template is a page that does not define its title."""
    tree = environment.parse(text)
    parents = [node.template.value for node in tree.find_all(nodes.Extends) if isinstance(node.template, nodes.Const)]
    blocks = {block.name for block in tree.find_all(nodes.Block)}
    return bool(set(parents) & set(LAYOUTS)) and "title" not in blocks and name not in LAYOUTS


def test_every_template_compiles(walked: Flask) -> None:
    for name in sources():
        walked.jinja_env.get_template(name)


def test_every_page_has_a_title(walked: Flask) -> None:
    found = sources()
    assert [name for name, text in found.items() if without_title(walked.jinja_env, name, text)] == []
    assert sum('extends "layouts/' in text for text in found.values()) > 30


def test_every_template_is_used(walked: Flask) -> None:
    found = sources()
    used = {name for text in found.values() for name in named_templates(walked.jinja_env, text)}
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")]
    assert unused(found, used.union(*(named_in_code(text) for text in code))) == []


def test_no_template_is_too_long() -> None:
    assert {name: text.count("\n") for name, text in sources().items() if text.count("\n") > LONGEST} == {}


def test_no_template_holds_what_the_headers_would_block() -> None:
    assert [problem for name, text in sources().items() for problem in unsafe_pieces(name, text)] == []


def test_no_module_makes_html_that_is_not_escaped() -> None:
    modules = {path: path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")}
    assert [path.name for path, text in modules.items() if MARKUP.search(text)] == []


def test_pages_and_documents_are_escaped(walked: Flask) -> None:
    for name in sources():
        assert walked.jinja_env.autoescape is True or walked.jinja_env.autoescape(name), name


# the guard of this guard


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{ note | safe }}", "the filter safe"),
        ("{% autoescape false %}{{ note }}{% endautoescape %}", "autoescape switched"),
        ("<button onclick='go()'>", "an inline handler"),
        ('<p STYLE="color: red">', "an inline style"),
        ("<style>p {}</style>", "an inline style"),
        ("<script>go()</script>", "an inline script"),
        ('<img src="https://elsewhere.example/x.png">', "an address of another site"),
        ('<a href="javascript:go()">', "javascript as an address"),
    ],
)
def test_an_unsafe_piece_is_noticed(text: str, what: str) -> None:
    assert unsafe_pieces("page.html", text) == [f"page.html: {what}"]
    assert unsafe_pieces("page.html", f"{{# {text} #}}") == []


def test_a_template_that_nothing_names_is_noticed(walked: Flask) -> None:
    names = [
        "visits/show.html", "visits/_tabs.html", "visits/lost.html", "guide/answers/rating.html", "visits/parts/a.html",
    ]  # fmt: skip
    used = [
        *named_templates(walked.jinja_env, '{% from "visits/_tabs.html" import tabs %}'),
        *named_templates(walked.jinja_env, '{% include "guide/answers/" ~ item.answer ~ ".html" %}'),
        *named_in_code('render_template("visits/show.html"); f"visits/parts/{kind}.html"'),
    ]
    assert unused(names, used) == ["visits/lost.html"]


def test_a_page_without_a_title_is_noticed(walked: Flask) -> None:
    page = '{% extends "layouts/page.html" %}{% block content %}{% endblock %}'
    assert without_title(walked.jinja_env, "page.html", page)
    assert not without_title(walked.jinja_env, "page.html", page + "{% block title %}Visits{% endblock %}")
