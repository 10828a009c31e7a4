"""Addresses are kebab-case and typed, and every endpoint that a page or a view names exists."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule

from monitor.config import ROOT

SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.png|\.xlsx|\.js|\.webmanifest)?")
ARGUMENT = re.compile(r"<(uuid|int|path|string|any\([a-z, ]+\)):[a-z]+(_[a-z]+)*>")
TARGET = re.compile(r"""url_for\(\s*["']([\w.]+)["']""")
WORD = re.compile(r"""["']([a-z_]+\.[a-z_]+)["']""")
"""In a template such a word is an endpoint when it begins with the name of a blueprint."""
SOURCES = [*(ROOT / "monitor").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]


def unfit_addresses(rules: Iterable[Rule]) -> list[str]:
    """Return the rules with a part that is neither kebab-case nor an argument with a type."""
    return [
        rule.rule
        for rule in rules
        if any(not (SEGMENT.fullmatch(part) or ARGUMENT.fullmatch(part)) for part in rule.rule.split("/") if part)
    ]


def unknown_endpoints(text: str, path: Path, endpoints: Iterable[str]) -> list[str]:
    """Return the endpoints named in a source that do not exist; a relative one needs to exist in some blueprint."""
    known = set(endpoints)
    blueprints = {name.partition(".")[0] for name in known if "." in name}
    relative = {"." + name.partition(".")[2] for name in known}
    words = WORD.findall(text) if path.suffix == ".html" else []
    named = TARGET.findall(text) + [word for word in words if word.partition(".")[0] in blueprints]
    return [f"{path.name}: {name}" for name in dict.fromkeys(named) if name not in known | relative]


def test_every_address_is_kebab_case_and_typed(walked: Flask) -> None:
    assert unfit_addresses(walked.url_map.iter_rules()) == []


def test_no_address_can_be_reached_with_and_without_a_slash_at_its_end(walked: Flask) -> None:
    rules = [rule.rule for rule in walked.url_map.iter_rules()]
    assert {
        rule.rstrip("/") for rule in rules if rules.count(rule.rstrip("/")) and rule.endswith("/") and rule != "/"
    } == set()


def test_every_endpoint_that_is_named_exists(walked: Flask) -> None:
    endpoints = {rule.endpoint for rule in walked.url_map.iter_rules()}
    assert [
        problem for path in SOURCES for problem in unknown_endpoints(path.read_text(encoding="utf-8"), path, endpoints)
    ] == []


@pytest.mark.parametrize(
    "rule", ["/Visits", "/visits/<visit_id>", "/visits/<uuid:VisitId>", "/my_visits", "/visits/a--b"]
)
def test_an_unfit_address_is_noticed(rule: str) -> None:
    assert unfit_addresses(Map([Rule(rule, endpoint="x"), Rule("/visits/<uuid:visit_id>/old-plan")]).iter_rules()) == [
        rule
    ]


@pytest.mark.parametrize("name", ["url_for('visits.gone')", '("visits.gone", _("Gone"))', 'url_for(".gone", x=1)'])
def test_an_endpoint_that_does_not_exist_is_noticed(name: str) -> None:
    text = f"{name}; url_for('.show'); visit.gone; 'other.word'"
    assert len(unknown_endpoints(text, Path("page.html"), ["visits.show", "static"])) == 1
